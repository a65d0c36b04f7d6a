"""Another round about the same question: with what was learnt, everybody asked anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.decisions import Decision, DecisionChange, DecisionObjection, DecisionOption
from network.decisions.commands.closing import settle_due
from network.decisions.commands.drafting import add_draft, least_time_in
from network.decisions.commands.ending import cancel
from network.decisions.commands.opening import locked, start
from network.decisions.commands.telling import tell_objection
from network.decisions.policy import may_start_next_round
from network.decisions.queries.decisions import shown_to, visible_decision
from network.decisions.queries.showing import shown
from network.decisions.queries.views import OwnDecisionView
from network.decisions.rules.counting import PASSED
from network.decisions.rules.drafting import PERSON, check_wish
from network.decisions.rules.states import (
    AGAIN,
    CANCELLED,
    DECIDED,
    DRAFT,
    MOST_ROUNDS,
    OBJECTION,
    OPEN,
    STANDING,
    TOLD_AHEAD,
    LastRound,
    NothingChanged,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import InvalidTransition
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition


def next_round(
    actor: Actor,
    decision_id: str,
    expected_version: int,
    *,
    question: str | None = None,
    explanation: str | None = None,
    options: Sequence[str] | None = None,
    closes_at: datetime | None = None,
) -> OwnDecisionView:
    """Ask again, at once, with another text or the same; all stances begin anew, and what differs is shown.
    About a person it opens a day later, for she is told first in each round. Without an end it takes as long
    as the round before. An open round ends by it, and then only for another
    text: its open objections count as met by the change, and who raised them judges that in the new round. A
    round that passed has none that follows. Who takes over a decision whose proposer left becomes its
    proposer. Returns the new round. Records DecisionCancelled and ObjectionChanged of the old one,
    DecisionOpened of the new. By who sees to it. Raises NotFound, Forbidden, PartyToMatter, VersionConflict,
    InvalidTransition, LastRound after the third, NothingChanged, Invalid, and what opening raises."""
    settle_due(decision_id=decision_id)
    return _again(actor, decision_id, expected_version, question, explanation, options, closes_at)


@command
def _again(
    actor: Actor, decision_id: str, expected_version: int, question: str | None, explanation: str | None,
    options: Sequence[str] | None, closes_at: datetime | None,
) -> OwnDecisionView:  # fmt: skip
    before = visible_decision(actor, decision_id)
    require(may_start_next_round(actor, before))
    before, network = locked(before.id)
    check_version(before, expected_version, _view)
    _check_follows(before)
    now = runtime.current().clock.now()
    by_position = select(DecisionOption).where(DecisionOption.decision_id == before.id)
    rows = session().scalars(by_position.order_by(DecisionOption.position)).all()
    old = {
        "question": before.question, "explanation": before.explanation,
        "options": [row.membership_id or row.text for row in rows],
    }  # fmt: skip
    new = {
        "question": old["question"] if question is None else question.strip(),
        "explanation": old["explanation"] if explanation is None else explanation.strip(),
        "options": old["options"] if options is None else [option.strip() for option in options],
    }  # fmt: skip
    if before.state == OPEN and new == old:
        raise NothingChanged()
    effect = None
    if before.effect_type is not None:
        asked_for = None if before.kind == "election" else before.effect_id
        effect = {"type": before.effect_type, "id": asked_for, "value": before.effect_value}
    opens_at = now + TOLD_AHEAD if before.kind == PERSON else None
    wish: dict[str, Any] = {
        **new, "kind": before.kind, "opens_at": opens_at, "closes_at": closes_at,
        "quorum": before.quorum, "threshold": before.threshold, "silence": before.silence, "effect": effect,
        "concerned_user_id": before.concerned_user_id,
    }  # fmt: skip
    least = least_time_in(network, before.kind, before.silence)
    lasts = max(before.closes_at - (before.opened_at or before.created_at), least)
    wish["closes_at"] = closes_at or (opens_at or now) + lasts
    check_wish(wish, now, least)
    taken_over = before.cancel_reason == "proposer_left"
    if before.state == OPEN:
        _meet_objections(actor, before)
        cancel(actor, before, "next_round")
    made = Decision(
        id=new_id(), network_id=before.network_id, kind=before.kind, question=wish["question"],
        explanation=wish["explanation"], language=before.language, state=DRAFT, topic_id=before.topic_id,
        meeting_id=before.meeting_id, opens_at=None, closes_at=wish["closes_at"], quorum=before.quorum,
        threshold=before.threshold, anonymous=before.anonymous,
        hidden_until_closed=before.hidden_until_closed, silence=before.silence,
        effect_type=before.effect_type, effect_id=effect["id"] if effect else None,
        effect_value=before.effect_value, previous_id=before.id, round=before.round + 1,
        proposed_by=actor.id if taken_over else before.proposed_by,
        concerned_user_id=before.concerned_user_id,
        statement=before.statement, raised_at=before.raised_at, created_at=now, version=1,
    )  # fmt: skip
    add_draft(actor, made, wish["options"])
    for field in ("question", "explanation", "options"):
        if old[field] != new[field]:
            session().add(
                DecisionChange(
                    id=new_id(), decision_id=made.id, field=field, before=_written(old[field]),
                    after=_written(new[field]), changed_by=actor.id, changed_at=now,
                )
            )  # fmt: skip
    session().flush()
    start(actor, made, network)
    return shown_to(actor, [made])[0]


def _check_follows(before: Decision) -> None:
    wanted = select(Decision.id).where(Decision.previous_id == before.id)
    following = session().scalar(wanted)
    if following is not None:
        raise InvalidTransition(state=before.state, next_id=following)
    again = (
        before.state == OPEN
        or (before.state in DECIDED and before.result is not None and before.result["outcome"] != PASSED)
        or (before.state == CANCELLED and before.cancel_reason in AGAIN)
    )
    if not again:
        raise InvalidTransition(state=before.state)
    if before.round >= MOST_ROUNDS:
        raise LastRound()


def _meet_objections(actor: Actor, before: Decision) -> None:
    standing = select(DecisionObjection).where(
        DecisionObjection.decision_id == before.id, DecisionObjection.state.in_(STANDING)
    )
    for objection in session().scalars(standing.order_by(DecisionObjection.id)).all():
        transition(
            OBJECTION, objection, "resolution", actor, expected_version=None,
            show=lambda row: {"id": row.id}, network_id=before.network_id,
        )  # fmt: skip
        objection.ended_at = None if before.anonymous else runtime.current().clock.now()
        session().flush()
        tell_objection(objection, before)


def _written(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _view(decision: Decision) -> dict[str, Any]:
    return dict(shown([decision])[0])
