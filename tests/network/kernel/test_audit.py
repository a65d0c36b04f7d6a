"""A25: whoever changes the audit trail in the database is found out."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from network.kernel import audit
from network.kernel.actor import system_actor
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, unit_of_work


@command
def append_rows(number: int) -> None:
    require(ALLOWED)
    for n in range(number):
        audit.append(
            system_actor("test"),
            "thing.done",
            "thing",
            f"id-{n}",
            before={"n": n},
            after={"n": n + 1},
            reason="é\n",
        )


def head() -> tuple[int, str]:
    with unit_of_work():
        return audit.current_head()


def change(live: Runtime, *statements: str) -> None:
    with live.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_trail_verifies(live: Runtime) -> None:
    append_rows(3)
    append_rows(2)
    with unit_of_work():
        assert audit.verify() is None
        assert audit.current_head()[0] == 5


TAMPERING: dict[str, tuple[list[str], int]] = {
    "edit": (["UPDATE audit_trail SET actor_id = 'somebody' WHERE seq = 3"], 3),
    "edit the reason": (["UPDATE audit_trail SET reason = NULL WHERE seq = 2"], 2),
    "edit the time": (["UPDATE audit_trail SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 4"], 4),
    "edit what was": (["""UPDATE audit_trail SET before = '{"n": 7}' WHERE seq = 1"""], 1),
    "delete": (["DELETE FROM audit_trail WHERE seq = 2"], 2),
    "reorder": (
        [
            "UPDATE audit_trail SET seq = 99 WHERE seq = 2",
            "UPDATE audit_trail SET seq = 2 WHERE seq = 3",
            "UPDATE audit_trail SET seq = 3 WHERE seq = 99",
        ],
        2,
    ),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_a25_the_first_bad_row_is_named(live: Runtime, kind: str) -> None:
    statements, first_bad = TAMPERING[kind]
    append_rows(5)
    change(live, *statements)
    with unit_of_work():
        assert audit.verify() == first_bad


@pytest.mark.parametrize("also_head", [False, True])
def test_a25_a_trail_cut_off_at_its_end_is_found_by_the_published_head(
    live: Runtime, also_head: bool
) -> None:
    append_rows(5)
    with unit_of_work():
        published = audit.current_head()
    cut = ["DELETE FROM audit_trail WHERE seq > 3"]
    if also_head:
        cut.append("UPDATE audit_head SET seq = 3, chain = (SELECT chain FROM audit_trail WHERE seq = 3)")
    change(live, *cut)
    with unit_of_work():
        assert audit.verify(published) == 4
        assert (audit.verify() is None) is also_head, "without the outside head a tidy cut cannot be seen"


@pytest.mark.parametrize("column", ["before", "at", "actor_id"])
def test_a25_what_cannot_even_be_read_is_named(live: Runtime, column: str) -> None:
    append_rows(5)
    # SQLite takes anything into any column; what PostgreSQL takes can be read.
    forged = "x'ff00'" if live.database.is_sqlite else "NULL" if column == "before" else f"{column}"
    change(live, f"UPDATE audit_trail SET {column} = {forged}, chain = '' WHERE seq = 4")
    assert audit.verify() == 4


def test_what_is_written_meanwhile_is_no_tampering(live: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    append_rows(3)
    real, looked = audit.link, threading.Event()

    def link(previous: str, row: Mapping[str, Any]) -> str:
        if not looked.is_set():
            looked.set()
            monkeypatch.setattr(audit, "link", real)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(append_rows, 2).result()
        return real(previous, row)

    monkeypatch.setattr(audit, "link", link)
    found = audit.examine()
    assert looked.is_set()
    assert (found.bad, found.head[0]) == (None, 3), "one moment: before the two others"
    assert audit.examine().head[0] == 5


def test_a_long_trail_is_taken_in_parts(live: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_AT_ONCE", 10)
    append_rows(35)
    assert audit.examine() == audit.Examination(None, head())
    change(live, "UPDATE audit_trail SET action = 'forged' WHERE seq = 27")
    assert audit.verify() == 27


def test_the_first_rows_of_many_at_once(live: Runtime) -> None:
    gate = threading.Barrier(6)

    def first(_number: int) -> None:
        gate.wait()
        append_rows(1)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(first, range(6)))
    assert audit.verify() is None
    assert head()[0] == 6


def test_a_head_that_is_gone_is_found(live: Runtime) -> None:
    append_rows(2)
    change(live, "DELETE FROM audit_head")
    assert audit.verify() == 3


def test_every_column_but_the_key_is_in_the_hash(live: Runtime) -> None:
    row = dict.fromkeys(audit._COLUMNS)
    base = audit.link(audit.START, row)
    assert all(audit.link(audit.START, {**row, name: "x"}) != base for name in audit._COLUMNS)
    assert set(audit._COLUMNS) == {c.name for c in audit.AuditRow.__table__.columns} - {"chain"}
