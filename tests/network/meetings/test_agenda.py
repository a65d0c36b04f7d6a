"""The agenda: the dates of a span in the order of time, page by page, and the next one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.meetings import Meeting, MeetingException
from models.networks import Network
from network import meetings
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.meetings.policy import may_change_meeting, may_plan_meeting, may_see_meetings, visible_meetings
from network.meetings.queries.meetings import current_date, next_date_of
from network.meetings.rules.occurrences import in_order, occurrences_between
from network.meetings.rules.series import series_of
from network.meetings.rules.zones import key_of
from tests.factories.meetings import make_exception, make_meeting
from tests.factories.membership import member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user
from tests.network.meetings.conftest import agenda
from tests.running import START, HandClock

TUESDAY = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def test_all_dates_of_all_meetings_in_the_order_of_time(network: Network, member: Actor) -> None:
    weekly = make_meeting(network, starts_at=TUESDAY - 5 * WEEK, recurrence="FREQ=WEEKLY", title="Café")
    make_meeting(network, starts_at=TUESDAY + timedelta(days=2), title="Planning")
    make_meeting(network, starts_at=TUESDAY + 80 * WEEK, title="Far")
    make_meeting(make_network(), starts_at=TUESDAY, title="Elsewhere")
    make_exception(weekly, key_of(TUESDAY + WEEK), starts_at=TUESDAY + timedelta(days=3), title="Moved")
    dates = agenda(member, network, START, TUESDAY + 3 * WEEK)
    assert [(date["title"], date["starts_at"]) for date in dates] == [
        ("Café", TUESDAY - WEEK), ("Café", TUESDAY), ("Planning", TUESDAY + timedelta(days=2)),
        ("Moved", TUESDAY + timedelta(days=3)), ("Café", TUESDAY + 2 * WEEK),
    ]  # fmt: skip


def test_what_is_going_on_is_on_the_agenda_and_what_is_over_is_not(
    network: Network, member: Actor, clock: HandClock
) -> None:
    meeting = make_meeting(network, starts_at=TUESDAY, duration_minutes=90)
    clock.moment = TUESDAY + timedelta(minutes=89)

    def shown() -> tuple[int, str | None, int]:
        with unit_of_work():
            following = meetings.next_meeting(member, network.id)
            return (
                len(meetings.list_agenda(member, network.id, PageRequest()).items),
                following and following["meeting_id"],
                len(meetings.list_past_dates(member, network.id, 10)),
            )

    assert shown() == (1, meeting.id, 0)
    clock.forward(minutes=1)
    assert shown() == (0, None, 1)


def test_page_by_page_nothing_is_missing_and_nothing_twice(network: Network, member: Actor) -> None:
    for number in range(3):
        make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY;COUNT=4", title=f"Series {number}")
        make_meeting(network, starts_at=TUESDAY + WEEK)
    with unit_of_work():
        whole = meetings.list_agenda(member, network.id, PageRequest(limit=200)).items
        paged, cursor = [], None
        for _ in range(20):
            found = meetings.list_agenda(member, network.id, PageRequest(limit=2, cursor=cursor))
            paged += found.items
            cursor = found.next
            if cursor is None:
                break
    assert len(whole) == 15
    assert paged == whole


@pytest.mark.parametrize(
    ("first", "last", "cursor", "field"),
    [
        (START, START + timedelta(days=367), None, "to"),
        (START, START - timedelta(seconds=1), None, "to"),
        (datetime(9999, 12, 31, tzinfo=UTC), None, None, "from"),
        (datetime(1, 1, 1, tzinfo=UTC), None, None, "from"),
        (None, None, "x", "cursor"),
        (None, None, "20261201T173000Z.nobody.", "cursor"),
    ],
)
def test_what_cannot_be_asked(
    network: Network, member: Actor, first: datetime | None, last: datetime | None, cursor: str | None,
    field: str,
) -> None:  # fmt: skip
    with unit_of_work(), pytest.raises(Invalid) as refused:
        meetings.list_agenda(member, network.id, PageRequest(cursor=cursor), first, last)
    assert list(refused.value.faults) == [field]


def test_the_invited_learn_when_and_nothing_else(network: Network, member: Actor) -> None:
    make_meeting(network, starts_at=TUESDAY + WEEK)
    make_meeting(network, starts_at=TUESDAY, title="Secret", place="Secret", link="https://secret.example/")
    with unit_of_work():
        assert meetings.next_date(network.id) == {
            "starts_at": TUESDAY, "ends_at": TUESDAY + timedelta(minutes=90), "time_zone": "Europe/Berlin",
            "duration_minutes": 90,
        }  # fmt: skip
        assert meetings.next_date(make_network().id) is None
        assert meetings.next_meeting(ANONYMOUS, network.id) is None
        assert meetings.next_meeting(member_of(make_network()), network.id) is None


@pytest.mark.parametrize(
    ("who", "sees", "plans"),
    [
        ("member", True, "rules_not_accepted"), ("paused", True, "membership_paused"),
        ("applied", False, "forbidden"), ("left", False, "forbidden"), ("suspended", False, "forbidden"),
        ("steward", True, "forbidden"), ("stranger", False, "forbidden"), ("operator", False, "forbidden"),
        ("anonymous", False, "forbidden"),
    ],
)  # fmt: skip
def test_who_sees_meetings(live: Runtime, who: str, sees: bool, plans: str) -> None:
    network, other = make_network(), make_network(visibility="public")
    meeting, elsewhere = make_meeting(network), make_meeting(other)
    actor = {
        "member": lambda: member_of(network),
        "suspended": lambda: member_of(network, suspended_until=START + timedelta(days=1)),
        "steward": lambda: steward_of_network(network),
        "stranger": lambda: member_of(other),
        "operator": lambda: actor_of(make_user(is_operator=True)),
        "anonymous": lambda: ANONYMOUS,
    }.get(who, lambda: member_of(network, state=who))()
    with unit_of_work():
        assert bool(may_see_meetings(actor, meeting)) is sees
        assert may_plan_meeting(actor, network.id).code == plans
        assert bool(may_change_meeting(actor, meeting)) is (who == "steward")
        seen = {row.id for row in session().scalars(visible_meetings(actor))}
        assert (meeting.id in seen) is sees
        assert (elsewhere.id in seen) is (who == "stranger")
        if sees:
            assert len(meetings.list_agenda(actor, network.id, PageRequest()).items) == 1
        else:
            with pytest.raises((NotFound, Forbidden)):
                meetings.list_agenda(actor, network.id, PageRequest())


# ---------------------------------------------------------------- any series with any exceptions

HOURS = st.integers(-24 * 40, 24 * 40)


@st.composite
def changed_series(draw: st.DrawFn) -> tuple[Meeting, dict[str, MeetingException]]:
    rule = draw(st.sampled_from([None, "FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=5", "FREQ=WEEKLY;INTERVAL=2",
                                 "FREQ=MONTHLY;BYDAY=1TU;COUNT=4"]))  # fmt: skip
    meeting = Meeting(
        id="m", network_id="n", title="t", about="", kind="exchange", starts_at=TUESDAY,
        time_zone="Europe/Berlin", duration_minutes=draw(st.integers(5, 1440)), recurrence=rule, place=None,
        link=None, state="planned", reason=None, created_by="u", created_at=START, changed_at=START,
        version=1,
    )  # fmt: skip
    exceptions = {}
    if rule is not None:
        series = series_of(meeting)
        numbers = draw(st.sets(st.integers(0, 7 if series.count is None else series.count - 1), max_size=4))
        for number in numbers:
            start = series.start(number)
            exceptions[key_of(start)] = MeetingException(
                meeting_id="m", occurrence=key_of(start),
                state=draw(st.sampled_from(["planned", "cancelled"])),
                starts_at=draw(st.one_of(st.none(), HOURS.map(lambda h, s=start: s + timedelta(hours=h)))),
            )  # fmt: skip
    return meeting, exceptions


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed_series(), st.integers(-30, 120))
def test_the_next_date_is_the_first_of_the_agenda_that_is_not_cancelled(
    live: Runtime, made: tuple[Meeting, dict[str, MeetingException]], days: int
) -> None:
    meeting, exceptions = made
    now = TUESDAY + timedelta(days=days)
    assert isinstance(live.clock, HandClock)
    live.clock.moment = now
    ahead = in_order(occurrences_between(meeting, exceptions, now, now + timedelta(days=800)))
    assert len({date.key for date in ahead}) == len(ahead)
    assert all(date.ends_at > now for date in ahead)
    expected = next((date for date in ahead if date.state != "cancelled"), None)
    assert next_date_of(meeting, exceptions, now) == expected
    if expected is not None:
        assert current_date(meeting, exceptions) == expected or meeting.recurrence is None
