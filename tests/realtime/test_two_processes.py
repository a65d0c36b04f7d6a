"""Two processes of one site, over PostgreSQL and Redis: what one does the other tells, at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from network import people
from network.discussions import post_message
from network.kernel import runtime
from network.kernel.actor import system_actor
from network.kernel.failures import counted_failures
from tests.ports import free_port
from tests.realtime.conftest import Cafe, make_cafe
from tests.realtime.second import second
from tests.realtime.serving import Served, Tab, serving, wait_for
from tests.running import running
from tests.servers import postgres_database, redis_database


@pytest.fixture(scope="module")
def both(postgresql_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """One process here, and where the other is."""
    port, folder = free_port(), tmp_path_factory.mktemp("two")
    with (
        postgres_database(postgresql_template) as url,
        redis_database() as redis_url,
        running(
            url, folder, base_url=f"http://127.0.0.1:{port}", redis_url=redis_url, rate_limits="off"
        ) as made,
        serving(made, port) as here,
        second(made) as elsewhere,
    ):
        assert here.live.bus is not None
        wait_for(lambda: here.live.bus.comes_back(1))
        yield here, elsewhere


@pytest.fixture
def here(both: tuple[Served, str]) -> Served:
    runtime.install(both[0].runtime)
    return both[0]


@pytest.fixture
def elsewhere(both: tuple[Served, str]) -> str:
    return both[1]


@pytest.fixture
def cafe(here: Served) -> Cafe:
    assert here
    return make_cafe()


def test_what_is_said_in_one_process_is_told_in_the_other_at_once(
    here: Served, elsewhere: str, cafe: Cafe
) -> None:
    """By way of Redis: the log alone is looked at every 0.4 s."""
    ann, bob = here.tab(cafe.ann), here.tab(cafe.bob, at=elsewhere)
    for tab in (ann, bob):
        tab.listen(cafe.scope)
    taken = []
    for number in range(8):
        began = time.monotonic()
        sent = {"topic_id": cafe.topic.id, "body": f"{number}", "client_msg_id": f"n-{number}"}
        assert (ann, bob)[number % 2].ask("message.send", sent)["ok"]
        for tab in (ann, bob):
            wait_for(lambda t=tab, n=number: len(t.heard("message.posted")) == n + 1)  # type: ignore[misc]
        taken.append(time.monotonic() - began)
    for tab in (ann, bob):
        assert [event["seq"] for event in tab.heard("message.posted")] == list(range(1, 9))
    assert sorted(taken)[4] < 0.2, taken


def test_typing_and_presence_reach_the_other_process(here: Served, elsewhere: str, cafe: Cafe) -> None:
    ann, bob, noise = here.tab(cafe.ann), here.tab(cafe.bob, at=elsewhere), here.tab(cafe.meta, at=elsewhere)
    network = f"network:{cafe.community.network.id}"
    for tab in (ann, bob):
        tab.listen(cafe.scope, network)
    assert ann.ask("typing", {"topic_id": cafe.topic.id}) == {"ok": True}
    assert ann.ask("presence", {"state": "idle"}) == {"ok": True}
    wait_for(lambda: len(bob.told) == 2)
    typing, presence = (dict(bob.told)[name] for name in ("typing", "presence"))
    assert (typing["topic_id"], typing["user"]["display_name"]) == (cafe.topic.id, cafe.ann.name)
    assert (presence["user_id"], presence["state"], presence["at"][-1]) == (cafe.ann.user_id, "idle", "Z")
    assert (ann.told, noise.told) == ([], [])
    assert bob.ask("typing", {"topic_id": cafe.topic.id}) == {"ok": True}
    wait_for(lambda: ann.told)
    assert len(bob.told) == 2


def test_a3_a_right_ends_in_both_processes_within_a_second(here: Served, elsewhere: str, cafe: Cafe) -> None:
    """While somebody writes without a pause, at either."""
    tabs = [here.tab(cafe.bob, at=at) for at in (here.url, elsewhere) * 5]
    witnesses = [here.tab(cafe.meta, at=at) for at in (here.url, elsewhere)]
    for tab in (*tabs, *witnesses):
        tab.listen(cafe.scope)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.wait(0.02):
            post_message(cafe.ann, cafe.topic.id, "Word", f"w-{(number := number + 1)}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_for(lambda: all(tab.heard("message.posted") for tab in tabs))
        people.close_account(system_actor("test"), cafe.bob.user_id or "", "asked for")
        began = time.monotonic()
        for tab in tabs:
            assert tab.ended.wait(max(0, began + 1 - time.monotonic()))
        heard = [len(tab.told) for tab in tabs]
        seen = [len(tab.told) for tab in witnesses]
        wait_for(lambda: all(len(tab.told) > n + 5 for tab, n in zip(witnesses, seen, strict=True)))
        assert [len(tab.told) for tab in tabs] == heard
    finally:
        stop.set()
        writer.join()


def test_a3_signing_out_here_closes_the_socket_there(here: Served, elsewhere: str, cafe: Cafe) -> None:
    session_id, cookie = here.cookie(cafe.bob)
    there, other = here.tab(cookie=cookie, at=elsewhere), here.tab(cafe.bob, at=elsewhere)
    people.sign_out(replace(cafe.bob, session_id=session_id))
    assert there.ended.wait(1.0)
    assert ("session.revoked", {"reason": "signed_out"}) in there.told
    assert other.client.connected


def test_b9_the_same_message_twenty_times_at_once_in_two_processes(
    here: Served, elsewhere: str, cafe: Cafe
) -> None:
    tabs = [here.tab(cafe.ann, at=at) for at in (here.url, elsewhere) * 10]
    witness = here.tab(cafe.bob, at=elsewhere)
    witness.listen(cafe.scope)
    sent = {"topic_id": cafe.topic.id, "body": "Once", "client_msg_id": "the-same"}
    together = threading.Barrier(len(tabs))

    def send(tab: Tab) -> Any:
        together.wait()
        return tab.ask("message.send", sent)

    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = list(pool.map(send, tabs))
    assert all(answer["ok"] for answer in answers), answers
    assert {(answer["message"]["id"], answer["message"]["seq"]) for answer in answers} == {
        (answers[0]["message"]["id"], 1)
    }
    other = tabs[1].ask("message.send", {**sent, "body": "Other"})
    assert (other["ok"], other["code"]) == (False, "client_msg_id_conflict")
    after = tabs[0].ask("message.send", {**sent, "client_msg_id": "next"})
    wait_for(lambda: len(witness.heard("message.posted")) == 2)
    assert after["message"]["seq"] == 2


def test_what_nobody_could_say_over_redis_is_not_taken(here: Served, cafe: Cafe) -> None:
    """Whoever can write into Redis ends no session, names no message, stops nothing."""
    bob, bus = here.tab(cafe.bob), here.live.bus
    bob.listen(cafe.scope)
    assert bus is not None
    before = counted_failures().get("bus", 0)
    for text in (
        b"", b"{", b"[]", b'{"from":"x"}', b'{"from":"x","heads":{"a":"b"},"said":[],"beat":0}',
        b'{"from":"x","heads":{"%s":900},"said":[["session.revoked","%s",{}],["event","%s",{}]],"beat":1}'
        % ((cafe.scope.encode(),) * 3),
    ):  # fmt: skip
        bus._client.publish(bus._channel, text)
    assert bus.comes_back(2)
    assert counted_failures()["bus"] > before
    post_message(cafe.ann, cafe.topic.id, "Word", "w")
    wait_for(lambda: bob.heard("message.posted"))
    assert [name for name, _ in bob.told] == ["event"]


def test_without_redis_the_log_tells_and_it_comes_back(
    here: Served, tmp_path: Path, cafe: Cafe, live_without_bus: Served
) -> None:
    """A third process whose Redis is away: it says so within two seconds, and misses nothing."""
    away = live_without_bus
    tab = away.tab(cafe.bob)
    tab.listen(cafe.scope)
    began = time.monotonic()
    assert away.live.bus is not None
    assert not away.live.bus.comes_back(2)
    assert time.monotonic() - began < 2.5
    post_message(cafe.ann, cafe.topic.id, "Word", "w")
    wait_for(lambda: tab.heard("message.posted"), 2.0)
    pool, working = (one.live.bus._client.connection_pool for one in (away, here) if one.live.bus)
    pool.connection_kwargs.update({name: working.connection_kwargs[name] for name in ("host", "port")})
    pool.reset()
    wait_for(lambda: away.live.bus and away.live.bus.comes_back(0.5))


@pytest.fixture
def live_without_bus(here: Served, tmp_path: Path) -> Iterator[Served]:
    port = free_port()
    nowhere = {"base_url": f"http://127.0.0.1:{port}", "redis_url": "redis://127.0.0.1:1/0"}
    with running(here.runtime.database.url, tmp_path, **nowhere) as made, serving(made, port) as served:
        yield served
    runtime.install(here.runtime)
