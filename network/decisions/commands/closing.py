"""Ending a decision by the clock: counted once, stored, and what follows brought about, in one transaction.
Whoever looks first settles; the job only sees to it that somebody looks (state-machines, A/B 2)."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.exc import OperationalError

from models.decisions import Decision, DecisionObjection, Stance
from models.networks import Network
from network.decisions.commands.ending import cancel
from network.decisions.commands.opening import begin, locked
from network.decisions.commands.telling import tell, tell_objection
from network.decisions.events import DecisionClosed
from network.decisions.policy import may_settle_decisions
from network.decisions.queries.electorate import has_gone, standing_electors, voter
from network.decisions.queries.rounds import failed_rounds
from network.decisions.queries.showing import options_of, shown
from network.decisions.rules.counting import (
    NO_RESULT,
    PASSED,
    Ballot,
    ResultView,
    Said,
    count,
    without_counts,
)
from network.decisions.rules.counting import OBJECTION as OBJECTS
from network.decisions.rules.drafting import ANNOUNCED, ELECTION, PERSON
from network.decisions.rules.effects import effect_of, fallback_in
from network.decisions.rules.states import (
    DECISION,
    ENDING_OVERLAYS,
    FEWEST_ANONYMOUS,
    OBJECTION,
    OPEN,
    RUNNING,
    SCHEDULED,
    STANDING,
    WITHDRAWN,
    NetworkArchived,
    NetworkDormant,
    TooFewElectors,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import DatabaseBusy, DomainError, StorageFull
from network.kernel.failures import count_failure
from network.kernel.fractions import parse_share
from network.kernel.ids import new_untimed_id
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import attempt, command, session, unit_of_work
from network.kernel.transitions import transition

log = structlog.get_logger("decisions")


def settle_due(network_id: str | None = None, *, decision_id: str | None = None) -> int:
    """Open and close whatever is due by the clock, of one network, of all, or one decision, and end what is
    open in a network that sleeps or was closed; how much. Nothing is done twice, also when many look at the
    same moment. Where nothing is due it costs one statement."""
    now = runtime.current().clock.now()
    due = (
        select(Decision.id)
        .join(Network, Network.id == Decision.network_id)
        .where(
            or_(
                and_(Decision.state == OPEN, Decision.closes_at <= now),
                and_(Decision.state == SCHEDULED, Decision.opens_at <= now),
                and_(Decision.state.in_(RUNNING), Network.overlay.in_(ENDING_OVERLAYS)),
            )
        )
    )
    if network_id is not None:
        due = due.where(Decision.network_id == network_id)
    if decision_id is not None:
        due = due.where(Decision.id == decision_id)
    with unit_of_work():
        waiting = session().scalars(due.order_by(Decision.closes_at, Decision.id)).all()
    return sum(settle_decision(system_actor("decisions"), due_id) for due_id in waiting)


@job("decisions.settle", every_minutes=1)
def settle_everywhere() -> int:
    """Let those hear of an end who did not look; nothing waits for this."""
    return settle_due()


@command
def settle_decision(actor: Actor, decision_id: str) -> bool:
    """Open or close one decision when its time has come; False where that was done already. Records
    DecisionOpened, DecisionClosed or DecisionCancelled, and what the effect records. Refused to everybody but
    the system."""
    require(may_settle_decisions(actor))
    decision, network = locked(decision_id)
    now, done = runtime.current().clock.now(), False
    if decision.state == SCHEDULED and decision.opens_at is not None and decision.opens_at <= now:
        done = True
        try:
            with attempt():
                begin(actor, decision, network, decision.opens_at)
        except (NetworkArchived, NetworkDormant) as refusal:
            cancel(actor, decision, refusal.code)
        except TooFewElectors:
            cancel(actor, decision, "too_few_electors")
        except DomainError as refusal:
            log.info("decision_not_opened", decision=decision_id, code=refusal.code)
            cancel(actor, decision, "effect_refused")
    if decision.state == OPEN and decision.closes_at <= now:
        done = True
        _close(actor, decision)
    reason = ENDING_OVERLAYS.get(network.overlay or "")
    if reason is not None and decision.state in RUNNING:
        done = True
        cancel(actor, decision, reason)
    return done


def _close(actor: Actor, decision: Decision) -> None:
    if has_gone(decision, decision.proposed_by, decision.closes_at):
        cancel(actor, decision, "proposer_left")
        return
    concerned = decision.concerned_user_id
    if concerned is not None and has_gone(decision, concerned, decision.closes_at):
        cancel(actor, decision, "concerned_left")
        return
    result = _counted(actor, decision)
    if decision.kind == PERSON and result["taken_count"] == 0:
        cancel(actor, decision, "no_stances")
        return
    if decision.anonymous and result["electorate_count"] < FEWEST_ANONYMOUS:
        result = without_counts(result)
    decision.result, decision.closed_at = dict(result), decision.closes_at
    decision.electorate_count = result["electorate_count"]
    transition(
        DECISION, decision, "closing_without_result" if result["outcome"] == NO_RESULT else "closing", actor,
        expected_version=None, show=_view, network_id=decision.network_id,
    )  # fmt: skip
    if decision.anonymous:
        _unlink(decision)
    _bring_about(actor, decision, result)
    session().flush()
    tell(
        DecisionClosed,
        decision,
        outcome=result["outcome"],
        effect_type=decision.effect_type,
        effect_state=decision.effect_state,
    )


def _counted(actor: Actor, decision: Decision) -> ResultView:
    """The result as of `closes_at`, however late somebody looks: who left after it counts."""
    standing = list(session().scalars(standing_electors(decision, decision.closes_at)))
    marks = {voter(decision, user_id) for user_id in standing}
    taken = select(Stance).where(Stance.decision_id == decision.id, Stance.replaced_at.is_(None))
    said = [row for row in session().scalars(taken) if row.voter in marks]
    return count(
        Ballot(
            kind=decision.kind, electorate=len(standing), quorum=parse_share(decision.quorum),
            threshold=parse_share(decision.threshold),
            said=[Said(row.stance, tuple(row.option_ids)) for row in said],
            option_ids=[option["id"] for option in options_of([decision.id]).get(decision.id, [])],
            standing_objections=_end_objections(
                actor, decision, {row.voter for row in said if row.stance == OBJECTS}
            ),
            silence_counts=decision.silence == ANNOUNCED, failed_rounds=failed_rounds(decision),
            fallback=fallback_in(decision.network_id),
        )
    )  # fmt: skip


def _end_objections(actor: Actor, decision: Decision, objecting: set[str]) -> int:
    """What is still open is sustained; an objection of somebody who left is void with her stance. In an
    anonymous decision the same word says that it was taken back meanwhile: nobody tells one from the
    other."""
    open_ones = select(DecisionObjection).where(
        DecisionObjection.decision_id == decision.id, DecisionObjection.state.in_(STANDING)
    )
    sustained = 0
    for objection in session().scalars(open_ones.order_by(DecisionObjection.id)).all():
        action = "closing" if objection.voter in objecting else "withdrawal"
        transition(
            OBJECTION, objection, action, actor, expected_version=None, show=lambda row: {"id": row.id},
            network_id=decision.network_id,
        )  # fmt: skip
        objection.ended_at = None if decision.anonymous else decision.closes_at
        sustained += objection.state != WITHDRAWN
        session().flush()
        tell_objection(objection, decision)
    return sustained


def _unlink(decision: Decision) -> None:
    """From now on nobody can tell whose stance is whose: the key is gone, and the rows are written anew in
    an order that tells nothing of who came first."""
    of_it = select(Stance).where(Stance.decision_id == decision.id, Stance.replaced_at.is_(None))
    rows = [
        {
            "id": new_untimed_id(), "decision_id": decision.id, "voter": row.voter, "stance": row.stance,
            "option_ids": row.option_ids, "reason": row.reason, "said_at": None, "replaced_at": None,
        }
        for row in session().scalars(of_it)
    ]  # fmt: skip
    decision.ballot_key = None
    session().execute(delete(Stance).where(Stance.decision_id == decision.id))
    if rows:
        session().execute(insert(Stance), sorted(rows, key=lambda row: str(row["id"])))


def _bring_about(actor: Actor, decision: Decision, result: ResultView) -> None:
    """The effect, exactly once: in the transaction that closes, or not at all (docs/decisions/0021)."""
    if decision.effect_type is None or result["outcome"] != PASSED:
        return
    effect_id = decision.effect_id
    if result["option_id"] is not None:
        options = options_of([decision.id])[decision.id]
        won = next(option for option in options if option["id"] == result["option_id"])
        if decision.kind == ELECTION:
            effect_id = decision.effect_id = won["membership_id"]
        elif won["id"] != options[0]["id"]:
            return  # the effect is the first answer's
    session().flush()
    try:
        with attempt():
            effect_of(decision.effect_type).bring_about(
                actor, decision.network_id, effect_id, decision.effect_value, decision.id
            )
    except DomainError as refusal:
        decision.effect_state, decision.effect_code = "refused", refusal.code
    except (OperationalError, DatabaseBusy, StorageFull):
        raise
    except Exception:
        # An error of the programme must not keep the decision open, nor everybody from reading the list.
        log.exception("effect_failed", decision=decision.id, effect=decision.effect_type)
        count_failure("effect")
        decision.effect_state, decision.effect_code = "refused", "internal_error"
    else:
        decision.effect_state = "done"
    append(
        actor, "decision.effect", "decision", decision.id, network_id=decision.network_id,
        after={
            "type": decision.effect_type, "id": effect_id, "state": decision.effect_state,
            "code": decision.effect_code,
        },
    )  # fmt: skip


def _view(decision: Decision) -> dict[str, Any]:
    return dict(shown([decision])[0])
