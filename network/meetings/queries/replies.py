"""Who comes: how many to each date, and what one answered oneself, in a fixed number of SQL statements.

An answer for the whole series counts for each date that ends after it was given and has no answer of the
same person of its own. Whoever has paused or left is not counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from models.meetings import Meeting, MeetingReply
from network import membership, people
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.meetings.rules.occurrences import Occurrence
from network.meetings.rules.states import COMING, REPLIES
from network.meetings.rules.zones import key_of
from network.people import PersonView


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


class Tallies:
    """The answers to the meetings of one network, counted by date."""

    def __init__(
        self,
        single: Mapping[tuple[str, str], Counter[str]],
        standing: Mapping[str, Sequence[Reply]],
        own: Mapping[tuple[str, str], frozenset[str]],
    ) -> None:
        self._single, self._standing, self._own = single, standing, own

    def of(self, date: Occurrence) -> RepliesView:
        """The counts for one date."""
        found = Counter(self._single.get((date.meeting.id, date.key), ()))
        if date.key:
            answered = self._own.get((date.meeting.id, date.key), frozenset())
            found.update(
                given.reply
                for given in self._standing.get(date.meeting.id, ())
                if given.user_id not in answered and given.replied_at < date.ends_at
            )
        return RepliesView(yes=found["yes"], maybe=found["maybe"], no=found["no"])


def tallies(network_id: str, dates: Iterable[Occurrence]) -> Tallies:
    """The answers to these dates, all of one network: three statements."""
    wanted = list(dates)
    ids = sorted({date.meeting.id for date in wanted})
    if not ids:
        return Tallies({}, {}, {})
    members = membership.active_user_ids(network_id)
    counted = (
        select(MeetingReply.meeting_id, MeetingReply.occurrence, MeetingReply.reply, func.count())
        .where(_of(ids), MeetingReply.user_id.in_(members), _within(wanted))
        .group_by(MeetingReply.meeting_id, MeetingReply.occurrence, MeetingReply.reply)
    )
    single: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for meeting_id, key, reply, number in session().execute(counted):
        single[meeting_id, key][reply] = number
    if not any(date.key for date in wanted):
        return Tallies(single, {}, {})
    standing: dict[str, list[Reply]] = defaultdict(list)
    whole = select(MeetingReply).where(
        _of(ids), MeetingReply.occurrence == "", MeetingReply.user_id.in_(members)
    )
    for row in session().scalars(whole):
        standing[row.meeting_id].append(Reply(row.user_id, row.reply, row.replied_at))
    return Tallies(single, standing, _own_answers(ids))


def my_replies(actor: Actor, dates: Iterable[Occurrence]) -> dict[tuple[str, str], str]:
    """What the actor answered to these dates, by meeting and date: one statement."""
    wanted = list(dates)
    if actor.user_id is None or not wanted:
        return {}
    rows = session().scalars(
        select(MeetingReply).where(
            _of(sorted({date.meeting.id for date in wanted})), MeetingReply.user_id == actor.user_id
        )
    )
    given = {(row.meeting_id, row.occurrence): row for row in rows}
    found = {}
    for date in wanted:
        own = given.get((date.meeting.id, date.key))
        whole = given.get((date.meeting.id, ""))
        if own is None and whole is not None and whole.replied_at < date.ends_at:
            own = whole
        if own is not None:
            found[date.meeting.id, date.key] = own.reply
    return found


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


def _of(ids: Sequence[str]) -> ColumnElement[bool]:
    return MeetingReply.meeting_id.in_(ids)


def _within(dates: Sequence[Occurrence]) -> ColumnElement[bool]:
    keys = [date.key for date in dates]
    return MeetingReply.occurrence.between(min(keys), max(keys))


def _own_answers(ids: Sequence[str]) -> dict[tuple[str, str], frozenset[str]]:
    """Who answered to a single date besides having answered to the whole series."""
    whole = aliased(MeetingReply)
    wanted: Select[str, str, str] = (
        select(MeetingReply.meeting_id, MeetingReply.occurrence, MeetingReply.user_id)
        .join(whole, and_(whole.meeting_id == MeetingReply.meeting_id, whole.user_id == MeetingReply.user_id))
        .where(_of(ids), whole.occurrence == "", MeetingReply.occurrence != "")
    )
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for meeting_id, key, user_id in session().execute(wanted):
        found[meeting_id, key].add(user_id)
    return {at: frozenset(users) for at, users in found.items()}
