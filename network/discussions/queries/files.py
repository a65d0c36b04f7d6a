"""What can be seen of files: one that a message carries by whoever may read the message now, one that none
carries yet by who sent it."""

from __future__ import annotations

from dataclasses import dataclass

from network import files
from network.discussions.queries.places import visible_message_rows
from network.kernel.actor import Actor
from network.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file with its bytes."""

    view: files.FileView
    content: bytes


def open_file(actor: Actor, file_id: str, *, preview: bool = False) -> OpenedFile:
    """A file, or the small WebP picture of a picture. Asked at every download, for what was open a moment ago
    may be so no more. Raises NotFound: unknown, not the actor's to see, taken back, hidden, or no picture."""
    row = files.file_row(file_id)
    if row is None:
        raise NotFound()
    if row.message_id is None:
        files.own_file_row(actor, file_id)
    else:
        message, _room = visible_message_rows(actor, row.message_id)
        if message.deleted_at is not None or message.veiled:
            raise NotFound()
    return OpenedFile(files.file_view(row), files.preview_of(row) if preview else files.content_of(row))
