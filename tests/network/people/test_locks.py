"""Commands that meet take their locks in one order: two that used to wait for each other come through."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from models.membership import Membership
from network import membership, privacy
from network.decisions.commands.ending import let_go_of_leaver
from network.discussions import edit_message, post_message
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import DomainError
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import close_account, create_token
from tests.factories.decisions import make_town, now, see
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.factories.membership import make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, save

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has one lock for everything, so nobody waits there in a ring."""


class Queue:
    """Commands that wait in the order in which they came, until the row that the first one needs is free."""

    def __init__(self, live: Runtime, keeper: Connection, pool: ThreadPoolExecutor) -> None:
        self._live, self._keeper, self._pool = live, keeper, pool
        self._waiting: list[Future[Any]] = []

    def add(self, deed: Callable[[], Any]) -> None:
        """Start a command and see it wait."""
        self._waiting.append(self._pool.submit(deed))
        deadline = time.monotonic() + 10
        while self._locked_out() < len(self._waiting):
            assert not self._waiting[-1].done(), self._waiting[-1].result()
            assert time.monotonic() < deadline, "it does not wait"
            threading.Event().wait(0.01)

    def go(self) -> list[Any]:
        """Free the row; what became of each."""
        self._keeper.rollback()
        return [waiting.result(20) for waiting in self._waiting]

    def _locked_out(self) -> int:
        with self._live.database.engine.connect() as watching:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            return int(watching.scalar(text(f"{asked} AND wait_event_type = 'Lock'")) or 0)


@contextmanager
def keeping(live: Runtime, row: str, **values: str) -> Iterator[Queue]:
    """Hold a row's lock from a connection of its own."""
    with live.database.engine.connect() as keeper, ThreadPoolExecutor(4) as pool:
        assert keeper.execute(text(f"SELECT 1 FROM {row} FOR UPDATE"), values).one()
        try:
            yield Queue(live, keeper, pool)
        finally:
            keeper.rollback()


def own(actor: Actor, network_id: str) -> str:
    return actor.standings[network_id].membership_id or ""


def test_leaving_against_closing_the_account(live: Runtime) -> None:
    network, user = make_network(), make_user()
    member_of(network, user=user)
    actor = standing_actor(user)
    create_token(actor, "script", ["read"])  # the trail has a first row
    with keeping(live, "audit_head WHERE id = 1") as queue:
        queue.add(lambda: membership.leave_membership(actor, own(actor, network.id), 1)["state"])
        queue.add(lambda: close_account(system_actor("console"), user.id, "asked for"))
        assert queue.go() == ["left", None]


def test_letting_an_applicant_in_against_closing_the_account(live: Runtime) -> None:
    network, user = make_network(visibility="listed"), make_user()
    steward = steward_of_network(network)
    asked = membership.apply_to_network(standing_actor(user), network.id, "Years", "I would like to")
    create_token(steward, "script", ["read"])
    with keeping(live, "audit_head WHERE id = 1") as queue:
        queue.add(lambda: membership.decide_application(steward, asked["id"], "accept", "Yes", 1)["state"])
        queue.add(lambda: close_account(system_actor("console"), user.id, "asked for"))
        assert queue.go() == ["accepted", None]


def test_a_closed_account_that_leaves_two_networks_against_leaving_one(live: Runtime) -> None:
    first, second = sorted([make_network(), make_network()], key=lambda network: network.id)
    user = make_user()
    for network in (first, second):
        make_membership(network, user)
    noise, deputy = member_of(first), member_of(second, "deputy")
    membership.pause_membership(noise, own(noise, first.id), 1)  # the first network has told something
    with keeping(live, "scope_heads WHERE scope = :scope", scope=f"network:{first.id}") as queue:
        queue.add(lambda: membership.end_all_memberships(system_actor("accounts"), user.id))
        queue.add(lambda: membership.leave_membership(deputy, own(deputy, second.id), 1)["state"])
        assert queue.go() == [None, "left"]


def test_an_edit_against_the_same_message_sent_again(live: Runtime) -> None:
    community = make_community()
    bob = community.member()
    room = make_room(community.network)
    topic = make_topic(room, bob)
    said = post_message(bob, topic.id, "Hello", "same").message
    with keeping(live, "rooms WHERE id = :room", room=room.id) as queue:
        queue.add(lambda: edit_message(bob, said["id"], "Hello all", expected_version=1)["body"])
        queue.add(lambda: post_message(bob, topic.id, "Hello", "same").is_new)
        assert queue.go() == ["Hello all", False]


def test_a_message_on_its_way_is_erased_with_its_author(live: Runtime) -> None:
    """Sent before: it is waited for and goes as well. Sent after: it is refused."""
    community = make_community()
    me, other = community.member(), community.member()
    room = make_room(community.network, [me, other])
    topic = make_topic(room, other)
    proven = replace(me, proof_at=live.clock.now())
    with keeping(live, "rooms WHERE id = :room", room=room.id) as queue:
        queue.add(lambda: post_message(me, topic.id, "My words", "mine").message["body"])
        queue.add(lambda: privacy.request_erasure(proven, at_once=True)["remove_texts"])
        assert queue.go() == ["My words", False]
    with live.database.engine.connect() as looking:
        hers = looking.execute(text("SELECT body, html, deleted_at FROM messages WHERE author_id = :me"),
                               {"me": me.user_id}).one()  # fmt: skip
    assert (hers.body, hers.html, hers.deleted_at is None) == ("", "", False)
    late = community.member()
    make_messages(topic, late, 1)
    with keeping(live, "rooms WHERE id = :room", room=room.id) as queue:
        queue.add(lambda: privacy.erase_account(system_actor("console"), late.user_id or ""))
        queue.add(lambda: refused(lambda: post_message(late, topic.id, "Too late", "late")))
        assert queue.go() == [None, "not_signed_in"]


def test_ending_several_decisions_takes_all_of_them_before_the_counter(live: Runtime) -> None:
    town = make_town(4)
    first, second = town.asks(by=3), town.asks(by=3)
    with unit_of_work():
        row = session().scalars(select(Membership).where(Membership.user_id == town.people[3].id)).one()
        session().expunge(row)
    row.state, row.ended_at = "left", now()
    save(row)
    leaver = town.people[3].user_id or ""
    counter = text("SELECT 1 FROM scope_heads WHERE scope = :scope FOR UPDATE NOWAIT")
    with keeping(live, "decisions WHERE id = :id", id=max(first["id"], second["id"])) as queue:
        queue.add(lambda: let_go_of_leaver(system_actor("test"), town.network.id, leaver))
        with live.database.engine.connect() as other:
            assert other.execute(counter, {"scope": f"network:{town.network.id}"}).one(), "nobody else waits"
        assert queue.go() == [None]
    assert {see(town.people[0], one["id"])["state"] for one in (first, second)} == {"cancelled"}


def refused(deed: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refusal:
        deed()
    return refusal.value.code
