"""Who comes and who was there: how many at each date, and what one answered oneself, in one SQL statement.

An answer for the whole series counts for each date that ends after it was given and has no answer of the
same person of its own. Whoever has paused or left is not counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import and_, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from models.base import UtcDateTime
from models.meetings import Meeting, MeetingAttendance, MeetingReply
from network import membership, people
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.meetings.rules.occurrences import Occurrence
from network.meetings.rules.states import COMING, REPLIES
from network.meetings.rules.zones import key_of
from network.people import PersonView

COUNTED, STANDING, OWN, MINE, THERE = "counted", "standing", "own", "mine", "there"


class RepliesView(TypedDict):
    """How many answered what."""

    yes: int
    maybe: int
    no: int


class Reply(NamedTuple):
    """One person's answer, as it counts for one date."""

    user_id: str
    reply: str
    replied_at: datetime


class Answers:
    """What is known of the people at some dates of one network."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._standing: dict[str, list[Reply]] = defaultdict(list)
        self._own: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._mine: dict[tuple[str, str], Reply] = {}
        self._there: dict[tuple[str, str], int] = {}
        for what, meeting_id, key, user_id, reply, number, at in rows:
            if what == COUNTED:
                self._counted[meeting_id, key][reply] = number
            elif what == STANDING:
                self._standing[meeting_id].append(Reply(user_id, reply, at))
            elif what == OWN:
                self._own[meeting_id, key].add(user_id)
            elif what == MINE:
                self._mine[meeting_id, key] = Reply(user_id, reply, at)
            else:
                self._there[meeting_id, key] = number

    def counts(self, date: Occurrence) -> RepliesView:
        """How many answered what to a date."""
        at = (date.meeting.id, date.key)
        found = Counter(self._counted.get(at, ()))
        if date.key:
            answered, ends_at = self._own.get(at, set()), date.ends_at
            found.update(
                given.reply for given in self._standing.get(date.meeting.id, ())
                if given.user_id not in answered and given.replied_at < ends_at
            )  # fmt: skip
        return RepliesView(yes=found["yes"], maybe=found["maybe"], no=found["no"])

    def mine(self, date: Occurrence) -> str | None:
        """What the viewer answered to a date."""
        own, whole = self._mine.get((date.meeting.id, date.key)), self._mine.get((date.meeting.id, ""))
        if own is None and whole is not None and whole.replied_at < date.ends_at:
            return whole.reply
        return None if own is None else own.reply

    def attended(self, date: Occurrence) -> int | None:
        """How many were there, where somebody wrote it down."""
        return self._there.get((date.meeting.id, date.key))


def answers_to(network_id: str, dates: Sequence[Occurrence], viewer: Actor | None = None) -> Answers:
    """What is known of the people at these dates, all of one network; `viewer` is whose own answers are
    looked up, too. One statement."""
    ids = sorted({date.meeting.id for date in dates})
    if not ids:
        return Answers(())
    keys = [date.key for date in dates]
    members = membership.active_user_ids(network_id)
    reply, there = MeetingReply, MeetingAttendance
    whole = aliased(reply)
    here = and_(reply.meeting_id.in_(ids), reply.occurrence.between(min(keys), max(keys)))
    parts = [
        _part(COUNTED, reply, reply=reply.reply, number=func.count())
        .where(here, reply.user_id.in_(members))
        .group_by(reply.meeting_id, reply.occurrence, reply.reply),
        _part(THERE, there, number=func.count())
        .where(there.meeting_id.in_(ids), there.occurrence.between(min(keys), max(keys)))
        .group_by(there.meeting_id, there.occurrence),
    ]
    if any(keys):
        series = and_(reply.meeting_id.in_(ids), reply.occurrence == "", reply.user_id.in_(members))
        parts.append(
            _part(STANDING, reply, user=reply.user_id, reply=reply.reply, at=reply.replied_at).where(series)
        )
        to_both = and_(whole.meeting_id == reply.meeting_id, whole.user_id == reply.user_id)
        parts.append(
            _part(OWN, reply, user=reply.user_id)
            .join(whole, to_both)
            .where(here, reply.occurrence != "", whole.occurrence == "")
        )
    if viewer is not None and viewer.user_id is not None:
        own = and_(reply.meeting_id.in_(ids), reply.user_id == viewer.user_id)
        parts.append(
            _part(MINE, reply, user=reply.user_id, reply=reply.reply, at=reply.replied_at).where(own)
        )
    return Answers(session().execute(union_all(*parts)))


def _part(
    what: str,
    table: type[MeetingReply] | type[MeetingAttendance],
    *,
    user: Any = None,
    reply: Any = None,
    number: Any = None,
    at: Any = None,
) -> Any:
    """One of the selects that are put together: they all have the same columns."""
    columns = (
        literal("") if user is None else user,
        literal("") if reply is None else reply,
        literal(0) if number is None else number,
        cast(null(), UtcDateTime) if at is None else at,
    )
    return select(literal(what), table.meeting_id, table.occurrence, *columns)


def replies_to(date: Occurrence) -> list[Reply]:
    """What each active member answered to one date, the earliest answer first."""
    members = membership.active_user_ids(date.meeting.network_id)
    rows = session().scalars(
        select(MeetingReply)
        .where(
            MeetingReply.meeting_id == date.meeting.id, MeetingReply.occurrence.in_({"", date.key}),
            MeetingReply.user_id.in_(members),
        )
        .order_by(MeetingReply.replied_at, MeetingReply.user_id)
    ).all()  # fmt: skip
    answered = {row.user_id for row in rows if row.occurrence == date.key}
    return [
        Reply(row.user_id, row.reply, row.replied_at) for row in rows
        if row.occurrence == date.key or (row.user_id not in answered and row.replied_at < date.ends_at)
    ]  # fmt: skip


def who_comes(date: Occurrence, most: int) -> dict[str, list[PersonView]]:
    """The people behind the answers to one date, at most that many of each kind."""
    by_reply: dict[str, list[str]] = {reply: [] for reply in REPLIES}
    for given in replies_to(date):
        by_reply[given.reply].append(given.user_id)
    shown = {reply: ids[:most] for reply, ids in by_reply.items()}
    found = people.people_by_id(user_id for ids in shown.values() for user_id in ids)
    return {reply: [found[user_id] for user_id in ids if user_id in found] for reply, ids in shown.items()}


def coming_people(meeting: Meeting, date: Occurrence | None, now: datetime) -> set[str]:
    """The active members who said yes or maybe: to one date, or to anything of a meeting that is to come."""
    if date is not None:
        return {given.user_id for given in replies_to(date) if given.reply in COMING}
    rows = session().scalars(
        select(MeetingReply.user_id).where(
            MeetingReply.meeting_id == meeting.id, MeetingReply.reply.in_(COMING),
            or_(MeetingReply.occurrence == "", MeetingReply.occurrence >= key_of(now)),
            MeetingReply.user_id.in_(membership.active_user_ids(meeting.network_id)),
        )
    )  # fmt: skip
    return set(rows)
