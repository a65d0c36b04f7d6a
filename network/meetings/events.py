"""What can become true of a network's meetings. Scope `network:<id>`; the entity is the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class MeetingPlanned(Fact):
    """A meeting, or a series of them, has a date."""

    kind: ClassVar[str] = "meeting.planned"
    entity_type: ClassVar[str] = "meeting"


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(Fact):
    """A meeting is at another time or place or says something else; with `occurrence` only that date."""

    kind: ClassVar[str] = "meeting.changed"
    entity_type: ClassVar[str] = "meeting"

    occurrence: str | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(Fact):
    """A meeting will not be; with `occurrence` only that date of it."""

    kind: ClassVar[str] = "meeting.cancelled"
    entity_type: ClassVar[str] = "meeting"

    occurrence: str | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingReplied(Fact):
    """Somebody said whether she comes, or changed her mind: the counts are other ones now."""

    kind: ClassVar[str] = "meeting.replied"
    entity_type: ClassVar[str] = "meeting"

    occurrence: str | None = None


@dataclass(frozen=True, kw_only=True)
class AttendanceRecorded(Fact):
    """The host wrote down who was there."""

    kind: ClassVar[str] = "meeting.attendance_recorded"
    entity_type: ClassVar[str] = "meeting"

    occurrence: str | None = None
