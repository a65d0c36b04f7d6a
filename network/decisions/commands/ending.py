"""Ending a decision before its time: by who sees to it, or because somebody left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from models.decisions import Decision, Elector, Stance
from network.decisions.commands.opening import fresh
from network.decisions.commands.telling import tell
from network.decisions.events import DecisionCancelled, DecisionChanged, PersonMatterRaised
from network.decisions.policy import may_cancel_decision, may_settle_decisions
from network.decisions.queries.decisions import shown_to, visible_decision
from network.decisions.queries.electorate import has_gone, is_elector, voter
from network.decisions.queries.showing import shown
from network.decisions.queries.views import OwnDecisionView
from network.decisions.rules.drafting import check_words
from network.decisions.rules.states import CANCEL_REASONS, DECISION, DRAFT, OPEN, RUNNING, DecisionEnded
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition


@command
def cancel_decision(
    actor: Actor, decision_id: str, expected_version: int, reason: str = ""
) -> OwnDecisionView:
    """End a draft, a scheduled or an open decision without a result; everybody reads the reason. Records
    DecisionCancelled, of a draft nothing. By who sees to it. Raises NotFound, Forbidden, PartyToMatter,
    VersionConflict, InvalidTransition, DecisionEnded when its time is over, Invalid."""
    decision = visible_decision(actor, decision_id)
    require(may_cancel_decision(actor, decision))
    reason = reason.strip()
    check_words(reason=reason)
    decision = fresh(decision.id)
    check_version(decision, expected_version, _view)
    if decision.state == OPEN and decision.closes_at <= runtime.current().clock.now():
        raise DecisionEnded(closes_at=decision.closes_at)
    cancel(actor, decision, reason)
    return shown_to(actor, [decision])[0]


def cancel(actor: Actor, decision: Decision, reason: str) -> None:
    """Within a command that locked the row: end it without a result."""
    was_draft = decision.state == DRAFT
    transition(
        DECISION, decision, "cancellation", actor, expected_version=None, show=_view,
        network_id=decision.network_id, reason=reason or None,
    )  # fmt: skip
    decision.cancel_reason, decision.ballot_key = reason, None
    decision.closed_at = runtime.current().clock.now()
    session().flush()
    if decision.anonymous:
        session().execute(delete(Stance).where(Stance.decision_id == decision.id))
    if was_draft and decision.concerned_user_id is not None:
        record(
            PersonMatterRaised(
                scope=f"user:{decision.concerned_user_id}", entity_id=decision.id,
                network_id=decision.network_id, state=decision.state,
            )
        )  # fmt: skip
    if not was_draft:
        tell(DecisionCancelled, decision, reason=reason if reason in CANCEL_REASONS else "other")


@command
def drop_decision(actor: Actor, decision_id: str, reason: str) -> bool:
    """Cancel what runs, for one of `CANCEL_REASONS`, because what it would bring about is gone; True where
    there was something. What is over by the clock is counted instead. Refused to everybody but the system."""
    require(may_settle_decisions(actor))
    decision = fresh(decision_id)
    if not _goes_on(decision, runtime.current().clock.now()):
        return False
    cancel(actor, decision, reason)
    return True


@command
def let_go_of_leaver(actor: Actor, network_id: str, user_id: str) -> None:
    """Take somebody who left out of what is open: her stance is void for good, what she proposed or what
    concerns her is cancelled. Records DecisionChanged or DecisionCancelled. Twice is once. Refused to
    everybody but the system."""
    require(may_settle_decisions(actor))
    now = runtime.current().clock.now()
    running = select(Decision.id).where(
        Decision.network_id == network_id, Decision.state.in_((DRAFT, *RUNNING))
    )
    # All of them before the first fact takes the network's counter (docs/architecture.md, Locks).
    for decision_id in session().scalars(running.order_by(Decision.id).with_for_update()).all():
        decision = fresh(decision_id)
        if not _goes_on(decision, now):
            continue
        if decision.proposed_by == user_id and has_gone(decision, user_id, now):
            cancel(actor, decision, "proposer_left")
        elif decision.concerned_user_id == user_id and has_gone(decision, user_id, now):
            cancel(actor, decision, "concerned_left")
        elif decision.state == OPEN:
            _void(decision, user_id, now)


def _goes_on(decision: Decision, now: datetime) -> bool:
    """A draft, however old, for its opening gives it time anew; of what runs what is not over by the clock,
    for that is counted as of then, when whoever left since still belonged."""
    return decision.state == DRAFT or (decision.state in RUNNING and decision.closes_at > now)


def _void(decision: Decision, user_id: str, now: datetime) -> None:
    elector = session().get(Elector, (decision.id, user_id))
    if elector is None or elector.voided_at is not None or is_elector(decision, user_id, now):
        return
    elector.voided_at = now
    decision.electorate_count = (decision.electorate_count or 1) - 1
    if decision.anonymous:
        hers = delete(Stance).where(Stance.decision_id == decision.id)
        session().execute(hers.where(Stance.voter == voter(decision, user_id)))
    decision.version += 1
    session().flush()
    tell(DecisionChanged, decision)


def _view(decision: Decision) -> dict[str, Any]:
    return dict(shown([decision])[0])
