"""A25: whoever changes the audit trail in the database is found out."""

from __future__ import annotations

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


def test_every_column_but_the_key_is_in_the_hash(live: Runtime) -> None:
    row = dict.fromkeys(audit._COLUMNS)
    base = audit.link(audit.START, row)
    assert all(audit.link(audit.START, {**row, name: "x"}) != base for name in audit._COLUMNS)
    assert set(audit._COLUMNS) == {c.name for c in audit.AuditRow.__table__.columns} - {"chain"}
