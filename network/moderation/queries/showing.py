"""How rows of cases and reports become what is shown: the same number of statements for one and for many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from models.moderation import Case, Report, ReportSnapshot
from network import people
from network.kernel import runtime
from network.kernel.transaction import session
from network.moderation.queries.case_measures import measures_of_cases
from network.moderation.queries.targets import bodies_now
from network.moderation.queries.views import CaseView, ReportView, SnapshotView
from network.moderation.rules.cases import INVALID, OVER_STATES, WITHDRAWN, due_at, is_claimed, state_now

Bodies = Mapping[tuple[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Known:
    """What showing some cases takes: how many reports each has, its last copy, what its thing says by now,
    and the people whom they name."""

    counts: Mapping[str, int]
    snapshots: Mapping[str, ReportSnapshot]
    present: Bodies
    persons: Mapping[str, Any]


def known_of(rows: Sequence[Case]) -> Known:
    """The same for any number of cases, in as many statements."""
    ids = [row.id for row in rows]
    counts, snapshots = _reports(ids), last_snapshots(ids)
    present = bodies_now([(row.target_type, row.target_id) for row in rows])
    return Known(counts, snapshots, present, people.people_by_id(named_in(rows, snapshots.values())))


def named_in(rows: Sequence[Case], snapshots: Iterable[ReportSnapshot]) -> set[str]:
    """Who has these cases, and who wrote what they are about."""
    named = {row.assignee_id for row in rows} | {snapshot.author_id for snapshot in snapshots}
    return {user_id for user_id in named if user_id}


def shown(rows: Sequence[Case], *, with_content: bool = False, known: Known | None = None) -> list[CaseView]:
    """Cases as everybody sees them who handles them; the words of a snapshot only `with_content`, by a
    command that writes down who looked."""
    if not rows:
        return []
    now, known = runtime.current().clock.now(), known or known_of(rows)
    counts, snapshots, present, persons = known.counts, known.snapshots, known.present, known.persons
    measures = measures_of_cases([row.id for row in rows if row.state in OVER_STATES])
    views: list[CaseView] = []
    for row in rows:
        snapshot = snapshots.get(row.id)
        claimed = is_claimed(row, now)
        views.append({
            "id": row.id, "network_id": row.network_id,
            "target": {"type": row.target_type, "id": row.target_id},
            "snapshot": _snapshot(snapshot, persons, with_content) if snapshot else None,
            "reports_count": counts.get(row.id, 0), "sanctions": measures.get(row.id, []),
            "state": state_now(row, now), "level": row.level,
            "severity": row.severity, "own_initiative": row.own_initiative,
            "assignee": persons.get(row.assignee_id or "") if claimed else None,
            "claimed_until": row.claimed_until if claimed else None,
            "asked_until": _ahead(row.asked_until, now), "veiled_until": _ahead(row.veil_until, now),
            "changed_since": has_changed(row, snapshot, present),
            "opened_at": row.opened_at, "reported_at": row.reported_at, "due_at": due_at(row),
            "decided_at": row.decided_at, "closed_at": row.closed_at, "version": row.version,
        })  # fmt: skip
    return views


def has_changed(row: Case, snapshot: ReportSnapshot | None, present: Bodies) -> bool:
    """What was reported says something else by now, or is gone."""
    return snapshot is not None and present.get((row.target_type, row.target_id)) != snapshot.body


def report_views(rows: Sequence[Report]) -> list[ReportView]:
    """Reports as their reporters see them."""
    return [
        {
            "id": row.id, "network_id": row.network_id,
            "target": {"type": row.target_type, "id": row.target_id}, "rule_id": row.rule_id,
            "reason": row.reason, "state": row.state, "answer": row.answer, "created_at": row.created_at,
            "answered_at": row.answered_at, "version": row.version,
        }
        for row in rows
    ]  # fmt: skip


def last_snapshots(case_ids: Sequence[str]) -> dict[str, ReportSnapshot]:
    """The newest snapshot of each case: what is decided about."""
    newest = (
        select(ReportSnapshot.case_id, func.max(ReportSnapshot.taken_at))
        .where(ReportSnapshot.case_id.in_(case_ids))
        .group_by(ReportSnapshot.case_id)
    )
    of_case = tuple_(ReportSnapshot.case_id, ReportSnapshot.taken_at)
    wanted = select(ReportSnapshot).where(of_case.in_(newest))
    return {row.case_id: row for row in session().scalars(wanted)}


def _snapshot(row: ReportSnapshot, persons: Mapping[str, Any], with_content: bool) -> SnapshotView:
    return {
        "id": row.id, "body": row.body if with_content else None,
        "content": row.content if with_content else {}, "language": row.language, "revision": row.revision,
        "rules_version_id": row.rules_version_id, "author": persons.get(row.author_id or ""),
        "posted_at": row.posted_at, "taken_at": row.taken_at,
    }  # fmt: skip


def _reports(case_ids: Sequence[str]) -> dict[str, int]:
    counted = (
        select(Report.case_id, func.count())
        .where(Report.case_id.in_(case_ids), Report.state.not_in((WITHDRAWN, INVALID)))
        .group_by(Report.case_id)
    )
    return {case_id: int(number) for case_id, number in session().execute(counted) if case_id}


def _ahead(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment > now else None
