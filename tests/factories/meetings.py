"""Makes meetings, what differs on single dates, and answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from models.meetings import Meeting, MeetingAttendance, MeetingException, MeetingReply
from models.networks import Network
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import new_id
from network.meetings.rules.occurrences import end_of_all
from tests.factories.people import save


def make_meeting(network: Network, **over: Any) -> Meeting:
    """A meeting of an hour and a half in a week, at the same time of day as now, in Berlin."""
    now = runtime.current().clock.now().replace(microsecond=0)
    values = {
        "id": new_id(),
        "network_id": network.id,
        "title": "Evening at the library",
        "about": "",
        "kind": "get_together",
        "starts_at": now + timedelta(days=7),
        "time_zone": "Europe/Berlin",
        "duration_minutes": 90,
        "recurrence": None,
        "ends_at": None,
        "place": "Library, room 2",
        "link": "https://video.example/library",
        "state": "planned",
        "reason": None,
        "created_by": network.created_by,
        "created_at": now,
        "changed_at": now,
        "version": 1,
    }
    made = Meeting(**values | over)
    made.ends_at = end_of_all(made, {})
    return save(made)


def make_exception(meeting: Meeting, key: str, **over: Any) -> MeetingException:
    """A date of a series that is not like the others."""
    values = {"meeting_id": meeting.id, "occurrence": key, "state": "planned"}
    return save(MeetingException(**values | over))


def make_reply(
    meeting: Meeting, actor: Actor, reply: str = "yes", key: str = "", at: datetime | None = None
) -> MeetingReply:
    """Somebody's answer, given just now."""
    moment = at or runtime.current().clock.now()
    return save(
        MeetingReply(meeting_id=meeting.id, occurrence=key, user_id=actor.id, reply=reply, replied_at=moment)
    )


def make_attendance(meeting: Meeting, actor: Actor, key: str = "") -> MeetingAttendance:
    """Somebody was there."""
    now = runtime.current().clock.now()
    return save(
        MeetingAttendance(
            meeting_id=meeting.id, occurrence=key, user_id=actor.id, recorded_by=actor.id, recorded_at=now
        )
    )
