"""What the draft of a network says: what is open or not right in it, and what is founded from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import get_timezone
from flask_babel import gettext as _

from network import courses, goals, meetings
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Invalid
from network.kernel.translation import mark, translate
from web.formats import country_name, day, language_name
from web.forms.founding import NO_COURSE
from web.meeting_words import in_full
from web.places import zone_of_country

STEPS = ("name", "goal", "place", "course", "meeting")
NEEDED = {
    "name": ("name", "purpose"),
    "goal": ("title",),
    "place": ("main_language", "country"),
    "course": ("course_session_id",),
    "meeting": (),
}
_FIELDS = {"starts_at": "day", "time_zone": "day", "place": "meeting_place", "link": "meeting_link"}
"""What the meeting's rules speak of, by the field in which it was typed."""


def first_open(draft: Mapping[str, Any]) -> str | None:
    """The first step at which something is missing or not right."""
    return next((step for step in STEPS if not _is_answered(step, draft)), None)


def refusal(step: str, draft: Mapping[str, Any]) -> Invalid | None:
    """What the rules have against the answers of a step that has all it needs, by the fields of its form."""
    clock = runtime.current().clock
    try:
        if step == "goal":
            goal = _first_goal(draft)
            goals.check_goal(goal["title"], goal["why"], goal["review_on"], clock.today())
        if step == "meeting" and (planned := _first_meeting(draft)) is not None:
            meetings.check_meeting(planned, clock.now())
    except Invalid as refused:
        return Invalid({_FIELDS.get(name, name): fault for name, fault in refused.faults.items()})
    return None


def step_of(fault: str) -> str:
    """The step at which something is asked that the founding of a network refused."""
    if fault.startswith("first_"):
        return fault.partition(".")[0].removeprefix("first_")
    return {"name": "name", "purpose": "name", "course_session_id": "course"}.get(fault, "place")


def course_words(row: Mapping[str, Any]) -> str:
    """A course with its last day."""
    return _("%(title)s (until %(day)s)", title=row["title"], day=day(row["ends_on"]))


def network_of(draft: Mapping[str, Any]) -> dict[str, Any]:
    """What `roadmap.found_network` is asked for."""
    main = draft["main_language"]
    return {
        "name": draft["name"],
        "purpose": draft["purpose"],
        "languages": [main, *(code for code in draft.get("other_languages") or [] if code != main)],
        "country": draft["country"],
        "course_session_id": None if draft["course_session_id"] == NO_COURSE else draft["course_session_id"],
        "first_goal": _first_goal(draft),
        "first_meeting": _first_meeting(draft),
    }


def _first_goal(draft: Mapping[str, Any]) -> Any:
    review_on = draft.get("review_on")
    return {
        "title": draft["title"],
        "why": draft.get("why") or "",
        "review_on": date.fromisoformat(review_on) if review_on else None,
    }


def _first_meeting(draft: Mapping[str, Any]) -> Any:
    if not draft.get("plan") or not draft.get("day") or not draft.get("time"):
        return None
    zone = zone_of(draft.get("country") or "", draft)
    local = datetime.combine(date.fromisoformat(draft["day"]), time.fromisoformat(draft["time"]))
    language = draft.get("main_language") or "en"
    return {
        "title": translate(language, mark("We get to know each other")),
        "starts_at": meetings.moment_of(local, zone), "time_zone": zone, "duration_minutes": 60,
        "place": draft.get("meeting_place") or None, "link": draft.get("meeting_link") or None,
    }  # fmt: skip


def zone_of(country: str, draft: Mapping[str, Any]) -> str:
    """The time zone of the country that the draft names, else of `country`."""
    return zone_of_country(draft.get("country") or country, str(get_timezone()))


def facts(actor: Actor, draft: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was answered, in words, with the step where it can be changed."""
    founding = network_of(draft)
    course_id = founding["course_session_id"]
    course = courses.get_course_session(actor, course_id) if course_id else None
    return [
        {"step": "name", "name": _("Name"), "value": founding["name"]},
        {"step": "name", "name": _("What for"), "value": founding["purpose"]},
        {"step": "goal", "name": _("First goal"), "value": founding["first_goal"]["title"]},
        {
            "step": "place",
            "name": _("Languages"),
            "value": ", ".join(language_name(code) for code in founding["languages"]),
        },
        {"step": "place", "name": _("Country"), "value": country_name(founding["country"])},
        {
            "step": "course",
            "name": _("Course"),
            "value": course_words(course) if course else _("We begin without a course"),
        },
        *_meeting_facts(founding["first_meeting"]),
    ]


def _meeting_facts(meeting: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    said = [(_("First meeting"), _when(meeting))]
    if meeting is not None:
        said += [(_("Where"), meeting["place"]), (_("Video"), meeting["link"])]
    return [{"step": "meeting", "name": name, "value": value} for name, value in said if value]


def _is_answered(step: str, draft: Mapping[str, Any]) -> bool:
    return all(draft.get(name) for name in NEEDED[step]) and refusal(step, draft) is None


def _when(meeting: Mapping[str, Any] | None) -> str:
    if meeting is None:
        return _("We set no date yet")
    ends_at = meeting["starts_at"] + timedelta(minutes=meeting["duration_minutes"])
    return in_full({**meeting, "ends_at": ends_at})
