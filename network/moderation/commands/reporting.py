"""Reporting: the copy of what is reported, its case, and the receipt; taking a report back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.moderation import Case, Report, ReportingPause
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition
from network.kernel.translation import mark as _
from network.moderation.commands.cases import settle, step
from network.moderation.commands.opening import Words, add_snapshot, named_in, open_case, take_in
from network.moderation.commands.telling import tell_case
from network.moderation.commands.veiling import end_interim_veil
from network.moderation.policy.cases import may_report
from network.moderation.queries.reports import own_report, what_was_done
from network.moderation.queries.showing import last_snapshots, report_views
from network.moderation.queries.targets import Target, has_rule, rules_version_at, visible_target
from network.moderation.queries.views import ReportView
from network.moderation.rules.cases import (
    ANSWERED,
    MOST_REASON,
    NEW,
    OVER_STATES,
    REPORT,
    RUNNING_REPORTS,
    ReportingPaused,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A report, and whether it is a new one; it is not where the same person told of the same before."""

    report: ReportView
    is_new: bool


@command
def report(
    actor: Actor, target_type: str, target_id: str, *, reason: str, rule_id: str | None = None,
    network_id: str | None = None, named_ids: Sequence[str] = (), not_by_organisation: bool = False,
) -> Receipt:  # fmt: skip
    """Tell the meta-mentors of a problem with something that the actor sees, or saw until its author deleted
    it. It is copied as it is now; a case is opened or this is added to it. What was decided comes back only
    where it changed since, or with a rule that nobody named before; else the answer stands at once. People
    in `named_ids` and those whom the words name handle nothing of it, with `not_by_organisation` nobody of
    the founding organisation does. Refused while reporting is paused for her. Records CaseOpened or
    CaseChanged, QueueChanged. Raises NotFound, ReportingPaused, Invalid."""
    require(may_report(actor))
    target = visible_target(actor, target_type, target_id, network_id)
    if network_id not in (None, target.network_id):
        raise NotFound()
    words = checked(target, reason, rule_id)
    _check_not_paused(actor, target.network_id)
    named = named_in(actor, target.network_id, words.reason, named_ids)
    networks.lock_network(target.network_id)
    return take_report(actor, target, words, named, not_by_organisation)


def checked(target: Target, reason: str, rule_id: str | None) -> Words:
    """What somebody says of a thing: with the rules that held when it was posted, or else now. Raises
    Invalid."""
    reason = reason.strip()
    if len(reason) > MOST_REASON:
        raise Invalid({"reason": FieldFault.of(_("This is too long."))})
    posted = rules_version_at(target.network_id, target.posted_at)
    if rule_id is None:
        if not reason:
            raise Invalid({"reason": FieldFault.of(_("Please say in a few words what is wrong."))})
        return Words(reason, None, posted)
    for version in (posted, rules_version_at(target.network_id, runtime.current().clock.now())):
        if has_rule(version, rule_id):
            return Words(reason, rule_id, version)
    raise Invalid({"rule_id": FieldFault.of(_("This rule is not one of our rules."))})


def take_report(
    actor: Actor | None, target: Target, words: Words, named: frozenset[str], flagged: bool
) -> Receipt:
    """Within a command that locked the network: the report of somebody, or of nobody with an account."""
    reporter_id, case = actor.user_id if actor else None, last_case(target)
    if case is None:
        case = open_case(target, opened_by=reporter_id)
        add_snapshot(case, target)
        return _added(case, target, words, reporter_id, named, flagged, is_first=True)
    now = runtime.current().clock.now()
    hers = _hers(case, reporter_id)
    changed = last_snapshots([case.id])[case.id].body != target.body
    if case.state not in OVER_STATES:
        settle(case, now)
        if changed:
            add_snapshot(case, target)
        if hers is not None and hers.state in RUNNING_REPORTS:
            if changed:
                step(actor or _NOBODY, case, "further_report")
                tell_case(case)
            return Receipt(report_views([hers])[0], is_new=False)
        return _added(case, target, words, reporter_id, named, flagged)
    if not changed and not _names_new_rule(case, words.rule_id):
        if hers is not None and hers.state == ANSWERED:
            return Receipt(report_views([hers])[0], is_new=False)
        row = _row(case, target, words, reporter_id, now)
        row.state, row.answer, row.answered_at = ANSWERED, what_was_done(case.id), now
        session().flush()
        return Receipt(report_views([row])[0], is_new=True)
    add_snapshot(case, target)
    step(actor or _NOBODY, case, "returning")
    case.assignee_id, case.claimed_until, case.asked_until = None, None, None
    case.decided_at, case.closed_at, case.reported_at, case.paused_seconds = None, None, now, 0
    return _added(case, target, words, reporter_id, named, flagged)


def last_case(target: Target) -> Case | None:
    """The newest case about a thing in its network, locked."""
    wanted = select(Case).where(
        Case.network_id == target.network_id, Case.target_type == target.type, Case.target_id == target.id
    )
    locked = wanted.order_by(Case.opened_at.desc()).limit(1).with_for_update()
    return session().scalars(locked.execution_options(populate_existing=True)).one_or_none()


def _added(
    case: Case, target: Target, words: Words, reporter_id: str | None, named: frozenset[str], flagged: bool,
    *, is_first: bool = False,
) -> Receipt:  # fmt: skip
    now = runtime.current().clock.now()
    row = _row(case, target, words, reporter_id, now)
    take_in(case, row, named, flagged, is_first=is_first)
    return Receipt(report_views([row])[0], is_new=True)


def _row(case: Case, target: Target, words: Words, reporter_id: str | None, now: datetime) -> Report:
    row = Report(
        id=new_id(), network_id=target.network_id, case_id=case.id,
        snapshot_id=last_snapshots([case.id])[case.id].id, target_type=target.type, target_id=target.id,
        reporter_id=reporter_id, rules_version_id=words.rules_version_id, rule_id=words.rule_id,
        reason=words.reason, state="submitted", created_at=now, version=1,
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row


def _hers(case: Case, reporter_id: str | None) -> Report | None:
    if reporter_id is None:
        return None
    wanted = select(Report).where(Report.case_id == case.id, Report.reporter_id == reporter_id)
    wanted = wanted.where(Report.state.in_((*RUNNING_REPORTS, ANSWERED)))
    return session().scalars(wanted.order_by(Report.created_at.desc()).limit(1)).one_or_none()


def _names_new_rule(case: Case, rule_id: str | None) -> bool:
    if rule_id is None:
        return False
    named = select(Report.id).where(Report.case_id == case.id, Report.rule_id == rule_id)
    return session().scalar(named.limit(1)) is None


def _check_not_paused(actor: Actor, network_id: str) -> None:
    paused = session().get(ReportingPause, (network_id, actor.user_id))
    if paused is not None and paused.until is not None and paused.until > runtime.current().clock.now():
        raise ReportingPaused(until=paused.until)


@command
def withdraw_report(actor: Actor, report_id: str, expected_version: int) -> ReportView:
    """Take one's own report back, before its case is decided. A case that nobody has taken yet ends where no
    report is left. Records CaseChanged, QueueChanged. Raises NotFound, VersionConflict,
    InvalidTransition."""
    require(may_report(actor))
    seen = own_report(actor, report_id)
    case = locked_of(seen)
    row = session().get_one(Report, seen.id, with_for_update=True, populate_existing=True)
    check_version(row, expected_version, _shown)
    end_report(actor, row, "withdrawal")
    row.answered_at = runtime.current().clock.now()
    if case is not None:
        empty_where_none_left(actor, case)
    return report_views([row])[0]


def locked_of(row: Report) -> Case | None:
    """The case of a report, locked."""
    if row.case_id is None:
        return None
    return session().get_one(Case, row.case_id, with_for_update=True, populate_existing=True)


def end_report(actor: Actor, row: Report, action: str) -> None:
    """One step of a report's machine, in the audit trail without what it says."""
    transition(REPORT, row, action, actor, expected_version=None, show=_shown, network_id=row.network_id)
    session().flush()


def empty_where_none_left(actor: Actor, case: Case) -> None:
    """A case that nobody has taken and that nobody tells of any more is over, and what it hid is seen."""
    left = select(Report.id).where(Report.case_id == case.id, Report.state.in_(RUNNING_REPORTS)).limit(1)
    if case.state in OVER_STATES:
        return
    settle(case, runtime.current().clock.now())
    if case.state == NEW and not case.own_initiative and session().scalar(left) is None:
        end_interim_veil(actor, case)
        step(actor, case, "emptying")
        case.closed_at = runtime.current().clock.now()
    tell_case(case)


def _shown(row: Any) -> Any:
    return dict(report_views([row])[0])


_NOBODY = Actor("system", name="notices")
