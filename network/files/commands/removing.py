"""What becomes of files in the end: with the message that carried them, with who sent them, or after a day in
which no message took them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, select

from models.files import File
from network.files.policy import may_tidy_files
from network.files.queries import file_store, preview_name
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import AT_ONCE, in_steps, note_forgotten, tidies
from network.kernel.transaction import after_commit, command, session, unit_of_work

DRAFTS_KEPT = timedelta(days=1)


@job("files.tidy", every_minutes=60)
def tidy() -> int:
    """Forget files that were sent and that no message took within a day, and what lies on the disk and
    belongs to none: of a server that stopped in between. How many."""
    return in_steps(lambda: forget_unposted(system_actor("files.tidy"))) + _clear_store()


@tidies
@command
def forget_unposted(actor: Actor) -> int:
    """Delete files that no message took within a day; at most a thousand, how many. Refused to everybody but
    the system."""
    require(may_tidy_files(actor))
    kept = timedelta(hours=runtime.current().settings.unposted_files_kept_hours)
    over = and_(File.message_id.is_(None), File.created_at <= runtime.current().clock.now() - kept)
    some = select(File.id).where(over).order_by(File.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    gone = remove_files(File.id.in_(session().scalars(some).all()))
    note_forgotten(actor, "files", gone)
    return gone


def remove_files_of_messages(message_ids: Sequence[str] | Select[Any]) -> int:
    """Within a command: the files of messages that are forgotten go, named by their ids or by a question for
    those, of which there may be more than a statement takes; how many."""
    return remove_files(File.message_id.in_(message_ids))


def remove_files_of_person(user_id: str) -> int:
    """Within a command that erases somebody: everything that she sent goes; how many."""
    return remove_files(File.uploader_id == user_id)


def remove_files(which: ColumnElement[bool]) -> int:
    """Within a command: delete files; from the disk they go once it is committed. How many."""
    gone = delete(File).where(which).execution_options(synchronize_session=False)
    keys = session().scalars(gone.returning(File.store_key)).all()
    if keys:
        after_commit(lambda: _remove(keys))
    return len(keys)


def _remove(keys: Sequence[str]) -> None:
    store = file_store()
    for key in keys:
        store.remove(key)
        store.remove(preview_name(key))


def _clear_store() -> int:
    store, gone = file_store(), 0
    before = runtime.current().clock.now() - DRAFTS_KEPT
    store.clear_drafts(before)
    names = list(store.older_than(before))
    for start in range(0, len(names), AT_ONCE):
        some = {name: name.partition("-")[0] for name in names[start : start + AT_ONCE]}
        with unit_of_work():
            used = set(session().scalars(select(File.store_key).where(File.store_key.in_(some.values()))))
        for name, key in some.items():
            if key not in used:
                store.remove(name)
                gone += 1
    return gone
