"""Makes a network that talks: its people, rooms, topics, messages."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from models.discussions import Message, Room, RoomMember, Topic
from models.event_log import Event, ScopeHead
from models.membership import Membership
from models.networks import Network
from models.organisations import Organisation
from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor, Standing
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session
from tests.factories import membership
from tests.factories.networks import make_network
from tests.factories.organisations import make_steward
from tests.factories.people import make_user, save, together

_numbers = itertools.count(1)


def _now() -> datetime:
    return runtime.current().clock.now()


@dataclass
class Community:
    """A network with its organisation; `actor` gives somebody in it as the surfaces would."""

    network: Network
    organisation: Organisation

    @together
    def member(self, *roles: str, state: str = "active", rules_accepted: bool = True, **over: Any) -> Actor:
        """A person with a membership and, for each of `roles` beside mentor, a running appointment."""
        user = over.pop("user", None) or make_user()
        accepted = self.network.rules_version_id if rules_accepted else None
        joined = make_membership(self.network, user, state=state, rules_version_id=accepted, **over)
        for role in roles:
            membership.make_appointment(joined, role)
        return self._actor(user, joined, {"mentor", *roles})

    @together
    def steward(self, *, member: bool = False) -> Actor:
        """Who acts for the organisation, a member as well or not."""
        user = make_user()
        make_steward(self.organisation, user)
        joined = make_membership(self.network, user) if member else None
        actor = self._actor(user, joined, {"steward"} | ({"mentor"} if member else set()))
        return replace(actor, stewardships=frozenset({self.organisation.id}))

    def _actor(self, user: User, joined: Membership | None, roles: set[str]) -> Actor:
        standing = Standing(
            network_id=self.network.id,
            membership_id=joined.id if joined else None,
            state=joined.state if joined else None,
            roles=frozenset(roles),
            suspended_until=joined.suspended_until if joined else None,
            rules_accepted=bool(joined and joined.rules_version_id),
        )
        return replace(stranger(user), standings={self.network.id: standing})


def stranger(user: User | None = None) -> Actor:
    """Somebody signed in who belongs to nothing."""
    user = user or make_user()
    return Actor(
        kind="person", user_id=user.id, name=user.display_name, email=user.email, language=user.language,
        time_zone=user.time_zone, face=user.face,
    )  # fmt: skip


@together
def make_community(**over: Any) -> Community:
    """A network of a verified organisation, in its first phase, nobody in it yet."""
    number, creator = next(_numbers), make_user()
    organisation = save(
        Organisation(
            id=new_id(), name=f"Organisation {number}", country="DE", time_zone="UTC", state="verified",
            asked_at=_now(), answer=None, decided_reason=None, decided_by=None, decided_at=None,
            created_by=creator.id, created_at=_now(), version=1,
        )
    )  # fmt: skip
    values = {
        "name": f"Talking {number}",
        "purpose": "To talk.",
        "size": "full",
        "rules_version_id": new_id(),
    }
    return Community(make_network(organisation, **values | over), organisation)


def make_membership(network: Network, user: User, **over: Any) -> Membership:
    """An active membership since now, of somebody who accepted the rules that hold."""
    accepted = {"rules_version_id": network.rules_version_id, "rules_accepted_at": _now()}
    return membership.make_membership(network, user, **accepted | over)


@together
def make_room(network: Network, people: list[Actor] | None = None, **over: Any) -> Room:
    """An open room of a network; with `people`, a private one."""
    number = next(_numbers)
    values = {
        "id": new_id(), "network_id": network.id, "name": f"Room {number}", "purpose": "",
        "kind": "open" if people is None else "private", "opening": None, "posting": "members",
        "state": "open", "position": number, "created_by": network.created_by, "created_at": _now(),
        "version": 1,
    }  # fmt: skip
    room: Room = save(Room(**values | over))
    for person in people or []:
        save(RoomMember(room_id=room.id, user_id=person.user_id or "", since=_now()))
    return room


def make_topic(room: Room, author: Actor, **over: Any) -> Topic:
    """An open topic without a message."""
    values = {
        "id": new_id(), "room_id": room.id, "title": f"Topic {next(_numbers)}", "state": "open",
        "message_count": 0, "last_seq": 0, "last_message_at": _now(), "created_by": author.id,
        "created_at": _now(), "version": 1,
    }  # fmt: skip
    return save(Topic(**values | over))


@command
def make_messages(topic: Topic, author: Actor, number: int) -> None:
    """Many messages at once, with their events and the topic's counters, as posting would leave them."""
    require(anyone(author, None))
    work, now, scope = session(), _now(), f"room:{topic.room_id}"
    head = work.get(ScopeHead, scope)
    if head is None:
        head = ScopeHead(scope=scope, head_seq=0, epoch=new_untimed_id())
        work.add(head)
    first = head.head_seq + 1
    ids = [new_id() for _ in range(number)]
    events = [
        {
            "scope": scope, "seq": first + n, "type": "message.posted", "entity_type": "message",
            "entity_id": ids[n], "entity_version": 1, "codes": {}, "at": now,
        }
        for n in range(number)
    ]  # fmt: skip
    messages = [
        {
            "id": ids[n], "topic_id": topic.id, "room_id": topic.room_id, "seq": first + n,
            "author_id": author.id, "body": f"Word {n}", "html": f"<p>Word {n}</p>",
            "client_msg_id": ids[n], "content_digest": "0" * 64, "reply_to": None, "language": None,
            "created_at": now, "edited_at": None, "deleted_at": None, "deleted_by": None, "veiled": False,
            "version": 1,
        }
        for n in range(number)
    ]  # fmt: skip
    work.execute(insert(Event), events)
    work.execute(insert(Message), messages)
    stored = work.get_one(Topic, topic.id)
    stored.message_count += number
    stored.last_seq, stored.last_message_at = first + number - 1, now
    head.head_seq = first + number - 1


@command
def make_topics(room: Room, author: Actor, number: int) -> dict[str, int]:
    """Many topics of a room that nobody wrote in yet, each with one message; the `seq` of each by its id."""
    require(anyone(author, None))
    work, now = session(), _now()
    work.add(ScopeHead(scope=f"room:{room.id}", head_seq=number, epoch=new_untimed_id()))
    made = {new_id(): seq for seq in range(1, number + 1)}
    topics = [
        {
            "id": topic_id, "room_id": room.id, "title": f"Topic {seq}", "state": "open", "message_count": 1,
            "last_seq": seq, "last_message_at": now, "created_by": author.id, "created_at": now, "version": 1,
        }
        for topic_id, seq in made.items()
    ]  # fmt: skip
    messages = [
        {
            "id": new_id(), "topic_id": topic_id, "room_id": room.id, "seq": seq, "author_id": author.id,
            "body": "Word", "html": "<p>Word</p>", "client_msg_id": topic_id, "content_digest": "0" * 64,
            "reply_to": None, "language": None, "created_at": now, "edited_at": None, "deleted_at": None,
            "deleted_by": None, "veiled": False, "version": 1,
        }
        for topic_id, seq in made.items()
    ]  # fmt: skip
    work.execute(insert(Topic), topics)
    work.execute(insert(Message), messages)
    return made
