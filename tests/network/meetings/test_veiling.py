"""A meeting that moderation hid is nowhere to be found, and there again when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from models.networks import Network
from network import meetings
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import rendered
from network.kernel.paging import PageRequest
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, unit_of_work
from network.kernel.veils import FOREVER
from network.meetings.commands.veiling import tell_lapsed_veils
from tests.factories.meetings import make_meeting, make_reply
from tests.network.meetings.conftest import Facts
from tests.running import HandClock

SECRET = "Marzipan"
ALL = PageRequest(limit=50)


@command
def moderate(act: Callable[..., None], actor: Actor, *given: Any) -> None:
    """As a command of moderation does, which asked who may."""
    require(ALLOWED)
    act(actor, *given)


def test_a_veiled_meeting_is_in_no_list_no_calendar_and_no_letter(
    network: Network, member: Actor, host: Actor, facts: Facts, clock: HandClock
) -> None:
    meeting = make_meeting(network, title=SECRET, created_by=member.user_id)
    make_reply(meeting, member, "yes")
    secret = meetings.make_calendar_feed(member).rpartition("/")[2].removesuffix(".ics")

    def found() -> dict[str, str]:
        with unit_of_work():
            try:
                alone: Any = meetings.get_meeting(member, meeting.id)
            except NotFound:
                alone = ""
            try:
                file: Any = meetings.meeting_calendar(member, meeting.id)
            except NotFound:
                file = ""
            return {
                "alone": str(alone),
                "file": str(file),
                "list": str(meetings.list_meetings(member, network.id, ALL).items),
                "agenda": str(meetings.list_agenda(member, network.id, ALL).items),
                "next": str(meetings.next_meeting(member, network.id)),
                "feed": str(meetings.feed_calendar(secret)),
                "when": SECRET if meetings.next_date(network.id) else "",
            }

    assert all(SECRET in place for place in found().values()), found()
    moderate(meetings.veil_meeting, host, meeting.id, clock.now() + timedelta(hours=72))
    assert not any(SECRET in place for place in found().values()), found()
    with unit_of_work():
        [told] = rendered([fact for fact in facts() if fact.type == "meeting.veiled"])
    assert told["data"] == {}
    clock.forward(hours=72)
    assert all(SECRET in place for place in found().values()), found()
    assert (tell_lapsed_veils(), tell_lapsed_veils()) == (1, 0)
    moderate(meetings.veil_meeting, host, meeting.id, FOREVER)
    clock.moment = meeting.starts_at - timedelta(minutes=30)
    assert meetings.remind_of_meetings() == 0
    for _ in range(2):
        moderate(meetings.unveil_meeting, host, meeting.id)
    assert meetings.remind_of_meetings() == 1
    assert [fact.type for fact in facts()] == [
        "meeting.veiled", "meeting.restored", "meeting.veiled", "meeting.restored",
    ]  # fmt: skip
    assert all(SECRET in place for place in found().values()), found()
