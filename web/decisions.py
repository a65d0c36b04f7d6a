"""The pages of a network's decisions: the list, and one with what everybody says to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import decisions as settled
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, NotFound
from network.kernel.paging import MAX_LIMIT, PageRequest
from web import decision_words as words
from web.affairs import awaits_outcome
from web.decision_counts import counted
from web.decision_parts import about_of, facts_of, is_about, line_of, more_of, outside_of, stands
from web.decision_results import cancelled_because, result_of
from web.decision_texts import differences, history_of
from web.forms.decisions import ChoiceForm, StanceForm, StatementForm
from web.live import live_network
from web.pages import page
from web.roadmap import open_network, sections

blueprint = Blueprint("decisions", __name__)
blueprint.record(lambda made: made.app.jinja_env.globals.update(words_of_decisions=words))
SHOWN = 30
OVER = ("closed", "outcome_published", "no_result", "cancelled")


@page(blueprint, "/network/<slug>/decisions")
def decisions(actor: Actor, slug: str) -> str:
    """What a network decides: what is open and what waits for a sentence first, then what is over."""
    row = open_network(actor, slug)
    asked = PageRequest(SHOWN, request.args.get("cursor"))
    found = settled.list_decisions(actor, row["id"], asked)
    rows = [{**one, **line_of(one)} for one in map(words.in_readers_words, found.items)]
    waits = [one for one in rows if awaits_outcome(one)]
    return render_template(
        "decisions/decisions.html", network=row, words=words, following=found.next,
        drafts=[one for one in rows if one["state"] in ("draft", "scheduled")],
        running=sorted(
            (one for one in rows if one["state"] == "open"),
            key=lambda one: (one["mine"] is not None or not one["is_elector"], one["closes_at"]),
        ),
        waiting=waits,
        over=[one for one in rows if one["state"] in OVER and one not in waits],
        proposes=bool(settled.may_draft_decision(actor, row["id"])),
        sections=sections(actor, row, "decisions"),
    )  # fmt: skip


@page(blueprint, "/decide/<id:decision_id>")
def decision(actor: Actor, decision_id: str) -> Any:
    """One decision: the question, what one says to it, how it stands, what came of it."""
    return decision_page(actor, decision_id, None)


@page(blueprint, "/decide/<id:decision_id>/answer", methods=("POST",))
def say(actor: Actor, decision_id: str) -> Any:
    """Say something to a question, or something else than before."""
    found = settled.get_decision(actor, decision_id)
    form = answer_form(found, request.form)
    if form.validate_on_submit():
        try:
            settled.take_stance(actor, decision_id, **typed(form))
            flash(_("Thank you. Your answer is written down."), "ok")
            return redirect(url_for("decisions.decision", decision_id=decision_id, _anchor="say"), 303)
        except DomainError as error:
            form.show_faults(error)
            return decision_page(actor, decision_id, form), status_of(error)
    return decision_page(actor, decision_id, form), 422


def decision_page(actor: Actor, decision_id: str, form: Any, statement_form: Any = None) -> str:
    """The page of a decision, with a form that was sent and has to be mended, if there is one."""
    found = words.in_readers_words(settled.get_decision(actor, decision_id))
    thing = settled.visible_decision(actor, decision_id)
    row = open_network(actor, found["network_id"])
    is_open, is_concerned = found["state"] == "open", is_about(actor, found)
    objections = _objections(actor, found)
    if form is None and is_open and found["is_elector"]:
        form = answer_form(found, None, objections)
    if statement_form is None and is_concerned and found["state"] in ("draft", "scheduled", "open"):
        statement_form = StatementForm(None, statement=found["statement"])
    acts = acts_on(actor, found, thing)
    shown_from_opening = (
        found["state"] not in ("draft", "scheduled", "cancelled") and found["electorate_count"]
    )
    return render_template(
        "decisions/decision.html", network=row, decision=found, words=words, form=form,
        statement_form=statement_form, stands=stands(found), facts=facts_of(actor, found),
        about=about_of(actor, found), mine=answer_in_words(found, found["mine"]),
        outside=outside_of(found, is_open=is_open, is_concerned=is_concerned), acts=acts,
        counted=counted(found) if shown_from_opening else None,
        objections=objections, concerns=settled.list_concerns(actor, decision_id),
        differs=differences(actor, found), history=history_of(found),
        result=result_of(found), cancelled=cancelled_because(found, thing.closed_at),
        opens_later=words.opens_later(thing.opens_at, thing.concerned_told_at),
        attendees=settled.list_attendees(actor, decision_id), more=more_of(found, acts),
        live=live_network(actor, row["id"], url_for("decisions.decision", decision_id=decision_id)),
    )  # fmt: skip


def answer_form(
    found: Mapping[str, Any], sent: Any, objections: Sequence[Mapping[str, Any]] = ()
) -> StanceForm | ChoiceForm:
    """The form of an answer to a question, with what somebody said so far or has just sent."""
    mine = found["mine"] or {}
    if not found["options"]:
        own = next((one for one in objections if one["mine"] and one["stands"]), None)
        given = {
            "stance": mine.get("stance"), "reason": mine.get("reason"),
            "would_change": own["would_change"] if own else None,
        }  # fmt: skip
        return StanceForm(sent, data=given)
    form = ChoiceForm(sent, data={"option_ids": mine.get("option_ids") or _aside(mine)})
    aside = ("stand_aside", str(words.STANCES["stand_aside"][0]))
    form.offer([(one["id"], one["text"]) for one in found["options"]] + [aside])
    return form


def typed(form: StanceForm | ChoiceForm) -> dict[str, Any]:
    """What was said, as the rules take it."""
    if isinstance(form, StanceForm):
        return {
            "stance": form.stance.data, "reason": form.reason.data or "",
            "would_change": form.would_change.data or "",
        }  # fmt: skip
    chosen = form.option_ids.data or []
    if chosen == ["stand_aside"]:
        return {"stance": "stand_aside"}
    return {"option_ids": chosen}


def answer_in_words(found: Mapping[str, Any], mine: Mapping[str, Any] | None) -> str | None:
    """What somebody said, in the words in which it was asked."""
    if mine is None:
        return None
    if mine["stance"] is not None:
        return str(words.STANCES[mine["stance"]][0])
    chosen = [one["text"] for one in found["options"] if one["id"] in mine["option_ids"]]
    return ", ".join(chosen)


def acts_on(actor: Actor, found: Mapping[str, Any], thing: Any) -> dict[str, bool]:
    """What the actor can do with a decision as it is now, besides answering."""
    state = found["state"]
    runs = state in ("draft", "scheduled", "open")
    again = (
        state in ("open", "no_result")
        or (state == "closed" and found["result"]["outcome"] != "passed")
        or (state == "cancelled" and found["cancel_reason"] in settled.AGAIN)
    )
    return {
        "open": state == "draft" and bool(settled.may_open_decision(actor, thing)),
        "cancel": runs and bool(settled.may_cancel_decision(actor, thing)),
        "change": runs and bool(settled.may_change_decision(actor, thing)),
        "outcome": state == "closed" and bool(settled.may_publish_outcome(actor, thing)),
        "next_round": again and found["next_id"] is None and found["round"] < settled.MOST_ROUNDS
        and bool(settled.may_start_next_round(actor, thing)),
        "answers": state == "open" and bool(settled.may_answer_objection(actor, thing)),
    }  # fmt: skip


def status_of(error: DomainError) -> int:
    """The status with which a form is shown again."""
    kinds = ((Forbidden, 403), (NotFound, 404), (Conflict, 409))
    return next((code for kind, code in kinds if isinstance(error, kind)), 422)


def _aside(mine: Mapping[str, Any]) -> list[str]:
    return ["stand_aside"] if mine.get("stance") == "stand_aside" else []


def _objections(actor: Actor, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    if found["state"] == "draft" or found["options"]:
        return []
    rows = settled.list_objections(actor, found["id"], PageRequest(limit=MAX_LIMIT)).items
    is_open, along = found["state"] == "open", frozenset[str]()
    if rows and found["state"] == "cancelled":
        along = settled.taken_along(actor, found["id"])
    return [
        {
            **row, "stands": is_open and row["state"] in ("raised", "in_integration"),
            "shown_as": "taken_along" if row["id"] in along else row["state"],
        }
        for row in rows
    ]  # fmt: skip
