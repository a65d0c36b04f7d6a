"""What a text means in a room: whom it calls, and where its links to other conversations lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, literal, or_, select

from models.discussions import Message, Room, Topic
from network import blocks
from network.discussions.policy import TO_WHOLE_NETWORK
from network.discussions.queries.audience import names_in, people_in, with_role
from network.discussions.queries.places import topic_for_reading
from network.discussions.rules.markdown import render
from network.discussions.rules.mentions import Called, call, calls_somebody
from network.discussions.rules.texts import check_body
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.kernel.translation import supported

MOST_LINKS = 20
_WAY = r"/talk/([mtr])/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w/-])"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A text as it is kept, how it looks, and whom it calls: `person` or `role` by their ids."""

    body: str
    html: str
    mentions: Mapping[str, str]


def resolve(
    actor: Actor, room: Any, body: str, html: str, known: Mapping[str, str] | None = None
) -> Resolved:
    """Find out what a text means in a room. Nobody is called who does not see the room; herself and who
    blocked her are shown and not told. A link to a conversation says where it leads, when everybody in the
    room may go there. Nothing is looked up where no `@` and no such link stands. `known` are names that stood
    in the text before."""
    called, told = Called(body), dict[str, str]()
    if calls_somebody(body):
        people = people_in(room)
        called = call(body, names_in(actor, room, people, known or {}), supported(actor.language))
        told = {who: "role" for role in sorted(called.roles) for who in with_role(room, role, people)}
        told |= dict.fromkeys(called.people, "person")
        deaf = {actor.user_id, *blocks.who_hides_from(actor.user_id or "", told)}
        told = {user_id: kind for user_id, kind in told.items() if user_id not in deaf}
    places = _places_in(room, body)
    if called.people or called.roles or places or called.body != body:
        html = render(called.body, called.people, called.roles, places)
    return Resolved(called.body, html, told)


def _places_in(room: Any, body: str) -> dict[str, str]:
    """Where each of our own addresses in a text leads: the room and the topic; nothing is said of those that
    not everybody here sees."""
    if "/talk/" not in body:
        return {}
    site = runtime.current().settings.base_url
    address = re.compile(re.escape(site) + _WAY)
    links = list(dict.fromkeys(match.groups() for match in address.finditer(body)))[:MOST_LINKS]
    if not links:
        return {}
    # Whoever reads here sees these rooms too: what a link says is the same for everybody.
    seen = or_(
        Room.id == room.room_id,
        and_(Room.network_id == room.network_id, Room.kind.in_(TO_WHOLE_NETWORK)),
    )
    topics = select(Room.name, Topic.title).join(Topic, Topic.room_id == Room.id).where(seen)
    asked: dict[str, tuple[Any, Any]] = {
        "r": (select(Room.name, literal("").label("title")).where(seen), Room.id),
        "t": (topics, Topic.id),
        "m": (topics.join(Message, Message.topic_id == Topic.id), Message.id),
    }
    found = {f"{site}/talk/{kind}/{an_id}": "" for kind, an_id in links}
    for kind in dict.fromkeys(kind for kind, _id in links):
        wanted, key = asked[kind]
        ids = [an_id for its_kind, an_id in links if its_kind == kind]
        for row in session().execute(wanted.add_columns(key.label("id")).where(key.in_(ids))):
            found[f"{site}/talk/{kind}/{row.id}"] = " › ".join(filter(None, (row.name, row.title)))
    return found


def preview(actor: Actor, topic_id: str, body: str) -> str:
    """How a text would look as a message of a topic; nothing is kept, nobody is told. Raises NotFound,
    Invalid."""
    place = topic_for_reading(actor, topic_id)
    text = check_body(body, runtime.current().settings.message_max_characters)
    return resolve(actor, place, text, render(text)).html
