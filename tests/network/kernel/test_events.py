"""The log of facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from network.kernel import events
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.network.kernel.facts import light_lamp


@pytest.fixture
def heard() -> Iterator[list[events.LogEntry]]:
    entries: list[events.LogEntry] = []
    stop = events.listen(entries.extend)
    yield entries
    stop()


def test_seq_is_dense_per_scope_when_many_write_at_once(live: Runtime) -> None:
    scopes = [f"room:{name}" for name in "abc"] * 20
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda scope: (scope, light_lamp(scope)), scopes))
    for scope in {"room:a", "room:b", "room:c"}:
        assert sorted(seq for s, seq in taken if s == scope) == list(range(1, 21))
        with unit_of_work():
            assert [e.seq for e in events.entries_after(scope, 0, 100)] == list(range(1, 21))
            assert events.head(scope)[0] == 20


def test_listeners_hear_after_the_commit_and_never_of_a_failure(
    live: Runtime, heard: list[events.LogEntry]
) -> None:
    light_lamp("room:a", colour="red")
    with pytest.raises(RuntimeError):
        light_lamp("room:a", fail=True)
    assert [(e.scope, e.seq, e.type, dict(e.codes)) for e in heard] == [
        ("room:a", 1, "lamp.lit", {"colour": "red"})
    ]


def test_a_listener_that_fails_hurts_nobody(live: Runtime, heard: list[events.LogEntry]) -> None:
    def broken(_entries: Sequence[events.LogEntry]) -> None:
        raise RuntimeError("listener")

    stop = events.listen(broken)
    try:
        assert light_lamp("room:a") == 1
    finally:
        stop()
    assert len(heard) == 1


def test_entries_are_rendered_as_the_thing_is_now(live: Runtime) -> None:
    asked: list[Sequence[str]] = []

    def lamps(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        asked.append(ids)
        return {"lamp-1": {"id": "lamp-1", "watt": 40}}

    events.renders("lamp")(lamps)
    for colour in ("red", "green"):
        light_lamp("room:a", colour=colour)
    with unit_of_work():
        shown = events.rendered(events.entries_after("room:a", 0, 10))
    assert asked == [["lamp-1"]], "one question for all of a kind"
    assert [event["data"] for event in shown] == [
        {"id": "lamp-1", "watt": 40, "colour": "red"},
        {"id": "lamp-1", "watt": 40, "colour": "green"},
    ]
    assert set(shown[0]) == {"scope", "seq", "type", "entity_id", "entity_version", "data", "at"}


def test_the_epoch_of_a_scope_stays(live: Runtime) -> None:
    light_lamp("room:a")
    with unit_of_work():
        first = events.head("room:a")
    light_lamp("room:a")
    with unit_of_work():
        assert events.head("room:a") == (2, first[1])
        assert events.head("room:silent") == (0, None)
        assert events.heads(["room:a", "room:silent"]) == {"room:a": 2}
