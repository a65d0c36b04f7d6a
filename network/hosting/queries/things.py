"""What waits for a host: whom to welcome, what to answer, what to announce, each with words ready."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from models.decisions import Decision
from models.discussions import Message, Room, RoomMember, Topic
from models.hosting import HostDeed
from models.membership import Appointment, Membership
from models.people import User
from network import blocks, discussions, meetings, networks, people
from network.hosting.rules.drafts import draft_of
from network.hosting.rules.things import (
    ANSWER_AFTER,
    ASKED_WITHIN,
    DECISION_AHEAD,
    KIND_OF,
    MEETING_AHEAD,
    NEW_FOR,
    TERM_AHEAD,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.transaction import session
from network.kernel.translation import regional, supported
from network.people import PersonView

MOST = 30
"""So many of each are looked at: who looks after more has other worries than the last of them."""

HELLO, QUESTION = "hello", "question"


class ThingView(TypedDict):
    """One thing that waits. `key` names it. `title` is what it is about and `excerpt` how it begins, both in
    `language`; `since` is from when on it waits or, of what is announced, when it comes. `draft` are the
    words that lie ready, in the `draft_language` of the network; they go into `topic_id` where there is one.
    """

    key: str
    kind: str
    what: str
    person: PersonView | None
    title: str
    excerpt: str | None
    language: str | None
    since: datetime
    topic_id: str | None
    draft: str
    draft_language: str


def list_things(actor: Actor, network_id: str, done: set[str] | None = None) -> list[ThingView]:
    """What waits for a host: people first, then questions, then what is coming; those first that wait longest
    or come soonest. What a host did or found not to be needed is left out. Whoever asks knows that she is a
    host."""
    network = networks.network_row(network_id)
    language = supported(network.languages[0])
    done = done_keys(network_id) if done is None else done
    found = [
        *_topics(actor, network_id, language), *_meetings(actor, network_id, language),
        *_decisions(actor, network_id, language), *_people(actor, network_id, language),
    ]  # fmt: skip
    order = {kind: place for place, kind in enumerate(("welcome", "answer", "announce"))}
    waiting = [thing for thing in found if thing["key"] not in done]
    return sorted(waiting, key=lambda thing: (order[thing["kind"]], thing["since"], thing["key"]))


def done_keys(network_id: str) -> set[str]:
    """What was seen to in a network, by key."""
    return set(session().scalars(select(HostDeed.key).where(HostDeed.network_id == network_id)))


def _thing(
    what: str,
    subject: str,
    draft: tuple[str, dict[str, str]],
    draft_language: str,
    since: datetime,
    *,
    title: str,
    person: PersonView | None = None,
    excerpt: str | None = None,
    language: str | None = None,
    topic_id: str | None = None,
) -> ThingView:
    wording, words = draft
    return {
        "key": f"{what}:{subject}", "kind": KIND_OF[what], "what": what, "person": person, "title": title,
        "excerpt": excerpt, "language": language, "since": since, "topic_id": topic_id,
        "draft": draft_of(wording, draft_language, words), "draft_language": draft_language,
    }  # fmt: skip


def _topics(actor: Actor, network_id: str, language: str) -> list[ThingView]:
    """Conversations of which the first words got no answer: hellos, and questions that are a day old."""
    now = runtime.current().clock.now()
    said = aliased(Message)
    first = select(func.min(said.seq)).where(said.topic_id == Topic.id).correlate(Topic).scalar_subquery()
    announced = exists().where(HostDeed.topic_id == Topic.id)
    wanted = (
        select(Message.id, Topic.id, Topic.title, Topic.created_at, Room.opening)
        .select_from(Message)
        .join(Topic, and_(Topic.id == Message.topic_id, Message.seq == first))
        .join(Room, Room.id == Topic.room_id)
        .where(
            Room.network_id == network_id, Room.kind == "open", Room.state == "open", Topic.state == "open",
            Topic.message_count == 1, Message.author_id != actor.user_id, Message.deleted_at.is_(None),
            Topic.created_at > now - ASKED_WITHIN, ~announced,
            ~blocks.hides_from(bindparam("me"), Message.author_id),
        )
        .order_by(Topic.id.desc())
        .limit(MOST)
    )  # fmt: skip
    rows = session().execute(wanted, {"me": actor.user_id or ""}).all()
    messages = discussions.messages_by_id([row[0] for row in rows], actor.user_id) if rows else {}
    found = []
    for message_id, topic_id, title, at, opening in rows:
        message = messages[message_id]
        kind = HELLO if opening == "welcome" else QUESTION
        if message["body"] is None or (kind == QUESTION and at > now - ANSWER_AFTER):
            continue
        words = {"name": first_name(message["author"])}
        found.append(
            _thing(
                kind, topic_id, (kind, words), language, at, title=title, person=message["author"],
                excerpt=discussions.excerpt(message["body"]), language=message["language"],
                topic_id=topic_id,
            )
        )  # fmt: skip
    return found


def _people(actor: Actor, network_id: str, language: str) -> list[ThingView]:
    """Who is new, and whose role ends; all of them are looked up at once."""
    newcomers, terms = _newcomers(actor, network_id), _terms(network_id)
    known = people.people_by_id({actor.id, *(one[1] for one in newcomers), *(one.user_id for one in terms)})
    return [
        *(
            _thing(
                "newcomer", membership_id, ("newcomer", {"name": first_name(known[user_id])}), language,
                since, title=known[user_id]["display_name"], person=known[user_id],
            )
            for membership_id, user_id, since in newcomers
        ),
        *(_term(row, known[row.user_id], language) for row in terms),
    ]  # fmt: skip


def _newcomers(actor: Actor, network_id: str) -> Sequence[Row[str, str, datetime]]:
    """Who came in and said nothing yet, and whom nobody wrote to."""
    now = runtime.current().clock.now()
    mine = aliased(RoomMember)
    wrote = exists().where(
        Message.author_id == Membership.user_id, Message.room_id == Room.id, Room.network_id == network_id,
        Room.kind != "direct",
    )  # fmt: skip
    was_met = exists().where(
        mine.user_id == Membership.user_id, mine.room_id == Room.id, Room.network_id == network_id,
        Room.kind == "direct", Message.room_id == Room.id, Message.author_id != Membership.user_id,
        Message.deleted_at.is_(None),
    )  # fmt: skip
    leads = exists().where(Appointment.membership_id == Membership.id, Appointment.ended_at.is_(None))
    wanted = (
        select(Membership.id, Membership.user_id, Membership.since)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.network_id == network_id, Membership.state == "active", User.state == "active",
            Membership.since > now - NEW_FOR, Membership.user_id != actor.user_id, ~wrote, ~was_met, ~leads,
            ~_refuse(Membership.user_id),
        )
        .order_by(Membership.id)
        .limit(MOST)
    )  # fmt: skip
    return session().execute(wanted, {"me": actor.user_id or ""}).all()


def _refuse(other: Any) -> ColumnElement[bool]:
    """One of the two hides the other's words: a greeting would not arrive."""
    me: Any = bindparam("me")
    return blocks.hides_from(me, other) | blocks.hides_from(other, me)


def _meetings(actor: Actor, network_id: str, language: str) -> list[ThingView]:
    if not meetings.may_see_meetings(actor, network_id):
        return []
    now = runtime.current().clock.now()
    soon = meetings.list_agenda(actor, network_id, PageRequest(limit=MOST), now, now + MEETING_AHEAD)
    return [
        _thing(
            "meeting", f"{each['meeting_id']}@{each['starts_at'].astimezone(UTC):%Y%m%dT%H%M}",
            ("meeting", {
                "title": each["title"], "when": _moment(each["starts_at"], each["time_zone"], language),
            }),
            language, each["starts_at"], title=each["title"],
        )
        for each in soon.items
        if each["state"] == "planned" and each["starts_at"] > now
    ]  # fmt: skip


def _decisions(actor: Actor, network_id: str, language: str) -> list[ThingView]:
    """What ends within the week; nothing about a person, which nobody calls out."""
    now = runtime.current().clock.now()
    wanted = (
        select(Decision)
        .where(
            Decision.network_id == network_id, Decision.state == "open", Decision.closes_at > now,
            Decision.closes_at <= now + DECISION_AHEAD, Decision.concerned_user_id.is_(None),
        )
        .order_by(Decision.closes_at)
        .limit(MOST)
    )  # fmt: skip
    return [
        _thing(
            "decision", row.id,
            ("decision", {
                "title": row.question, "when": _moment(row.closes_at, actor.time_zone, language),
            }),
            language, row.closes_at, title=row.question, language=row.language,
        )
        for row in session().scalars(wanted)
    ]  # fmt: skip


def _terms(network_id: str) -> Sequence[Appointment]:
    """The roles that end soon."""
    today = runtime.current().clock.today()
    wanted = select(Appointment).where(
        Appointment.network_id == network_id, Appointment.ended_at.is_(None),
        Appointment.role.in_(("meta_mentor", "deputy")), Appointment.until >= today,
        Appointment.until <= today + TERM_AHEAD,
    )  # fmt: skip
    return session().scalars(wanted.order_by(Appointment.until)).all()


def _term(row: Appointment, person: PersonView, language: str) -> ThingView:
    until = row.until or date.max
    when = format_date(until, format="long", locale=regional(language))
    return _thing(
        "term", f"{row.id}@{until:%Y%m%d}", (row.role, {"name": person["display_name"], "when": when}),
        language, datetime.combine(until, time(), UTC), title=person["display_name"], person=person,
    )  # fmt: skip


def first_name(person: PersonView) -> str:
    """How one greets somebody."""
    return next(iter(person["display_name"].split()), person["display_name"])


def _moment(moment: datetime, zone: str, language: str) -> str:
    shape = "EEEE, d. MMMM, HH:mm" if language == "de" else "EEEE, d MMMM, HH:mm"
    return format_datetime(moment, shape, tzinfo=ZoneInfo(zone), locale=regional(language))
