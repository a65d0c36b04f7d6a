"""The door: what mentorNET is, the way in, the choice of language and of light or dark."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, url_for

from network import membership, networks
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import PageRequest
from network.kernel.translation import LANGUAGES
from web.cookies import remember
from web.languages import COOKIE
from web.pages import page, safe_next
from web.pictures.faces import drawn_face_file
from web.shell import THEME_COOKIE

blueprint = Blueprint("landing", __name__)
SHOWN = 6
"""Networks on the first page; the others are a tap away."""


@page(blueprint, "/", audience="anyone")
def landing(actor: Actor) -> Any:
    """The first page: for whom this is, how it sounds, the four phases."""
    if actor.is_person:
        return redirect(url_for("home.home"))
    found = networks.list_networks(actor, PageRequest(limit=SHOWN)).items
    members = membership.active_by_network(row["id"] for row in found)
    return render_template("landing/landing.html", networks=found, members=members)


@page(blueprint, "/about", audience="anyone")
def about(_actor: Actor) -> str:
    """What mentorNET is and who stands behind this site."""
    return render_template("landing/about.html")


@page(blueprint, "/language/<language>", audience="anyone")
def choose_language(_actor: Actor, language: str) -> Response:
    """Remember a visitor's language in a cookie and go back; changes nothing on the server."""
    if language not in LANGUAGES:
        raise NotFound()
    return _remember(COOKIE, language, safe_next("/"))


@page(blueprint, "/theme/<theme>", audience="anyone")
def choose_theme(_actor: Actor, theme: str) -> Response:
    """Remember light, dark or what the device says (`auto`) in a cookie and go back."""
    if theme not in ("light", "dark", "auto"):
        raise NotFound()
    return _remember(THEME_COOKIE, theme, safe_next("/"))


@blueprint.get("/faces/<seed>.svg")
def face(seed: str) -> Response:
    """A drawn face; the same seed is always the same face."""
    if len(seed) > 60:
        raise NotFound()
    response = make_response(drawn_face_file(seed))
    response.content_type = "image/svg+xml"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _remember(cookie: str, value: str, target: str) -> Response:
    response: Response = remember(make_response(redirect(target)), cookie, value)
    return response
