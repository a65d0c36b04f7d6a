"""What a host does about what waits: send words, say that none are needed, undo it within minutes."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from models.discussions import Room, Topic
from models.hosting import HostDeed
from models.membership import Membership
from network import discussions, networks
from network.hosting.policy import may_host, may_undo
from network.hosting.queries.rounds import DeedView, show_deed
from network.hosting.queries.things import ThingView, list_things
from network.hosting.rules.drafts import ANNOUNCEMENTS
from network.hosting.rules.weeks import UNDO_FOR, AlreadyDone, UndoOver
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.policy import require
from network.kernel.transaction import add_once, command, session
from network.kernel.translation import translate


class _Said(NamedTuple):
    message_id: str
    topic_id: str | None


@command
def send_words(actor: Actor, network_id: str, key: str, body: str) -> DeedView:
    """Send words about a thing that waits, in her own name: below a hello or question, to a newcomer alone,
    or where the hosts announce. Of two hosts who do it at once one does. Refused to everybody but the
    network's hosts, and as a message there would be. Raises NotFound, AlreadyDone, Invalid, and the errors of
    `discussions.post_message`. Facts: those of the message."""
    thing, deed = _begin(actor, network_id, key)
    said = _say(actor, network_id, thing, body)
    deed.message_id, deed.topic_id = said.message_id, said.topic_id
    return show_deed(actor, deed)


@command
def skip_thing(actor: Actor, network_id: str, key: str) -> DeedView:
    """Say that a thing that waits needs nothing; it is on no host's list any more. Refused to everybody but
    the network's hosts. Raises NotFound, AlreadyDone."""
    _thing, deed = _begin(actor, network_id, key)
    return show_deed(actor, deed)


@command
def undo_deed(actor: Actor, network_id: str, key: str) -> None:
    """Undo within ten minutes what she did: her message is deleted, the thing waits again. Twice is undone.
    Raises NotFound where the network is not visible or another host did it, UndoOver, and the errors of
    `discussions.delete_message`. Fact: MessageDeleted."""
    network = networks.visible_network_row(actor, network_id)
    require(may_host(actor, network.id))
    wanted = select(HostDeed).where(HostDeed.network_id == network.id, HostDeed.key == key)
    deed = session().scalars(wanted.with_for_update()).one_or_none()
    if deed is None:
        return
    require(may_undo(actor, deed))
    if deed.at + UNDO_FOR <= runtime.current().clock.now():
        raise UndoOver()
    if deed.message_id is not None:
        discussions.delete_message(actor, deed.message_id)
    session().delete(deed)


def _begin(actor: Actor, network_id: str, key: str) -> tuple[ThingView, HostDeed]:
    network = networks.visible_network_row(actor, network_id)
    require(may_host(actor, network.id))
    things = {thing["key"]: thing for thing in list_things(actor, network.id)}
    if key not in things:
        known = select(HostDeed.id).where(HostDeed.network_id == network.id, HostDeed.key == key)
        raise AlreadyDone() if session().scalar(known) is not None else NotFound()
    deed = HostDeed(
        id=new_id(), network_id=network.id, key=key, user_id=actor.id, message_id=None, topic_id=None,
        at=runtime.current().clock.now(),
    )  # fmt: skip
    if not add_once(deed):
        raise AlreadyDone()
    return things[key], deed


def _say(actor: Actor, network_id: str, thing: ThingView, body: str) -> _Said:
    language, client_msg_id = thing["draft_language"], new_untimed_id()
    if thing["topic_id"] is not None:
        sent = discussions.post_message(actor, thing["topic_id"], body, client_msg_id, language=language)
        return _Said(sent.message["id"], None)
    if thing["what"] == "newcomer":
        joined = session().get_one(Membership, thing["key"].partition(":")[2])
        sent = discussions.write_directly(
            actor, network_id, [joined.user_id], body, client_msg_id, language=language
        )
        return _Said(sent.message["id"], None)
    topic_id = _announcing_topic(network_id)
    if topic_id is not None:
        sent = discussions.post_message(actor, topic_id, body, client_msg_id, language=language)
        return _Said(sent.message["id"], topic_id)
    room_id = _announcing_room(network_id)
    title = translate(language, ANNOUNCEMENTS)
    opened = discussions.open_topic(actor, room_id, title, body, client_msg_id, language).topic
    return _Said(opened["first_message"]["id"], opened["id"])


def _announcing_topic(network_id: str) -> str | None:
    """Where the hosts announced last, as long as one can write there: one conversation, not one for each."""
    wanted = (
        select(Topic.id)
        .join(Room, Room.id == Topic.room_id)
        .join(HostDeed, HostDeed.topic_id == Topic.id)
        .where(HostDeed.network_id == network_id, Room.state == "open", Topic.state != "locked")
        .order_by(HostDeed.at.desc())
        .limit(1)
    )
    return session().scalar(wanted)


def _announcing_room(network_id: str) -> str:
    """A room of announcements, else the cafe. Raises NotFound where there is neither."""
    wanted = select(Room.id).where(
        Room.network_id == network_id, Room.kind == "announcement", Room.state == "open"
    )
    found = session().scalar(wanted.order_by(Room.position, Room.id).limit(1))
    found = found or discussions.first_rooms(network_id).get("cafe")
    if found is None:
        raise NotFound()
    return found
