"""Meetings: when a network comes together, who comes, and who was there."""

from network.meetings.commands.changing import cancel_meeting, change_meeting
from network.meetings.commands.deciding import decide_at_meeting
from network.meetings.commands.feeds import make_calendar_feed, revoke_calendar_feed
from network.meetings.commands.planning import plan_first_meeting, plan_meeting
from network.meetings.commands.reminding import forget_reminders, remind_of_meetings
from network.meetings.commands.replying import record_attendance, reply_to_meeting
from network.meetings.policy import (
    may_change_meeting,
    may_plan_meeting,
    may_record_attendance,
    may_reply,
    may_see_meetings,
    may_write_down_decision,
)
from network.meetings.queries.agenda import (
    DateView,
    WhenView,
    list_agenda,
    list_past_dates,
    next_date,
    next_meeting,
)
from network.meetings.queries.calendars import feed_calendar, feed_since, meeting_calendar
from network.meetings.queries.dates import AttendanceView, DatePage, get_attendance, get_date, starts_of
from network.meetings.queries.evidence import MeetingCounts, count_meetings
from network.meetings.queries.meetings import MeetingView, get_meeting, list_meetings
from network.meetings.rules.fields import KINDS
from network.meetings.rules.fields import check_fields as check_meeting
from network.meetings.rules.recurrence import WEEKDAYS, stored_recurrence, which_of_month
from network.meetings.rules.states import REPLIES, MeetingAhead, MeetingCalledOff, MeetingOver
from network.meetings.rules.zones import local_time, moment_of, moment_of_key, same_clock

__all__ = [
    "KINDS",
    "REPLIES",
    "WEEKDAYS",
    "AttendanceView",
    "DatePage",
    "DateView",
    "MeetingAhead",
    "MeetingCalledOff",
    "MeetingCounts",
    "MeetingOver",
    "MeetingView",
    "WhenView",
    "cancel_meeting",
    "change_meeting",
    "check_meeting",
    "count_meetings",
    "decide_at_meeting",
    "feed_calendar",
    "feed_since",
    "forget_reminders",
    "get_attendance",
    "get_date",
    "get_meeting",
    "list_agenda",
    "list_meetings",
    "list_past_dates",
    "local_time",
    "make_calendar_feed",
    "may_change_meeting",
    "may_plan_meeting",
    "may_record_attendance",
    "may_reply",
    "may_see_meetings",
    "may_write_down_decision",
    "meeting_calendar",
    "moment_of",
    "moment_of_key",
    "next_date",
    "next_meeting",
    "plan_first_meeting",
    "plan_meeting",
    "record_attendance",
    "remind_of_meetings",
    "reply_to_meeting",
    "revoke_calendar_feed",
    "same_clock",
    "starts_of",
    "stored_recurrence",
    "which_of_month",
]
