"""The queue with 10,000 cases and one case take few statements, however much there is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, insert

from models.moderation import Case, CaseParty, Report, ReportSnapshot
from network import moderation
from network.kernel.actor import system_actor
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.cases import Court, make_court
from tests.factories.membership import again
from tests.running import HandClock

MOST = 20


@command
def fill(court: Court, number: int, clock: HandClock) -> None:
    """Many cases about messages that are gone, each with a report, a copy and its parties."""
    require(anyone(system_actor("tests"), None))
    now, ids = clock.now(), [new_id() for _ in range(number)]
    thing: dict[str, Any] = {"network_id": court.network.id, "target_type": "message"}
    ann, bob = court.ann.user_id, court.bob.user_id
    cases = [
        {
            **thing, "id": one, "target_id": one, "about_id": ann, "state": "new", "level": 0,
            "severity": 0, "own_initiative": False, "revision": 1, "opened_by": bob, "opened_at": now,
            "reported_at": now, "paused_seconds": 0, "version": 1,
        }
        for one in ids
    ]  # fmt: skip
    copies = [
        {"id": one, "case_id": one, "body": "Word", "content": {}, "revision": 1, "author_id": ann,
         "taken_at": now}
        for one in ids
    ]  # fmt: skip
    reports = [
        {**thing, "id": one, "case_id": one, "snapshot_id": one, "target_id": one, "reporter_id": bob,
         "reason": "Hm.", "state": "submitted", "created_at": now, "version": 1}
        for one in ids
    ]  # fmt: skip
    parties = [
        {"case_id": one, "user_id": who, "role": role, "since": now}
        for one in ids for who, role in ((ann, "author"), (bob, "reporter"))
    ]  # fmt: skip
    for table, rows in ((Case, cases), (ReportSnapshot, copies), (Report, reports), (CaseParty, parties)):
        session().execute(insert(table), rows)


def test_queue_and_case_take_as_few_statements_with_10000_cases(
    live: Runtime, clock: HandClock, request: pytest.FixtureRequest
) -> None:
    court = make_court()
    seen: list[int] = []
    asked: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for number in (10, 10_000 if "sqlite" in request.node.name else 1_000):
        fill(court, number, clock)
        said = court.says(court.ann)
        court.reports(court.cem, said)
        case_id, meta = court.case(said).id, again(court.meta)
        asked.clear()
        with unit_of_work():
            rows = moderation.list_cases(meta, court.network.id, PageRequest(200)).items
        queue = len(asked)
        with unit_of_work():
            assert moderation.count_waiting(meta, court.network.id)["waiting"] > number
        counting = len(asked) - queue
        with unit_of_work():
            moderation.get_case(meta, case_id)
        seen += [queue, counting, len(asked) - queue - counting]
        assert len(rows) == min(200, number + 1)
    assert seen[:3] == seen[3:], seen
    assert max(seen) <= MOST, seen
