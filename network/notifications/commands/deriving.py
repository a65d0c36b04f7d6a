"""From facts to notices: a job reads the log and tells whom something concerns, each person once.

The log is read by its times, with an overlap for what was committed late; what was told already is known by
its row. So it does no harm to read a fact twice, in two processes at once, or again after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from models.event_log import Event
from models.notifications import Notice, NoticeProgress, NoticeSending, PushSubscription
from network.discussions.events import MessageEdited, MessagePosted, user_scope
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.notifications.events import NoticeAdded
from network.notifications.policy import may_notify
from network.notifications.queries.recipients import Concerned, concerned_by
from network.notifications.rules.kinds import MAIL, PUSH, message_event
from network.notifications.rules.push import PUSH_AFTER

AT_ONCE = 200
SOON, LATE = timedelta(seconds=5), timedelta(minutes=1)
"""How far back is read again: longer than a command takes; and each minute, longer than any can."""

LONGEST_SILENCE = timedelta(minutes=10)
"""Where nobody says anything, the log is read again from no longer ago."""

_THE_ONE = 1


@job("notifications.derive", every_minutes=1)
def derive_notices() -> int:
    """Tell whom what happened since the last run concerns; how many notices that made."""
    return derive(LATE)


def derive_soon() -> int:
    """The same right after something was said."""
    return derive(SOON)


def derive(overlap: timedelta) -> int:
    """Look through the log from `overlap` before where the last run ended."""
    actor = system_actor("notifications.derive")
    now = runtime.current().clock.now()
    with unit_of_work():
        seen = session().scalar(select(NoticeProgress.seen_until).where(NoticeProgress.id == _THE_ONE))
    # A clock that was set back must not hide what happens until it is there again.
    begin = min(seen if seen is not None else now, now) - overlap
    made, until, behind = 0, seen if seen is not None else now, (begin, 0)
    while entries := _entries_after(behind):
        made += _tell(actor, entries)
        behind = (entries[-1].at, entries[-1].id)
        until = entries[-1].at
        if len(entries) < AT_ONCE:
            break
    until = max(min(until, now), now - LONGEST_SILENCE)
    if until != seen:
        _note_progress(actor, until)
    return made


def _entries_after(behind: tuple[datetime, int]) -> Sequence[Any]:
    wanted = select(Event.id, Event.at, Event.type, Event.entity_id).where(
        Event.at >= behind[0],
        or_(Event.at > behind[0], Event.id > behind[1]),
        Event.type.in_((MessagePosted.kind, MessageEdited.kind)),
    )
    with unit_of_work():
        return session().execute(wanted.order_by(Event.at, Event.id).limit(AT_ONCE)).all()


def _tell(actor: Actor, entries: Sequence[Any]) -> int:
    posted = {entry.entity_id for entry in entries if entry.type == MessagePosted.kind}
    edited = {entry.entity_id for entry in entries} - posted
    with unit_of_work():
        # Most of what is said concerns nobody in particular; writing keeps others waiting.
        wanted = {(each.user_id, message_event(each.message_id)) for each in concerned_by(posted, edited)}
        told = select(Notice.user_id, Notice.event).where(Notice.event.in_({event for _, event in wanted}))
        known = {(row.user_id, row.event) for row in session().execute(told)}
    return add_notices(actor, posted, edited) if wanted - known else 0


@command
def add_notices(actor: Actor, posted: set[str], edited: set[str]) -> int:
    """Write down whom these messages concern, once each, and put the letters on their way; how many are new.
    Refused to everybody but the system. Fact: NoticeAdded to each."""
    require(may_notify(actor))
    concerned = concerned_by(posted, edited)
    if not concerned:
        return 0
    return _write(concerned)


def _write(concerned: Sequence[Concerned]) -> int:
    now = runtime.current().clock.now()
    delay = timedelta(minutes=runtime.current().settings.notice_mail_minutes)
    # In the order of what was said, which ids of one moment have not by themselves.
    ids = sorted(new_id() for _ in concerned)
    rows = [
        {
            "id": notice_id, "user_id": each.user_id, "event": message_event(each.message_id),
            "kind": each.kind, "network_id": each.network_id, "entity_id": each.message_id,
            "created_at": now, "read_at": None,
        }
        for notice_id, each in zip(ids, concerned, strict=True)
    ]  # fmt: skip
    rows.sort(key=lambda row: (row["user_id"], row["event"]))  # as another worker would who does the same
    added = _insert(Notice).values(rows).on_conflict_do_nothing()
    new = session().execute(added.returning(Notice.id, Notice.user_id, Notice.network_id)).all()
    if not new:
        return 0
    wanted = select(PushSubscription.user_id).where(
        PushSubscription.user_id.in_({row.user_id for row in new})
    )
    pushed = set(session().scalars(wanted))
    session().execute(_insert(NoticeSending).values([
        {"notice_id": row.id, "channel": channel, "due_at": now + after, "settled_at": None}
        for row in new for channel, after in ((MAIL, delay), (PUSH, PUSH_AFTER))
        if channel != PUSH or row.user_id in pushed
    ]))  # fmt: skip
    for row in sorted(new, key=lambda row: (row.user_id, row.id)):
        record(NoticeAdded(scope=user_scope(row.user_id), entity_id=row.id, network_id=row.network_id))
    return len(new)


@command
def _note_progress(actor: Actor, until: datetime) -> None:
    require(may_notify(actor))
    row = _insert(NoticeProgress).values(id=_THE_ONE, seen_until=until)
    session().execute(
        row.on_conflict_do_update(index_elements=[NoticeProgress.id], set_={"seen_until": until})
    )


def _insert(table: Any) -> Any:
    make: Any = sqlite_insert if runtime.current().database.is_sqlite else postgresql_insert
    return make(table)
