"""Who comes and who was there: to one date, to all; who may say it; what the counts say."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.meetings import Meeting, MeetingReply
from models.networks import Network
from network import meetings
from network.discussions import MembershipPaused
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.meetings import make_attendance, make_exception, make_meeting, make_reply
from tests.factories.membership import make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, save
from tests.network.meetings.conftest import Facts, agenda
from tests.running import START, HandClock

TUESDAY = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def key(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def counts(yes: int = 0, maybe: int = 0, no: int = 0) -> dict[str, int]:
    return {"yes": yes, "maybe": maybe, "no": no}


@pytest.fixture
def single(network: Network) -> Meeting:
    return make_meeting(network, starts_at=TUESDAY)


@pytest.fixture
def weekly(network: Network) -> Meeting:
    return make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY")


def test_a_member_says_whether_she_comes_and_changes_her_mind(
    single: Meeting, member: Actor, host: Actor, network: Network, facts: Facts
) -> None:
    noise = make_meeting(network)
    make_reply(noise, host, "yes")
    said = meetings.reply_to_meeting(member, single.id, "yes")
    assert (said["replies"], said["my_reply"], said["version"]) == (counts(yes=1), "yes", 1)
    meetings.reply_to_meeting(member, single.id, "yes")
    said = meetings.reply_to_meeting(member, single.id, "no")
    assert (said["replies"], said["my_reply"]) == (counts(no=1), "no")
    assert [(entry.type, entry.entity_id) for entry in facts()] == [("meeting.replied", single.id)] * 2
    assert facts()[0].codes == {"occurrence": None}, "the log does not tell who"
    with unit_of_work():
        seen = meetings.get_meeting(host, single.id)
        assert (seen["replies"], seen["my_reply"]) == (counts(no=1), None)
        assert meetings.get_meeting(host, noise.id)["replies"] == counts(yes=1)


def test_an_answer_to_one_date_stands_before_one_to_all(
    weekly: Meeting, network: Network, member: Actor, host: Actor
) -> None:
    second = TUESDAY + WEEK
    meetings.reply_to_meeting(member, weekly.id, "yes")
    meetings.reply_to_meeting(host, weekly.id, "maybe")
    meetings.reply_to_meeting(member, weekly.id, "no", second)
    dates = agenda(member, network, START, TUESDAY + 3 * WEEK)
    assert [date["replies"] for date in dates] == [
        counts(yes=1, maybe=1), counts(maybe=1, no=1), counts(yes=1, maybe=1),
    ]  # fmt: skip
    assert [date["my_reply"] for date in dates] == ["yes", "no", "yes"]
    with unit_of_work():
        page = meetings.get_date(host, weekly.id, key(second))
    assert [person["display_name"] for person in page["people"]["no"]] == ["Olena"]
    assert page["people"]["yes"] == []
    assert page["date"]["my_reply"] == "maybe"
    assert [date["starts_at"] for date in page["following"][:2]] == [TUESDAY, second + WEEK]


def test_an_answer_to_all_does_not_reach_back(
    weekly: Meeting, network: Network, member: Actor, clock: HandClock
) -> None:
    clock.moment = TUESDAY + timedelta(days=1)
    meetings.reply_to_meeting(member, weekly.id, "yes")
    dates = agenda(member, network, START, TUESDAY + 2 * WEEK)
    assert [(date["replies"]["yes"], date["my_reply"]) for date in dates] == [(0, None), (1, "yes")]


def test_who_pauses_or_leaves_is_not_counted(single: Meeting, network: Network, member: Actor) -> None:
    make_reply(single, member_of(network), "yes")
    for state in ("paused", "left", "removed"):
        make_reply(single, member_of(network, state=state), "yes")
    with unit_of_work():
        assert meetings.get_meeting(member, single.id)["replies"] == counts(yes=1)
        assert len(meetings.get_date(member, single.id)["people"]["yes"]) == 1


def test_when_it_is_too_late_to_answer(
    single: Meeting, weekly: Meeting, member: Actor, clock: HandClock, facts: Facts
) -> None:
    clock.moment = TUESDAY + timedelta(minutes=89)
    assert meetings.reply_to_meeting(member, single.id, "yes")["replies"] == counts(yes=1)
    clock.moment = TUESDAY + timedelta(minutes=91)
    with pytest.raises(meetings.MeetingOver):
        meetings.reply_to_meeting(member, single.id, "no")
    with pytest.raises(meetings.MeetingOver):
        meetings.reply_to_meeting(member, weekly.id, "no", TUESDAY)
    assert len(facts()) == 1


def test_nobody_answers_to_what_is_cancelled(weekly: Meeting, network: Network, member: Actor) -> None:
    make_exception(weekly, key(TUESDAY), state="cancelled")
    with pytest.raises(meetings.MeetingCalledOff):
        meetings.reply_to_meeting(member, weekly.id, "yes", TUESDAY)
    off = make_meeting(network, state="cancelled")
    with pytest.raises(meetings.MeetingCalledOff):
        meetings.reply_to_meeting(member, off.id, "yes")


@pytest.mark.parametrize(
    ("reply", "occurrence", "field"),
    [("perhaps", None, "reply"), ("yes", TUESDAY + timedelta(days=1), "occurrence"),
     ("yes", datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "occurrence"),
     ("yes", datetime(1, 1, 1, tzinfo=UTC), "occurrence")],
)  # fmt: skip
def test_what_is_no_answer(
    weekly: Meeting, member: Actor, reply: str, occurrence: datetime | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        meetings.reply_to_meeting(member, weekly.id, reply, occurrence)
    assert list(refused.value.faults) == [field]


@pytest.mark.parametrize(
    ("who", "error"),
    [("paused", MembershipPaused), ("steward", Forbidden), ("stranger", NotFound), ("applied", NotFound),
     ("suspended", NotFound), ("new", None)],
)  # fmt: skip
def test_who_may_answer(
    single: Meeting, network: Network, who: str, error: type[Exception] | None, facts: Facts
) -> None:
    actor = {
        "paused": lambda: member_of(network, state="paused"),
        "applied": lambda: member_of(network, state="applied"),
        "suspended": lambda: member_of(network, suspended_until=START + timedelta(days=2)),
        "steward": lambda: steward_of_network(network),
        "stranger": lambda: member_of(make_network()),
        "new": lambda: member_of(network),
    }[who]()
    if error is None:
        assert meetings.reply_to_meeting(actor, single.id, "yes")["my_reply"] == "yes"
        return
    with pytest.raises(error):
        meetings.reply_to_meeting(actor, single.id, "yes")
    assert facts() == []


def test_two_taps_at_once_are_one_answer(live: Runtime, single: Meeting, member: Actor) -> None:
    both = threading.Barrier(2)
    failed: list[Exception] = []

    def tap(reply: str) -> None:
        both.wait()
        try:
            meetings.reply_to_meeting(member, single.id, reply)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=tap, args=(reply,)) for reply in ("yes", "no")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with unit_of_work():
        (row,) = session().scalars(select(MeetingReply)).all()
        assert row.reply in ("yes", "no")


# ---------------------------------------------------------------- who was there


def test_the_host_writes_down_who_was_there_and_mends_it(
    single: Meeting, network: Network, host: Actor, member: Actor, clock: HandClock, facts: Facts
) -> None:
    others = [member_of(network).id for _ in range(2)]
    with pytest.raises(meetings.MeetingAhead):
        meetings.record_attendance(host, single.id, [member.id])
    assert facts() == []
    clock.moment = TUESDAY + timedelta(minutes=1)
    first = meetings.record_attendance(host, single.id, [member.id, member.id, *others])
    assert (first["attended"], first["version"]) == (3, 1)
    mended = meetings.record_attendance(host, single.id, [member.id])
    assert mended["attended"] == 1
    assert [entry.type for entry in facts()] == ["meeting.attendance_recorded"] * 2
    with unit_of_work():
        found = meetings.get_attendance(host, single.id)
        assert [person["id"] for person in found["people"]] == [member.id]
        assert meetings.get_meeting(member, single.id)["attended"] == 1
        with pytest.raises(Forbidden):
            meetings.get_attendance(member, single.id)
    assert meetings.record_attendance(host, single.id, [])["attended"] is None


def test_of_a_series_the_last_date_is_meant_unless_one_is_named(
    weekly: Meeting, network: Network, host: Actor, member: Actor, clock: HandClock
) -> None:
    with unit_of_work():
        assert meetings.get_attendance(host, weekly.id) == {"occurrence": None, "people": []}
    clock.moment = TUESDAY + timedelta(days=10)
    make_exception(weekly, key(TUESDAY + 2 * WEEK), starts_at=TUESDAY + timedelta(days=9))
    meetings.record_attendance(host, weekly.id, [member.id])
    meetings.record_attendance(host, weekly.id, [member.id, host.id], TUESDAY)
    dates = agenda(host, network, START, TUESDAY + 3 * WEEK)
    assert [(date["starts_at"], date["attended"]) for date in dates] == [
        (TUESDAY, 2), (TUESDAY + WEEK, None), (TUESDAY + timedelta(days=9), 1),
    ]  # fmt: skip
    with pytest.raises(meetings.MeetingAhead):
        meetings.record_attendance(host, weekly.id, [member.id], TUESDAY + 3 * WEEK)
    with pytest.raises(Invalid):
        meetings.record_attendance(host, weekly.id, [member.id], TUESDAY + timedelta(hours=1))


def test_only_members_were_there(single: Meeting, network: Network, host: Actor, clock: HandClock) -> None:
    clock.moment = TUESDAY + timedelta(hours=2)
    leaver = make_user()
    joined = make_membership(network, leaver)
    meetings.record_attendance(host, single.id, [leaver.id])
    joined.state = "left"
    save(joined)
    # Who has left since stays written down.
    assert meetings.record_attendance(host, single.id, [leaver.id, host.id])["attended"] == 2
    paused = member_of(network, state="paused")
    meetings.record_attendance(host, single.id, [paused.id])
    for wrong in ([member_of(make_network()).id], [new_id()], [leaver.id],
                  [member_of(network, state="applied").id]):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            meetings.record_attendance(host, single.id, [host.id, *wrong])
        assert list(refused.value.faults) == ["user_ids"]
    with unit_of_work():
        assert [person["id"] for person in meetings.get_attendance(host, single.id)["people"]] == [paused.id]


def test_who_planned_it_is_its_host(network: Network, member: Actor, clock: HandClock) -> None:
    own = make_meeting(network, starts_at=TUESDAY, created_by=member.id)
    clock.moment = TUESDAY + timedelta(hours=2)
    assert meetings.record_attendance(member, own.id, [member.id])["attended"] == 1
    with pytest.raises(Forbidden):
        meetings.record_attendance(member_of(network), own.id, [])
    off = make_meeting(network, starts_at=TUESDAY, created_by=member.id, state="cancelled")
    with pytest.raises(meetings.MeetingCalledOff):
        meetings.record_attendance(member, off.id, [member.id])


# ---------------------------------------------------------------- evidence


def test_a_meeting_counts_as_held_when_it_is_over_and_people_came(
    network: Network, member: Actor, host: Actor, clock: HandClock
) -> None:
    def held() -> int:
        with unit_of_work():
            return meetings.count_meetings(network.id).held

    make_meeting(make_network(), starts_at=START - timedelta(days=2))
    meeting = make_meeting(network, starts_at=TUESDAY)
    make_reply(meeting, member, "yes")
    make_reply(meeting, member_of(network), "maybe")
    clock.moment = TUESDAY + timedelta(minutes=89)
    make_attendance(meeting, host)
    assert held() == 0, "it is still going on"
    clock.forward(minutes=2)
    assert held() == 1
    two = make_meeting(network, starts_at=TUESDAY - timedelta(days=1))
    make_reply(two, member, "yes", at=START)
    assert held() == 1
    make_reply(two, host, "yes", at=START)
    assert held() == 2
    make_attendance(make_meeting(network, starts_at=TUESDAY - timedelta(days=1), state="cancelled"), host)
    assert held() == 2
    weekly = make_meeting(network, starts_at=TUESDAY - 3 * WEEK, recurrence="FREQ=WEEKLY")
    for actor in (member, host):
        make_reply(weekly, actor, "yes", at=TUESDAY - 2 * WEEK + timedelta(days=1))
    make_exception(weekly, key(TUESDAY - WEEK), state="cancelled")
    assert held() == 3, "one date since both said yes: the one in between was cancelled"


def test_a_rhythm_is_a_series_that_goes_on(network: Network, clock: HandClock) -> None:
    def rhythms() -> int:
        with unit_of_work():
            return meetings.count_meetings(network.id).rhythms

    make_meeting(network)
    assert rhythms() == 0
    make_meeting(network, recurrence="FREQ=WEEKLY;COUNT=3", starts_at=TUESDAY)
    make_meeting(network, recurrence="FREQ=WEEKLY", starts_at=TUESDAY, state="cancelled")
    assert rhythms() == 1
    clock.moment = TUESDAY + 2 * WEEK + timedelta(minutes=89)
    assert rhythms() == 1
    clock.forward(minutes=2)
    assert rhythms() == 0
