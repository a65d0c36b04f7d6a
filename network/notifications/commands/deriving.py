"""From facts to notices: a job reads the log and tells whom something concerns, each person once.

The log is read by its times, with an overlap for what was committed late; what was told already is known by
its row. So it does no harm to read a fact twice, in two processes at once, or again after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from models.event_log import Event
from models.notifications import Notice, NoticeProgress
from models.people import User
from network.discussions.events import MessageEdited, MessagePosted
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.notifications.commands.writing import insert_into, write_notices
from network.notifications.policy import may_notify
from network.notifications.queries.concerned import FACTS_OF_AFFAIRS, ToTell, concerned_by_affair
from network.notifications.queries.recipients import concerned_by
from network.notifications.rules.kinds import message_event

AT_ONCE = 200
SOON, LATE = timedelta(seconds=5), timedelta(minutes=1)
"""How far back is read again: longer than a command takes; and each minute, longer than any can."""

LONGEST_SILENCE = timedelta(minutes=10)
"""Where nobody says anything, the log is read again from no longer ago."""

OF_MESSAGES = (MessagePosted.kind, MessageEdited.kind)
TOLD_AT_ONCE = 200
"""So many people are told of an affair in one transaction, that nobody waits long for it."""

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
    wanted = select(Event.id, Event.at, Event.type, Event.entity_id, Event.entity_version, Event.codes).where(
        Event.at >= behind[0],
        or_(Event.at > behind[0], Event.id > behind[1]),
        Event.type.in_((*OF_MESSAGES, *FACTS_OF_AFFAIRS)),
    )
    with unit_of_work():
        return session().execute(wanted.order_by(Event.at, Event.id).limit(AT_ONCE)).all()


def _tell(actor: Actor, entries: Sequence[Any]) -> int:
    made = sum(_tell_of_affair(actor, entry) for entry in entries if entry.type not in OF_MESSAGES)
    posted = {entry.entity_id for entry in entries if entry.type == MessagePosted.kind}
    edited = {entry.entity_id for entry in entries if entry.type == MessageEdited.kind} - posted
    with unit_of_work():
        # Most of what is said concerns nobody in particular; writing keeps others waiting.
        wanted = {(each.user_id, message_event(each.message_id)) for each in concerned_by(posted, edited)}
        told = select(Notice.user_id, Notice.event).where(Notice.event.in_({event for _, event in wanted}))
        known = {(row.user_id, row.event) for row in session().execute(told)}
    return made + (add_notices(actor, posted, edited) if wanted - known else 0)


def _tell_of_affair(actor: Actor, entry: Any) -> int:
    with unit_of_work():
        told = concerned_by_affair(entry)
    return tell_of_affairs(actor, told)


def tell_of_affairs(actor: Actor, told: Sequence[ToTell]) -> int:
    """Tell people of what their network settles, each once; how many notices that made."""
    with unit_of_work():
        wanted = select(Notice.user_id, Notice.event).where(Notice.event.in_({each.event for each in told}))
        known = {(row.user_id, row.event) for row in session().execute(wanted)} if told else set()
    new = [each for each in told if (each.user_id, each.event) not in known]
    parts = (new[begin : begin + TOLD_AT_ONCE] for begin in range(0, len(new), TOLD_AT_ONCE))
    return sum(add_affairs(actor, part) for part in parts)


@command
def add_affairs(actor: Actor, told: Sequence[ToTell]) -> int:
    """Write down whom affairs concern, once each, and put the letters on their way; how many are new. Refused
    to everybody but the system. Fact: NoticeAdded to each."""
    require(may_notify(actor))
    asked = select(User.id).where(User.id.in_({each.user_id for each in told}), User.state == "active")
    there = set(session().scalars(asked))
    return write_notices([each for each in told if each.user_id in there])


@command
def add_notices(actor: Actor, posted: set[str], edited: set[str]) -> int:
    """Write down whom these messages concern, once each, and put the letters on their way; how many are new.
    Refused to everybody but the system. Fact: NoticeAdded to each."""
    require(may_notify(actor))
    return write_notices([
        ToTell(each.user_id, message_event(each.message_id), each.kind, each.network_id, each.message_id)
        for each in concerned_by(posted, edited)
    ])  # fmt: skip


@command
def _note_progress(actor: Actor, until: datetime) -> None:
    require(may_notify(actor))
    row = insert_into(NoticeProgress).values(id=_THE_ONE, seen_until=until)
    session().execute(
        row.on_conflict_do_update(index_elements=[NoticeProgress.id], set_={"seen_until": until})
    )
