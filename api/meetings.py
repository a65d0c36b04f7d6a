"""Meetings: planning, the agenda, replies, attendance, and calendars."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from api.operations import json_response, operation, page_request
from api.schemas.base import page_of
from api.schemas.decisions import DecisionOut
from api.schemas.meetings import (
    AgendaQuery,
    AttendanceIn,
    AttendanceOut,
    AttendanceQuery,
    CancellationIn,
    DateOut,
    FeedOut,
    FeedStateOut,
    MeetingChangeIn,
    MeetingDecisionIn,
    MeetingIn,
    MeetingOut,
    MeetingsQuery,
    ReplyIn,
)
from network import meetings
from network.kernel.actor import Actor

blueprint = Blueprint("meetings", __name__, description="When a network comes together")
CALENDAR = "text/calendar; charset=utf-8"


@operation(
    blueprint, "GET", "/networks/<id:network_id>/meetings", out=page_of(MeetingOut), query=MeetingsQuery,
    problems=(404,),
)  # fmt: skip
def list_meetings(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The meetings of a network in the order of being planned, a series once."""
    return meetings.list_meetings(actor, network_id, page_request(query), query["when"])


@operation(
    blueprint, "POST", "/networks/<id:network_id>/meetings", out=MeetingOut, status=201, body=MeetingIn,
    problems=(404,), idempotent=True,
)  # fmt: skip
def plan_meeting(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Plan a meeting or a series, as an active member who accepted the rules."""
    return meetings.plan_meeting(actor, network_id, **body)


@operation(
    blueprint, "GET", "/networks/<id:network_id>/agenda", out=page_of(DateOut), query=AgendaQuery,
    problems=(404,),
)  # fmt: skip
def list_agenda(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The dates of all meetings in the order of time, at most a year at once; cancelled ones are among
    them."""
    found = meetings.list_agenda(actor, network_id, page_request(query), query["from_"], query["to"])
    # Up to 200 dates: they have the contract's fields already.
    items = [{name: value for name, value in date.items() if name != "key"} for date in found.items]
    return json_response({"items": items, "next": found.next})


@operation(blueprint, "GET", "/meetings/<id:meeting_id>", out=MeetingOut, problems=(404,))
def get_meeting(actor: Actor, meeting_id: str) -> Any:
    """One meeting or series."""
    return meetings.get_meeting(actor, meeting_id)


@operation(
    blueprint, "PATCH", "/meetings/<id:meeting_id>", out=MeetingOut, body=MeetingChangeIn,
    problems=(404, 409),
)  # fmt: skip
def change_meeting(actor: Actor, meeting_id: str, body: dict[str, Any]) -> Any:
    """Move or change a meeting, a series with all dates that have not begun, or one date of it: meta-mentor,
    deputy, steward, and who planned it. Who said yes or maybe gets a mail when time or place changes."""
    return meetings.change_meeting(actor, meeting_id, **body)


@operation(
    blueprint, "POST", "/meetings/<id:meeting_id>/cancellation", out=MeetingOut, body=CancellationIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def cancel_meeting(actor: Actor, meeting_id: str, body: dict[str, Any]) -> Any:
    """Cancel a meeting, a series with all dates that have not begun, or one date of it. Who said yes or maybe
    gets a mail."""
    return meetings.cancel_meeting(actor, meeting_id, **body)


@operation(
    blueprint, "PUT", "/meetings/<id:meeting_id>/reply", out=MeetingOut, body=ReplyIn, problems=(404, 409)
)  # fmt: skip
def reply_to_meeting(actor: Actor, meeting_id: str, body: dict[str, Any]) -> Any:
    """Say whether one comes, as an active member, until the meeting is over."""
    return meetings.reply_to_meeting(actor, meeting_id, **body)


@operation(
    blueprint, "GET", "/meetings/<id:meeting_id>/attendance", out=AttendanceOut, query=AttendanceQuery,
    problems=(404,),
)  # fmt: skip
def get_attendance(actor: Actor, meeting_id: str, query: dict[str, Any]) -> Any:
    """Who was there, for who may write it down."""
    return meetings.get_attendance(actor, meeting_id, query["occurrence"])


@operation(
    blueprint, "PUT", "/meetings/<id:meeting_id>/attendance", out=MeetingOut, body=AttendanceIn,
    problems=(404, 409),
)  # fmt: skip
def record_attendance(actor: Actor, meeting_id: str, body: dict[str, Any]) -> Any:
    """Write down who was there, once the meeting has begun, in place of what was written down before."""
    return meetings.record_attendance(actor, meeting_id, **body)


@operation(
    blueprint, "POST", "/networks/<id:network_id>/meeting-decisions", out=DecisionOut, status=201,
    body=MeetingDecisionIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def decide_at_meeting(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Write down what was decided at a meeting that has begun, as an active member who accepted the rules.
    Every active member can object for seven days; without an objection that stays it then stands."""
    return meetings.decide_at_meeting(actor, network_id, **body)


@operation(blueprint, "GET", "/meetings/<id:meeting_id>.ics", out=None, problems=(404,))
def get_meeting_calendar(actor: Actor, meeting_id: str) -> Any:
    """The meeting with all its dates as a calendar file (text/calendar, RFC 5545)."""
    response = _calendar(meetings.meeting_calendar(actor, meeting_id))
    response.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


@operation(blueprint, "GET", "/me/calendar-feed", out=FeedStateOut)
def get_calendar_feed(actor: Actor) -> Any:
    """Since when one has a secret calendar address; the address itself is shown once only."""
    return {"since": meetings.feed_since(actor)}


@operation(blueprint, "POST", "/me/calendar-feed", out=FeedOut, status=201)
def make_calendar_feed(actor: Actor) -> Any:
    """A secret address under which one's own calendar finds the meetings of one's networks. An address that
    was given before leads nowhere from now on."""
    return {"url": meetings.make_calendar_feed(actor)}


@operation(blueprint, "DELETE", "/me/calendar-feed", out=None, status=204)
def revoke_calendar_feed(actor: Actor) -> None:
    """Take the secret address back; without one nothing happens."""
    meetings.revoke_calendar_feed(actor)


@operation(blueprint, "GET", "/calendar/<secret>.ics", out=None, audience="anyone", problems=(404,))
def get_feed(_actor: Actor, secret: str) -> Any:
    """The meetings of the networks to which the owner of the address belongs now (text/calendar, RFC 5545).
    Whoever knows the address may read it; unknown and taken back are one and the same 404."""
    return _calendar(meetings.feed_calendar(secret))


def _calendar(content: bytes) -> Response:
    response = Response(content, content_type=CALENDAR)
    response.headers["Cache-Control"] = "private, no-store"
    return response
