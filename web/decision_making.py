"""Asking the network: what kind of question it is, and the question itself."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _

from network import decisions, discussions, meetings, networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound
from network.kernel.policy import require
from network.membership import RulesNotAccepted
from network.networks import NetworkView
from web import decision_words as words
from web.decision_effects import effect_named, offered_effects
from web.forms.decisions import QuestionForm
from web.languages import written_in
from web.member_choices import members_by_name
from web.pages import own_path, page
from web.roadmap import open_network

blueprint = Blueprint("decision_making", __name__)
EVENING = time(20, 0)
"""A decision ends in the evening, where the person who asks is."""
A_WEEK = timedelta(days=7)
A_TERM = timedelta(days=365)
"""So long a role is offered for: what our own texts of an agreement say."""


@page(blueprint, "/network/<slug>/decisions/new")
def choose(actor: Actor, slug: str) -> Any:
    """Which kind of question it is, in plain sentences."""
    row = open_network(actor, slug)
    verdict = decisions.may_draft_decision(actor, row["id"])
    if verdict.refusal is RulesNotAccepted:
        return redirect(url_for("agreements.rules", slug=row["slug"], next=own_path()))
    require(verdict)
    kinds = [
        {"key": key, "label": label, "note": note, "sign": sign}
        for key, (label, note, sign) in words.KINDS.items()
        if key != "election" or row["features"].get("elections")
    ]
    return render_template(
        "decisions/kinds.html", network=row, kinds=kinds, topic_id=request.args.get("topic")
    )


@page(blueprint, "/talk/t/<id:topic_id>/decide")
def here(actor: Actor, topic_id: str) -> Any:
    """From a topic to its question: the way to ask it."""
    at = discussions.get_room(actor, discussions.get_topic(actor, topic_id)["room_id"])
    row = networks.get_network(actor, at["network_id"])
    return redirect(url_for("decision_making.choose", slug=row["slug"], topic=topic_id))


@page(blueprint, "/network/<slug>/decisions/new/<kind>", methods=("GET", "POST"))
def write(actor: Actor, slug: str, kind: str) -> Any:
    """Write the question; it opens from its own page, when one has seen how the others will see it."""
    row = open_network(actor, slug)
    if kind not in words.KINDS or (kind == "election" and not row["features"].get("elections")):
        abort(404)
    require(decisions.may_draft_decision(actor, row["id"]))
    form = _form(actor, row, kind)
    if form.validate_on_submit():
        try:
            made = decisions.draft_decision(actor, row["id"], **_asked(actor, form, kind))
            return redirect(url_for("decisions.decision", decision_id=made["id"]), 303)
        except DomainError as error:
            show_faults(form, error)
    body = render_template(
        "decisions/write.html", network=row, kind=kind, words=words, form=form,
        back=url_for("decision_making.choose", slug=row["slug"], topic=form.topic_id.data or None),
    )  # fmt: skip
    return body, 422 if form.errors else 200


def evening_of(actor: Actor, day: Any) -> datetime:
    """Eight in the evening of a day, where the person is who chose it."""
    zone = actor.time_zone or "UTC"
    try:
        return meetings.moment_of(datetime.combine(day, EVENING), zone)
    except OverflowError:  # on the last day of all time; the rules refuse it anywhere
        return datetime.combine(day, EVENING, UTC)


def in_a_week() -> Any:
    """The day of the first evening that is a whole week away, where the reader is: enough for every kind of
    question, also for one in which silence counts."""
    then = runtime.current().clock.now().astimezone(get_timezone()) + A_WEEK
    return then.date() if then.time() < EVENING else then.date() + timedelta(days=1)


def show_faults(form: Any, error: DomainError) -> None:
    """Put what the rules refused beside the field that the page has for it."""
    faults = getattr(error, "faults", {})
    for name, field in (("closes_at", "closes_on"), ("options", "candidates"), ("value", "until")):
        if name in faults and field in form:
            faults[field] = faults.pop(name)
    form.show_faults(error)


def _form(actor: Actor, row: NetworkView, kind: str) -> QuestionForm:
    source_id = request.form.get("topic_id") if request.method == "POST" else request.args.get("topic")
    topic = _topic(actor, source_id, row["id"])
    if request.method == "POST" and source_id and topic is None:
        raise NotFound()
    form = QuestionForm(
        closes_on=in_a_week(), quorum=decisions.QUORUM, threshold=decisions.THRESHOLDS[kind],
        topic_id=topic["id"] if topic else "", question=topic["title"] if topic else "",
        until=in_a_week() + A_TERM,
    )  # fmt: skip
    offered: dict[str, Any] = {}
    people = members_by_name(actor, row["id"])
    if kind == "election":
        offered["candidates"] = [(one["id"], one["user"]["display_name"]) for one in people]
    if kind == "person":
        offered["concerned_user_id"] = [
            ("", _("Please choose")),
            *((one["user"]["id"], one["user"]["display_name"]) for one in people),
        ]
    if kind in ("consent", "election"):
        offered["effect"] = offered_effects(actor, row, kind)
        wished, named = request.args.get("effect"), dict(offered["effect"])
        if request.method == "GET" and wished and wished in named:
            form.effect.data, form.question.data = wished, form.question.data or named[wished]
    form.offer(**offered)
    for needed, kinds in (("options", ("choice",)), ("concerned_user_id", ("person",))):
        if needed in form and kind in kinds:
            form[needed].flags.required = True  # what the rules ask for is not marked as "if you like"
    if kind in ("consent", "election"):
        form.leave_out("options")
    if kind in ("consent", "temperature"):
        form.leave_out("threshold")
    if kind != "consent":
        form.leave_out("silence")
    if kind != "election":
        form.leave_out("until")
    return form


def _effect_of(form: QuestionForm) -> dict[str, Any] | None:
    if "effect" not in form:
        return None
    return effect_named(form.effect.data, form.until.data if "until" in form else None)


def _topic(actor: Actor, topic_id: str | None, network_id: str) -> Any:
    """The topic out of which the question comes; None where there is none, or it is not open to her."""
    if not topic_id:
        return None
    try:
        topic = discussions.get_topic(actor, topic_id)
        at = discussions.get_room(actor, topic["room_id"])
    except NotFound:
        return None
    return topic if at["network_id"] == network_id else None


def _asked(actor: Actor, form: QuestionForm, kind: str) -> dict[str, Any]:
    """What was typed, as the rules take it."""
    lines = (form.options.data or "").splitlines() if "options" in form else []
    options = [line.strip() for line in lines if line.strip()]
    if "candidates" in form:
        options = form.candidates.data or []
    return {
        "kind": kind, "question": form.question.data, "explanation": form.explanation.data or "",
        "language": written_in(f"{form.question.data} {form.explanation.data or ''}") or actor.language,
        "options": options, "closes_at": evening_of(actor, form.closes_on.data), "quorum": form.quorum.data,
        "threshold": form.threshold.data if "threshold" in form else decisions.THRESHOLDS[kind],
        "anonymous": form.anonymous.data, "hidden_until_closed": form.hidden_until_closed.data,
        "silence": "announced" if "silence" in form and form.silence.data else "never",
        "topic_id": form.topic_id.data or None,
        "effect": _effect_of(form),
        "concerned_user_id": (form.concerned_user_id.data or None) if "concerned_user_id" in form else None,
    }  # fmt: skip
