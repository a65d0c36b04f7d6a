"""Facts about what somebody is told: in her own scope alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class NoticeAdded(Fact):
    """There is something new for a person."""

    kind: ClassVar[str] = "notice.added"
    entity_type: ClassVar[str] = "notice"

    network_id: str


@dataclass(frozen=True, kw_only=True)
class NoticesRead(Fact):
    """A person has seen her notices, up to the one that `entity_id` names."""

    kind: ClassVar[str] = "notices.read"
    entity_type: ClassVar[str] = "notice"
