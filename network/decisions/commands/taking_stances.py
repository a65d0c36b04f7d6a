"""Saying where one stands, and anew until the end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import select

from models.decisions import Decision, DecisionObjection, Stance
from network.decisions.commands.closing import settle_due
from network.decisions.commands.opening import fresh
from network.decisions.commands.telling import tell, tell_objection
from network.decisions.events import ObjectionRaised, StanceTaken
from network.decisions.policy import may_take_stance
from network.decisions.queries.decisions import shown_to, visible_decision
from network.decisions.queries.electorate import is_elector, voter
from network.decisions.queries.showing import options_of
from network.decisions.queries.views import OwnDecisionView
from network.decisions.rules.counting import OBJECTION as OBJECTS
from network.decisions.rules.drafting import check_stance, check_words
from network.decisions.rules.states import (
    DECIDED,
    OBJECTION,
    OPEN,
    RAISED,
    STANDING,
    DecisionEnded,
    DecisionNotOpen,
    NotAnElector,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.idempotency import keep_no_answer
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.policy import require
from network.kernel.transaction import before_commit, command, session
from network.kernel.transitions import transition


def take_stance(
    actor: Actor,
    decision_id: str,
    *,
    stance: str | None = None,
    option_ids: Sequence[str] = (),
    reason: str = "",
    would_change: str = "",
) -> OwnDecisionView:
    """Say where one stands, or anew: only the last word counts, what was said before stays as history (in an
    anonymous decision nothing of it). `stance` where the question has no answers to choose from, and
    `stand_aside` everywhere; an objection carries its reason and what would change it, and stands until who
    raised it takes it back, by another stance too. Records StanceTaken, ObjectionRaised, ObjectionChanged; of
    an anonymous decision only that an objection was raised or has other words. The same again changes
    nothing. By members who take part. Raises NotFound, Forbidden, NotAnElector,
    DecisionNotOpen, DecisionEnded with `closes_at` by the clock of the commit, Invalid."""
    settle_due(decision_id=decision_id)
    return _take(actor, decision_id, stance, tuple(option_ids), reason.strip(), would_change.strip())


@command
def _take(
    actor: Actor, decision_id: str, stance: str | None, option_ids: Sequence[str], reason: str,
    would_change: str,
) -> OwnDecisionView:  # fmt: skip
    decision = visible_decision(actor, decision_id)
    require(may_take_stance(actor, decision))
    decision = fresh(decision.id)
    check_open(decision)
    if not is_elector(decision, actor.user_id, runtime.current().clock.now()):
        raise NotAnElector()
    offered = [option["id"] for option in options_of([decision.id]).get(decision.id, [])]
    check_stance(decision.kind, offered, stance, option_ids, reason)
    check_words(would_change=would_change)
    set_stance(decision, voter(decision, actor.id), stance, option_ids, reason)
    _follow_objection(actor, decision, stance, reason, would_change)
    # The lock was waited for, and what follows takes its time: late is late (C1).
    before_commit(partial(_check_not_late, decision))
    return shown_to(actor, [decision])[0]


def check_open(decision: Decision) -> None:
    """Raise unless stances are taken at this moment of the server's clock."""
    over = decision.state in DECIDED or decision.closes_at <= runtime.current().clock.now()
    if over and decision.state in (OPEN, *DECIDED):
        raise DecisionEnded(closes_at=decision.closes_at)
    # Without its key an anonymous one is about to be cancelled: the person concerned was erased.
    if decision.state != OPEN or (decision.anonymous and decision.ballot_key is None):
        raise DecisionNotOpen(state=decision.state)


def _check_not_late(decision: Decision) -> None:
    # What was counted meanwhile in this very transaction, as when the demo lives through weeks, is not late.
    if decision.state == OPEN:
        check_open(decision)


def set_stance(
    decision: Decision, mark: str, stance: str | None, option_ids: Sequence[str], reason: str
) -> None:
    """Within a command that locked the decision: make this somebody's last word."""
    now = runtime.current().clock.now()
    wanted = select(Stance).where(Stance.decision_id == decision.id, Stance.voter == mark)
    last = session().scalars(wanted.where(Stance.replaced_at.is_(None))).one_or_none()
    said = (stance, sorted(option_ids), reason or None)
    if last is not None and (last.stance, sorted(last.option_ids), last.reason) == said:
        return
    if last is not None and decision.anonymous:
        # A history would tell times, and how somebody changed her mind tells who she is.
        last.stance, last.option_ids, last.reason = said
    else:
        if last is not None:
            last.replaced_at = now
            session().flush()
        session().add(
            Stance(
                id=new_untimed_id() if decision.anonymous else new_id(), decision_id=decision.id, voter=mark,
                stance=stance, option_ids=said[1], reason=said[2],
                said_at=None if decision.anonymous else now, replaced_at=None,
            )
        )  # fmt: skip
    session().flush()
    if decision.anonymous:
        return  # how many have spoken is told when it is over, so nothing is to be heard before
    tell(StanceTaken, decision)


def _follow_objection(
    actor: Actor, decision: Decision, stance: str | None, reason: str, would_change: str
) -> None:
    """An objection belongs to its stance: it begins with it, its words follow it, another stance ends it."""
    mark = voter(decision, actor.id)
    wanted = select(DecisionObjection).where(
        DecisionObjection.decision_id == decision.id, DecisionObjection.voter == mark,
        DecisionObjection.state.in_(STANDING),
    )  # fmt: skip
    objection = session().scalars(wanted).one_or_none()
    if stance == OBJECTS and objection is None:
        objection = DecisionObjection(
            id=new_untimed_id() if decision.anonymous else new_id(), decision_id=decision.id, voter=mark,
            reason=reason, would_change=would_change or None, state=RAISED,
            raised_at=None if decision.anonymous else runtime.current().clock.now(), version=1,
        )  # fmt: skip
        session().add(objection)
        session().flush()
        scope = f"network:{decision.network_id}"
        record(ObjectionRaised(scope=scope, entity_id=objection.id, decision_id=decision.id))
        return
    if objection is None:
        return
    if stance == OBJECTS:
        if (objection.reason, objection.would_change) == (reason, would_change or None):
            return
        objection.reason, objection.would_change = reason, would_change or None
        objection.version += 1
    elif decision.anonymous:
        keep_no_answer()
        return  # what became of it is told when it is over, as for one whose voice has left
    else:
        end_objection(actor, decision, objection, "withdrawal")
    session().flush()
    tell_objection(objection, decision)


def end_objection(actor: Actor, decision: Decision, objection: DecisionObjection, action: str) -> None:
    """Within a command: an objection ends by its own voice, where it has a name."""
    transition(
        OBJECTION, objection, action, actor, expected_version=None, show=lambda row: {"id": row.id},
        network_id=decision.network_id,
    )  # fmt: skip
    objection.ended_at = runtime.current().clock.now()
