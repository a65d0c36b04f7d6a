"""What is done with a decision besides answering it: opening it, a later end, taking it back, the word of the
person concerned, another round, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _

from network import decisions
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.kernel.policy import require
from web import decision_words as words
from web.decision_making import evening_of, in_a_week, show_faults
from web.decision_results import result_of
from web.decisions import decision_page, status_of
from web.forms.decisions import (
    LaterForm,
    NextRoundForm,
    OutcomeForm,
    ReasonForm,
    StatementForm,
    StepForm,
)
from web.member_choices import members_by_name
from web.pages import page
from web.roadmap import open_network

blueprint = Blueprint("decision_ends", __name__)
ALL = PageRequest(limit=MAX_LIMIT)


@page(blueprint, "/decide/<id:decision_id>/opening", methods=("POST",))
def open_now(actor: Actor, decision_id: str) -> Any:
    """Open a question: everybody is told and can answer."""
    form = StepForm()
    if not form.validate_on_submit():
        abort(400)
    made = decisions.open_decision(actor, decision_id, form.expected_version.data)
    if made["state"] == "scheduled":
        flash(_("It opens on %(when)s.", when=words.until(made["opens_at"] or made["closes_at"])), "ok")
    else:
        flash(_("It is open. Everybody can answer now."), "ok")
    return redirect(url_for("decisions.decision", decision_id=decision_id), 303)


@page(blueprint, "/decide/<id:decision_id>/statement", methods=("POST",))
def statement(actor: Actor, decision_id: str) -> Any:
    """The person whom it is about says something to all."""
    form = StatementForm()
    if form.validate_on_submit():
        try:
            found = decisions.make_statement(actor, decision_id, form.statement.data)
            flash(_("Saved.") if found["state"] == "draft" else _("Everybody can read it now."), "ok")
            return redirect(url_for("decisions.decision", decision_id=decision_id), 303)
        except DomainError as error:
            form.show_faults(error)
            return decision_page(actor, decision_id, None, form), status_of(error)
    return decision_page(actor, decision_id, None, form), 422


@page(blueprint, "/decide/<id:decision_id>/change", methods=("GET", "POST"))
def change(actor: Actor, decision_id: str) -> Any:
    """A later end, or a typing error mended; everybody sees what was changed."""
    found, row = _open(actor, decision_id)
    require(decisions.may_change_decision(actor, decisions.visible_decision(actor, decision_id)))
    form = LaterForm(data=_as_it_is(found))
    if form.validate_on_submit():
        changes = _changes(actor, form, found)
        try:
            if changes:
                decisions.change_decision(actor, decision_id, form.expected_version.data, changes)
            flash(_("Saved."), "ok")
            return redirect(url_for("decisions.decision", decision_id=decision_id), 303)
        except DomainError as error:
            show_faults(form, error)
    body = render_template("decisions/change.html", network=row, decision=found, form=form)
    return body, 422 if form.errors else 200


@page(blueprint, "/decide/<id:decision_id>/cancellation", methods=("GET", "POST"))
def cancel(actor: Actor, decision_id: str) -> Any:
    """Take a question back, with the reason that everybody reads."""
    found, row = _open(actor, decision_id)
    require(decisions.may_cancel_decision(actor, decisions.visible_decision(actor, decision_id)))
    form = ReasonForm(data={"expected_version": found["version"]})
    if form.validate_on_submit():
        try:
            decisions.cancel_decision(actor, decision_id, form.expected_version.data, form.reason.data)
            flash(_("The question is taken back."), "ok")
            return redirect(url_for("decisions.decision", decision_id=decision_id), 303)
        except DomainError as error:
            form.show_faults(error)
    body = render_template("decisions/cancel.html", network=row, decision=found, form=form)
    return body, 422 if form.errors else 200


@page(blueprint, "/decide/<id:decision_id>/next-round", methods=("GET", "POST"))
def next_round(actor: Actor, decision_id: str) -> Any:
    """Ask again in other words, so that what was said is met; all answers begin anew."""
    found, row = _open(actor, decision_id)
    require(decisions.may_start_next_round(actor, decisions.visible_decision(actor, decision_id)))
    form = NextRoundForm(
        question=found["question"], explanation=found["explanation"], closes_on=in_a_week(),
        expected_version=found["version"],
        options="\n".join(one["text"] for one in found["options"]),
    )  # fmt: skip
    if not found["options"] or found["kind"] == "election":
        del form["options"]
    if form.validate_on_submit():
        try:
            made = decisions.next_round(
                actor, decision_id, form.expected_version.data, **_asked_again(actor, form)
            )
            return redirect(url_for("decisions.decision", decision_id=made["id"]), 303)
        except DomainError as error:
            show_faults(form, error)
    objections = decisions.list_objections(actor, decision_id, ALL).items
    body = render_template(
        "decisions/next_round.html", network=row, decision=found, form=form, words=words,
        objections=[one for one in objections if one["state"] != "withdrawn"],
    )  # fmt: skip
    return body, 422 if form.errors else 200


@page(blueprint, "/decide/<id:decision_id>/outcome", methods=("GET", "POST"))
def outcome(actor: Actor, decision_id: str) -> Any:
    """Write down what comes of a decision, who sees to it and when it is looked at again."""
    found, row = _open(actor, decision_id)
    require(decisions.may_publish_outcome(actor, decisions.visible_decision(actor, decision_id)))
    form = OutcomeForm(data={"expected_version": found["version"], "responsible_id": actor.user_id})
    people = members_by_name(actor, row["id"])
    form.offer([(one["user"]["id"], one["user"]["display_name"]) for one in people])
    if form.validate_on_submit():
        try:
            decisions.publish_outcome(
                actor, decision_id, form.expected_version.data, form.outcome.data,
                responsible_id=form.responsible_id.data, review_on=form.review_on.data,
            )  # fmt: skip
            flash(_("Written down. The others can see it now."), "ok")
            return redirect(url_for("decisions.decision", decision_id=decision_id), 303)
        except DomainError as error:
            form.show_faults(error)
    result = result_of(words.in_readers_words(found))
    body = render_template(
        "decisions/outcome.html", network=row, decision=found, form=form, said=result.said if result else ""
    )
    return body, 422 if form.errors else 200


def _open(actor: Actor, decision_id: str) -> tuple[Any, Any]:
    found = decisions.get_decision(actor, decision_id)
    return found, open_network(actor, found["network_id"])


def _as_it_is(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "question": found["question"], "expected_version": found["version"],
        "explanation": found["explanation"],
        "closes_on": found["closes_at"].astimezone(get_timezone()).date(),
    }  # fmt: skip


def _changes(actor: Actor, form: LaterForm, found: Mapping[str, Any]) -> dict[str, Any]:
    """What was really typed anew; the end keeps its hour."""
    as_it_was, changes = _as_it_is(found), {}
    for name in ("question", "explanation"):
        if form[name].data != as_it_was[name]:
            changes[name] = form[name].data or ""
    if form.closes_on.data is not None and form.closes_on.data != as_it_was["closes_on"]:
        changes["closes_at"] = evening_of(actor, form.closes_on.data)
    return changes


def _asked_again(actor: Actor, form: NextRoundForm) -> dict[str, Any]:
    values: dict[str, Any] = {
        "question": form.question.data, "explanation": form.explanation.data or "",
        "closes_at": evening_of(actor, form.closes_on.data),
    }  # fmt: skip
    if "options" in form:
        lines = (form.options.data or "").splitlines()
        values["options"] = [line.strip() for line in lines if line.strip()]
    return values
