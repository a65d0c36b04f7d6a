"""Sending a decision when its minutes are over, and taking it back before; what ends by the clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from models.moderation import Appeal, Case, CaseDecision, Sanction
from network import membership, people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.outbox import post
from network.kernel.policy import require, require_second_factor
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.moderation.commands.answering import answer_reports
from network.moderation.commands.cases import as_shown, locked_case, step
from network.moderation.commands.effects import show_again
from network.moderation.commands.looking import without_content
from network.moderation.commands.measuring import relocked, start, step_of
from network.moderation.commands.telling import tell_case
from network.moderation.policy.cases import acting_role, may_act_on_case
from network.moderation.policy.measures import may_settle_measures
from network.moderation.queries.case_measures import state_of
from network.moderation.queries.cases import visible_case
from network.moderation.queries.route import matter_of
from network.moderation.queries.views import OwnCaseView
from network.moderation.rules.appeals import RUNNING
from network.moderation.rules.cases import ACTED, CLAIM_LASTS, DECIDED, NOT_ACTED, NotYours
from network.moderation.rules.deciding import NO_ACTION, REFERRED
from network.moderation.rules.measures import (
    ACTIVE,
    CONTENT_REMOVAL,
    EXPIRED,
    LAPSED,
    PROPOSED,
    REMOVAL,
    AlreadySent,
)

CLOCK = system_actor("measures.settle")
AT_ONCE = 100


@command
def withdraw_decision(actor: Actor, case_id: str, expected_version: int) -> OwnCaseView:
    """Take a decision back while nobody was told of it: the case is hers again, undecided. By who decided.
    Records CaseChanged. Raises NotFound, SecondFactorNeeded, Forbidden, NotYours, VersionConflict,
    AlreadySent."""
    visible_case(actor, case_id)
    require_second_factor(actor)
    case = locked_case(case_id)
    matter = matter_of(case)
    require(may_act_on_case(actor, matter))
    check_version(case, expected_version, as_shown)
    decision = _unsent(case)
    now = runtime.current().clock.now()
    if decision is None or case.state != DECIDED:
        raise AlreadySent()
    if decision.decided_by != actor.user_id:
        raise NotYours()
    _take_back(actor, case, decision, now, acting_role(actor, matter))
    case.assignee_id, case.claimed_until = actor.user_id, now + CLAIM_LASTS
    tell_case(case)
    return without_content(actor, case)


def _take_back(
    actor: Actor, case: Case, decision: CaseDecision, now: datetime, role: str | None = None
) -> None:
    decision.undone_at = now
    for row in _measures_of(decision):
        if row.state == PROPOSED:
            step_of(actor, row, "withdrawal", role=role)
            row.ended_at = now
    step(actor, case, "undoing")
    case.decided_at = None
    session().flush()


def _unsent(case: Case) -> CaseDecision | None:
    wanted = select(CaseDecision).where(
        CaseDecision.case_id == case.id, CaseDecision.sent_at.is_(None), CaseDecision.undone_at.is_(None)
    )
    return session().scalars(wanted.with_for_update()).one_or_none()


def _measures_of(decision: CaseDecision) -> list[Sanction]:
    wanted = select(Sanction.id).where(Sanction.decision_id == decision.id).order_by(Sanction.id)
    return [relocked(row_id) for row_id in session().scalars(wanted).all()]


@job("measures.settle", every_minutes=1)
def settle_measures() -> int:
    """Send what waits no longer, end what ended by the clock, make final what can be looked at no more; how
    many. Running it twice changes nothing."""
    return _send_due(CLOCK) + _end_due(CLOCK) + _finish(CLOCK)


def send_due_one(case: Case) -> None:
    """Within a command that locked the case: send its decision if nothing has to be waited for any more."""
    now = runtime.current().clock.now()
    decision = _unsent(case)
    if decision is not None and case.state == DECIDED and decision.send_from <= now:
        _send(CLOCK, case, decision, now)


@command
def _send_due(actor: Actor) -> int:
    require(may_settle_measures(actor))
    now = runtime.current().clock.now()
    wanted = select(CaseDecision.case_id).where(
        CaseDecision.sent_at.is_(None), CaseDecision.undone_at.is_(None), CaseDecision.send_from <= now
    )
    number = 0
    for case_id in session().scalars(wanted.order_by(CaseDecision.send_from).limit(AT_ONCE)).all():
        case = locked_case(case_id)
        decision = _unsent(case)
        if decision is not None and case.state == DECIDED:
            number += _send(actor, case, decision, now)
    return number


def _send(actor: Actor, case: Case, decision: CaseDecision, now: datetime) -> int:
    """Tell the person, let the measures begin and answer the reports, all or none. What waits for a second
    person keeps the whole: there is one letter for one decision."""
    rows = _measures_of(decision)
    for row in rows:
        if row.state == PROPOSED and state_of(row, now) == LAPSED:
            step_of(actor, row, "lapsing")
            row.ended_at = now
    if any(row.state == PROPOSED and row.second_until and not row.seconded_by for row in rows):
        return 0
    begin = [row for row in rows if row.state == PROPOSED]
    if rows and not begin:
        # Nobody agreed to anything: who has the case decides anew.
        _take_back(actor, case, decision, now)
        tell_case(case)
        return 1
    for row in begin:
        start(actor, row, now)
    decision.sent_at = now
    _show_what_stays(actor, case)
    if decision.outcome != REFERRED:
        answer_reports(actor, case, NOT_ACTED if decision.outcome == NO_ACTION else ACTED)
    if begin and case.about_id is not None:
        where = people.address_of(case.about_id)
        if where is not None:
            post("statement", *where, decision_id=decision.id)
    tell_case(case)
    return 1


def _show_what_stays(actor: Actor, case: Case) -> None:
    """An interim veil ends with the decision; what a measure hides stays hidden."""
    if case.veil_until is None:
        return
    case.veil_until = None
    session().flush()
    show_again(actor, case.target_type, case.target_id)


@command
def _end_due(actor: Actor) -> int:
    require(may_settle_measures(actor))
    now = runtime.current().clock.now()
    due = select(Sanction.id, Sanction.case_id).where(Sanction.state == ACTIVE, Sanction.ends_at <= now)
    number = 0
    for row_id, case_id in session().execute(due.order_by(Sanction.id).limit(AT_ONCE)).all():
        case, row = locked_case(case_id), relocked(row_id)
        if row.state == ACTIVE and state_of(row, now) == EXPIRED:
            row.ended_at = row.ends_at
            step_of(actor, row, "expiry")
            tell_case(case)
            number += 1
    return number


@command
def _finish(actor: Actor) -> int:
    """A removal is final, and a removed content gone, when nobody can ask for another look any more."""
    require(may_settle_measures(actor))
    now = runtime.current().clock.now()
    asked = aliased(Appeal)
    running = exists().where(asked.sanction_id == Sanction.id, asked.state.in_(RUNNING))
    answered = exists().where(asked.sanction_id == Sanction.id, asked.state.not_in(RUNNING))
    due = select(Sanction.id, Sanction.case_id).where(
        Sanction.state == ACTIVE, Sanction.kind.in_((REMOVAL, CONTENT_REMOVAL)),
        Sanction.settled_at.is_(None), ~running, or_(Sanction.appeal_until <= now, answered),
    )  # fmt: skip
    number = 0
    for row_id, case_id in session().execute(due.order_by(Sanction.id).limit(AT_ONCE)).all():
        locked_case(case_id)
        row = relocked(row_id)
        row.settled_at = now
        step_of(actor, row, "settling")
        if row.kind == REMOVAL:
            membership.remove_member(actor, row.network_id, row.user_id)
        number += 1
    return number
