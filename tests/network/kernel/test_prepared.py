"""Statements handed to the driver as they are: what comes back, is heard and is refused stays the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select
from sqlalchemy.exc import IntegrityError

from models.discussions import Message
from models.event_log import Event, ScopeHead
from network.kernel.policy import ALLOWED, require
from network.kernel.prepared import Prepared
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, unit_of_work

_NAMED = ("scope", "seq", "type", "entity_type", "entity_id", "entity_version", "codes", "at")
_ADD = Prepared(insert(Event).returning(Event.id, Event.at, Event.codes), _NAMED)
_ALL = select(Event.__table__).where(Event.scope == bindparam("of"), Event.entity_type == "lamp")
_READ = Prepared(_ALL.order_by(Event.seq))


def entry(seq: int) -> dict[str, Any]:
    return {
        "scope": "room:a", "seq": seq, "type": "lamp.lit", "entity_type": "lamp", "entity_id": "ä",
        "entity_version": 1, "codes": {"colour": "róż"}, "at": datetime(999, 1, 2, 3, 4, 5, tzinfo=UTC),
    }  # fmt: skip


@command
def add(*rows: dict[str, Any]) -> list[Any]:
    require(ALLOWED)
    return [_ADD.one_or_none(row) for row in rows]


def test_values_are_stored_and_read_as_sqlalchemy_does(live: Runtime) -> None:
    (made,) = add(entry(1))
    assert (made.at, made.codes) == (entry(1)["at"], {"colour": "róż"})
    with unit_of_work() as unit:
        theirs = unit.session.connection().execute(_ALL, {"of": "room:a"}).all()
        ours = _READ.rows({"of": "room:a"})
        assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]
        assert (ours[0].entity_id, ours[0].at) == ("ä", entry(1)["at"])
        assert _READ.one_or_none({"of": "room:b"}) is None


def test_it_is_part_of_the_transaction_and_its_errors_quote_nobody(live: Runtime) -> None:
    heads = Prepared(insert(ScopeHead), ("scope", "head_seq", "epoch"))

    @command
    def twice() -> None:
        require(ALLOWED)
        add(entry(1))
        for _ in range(2):
            heads.run({"scope": "room:a", "head_seq": 1, "epoch": "what somebody wrote"})

    with pytest.raises(IntegrityError) as refused:
        twice()
    assert "what somebody wrote" not in str(refused.value)
    with unit_of_work():
        assert _READ.rows({"of": "room:a"}) == []


def test_who_listens_to_statements_hears_it(live: Runtime) -> None:
    said: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    add(entry(1))
    assert sum(text.startswith("INSERT INTO event_log") for text in said) == 1


def test_more_than_one_row_is_an_error_where_one_was_expected(live: Runtime) -> None:
    add(entry(1), entry(2))
    with unit_of_work(), pytest.raises(RuntimeError):
        _READ.one_or_none({"of": "room:a"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_default_that_python_would_give_has_to_be_named(live: Runtime) -> None:
    with unit_of_work(), pytest.raises(TypeError):
        Prepared(insert(Message), ("id",)).run({"id": "m"})
