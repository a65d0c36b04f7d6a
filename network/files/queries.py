"""What can be seen of files, and where their bytes lie. Who may see a file that a message carries is who may
read the message: that is asked where messages are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from sqlalchemy import bindparam, select

from models.files import File
from network.files.policy import may_use_own_file
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.files import FileStore, files_of
from network.kernel.transaction import session

_files = File.__table__.c


class FileView(TypedDict):
    """A file as everybody sees it who may read the message that carries it."""

    id: str
    name: str
    media_type: str
    bytes: int
    url: str
    width: int | None
    height: int | None
    seconds: int | None
    alt: str | None
    preview_url: str | None


_shown = select(
    _files.id, _files.name, _files.media_type, _files.bytes, _files.width, _files.height, _files.seconds,
    _files.alt,
)  # fmt: skip
_OF_MESSAGES = (
    _shown.add_columns(_files.message_id)
    .where(_files.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(_files.message_id, _files.position)
)


def file_view(row: Any) -> FileView:
    """A row of the statement above, or of the table."""
    return {
        "id": row.id, "name": row.name, "media_type": row.media_type, "bytes": row.bytes,
        "url": f"/api/v1/files/{row.id}", "width": row.width, "height": row.height, "seconds": row.seconds,
        "alt": row.alt, "preview_url": f"/files/{row.id}/preview" if row.width else None,
    }  # fmt: skip


def files_of_messages(message_ids: Sequence[str]) -> dict[str, list[FileView]]:
    """The files of each of these messages in their order, in one statement. For whoever asked who may read
    them."""
    found: dict[str, list[FileView]] = {}
    for row in session().connection().execute(_OF_MESSAGES, {"ids": list(message_ids)}):
        found.setdefault(row.message_id, []).append(file_view(row))
    return found


def file_row(file_id: str) -> File | None:
    """The row of a file, asked on nobody's behalf."""
    return session().get(File, file_id)


def own_file_row(actor: Actor, file_id: str, *, lock: bool = False) -> File:
    """The row of a file that the actor sent and that no message carries yet. Raises NotFound for every
    other."""
    wanted = select(File).where(
        File.id == file_id, File.uploader_id == (actor.user_id or ""), File.message_id.is_(None)
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(wanted).one_or_none()
    if found is None or not may_use_own_file(actor, found.network_id):
        raise NotFound()
    return found


def own_files(actor: Actor, file_ids: Iterable[str]) -> list[FileView]:
    """Those of these files that the actor sent and that no message carries yet, in the order in which they
    are named."""
    ids = list(file_ids)
    wanted = select(File).where(
        File.id.in_(ids), File.uploader_id == (actor.user_id or ""), File.message_id.is_(None)
    )
    found = {row.id: file_view(row) for row in session().scalars(wanted)}
    return [found[file_id] for file_id in ids if file_id in found]


def content_of(row: File) -> bytes:
    """What a file holds. Raises NotFound where it is gone. For whoever asked who may see it."""
    return _read(row.store_key)


def preview_of(row: File) -> bytes:
    """The small WebP picture of a picture. Raises NotFound for what is none. For whoever asked who may see
    it."""
    if not row.width:
        raise NotFound()
    return _read(preview_name(row.store_key))


def files_of_person(user_id: str) -> list[tuple[str, str, int]]:
    """Under which name and key lies what somebody sent, and how many bytes it has, oldest first. For her own
    export."""
    wanted = select(_files.id, _files.name, _files.store_key, _files.bytes)
    rows = session().execute(wanted.where(_files.uploader_id == user_id).order_by(_files.created_at))
    return [(f"{row.id}-{row.name}", row.store_key, row.bytes) for row in rows]


def file_store() -> FileStore:
    """Where the files lie."""
    return files_of("files")


def preview_name(store_key: str) -> str:
    """The name under which the small picture of a file lies."""
    return f"{store_key}-preview"


def _read(name: str) -> bytes:
    content = file_store().get(name)
    if content is None:
        raise NotFound()
    return content
