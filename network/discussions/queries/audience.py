"""Who is in a room: whom a message there can call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, or_, select, union

from models.base import fold
from models.discussions import MessageMention, Room, RoomMember
from models.membership import Membership
from models.networks import Network
from models.organisations import Steward
from models.people import User
from network import membership
from network.discussions.policy import TO_WHOLE_NETWORK, belongs_since, may_call_everybody
from network.discussions.queries.places import is_running_membership, visible_room_row
from network.discussions.rules.mentions import Names, Person, role_words, token_of
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.kernel.translation import reading_language, translate
from network.people import photo_url, shown_picture

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class RoomRef:
    """A room as the questions here need it."""

    room_id: str
    network_id: str
    kind: str


class MentionView(TypedDict):
    """Whom a message calls: by name (`person`) or with everybody of a role (`role`)."""

    user_id: str
    kind: str


class SuggestionView(TypedDict):
    """Somebody who can be called in a room; `text` is what calls her, and nobody else, when it is typed."""

    kind: str
    id: str
    name: str
    photo_url: str | None
    text: str


def people_in(room: Any) -> list[Person]:
    """Everybody who sees a room, by name: members who are not suspended, the organisation's contacts, and of
    a private or direct room its own people. Two statements. `room` has `room_id`, `network_id`, `kind`."""
    found = {row.id: Person(row.id, row.display_name, row.folded_name) for row in _rows(room)}
    return list(found.values())


def _rows(room: Any) -> Sequence[Any]:
    now = runtime.current().clock.now()
    shown = (User.id, User.display_name, User.folded_name, shown_picture(User.__table__.c))
    inside: list[ColumnElement[bool]] = [User.state == "active"]
    if room.kind not in TO_WHOLE_NETWORK:
        here = select(RoomMember.user_id).join(Room, Room.id == RoomMember.room_id)
        inside.append(User.id.in_(here.where(RoomMember.room_id == room.room_id, belongs_since())))
    members = (
        select(*shown)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.network_id == room.network_id, is_running_membership, *inside)
        .where(or_(Membership.suspended_until.is_(None), Membership.suspended_until <= now))
    )
    stewards = (
        select(*shown)
        .join(Steward, Steward.user_id == User.id)
        .join(Network, Network.organisation_id == Steward.organisation_id)
        .where(Network.id == room.network_id, Steward.ended_at.is_(None), *inside)
    )
    both = union(members, stewards).subquery()
    return session().execute(select(both).order_by(both.c.folded_name, both.c.id)).all()


def names_in(actor: Actor, room: Any, people: Sequence[Person], known: Mapping[str, str]) -> Names:
    """By what the actor can call the people of a room."""
    roles = ["meta_mentor", "deputy"]
    if may_call_everybody(actor, room):
        roles.append("mentor")
    return Names(people, roles, known)


def with_role(room: Any, role: str, people: Sequence[Person]) -> list[str]:
    """The ids of those of a room's people who have a role now."""
    if role == "mentor":
        return [person.id for person in people]
    here = {person.id for person in people}
    having = membership.running_appointments(room.network_id, role)
    return sorted({row["user"]["id"] for row in having} & here)


def list_mentionable(actor: Actor, room_id: str, q: str = "") -> list[SuggestionView]:
    """At most eight of those whom the actor can call in a room, whose name or a word of it begins like `q`;
    people first, by name. Raises NotFound."""
    room = visible_room_row(actor, room_id)
    place = RoomRef(room.id, room.network_id, room.kind)
    rows = _rows(place)
    people = [Person(row.id, row.display_name, row.folded_name) for row in rows]
    names, wanted, language = names_in(actor, place, people, {}), fold(q), reading_language()
    found: list[SuggestionView] = []
    for row, person in zip(rows, people, strict=True):
        if person.id == actor.user_id or f" {wanted}" not in f" {person.folded}":
            continue
        text = f"@{person.name}" if names.is_unique(person) else token_of("user", person.id, person.name)
        found.append({
            "kind": "person", "id": person.id, "name": person.name, "photo_url": photo_url(row.picture),
            "text": text,
        })  # fmt: skip
    for role in names.roles:
        word = translate(language, names.roles[role])
        if any(fold(each).startswith(wanted) for each in role_words(role)):
            found.append({"kind": "role", "id": role, "name": word, "photo_url": None, "text": f"@{word}"})
    return found[:SUGGESTED]


def mentions_of(message_ids: Sequence[str]) -> dict[str, list[MentionView]]:
    """Whom each of these messages calls, by its id, in one statement; nothing for those that call nobody.
    For who builds notices: asked on nobody's behalf. The author is never among them, nor is who blocked
    her, nor who could not see the room when it was said."""
    wanted = select(MessageMention).where(MessageMention.message_id.in_(list(message_ids)))
    found: dict[str, list[MentionView]] = {}
    for row in session().scalars(wanted.order_by(MessageMention.message_id, MessageMention.user_id)):
        found.setdefault(row.message_id, []).append({"user_id": row.user_id, "kind": row.kind})
    return found
