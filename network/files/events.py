"""What can become true of files. Scope `room:<id>`; the entity is the message that carries the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class FileVeiled(Fact):
    """Moderation hid a file of a message: the message is told as it is shown now."""

    kind: ClassVar[str] = "file.veiled"
    entity_type: ClassVar[str] = "message"

    file_id: str


@dataclass(frozen=True, kw_only=True)
class FileRestored(Fact):
    """A file that was hidden is there again: the veil was taken away, or its time is over."""

    kind: ClassVar[str] = "file.restored"
    entity_type: ClassVar[str] = "message"

    file_id: str
