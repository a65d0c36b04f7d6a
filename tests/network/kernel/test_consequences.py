"""What follows from a fact: after the commit, once, and however often it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import func, select

import network.membership.subscriptions
import network.organisations.subscriptions  # noqa: F401 - loaded for what they register
from models.event_log import Consequence, Event
from models.membership import Membership
from models.organisations import Steward
from network import people
from network.kernel import consequences, events
from network.kernel.actor import system_actor
from network.kernel.failures import counted_failures
from network.kernel.jobs import all_jobs
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import after_commit, command, session, unit_of_work
from tests.factories.membership import make_membership
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user
from tests.network.kernel.facts import LampLit, light_lamp
from tests.running import HandClock


@dataclass(frozen=True, kw_only=True)
class LampSeen(events.Fact):
    """Somebody saw that a lamp was lit."""

    kind: ClassVar[str] = "lamp.seen"
    entity_type: ClassVar[str] = "lamp"


class Died(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def _nobody_subscribes_for_longer_than_a_test() -> Iterator[None]:
    yield
    consequences._subscribers.pop(LampLit, None)


@command
def see_lamp() -> None:
    require(ALLOWED)
    events.record(LampSeen(scope="room:b", entity_id="lamp-1"))


@command
def dying(act: Callable[[], object]) -> None:
    """Do something, and die after the commit before anything follows from it."""
    require(ALLOWED)

    def die() -> None:
        raise Died

    after_commit(die)
    act()


def seen() -> int:
    with unit_of_work():
        counted = select(func.count()).select_from(Event).where(Event.type == "lamp.seen")
        return session().execute(counted).scalar_one()


def waiting() -> list[tuple[int, str | None]]:
    with unit_of_work():
        rows = session().execute(select(Consequence.attempts, Consequence.error).order_by(Consequence.id))
        return [(attempts, error) for attempts, error in rows]


def keep_promises() -> int:
    with unit_of_work():
        return consequences.keep_promises()


def test_what_follows_happens_at_once_and_once(live: Runtime, clock: HandClock) -> None:
    heard: list[LampLit] = []

    @events.subscribe(LampLit)
    def follow(fact: LampLit) -> None:
        heard.append(fact)
        see_lamp()

    light_lamp("room:a", colour="blue")
    assert heard == [LampLit(scope="room:a", entity_id="lamp-1", colour="blue")]
    assert waiting() == []
    with pytest.raises(RuntimeError):
        light_lamp("room:a", fail=True)
    clock.forward(days=1)
    assert keep_promises() == 0
    assert (len(heard), seen()) == (1, 1)


def test_many_facts_at_once_have_their_consequences_each(live: Runtime) -> None:
    heard: list[str] = []

    @events.subscribe(LampLit)
    def follow(fact: LampLit) -> None:
        heard.append(fact.colour)

    @command
    def light_all() -> None:
        require(ALLOWED)
        colours = ("red", "green", "blue")
        events.record_all([LampLit(scope="room:a", entity_id="x", colour=colour) for colour in colours])

    light_all()
    assert heard == ["red", "green", "blue"]
    assert waiting() == []


def test_a_subscriber_that_fails_is_contained_counted_and_tried_again(
    live: Runtime, clock: HandClock
) -> None:
    broken, tried = [True], []

    @events.subscribe(LampLit)
    def fails(_fact: LampLit) -> None:
        tried.append("first")
        see_lamp()
        if broken:
            raise RuntimeError("what is in here may be private")

    @events.subscribe(LampLit)
    def follows(_fact: LampLit) -> None:
        tried.append("second")

    before = counted_failures().get("subscriber", 0)
    assert light_lamp("room:a") == 1
    assert tried == ["first", "second"], "the next one is woken all the same"
    assert seen() == 0, "what it had done is taken back with it"
    assert waiting() == [(1, "RuntimeError")]
    assert counted_failures()["subscriber"] == before + 1
    assert keep_promises() == 0, "not before its time"
    clock.forward(seconds=31)
    assert keep_promises() == 0
    assert waiting() == [(2, "RuntimeError")]
    broken.clear()
    clock.forward(seconds=60)
    assert keep_promises() == 0, "it waits longer each time"
    clock.forward(seconds=61)
    assert keep_promises() == 1
    assert (seen(), waiting(), tried) == (1, [], ["first", "second", "first", "first"])


def test_it_is_tried_for_as_long_as_it_takes(live: Runtime, clock: HandClock) -> None:
    broken = [True]

    @events.subscribe(LampLit)
    def fails(_fact: LampLit) -> None:
        if broken:
            raise RuntimeError

    light_lamp("room:a")
    for _ in range(30):
        clock.forward(hours=6)
        keep_promises()
    assert waiting() == [(31, "RuntimeError")]
    broken.clear()
    clock.forward(hours=6)
    assert keep_promises() == 1
    assert waiting() == []


def test_one_that_is_not_known_any_more_waits_for_the_version_that_knows_it(
    live: Runtime, clock: HandClock
) -> None:
    heard: list[LampLit] = []

    @events.subscribe(LampLit)
    def follow(fact: LampLit) -> None:
        heard.append(fact)

    with pytest.raises(Died):
        dying(lambda: light_lamp("room:a"))
    known = consequences._subscribers.pop(LampLit)
    clock.forward(minutes=2)
    assert keep_promises() == 0
    consequences._subscribers[LampLit] = known
    clock.forward(minutes=2)
    assert keep_promises() == 1
    assert len(heard) == 1


def test_two_who_keep_a_promise_at_once_keep_it_once(live: Runtime, clock: HandClock) -> None:
    @events.subscribe(LampLit)
    def follow(_fact: LampLit) -> None:
        see_lamp()

    for _ in range(5):
        with pytest.raises(Died):
            dying(lambda: light_lamp("room:a"))
    clock.forward(minutes=2)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: keep_promises(), range(4)))
    assert (seen(), waiting()) == (5, [])


def test_the_end_of_an_account_ends_everything_though_the_process_dies(
    live: Runtime, clock: HandClock
) -> None:
    user = make_user()
    organisation = make_organisation(user, make_user())
    make_membership(make_network(), user)
    with pytest.raises(Died):
        dying(lambda: people.close_account(system_actor("console"), user.id, "asked for"))

    def running() -> tuple[list[str], int]:
        with unit_of_work():
            states = session().scalars(select(Membership.state).where(Membership.user_id == user.id))
            acting = select(func.count()).select_from(Steward).where(
                Steward.user_id == user.id, Steward.ended_at.is_(None)
            )  # fmt: skip
            return list(states), session().execute(acting).scalar_one()

    assert running() == (["active"], 1), "the process died before anything followed"
    clock.forward(minutes=2)
    (job,) = (known for known in all_jobs() if known.name == "events.keep_promises")
    assert job.every_minutes == 1
    with unit_of_work():
        job.run()
    assert running() == (["left"], 0)
    assert waiting() == []
    assert organisation.state == "verified"
