"""Sending a file, describing it, taking it away again; and its place in a message."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, literal, select

from models.files import File
from network import networks
from network.files.policy import may_upload_file, may_use_own_file
from network.files.queries import FileView, file_store, file_view, own_file_row, preview_name
from network.files.rules.kinds import MOST_FILES, Kept, made_ready
from network.files.rules.names import check_alt, kept_name
from network.files.rules.refusals import (
    FileInUse,
    FileTooLarge,
    NetworkStorageFull,
    OwnStorageFull,
    check_file_ids,
    gone_fault,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, IdempotencyConflict, StorageFull
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.throttle import TokenBuckets
from network.kernel.transaction import after_commit, command, let_go, session, unit_of_work

_uploads: list[tuple[runtime.Runtime, TokenBuckets]] = []
MEBIBYTE = 1_048_576


def upload_file(
    actor: Actor, network_id: str, content: bytes, name: str, *, alt: str = "", upload_key: str | None = None
) -> FileView:
    """Send a file to a network, for a message of one's own there; until one carries it nobody else sees it,
    and after a day it is gone. It is what is in it, whatever its name says; a picture is drawn anew. Under
    the same `upload_key` the same file is sent once. Refused to who is no active member or has not accepted
    the rules. Raises NotFound, TooMany, FileTooLarge, UnsupportedFile, Invalid, OwnStorageFull,
    NetworkStorageFull, StorageFull, IdempotencyConflict for another file under the same key."""
    running = runtime.current()
    source, most = hashlib.sha256(content).hexdigest(), running.settings.upload_max_bytes
    with unit_of_work():
        _check_may_upload(actor, network_id)
        said = check_alt(alt)
        if len(content) > most:
            raise FileTooLarge(most)
        if (known := _sent_before(actor, upload_key)) is not None:
            return _same(known, source)
    _take_upload(actor)
    let_go()  # a file is looked at without holding a connection
    kept = made_ready(content, most, running.settings.voice_note_max_seconds)
    key = secrets.token_hex(16)
    row = File(
        name=kept_name(name, kept.media_type), media_type=kept.media_type, bytes=len(kept.content),
        width=kept.width, height=kept.height, seconds=kept.seconds, alt=said, store_key=key,
        stored_bytes=len(kept.content) + len(kept.preview or b""), source_digest=source,
        upload_key=upload_key,
    )  # fmt: skip
    try:
        _write(key, kept)
    except BaseException:
        _remove(key)
        raise
    try:
        shown, is_new = _keep(actor, network_id, row)
    except (DomainError, StorageFull):
        _remove(key)
        raise
    # After another failure its row may be there: who lost the line in the commit does not know. What lies
    # there without one is taken away by the hourly `tidy`.
    if not is_new:
        _remove(key)
    return shown


@command
def describe_file(actor: Actor, file_id: str, alt: str) -> FileView:
    """Say what a picture shows, for those who do not see it, before a message carries it. Raises NotFound,
    Invalid."""
    file = own_file_row(actor, file_id, lock=True)
    require(may_use_own_file(actor, file.network_id))
    file.alt = check_alt(alt)
    session().flush()
    return file_view(file)


@command
def discard_file(actor: Actor, file_id: str) -> None:
    """Take a file away again that no message carries. It is gone from the disk when this is done. Raises
    NotFound."""
    file = own_file_row(actor, file_id, lock=True)
    require(may_use_own_file(actor, file.network_id))
    key = file.store_key
    session().delete(file)
    after_commit(lambda: _remove(key))


def check_files(file_ids: Sequence[str]) -> tuple[str, ...]:
    """Take the ids of a message's files, in their order, or raise Invalid."""
    return check_file_ids(file_ids, MOST_FILES)


def attach_files(actor: Actor, network_id: str, message_id: str, file_ids: Sequence[str]) -> list[FileView]:
    """Within a command that posts a message: it carries these files from now on, and no other ever does.
    Raises Invalid for a file that is not the actor's, or for another network, FileInUse."""
    ids = list(file_ids)
    wanted = select(File).where(File.id.in_(ids), File.uploader_id == (actor.user_id or ""))
    wanted = wanted.order_by(File.id).with_for_update().execution_options(populate_existing=True)
    found = {row.id: row for row in session().scalars(wanted)}
    if any(file_id not in found or found[file_id].network_id != network_id for file_id in ids):
        raise gone_fault()
    if any(row.message_id is not None for row in found.values()):
        raise FileInUse()
    for position, file_id in enumerate(ids):
        found[file_id].message_id, found[file_id].position = message_id, position
    session().flush()
    return [file_view(found[file_id]) for file_id in ids]


def _check_may_upload(actor: Actor, network_id: str) -> None:
    network = networks.visible_network_row(actor, network_id)
    require(may_upload_file(actor, network.id))


@command
def _keep(actor: Actor, network_id: str, file: File) -> tuple[FileView, bool]:
    """The row of a file that lies on the disk already, within what a person and a network may fill."""
    _check_may_upload(actor, network_id)
    if not runtime.current().database.is_sqlite:
        # What is left is counted by one at a time.
        key = func.hashtextextended(literal(f"files/{network_id}"), 0)
        mine = func.hashtextextended(literal(f"files/{actor.user_id}"), 0)
        session().execute(select(func.pg_advisory_xact_lock(mine)))
        session().execute(select(func.pg_advisory_xact_lock(key)))
    if (known := _sent_before(actor, file.upload_key)) is not None:
        return _same(known, file.source_digest), False
    settings = runtime.current().settings
    _check_room(File.uploader_id == actor.user_id, file, settings.person_files_max_megabytes, OwnStorageFull)
    _check_room(File.network_id == network_id, file, settings.network_files_max_megabytes, NetworkStorageFull)
    # A command may begin again: what it adds is made in it.
    row = File(
        id=new_id(), network_id=network_id, uploader_id=actor.id, name=file.name, media_type=file.media_type,
        bytes=file.bytes, width=file.width, height=file.height, seconds=file.seconds, alt=file.alt,
        store_key=file.store_key, stored_bytes=file.stored_bytes, source_digest=file.source_digest,
        upload_key=file.upload_key, created_at=runtime.current().clock.now(),
    )  # fmt: skip
    session().add(row)
    session().flush()
    return file_view(row), True


def _check_room(whose: ColumnElement[bool], file: File, most_megabytes: int, full: type[Conflict]) -> None:
    used = session().scalar(select(func.coalesce(func.sum(File.stored_bytes), 0)).where(whose)) or 0
    if used + file.stored_bytes > most_megabytes * MEBIBYTE:
        raise full(days=runtime.current().settings.deleted_items_kept_days)


def _sent_before(actor: Actor, upload_key: str | None) -> File | None:
    if upload_key is None:
        return None
    wanted = select(File).where(File.uploader_id == (actor.user_id or ""), File.upload_key == upload_key)
    return session().scalars(wanted).one_or_none()


def _same(known: File, source_digest: str) -> FileView:
    if known.source_digest != source_digest:
        raise IdempotencyConflict()
    return file_view(known)


def _take_upload(actor: Actor) -> None:
    running = runtime.current()
    if running.settings.rate_limits == "off" or not actor.is_person:
        return
    if not _uploads or _uploads[0][0] is not running:
        limits = TokenBuckets(running.settings.sends_per_minute, running.settings.sends_burst)
        _uploads[:] = [(running, limits)]
    _uploads[0][1].take(actor.id)


def _write(key: str, kept: Kept) -> None:
    now = runtime.current().clock.now()
    file_store().put(key, kept.content, now)
    if kept.preview is not None:
        file_store().put(preview_name(key), kept.preview, now)


def _remove(key: str) -> None:
    file_store().remove(key)
    file_store().remove(preview_name(key))
