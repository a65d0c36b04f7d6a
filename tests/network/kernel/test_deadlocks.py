"""Two who wait for each other: neither is told of it, and what they did is done once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from network import discussions, membership, people
from network.kernel import audit, events
from network.kernel.actor import system_actor
from network.kernel.errors import DomainError
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, unit_of_work
from tests.factories.discussions import make_community, make_room, make_topic
from tests.factories.membership import member_of
from tests.factories.networks import make_network
from tests.network.kernel.facts import LampLit

ROUNDS = 12


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of them at the same moment; a refusal is an outcome like any other, everything else is not."""
    gate = threading.Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return deed()
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def lamps(scope: str) -> int:
    with unit_of_work():
        return events.head(scope)[0]


@pytest.mark.parametrize("number", [2, 3])
def test_who_waits_in_a_ring_is_done_all_the_same(live: Runtime, number: int) -> None:
    scopes = [f"room:{n}" for n in range(number)]
    has_first = [threading.Event() for _ in scopes]
    tries = [0] * number

    @command
    def light_two(mine: int) -> int:
        require(ALLOWED)
        tries[mine] += 1
        events.record(LampLit(scope=scopes[mine], entity_id="lamp"))
        has_first[mine].set()
        # On SQLite the next one cannot come so far before we are done; nobody waits longer for it.
        has_first[(mine + 1) % number].wait(0.5)
        return events.record(LampLit(scope=scopes[(mine + 1) % number], entity_id="lamp")).seq

    done = at_once(*(lambda n=n: light_two(n) for n in range(number)))  # type: ignore[misc]
    assert all(isinstance(one, int) for one in done), done
    assert [lamps(scope) for scope in scopes] == [2] * number
    if not live.database.is_sqlite:
        assert sum(tries) > number, "somebody had to begin again"


def test_closing_an_account_against_leaving(live: Runtime) -> None:
    operator = system_actor("command line")
    network = make_network()
    member_of(network, "meta_mentor")
    for _ in range(ROUNDS):
        leaver = member_of(network)
        (standing,) = leaver.standings.values()
        assert standing.membership_id is not None
        left, closed = at_once(
            lambda who=leaver, its=standing.membership_id: membership.leave_membership(who, its, 1),  # type: ignore[misc]
            lambda who=leaver: people.close_account(operator, who.user_id, "asked for it"),  # type: ignore[misc]
        )
        assert closed is None, closed
        assert isinstance(left, dict | DomainError), left
    assert audit.verify() is None


def test_editing_against_posting(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")
    community = make_community()
    ann, bob = community.member(), community.member()
    topic = make_topic(make_room(community.network), ann)
    written = [discussions.post_message(ann, topic.id, "Word", f"first-{n}").message for n in range(4)]

    def edit(number: int) -> None:
        for version in range(1, ROUNDS):
            discussions.edit_message(ann, written[number]["id"], f"Word {version}", expected_version=version)

    def post(number: int) -> None:
        for turn in range(ROUNDS):
            discussions.post_message(bob, topic.id, "Word", f"{number}-{turn}", written[number]["id"])

    done = at_once(
        *(lambda n=n: edit(n) for n in range(4)),  # type: ignore[misc]
        *(lambda n=n: post(n) for n in range(4)),  # type: ignore[misc]
    )
    assert done == [None] * 8
