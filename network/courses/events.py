"""Which facts about courses can become true. Their scope is `organisation:<id>`: counts, never a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class CourseSessionCreated(Fact):
    """An organisation entered a run of its course."""

    kind: ClassVar[str] = "course_session.created"
    entity_type: ClassVar[str] = "course_session"


@dataclass(frozen=True, kw_only=True)
class CourseSessionChanged(Fact):
    """What is said of a course changed."""

    kind: ClassVar[str] = "course_session.changed"
    entity_type: ClassVar[str] = "course_session"


@dataclass(frozen=True, kw_only=True)
class CompletionsImported(Fact):
    """A list of graduates, or a part of one, was taken in and changed something."""

    kind: ClassVar[str] = "completions.imported"
    entity_type: ClassVar[str] = "course_session"

    created: int
    updated: int
