"""Planning meetings: what is true afterwards, what is recorded, and what a refusal leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.meetings import Meeting
from models.networks import Network
from network import meetings
from network.discussions import MembershipPaused
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.events import LogEntry, entries_after, rendered
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import RulesNotAccepted
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.meetings import make_meeting
from tests.factories.membership import make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.running import START, HandClock

EVENING = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
GOOD = {
    "title": "  Evening at\n the library ",
    "kind": "exchange",
    "starts_at": EVENING,
    "time_zone": "Europe/Berlin",
    "duration_minutes": 90,
}


def facts(network: Network) -> list[LogEntry]:
    with unit_of_work():
        return entries_after(f"network:{network.id}", 0, 100)


def count() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(Meeting)) or 0


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def member(network: Network) -> Actor:
    """An active member who accepted the rules."""
    user = make_user(display_name="Olena")
    make_acceptance(make_version(network), make_membership(network, user))
    return standing_actor(user)


def test_a_member_plans_a_meeting(network: Network, member: Actor) -> None:
    make_meeting(make_network())
    made = meetings.plan_meeting(member, network.id, **GOOD, place=" Room 2 ", link="https://video.example/x")
    assert (made["title"], made["kind"], made["place"]) == ("Evening at the library", "exchange", "Room 2")
    assert (made["starts_at"], made["at"], made["occurrence"]) == (EVENING, EVENING, None)
    assert (made["state"], made["version"], made["recurrence"]) == ("planned", 1, None)
    assert made["replies"] == {"yes": 0, "maybe": 0, "no": 0}
    assert (made["my_reply"], made["attended"]) == (None, None)
    assert made["proposed_by"]["display_name"] == "Olena"
    told = facts(network)
    assert [(entry.type, entry.entity_id) for entry in told] == [("meeting.planned", made["id"])]
    with unit_of_work():
        assert meetings.get_meeting(member, made["id"]) == made
        assert meetings.list_meetings(member, network.id, PageRequest()).items == [made]
        shown = rendered(told)[0]["data"]
    assert shown == {name: value for name, value in made.items() if name != "my_reply"}


def test_a_series_is_kept_in_one_form(network: Network, member: Actor) -> None:
    made = meetings.plan_meeting(member, network.id, **GOOD, recurrence="RRULE:INTERVAL=1;FREQ=WEEKLY")
    assert made["recurrence"] == "FREQ=WEEKLY"
    assert (made["at"], made["occurrence"]) == (EVENING, EVENING)
    once = meetings.plan_meeting(member, network.id, **GOOD, recurrence="FREQ=WEEKLY;COUNT=1")
    assert once["recurrence"] is None


def test_c52_a_series_that_begins_in_an_hour_that_comes_twice_begins_in_the_first(
    network: Network, member: Actor
) -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # 02:30 in Berlin for the second time
    once = meetings.plan_meeting(member, network.id, **{**GOOD, "starts_at": second})
    assert once["starts_at"] == second
    often = meetings.plan_meeting(
        member, network.id, **{**GOOD, "starts_at": second}, recurrence="FREQ=WEEKLY"
    )
    assert often["starts_at"] == second - timedelta(hours=1)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"title": " \n "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"about": "x" * 4001}, "about"),
        ({"kind": "Get together"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"starts_at": START - timedelta(days=2)}, "starts_at"),
        ({"starts_at": START + timedelta(days=4 * 366)}, "starts_at"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"duration_minutes": 4}, "duration_minutes"),
        ({"duration_minutes": 1441}, "duration_minutes"),
        ({"place": "x" * 301}, "place"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://"}, "link"),
        ({"link": "https://video.example/a b"}, "link"),
        ({"link": 'https://video.example/"onclick='}, "link"),
        ({"link": "https://[bad/"}, "link"),
        ({"link": "https://video.example/" + "x" * 500}, "link"),
        ({"recurrence": "FREQ=DAILY"}, "recurrence"),
        ({"recurrence": "FREQ=WEEKLY;UNTIL=20261130"}, "recurrence"),
    ],
)
def test_what_cannot_be_a_meeting(network: Network, member: Actor, over: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        meetings.plan_meeting(member, network.id, **{**GOOD, **over})
    assert list(refused.value.faults) == [field]
    assert count() == 0
    assert facts(network) == []
    meetings.plan_meeting(member, network.id, **GOOD)
    assert count() == 1


def test_every_fault_is_named_at_once(network: Network, member: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        meetings.plan_meeting(member, network.id, **{**GOOD, "title": "", "kind": "", "time_zone": ""})
    assert set(refused.value.faults) == {"title", "kind", "time_zone"}


def test_what_was_not_planned_is_noted_within_a_day(network: Network, member: Actor) -> None:
    made = meetings.plan_meeting(member, network.id, **{**GOOD, "starts_at": START - timedelta(hours=20)})
    assert made["starts_at"] == START - timedelta(hours=20)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("paused", MembershipPaused), ("applied", Forbidden), ("steward", Forbidden), ("stranger", NotFound),
        ("new", RulesNotAccepted), ("meta_mentor", RulesNotAccepted),
    ],
)  # fmt: skip
def test_who_may_not_plan(network: Network, member: Actor, who: str, error: type[Exception]) -> None:
    actor = {
        "paused": lambda: member_of(network, state="paused"),
        "applied": lambda: member_of(network, state="applied"),
        "steward": lambda: steward_of_network(network),
        "stranger": lambda: member_of(make_network()),
        "new": lambda: member_of(network),
        "meta_mentor": lambda: member_of(network, "meta_mentor"),
    }[who]()
    with pytest.raises(error):
        meetings.plan_meeting(actor, network.id, **GOOD)
    assert count() == 0
    assert facts(network) == []


def test_the_list_holds_a_series_once_and_tells_what_is_past(
    network: Network, member: Actor, clock: HandClock
) -> None:
    weekly = make_meeting(network, recurrence="FREQ=WEEKLY", starts_at=EVENING - timedelta(weeks=10))
    clock.forward(seconds=1)
    past = make_meeting(network, starts_at=START - timedelta(days=3))
    make_meeting(make_network())
    with unit_of_work():

        def ids(when: str | None) -> list[str]:
            found = meetings.list_meetings(member, network.id, PageRequest(), when)
            return [view["id"] for view in found.items]

        assert ids(None) == [weekly.id, past.id]
        assert ids("coming") == [weekly.id]
        assert ids("past") == [past.id]
        first = meetings.list_meetings(member, network.id, PageRequest(limit=1))
        assert [view["id"] for view in first.items] == [weekly.id]
        then = meetings.list_meetings(member, network.id, PageRequest(limit=1, cursor=first.next))
        assert ([view["id"] for view in then.items], then.next) == ([past.id], None)
        with pytest.raises(NotFound):
            meetings.get_meeting(member_of(make_network()), weekly.id)
