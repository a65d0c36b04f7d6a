"""The pages of a network's poster: hanging it up, printing it, and what its open link shows."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from network import membership, organisations
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, NotFound
from network.kernel.policy import require
from network.kernel.translation import LANGUAGES
from network.membership import PosterView
from web.forms.applications import JoiningForm
from web.forms.posters import PosterForm
from web.languages import NAMES, choose_language
from web.pages import page
from web.people import shown
from web.roadmap import open_network

blueprint = Blueprint("posters", __name__)


@page(blueprint, "/network/<slug>/poster")
def poster(actor: Actor, slug: str) -> str:
    """The poster with its QR code, to be printed; and until when its link counts."""
    row = open_network(actor, slug)
    require(membership.may_hang_poster(actor, row["id"]))
    found = _hanging(actor, row["id"])
    return render_template(
        "posters/poster.html", network=row, poster=found, picture=_picture(found["url"]) if found else "",
        organisation=organisations.get_organisation(actor, row["organisation_id"]),
        languages=[{"code": code, "name": NAMES[code]} for code in LANGUAGES],
    )  # fmt: skip


@page(blueprint, "/network/<slug>/poster/hang", methods=("POST",))
def hang(actor: Actor, slug: str) -> Any:
    """Make an open link, or a new one in place of the old."""
    row = open_network(actor, slug)
    may = membership.may_hang_poster(actor, row["id"])
    hung = bool(may) and _hanging(actor, row["id"]) is not None
    try:
        membership.hang_poster(actor, row["id"])
        if hung:
            flash(_("The poster has a new link. The one before no longer works."), "ok")
        else:
            flash(_("The poster is ready. Print it, or show it on the wall."), "ok")
    except Conflict as error:
        flash(_(error.message, **error.params), "error")
    return redirect(url_for("posters.poster", slug=row["slug"]))


@page(blueprint, "/network/<slug>/poster/down", methods=("POST",))
def take_down(actor: Actor, slug: str) -> Any:
    """Make the open link dead."""
    row = open_network(actor, slug)
    require(membership.may_hang_poster(actor, row["id"]))
    if _hanging(actor, row["id"]) is not None:
        membership.take_poster_down(actor, row["id"])
    flash(_("The link of the poster no longer works."), "ok")
    return redirect(url_for("posters.poster", slug=row["slug"]))


@page(blueprint, "/join/<code>", methods=("GET", "POST"), audience="anyone")
def join(_actor: Actor, code: str) -> Any:
    """What the QR code opens: one field for one's address. The page is the same for every link, and the
    answer for every address."""
    form, refusal = PosterForm(), None
    if form.validate_on_submit():
        try:
            membership.ask_by_poster(code, form.email.data, choose_language())
            return render_template("posters/sent.html"), 202
        except DomainError as error:
            refusal = error
    return shown("posters/join.html", form, refusal)


@page(blueprint, "/join/<code>/apply", methods=("GET", "POST"))
def apply(actor: Actor, code: str) -> Any:
    """Ask to join, for who came by a mail of the poster's link."""
    network = membership.network_of_poster(code)
    standing = actor.standing(network.id)
    if standing is not None and standing.state is not None:
        return redirect(url_for("applications.mine" if standing.state == "applied" else "home.home"))
    form, refusal = JoiningForm(), None
    if form.validate_on_submit():
        try:
            made = membership.apply_by_poster(
                actor, code, form.experience.data, form.statement.data, form.references.data
            )
            flash(_("They have your request. You hear from them by mail."), "ok")
            return redirect(url_for("applications.application", application_id=made["id"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    days = runtime.current().settings.application_answer_days
    return shown("applications/apply.html", form, refusal, network=network, days=days, by_poster=True)


def _hanging(actor: Actor, network_id: str) -> PosterView | None:
    try:
        return membership.get_poster(actor, network_id)
    except NotFound:
        return None


def _picture(url: str) -> Markup:
    picture = segno.make(url, micro=False, error="q").svg_inline(
        scale=6, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=False
    )
    # Nothing but squares; the text in it is not part of the page.
    return Markup(picture)  # noqa: S704
