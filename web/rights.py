"""One's own rights in one place: what one agreed to, freezing, objecting; and the operator's answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from network import people, privacy
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Invalid
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from web.forms.privacy import AnswerForm, ObjectionForm
from web.operator import sections
from web.pages import page
from web.people import shown

blueprint = Blueprint("rights", __name__)

YES, NO = "yes", "no"


@page(blueprint, "/me/rights", methods=("GET", "POST"))
def own(actor: Actor) -> Any:
    """What one agreed to, whether one's data is frozen, what one objected to; a new objection."""
    form, refusal = ObjectionForm(), None
    form.purpose.choices = [(key, _(privacy.PURPOSES[key].title)) for key in privacy.OBJECTABLE]
    if form.validate_on_submit():
        try:
            privacy.object_to(actor, form.purpose.data, form.objection.data)
            flash(_("Your objection is sent. The answer comes by mail, within a month."), "ok")
            return redirect(url_for("rights.own"))
        except DomainError as error:
            refusal = error
    mine = privacy.list_my_objections(actor, PageRequest(cursor=request.args.get("cursor")))
    return shown(
        "privacy/rights.html", form, refusal, consents=privacy.list_consents(actor, str(get_locale())),
        frozen_at=people.show_freeze(actor)["frozen_at"], objections=mine.items, purposes=privacy.PURPOSES,
        older_url=url_for("rights.own", cursor=mine.next) if mine.next else None,
    )  # fmt: skip


@page(blueprint, "/me/rights/consents/<purpose>", methods=("POST",))
def decide(actor: Actor, purpose: str) -> Any:
    """Agree to something, or take it back."""
    given = _answer()
    privacy.decide_consent(actor, purpose, given, how="page", language=str(get_locale()))
    flash(_("Saved.") if given else _("Taken back. What rested on it is deleted."), "ok")
    return redirect(url_for("rights.own"))


@page(blueprint, "/me/rights/freeze", methods=("POST",))
def freeze(actor: Actor) -> Any:
    """Freeze one's data, or let it go on."""
    frozen = _answer()
    people.freeze_me(actor, frozen)
    flash(_("Your data is frozen.") if frozen else _("Your data is no longer frozen."), "ok")
    return redirect(url_for("rights.own"))


@page(blueprint, "/admin/objections", methods=("GET", "POST"))
def answer(actor: Actor) -> Any:
    """Objections that wait for an answer: for who runs the platform."""
    require(privacy.may_answer_objections(actor))
    form, refusal = AnswerForm(), None
    if form.validate_on_submit():
        try:
            privacy.answer_objection(
                actor, form.objection_id.data or "", outcome=request.form.get("outcome", ""),
                answer=form.answer.data or "", expected_version=form.expected_version.data or 0,
            )  # fmt: skip
            flash(_("Your answer is on its way."), "ok")
            return redirect(url_for("rights.answer"))
        except Invalid as error:
            refusal = error
    found = privacy.list_open_objections(actor, PageRequest(cursor=request.args.get("cursor")))
    return shown(
        "privacy/objections.html", form, refusal, sections=sections(), found=found.items,
        failed=form.objection_id.data if form.errors or refusal else None, purposes=privacy.PURPOSES,
        older_url=url_for("rights.answer", cursor=found.next) if found.next else None,
    )  # fmt: skip


def _answer() -> bool:
    """Yes or no, as a button of the page said it."""
    said = request.form.get("answer")
    if said not in (YES, NO):
        abort(400)
    return said == YES
