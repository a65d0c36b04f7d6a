"""The page about one's own picture, and the address at which photos are."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, url_for
from flask_babel import gettext as _

from network import people, profiles
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound
from web.forms.photos import PhotoForm
from web.pages import current_actor, page
from web.people import shown
from web.pictures.faces import drawn_face_file

blueprint = Blueprint("photos", __name__)

FACES = (
    "amina", "jonas", "olena", "samuel", "maria", "lan", "leyla", "piotr", "ibrahim", "rosa", "henrik",
    "nadia", "khaled", "grace", "yasmin", "petra", "mehmet", "harpreet", "priya", "wei", "abebe", "anna",
    "helga", "jo",
)  # fmt: skip
"""Drawn faces to choose from."""

KEPT_SECONDS = 600
"""Who may see a photo is asked again after this time, and the name of another photo is another."""

_KEY = re.compile(r"[0-9a-f]{32}\Z")


@blueprint.get("/faces/<seed>/<key>-<int:side>.webp")
def photo(seed: str, key: str, side: int) -> Response:
    """A photo for whoever may see it; for everybody else, and where there is none, the face drawn from the
    seed. Nobody learns from it whether there is a photo (A16)."""
    if len(seed) > 60 or not _KEY.match(key):
        raise NotFound()
    found = profiles.find_photo(current_actor(), key, side)
    response = make_response(drawn_face_file(seed) if found is None else found)
    response.content_type = "image/svg+xml" if found is None else "image/webp"
    end = "svg" if found is None else "webp"
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    response.headers.set("Content-Disposition", "attachment", filename=f"face.{end}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.vary.update(("Cookie", "Authorization"))
    return response


@page(blueprint, "/me/photo", methods=("GET", "POST"))
def own(actor: Actor) -> Any:
    """Put a photo, say who sees it, or choose a drawn face."""
    me = people.show_me(actor)
    audience = profiles.show_my_profile(actor)["shown_to"][profiles.PHOTO]
    form, refusal = PhotoForm(shown_to=audience), None
    if form.validate_on_submit():
        try:
            _keep(actor, form, audience)
            flash(_("Saved."), "ok")
            return redirect(url_for("photos.own"))
        except DomainError as error:
            refusal = error
    return shown(
        "people/photo.html", form, refusal, user=me, faces=FACES, audience=audience,
        has_photo=(me["photo_url"] or "").endswith(".webp"),
    )  # fmt: skip


@page(blueprint, "/me/photo/remove", methods=("POST",))
def remove(actor: Actor) -> Any:
    """Take one's photo away."""
    people.remove_photo(actor, how="form")
    flash(_("Your photo is removed."), "ok")
    return redirect(url_for("photos.own"))


def _keep(actor: Actor, form: PhotoForm, audience: str) -> None:
    if form.face.data:
        people.choose_face(actor, form.face.data)
    content = form.file.data.read() if form.file.data else b""
    if content:
        people.put_photo(actor, content, shown_to=form.shown_to.data, how="form")
    elif form.shown_to.data != audience:
        people.show_photo(actor, form.shown_to.data)
