"""Pages by key."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select

from models.event_log import Event
from network.kernel.errors import Invalid
from network.kernel.paging import PageRequest, page
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.network.kernel.facts import light_lamp


def walk(limit: int, descending: bool) -> list[int]:
    seen: list[int] = []
    cursor: str | None = None
    while True:
        found = page(
            select(Event).where(Event.scope == "room:a"), [Event.scope, Event.seq],
            PageRequest(limit, cursor), lambda row: row.seq, descending=descending,
        )  # fmt: skip
        assert len(found.items) <= limit
        seen += found.items
        if found.next is None:
            return seen
        cursor = found.next


@pytest.mark.parametrize("limit", [1, 3, 7, 8, 200])
def test_pages_together_are_the_whole_list_once(live: Runtime, limit: int) -> None:
    for _ in range(7):
        light_lamp("room:a")
        light_lamp("room:noise")
    with unit_of_work():
        assert walk(limit, descending=False) == list(range(1, 8))
        assert walk(limit, descending=True) == list(range(7, 0, -1))


def sealed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "###", "é", sealed("{}"), sealed("[1]"), sealed("[1,2,3]"), sealed('[{"a":1},2]'),
     sealed('["\\u0000", 1]'), sealed("[null, 1]"), sealed("[true, 1]")],
)  # fmt: skip
def test_a_cursor_that_is_none_is_refused(live: Runtime, cursor: str) -> None:
    with unit_of_work(), pytest.raises(Invalid) as refusal:
        page(select(Event), [Event.scope, Event.seq], PageRequest(5, cursor), lambda row: row.seq)
    assert set(refusal.value.faults) == {"cursor"}
