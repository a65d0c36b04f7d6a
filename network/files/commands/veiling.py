"""Hiding a file, and showing it again, within a command of moderation that asked who may. Nobody gets its
bytes meanwhile, who sent it neither, and the message that carries it stands without it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.discussions import Message
from models.files import File
from network.files.events import FileRestored, FileVeiled
from network.files.policy import may_tidy_files
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.veils import lapsed_now, later

AT_ONCE = 100


def veil_file(actor: Actor, file_id: str, until: datetime) -> None:
    """Hide a file until a moment; of two veils the later end counts. Raises NotFound. Fact: FileVeiled, where
    a message carries it. In the audit trail."""
    row = _locked(file_id)
    before = row.veiled_until
    row.veiled_until = later(before, until)
    _note(actor, "file.veil", row, before)
    _tell(FileVeiled, row)


def unveil_file(actor: Actor, file_id: str) -> None:
    """Show a hidden file again at once; where no veil lies nothing changes. Raises NotFound. Fact:
    FileRestored, where a message carries it. In the audit trail."""
    row = _locked(file_id)
    if row.veiled_until is None:
        return
    before, row.veiled_until = row.veiled_until, None
    _note(actor, "file.unveil", row, before)
    _tell(FileRestored, row)


@job("files.lapse_veils", every_minutes=1)
def tell_lapsed_veils() -> int:
    """Tell open pages of veils that ended by the clock; how many. What is read is right without it."""
    told = 0
    while some := tell_some_lapsed(system_actor("files.lapse_veils")):
        told += some
    return told


@command
def tell_some_lapsed(actor: Actor) -> int:
    """Tell of some veils over files that ended by the clock; how many. Fact: FileRestored for each. Refused
    to everybody but the system."""
    require(may_tidy_files(actor))
    over = select(File).where(lapsed_now(File.veiled_until)).order_by(File.id).limit(AT_ONCE)
    rows = session().scalars(over.with_for_update().execution_options(populate_existing=True)).all()
    for row in rows:
        row.veiled_until = None
    for row in sorted(rows, key=lambda each: _room_of(each) or ""):
        _tell(FileRestored, row)
    return len(rows)


def _locked(file_id: str) -> File:
    wanted = select(File).where(File.id == file_id).with_for_update()
    row = session().scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _room_of(row: File) -> str | None:
    if row.message_id is None:
        return None
    return session().scalar(select(Message.room_id).where(Message.id == row.message_id))


def _tell(fact: type[FileVeiled] | type[FileRestored], row: File) -> None:
    session().flush()
    room_id = _room_of(row)
    if row.message_id is None or room_id is None:
        return
    version = session().scalar(select(Message.version).where(Message.id == row.message_id))
    record(
        fact(scope=f"room:{room_id}", entity_id=row.message_id, entity_version=version or 1, file_id=row.id)
    )


def _note(actor: Actor, action: str, row: File, before: datetime | None) -> None:
    after = row.veiled_until
    append(
        actor, action, "file", row.id, network_id=row.network_id,
        before={"veiled_until": None if before is None else before.isoformat()},
        after={"veiled_until": None if after is None else after.isoformat()},
    )  # fmt: skip
