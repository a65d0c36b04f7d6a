"""What a socket may ask: to listen, to speak, to say that somebody is typing or there."""

from __future__ import annotations

from typing import Any

from network import blocks, discussions
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FeatureOff
from network.kernel.transaction import unit_of_work
from network.networks import is_feature_on, network_row
from network.people import find_person
from realtime.catching_up import missed
from realtime.connection import Connection, look_up
from realtime.errors import Ack
from realtime.live import ClientEvent, Live
from realtime.payloads import Farewell, Presence, Speech, Subscription, Typing
from realtime.settings import SCOPES_PER_SOCKET

_SPEECH = Speech()  # made once: of all that sockets ask, it is asked most


def subscribe(live: Live, connection: Connection, actor: Actor, payload: dict[str, Any]) -> Ack:
    """Listen to scopes and get what was missed, as far as one answer may hold it. The right is checked, the
    socket joins, then the backlog is read: nothing falls between; and the right is checked once more. A scope
    that may not be seen answers like one that does not exist."""
    wanted = Subscription().load(payload)["scopes"]
    with unit_of_work():
        seen = discussions.visible_scopes(actor, set(wanted))
    room = SCOPES_PER_SOCKET - len(connection.scopes | seen)
    too_many = set(sorted(seen - connection.scopes)[room:]) if room < 0 else set()
    live.join(connection, seen - too_many)
    with unit_of_work():
        heard = {scope: since for scope, since in wanted.items() if scope in seen - too_many}
        found = missed(heard, live.room_for(connection))
    # Asked again, after the reading: what was read while the right was ending is not told.
    fresh = look_up(connection.credential)
    with unit_of_work():
        still = discussions.visible_scopes(fresh, seen) if fresh is not None else set()
    live.leave(connection, seen - still)
    answers: dict[str, Any] = {scope: part for scope, part in found.items() if scope in still}
    answers |= {scope: {"error": "not_found"} for scope in wanted if scope not in still}
    answers |= {scope: {"error": "too_many_scopes"} for scope in too_many & still}
    return {"scopes": answers}


def unsubscribe(live: Live, connection: Connection, _actor: Actor, payload: dict[str, Any]) -> Ack:
    """Listen to scopes no longer."""
    live.leave(connection, set(Farewell().load(payload)["scopes"]) & connection.scopes)
    return {}


def send_message(_live: Live, _connection: Connection, actor: Actor, payload: dict[str, Any]) -> Ack:
    """Say something in a topic: the same command as over HTTP, with the same answer to a second try."""
    return {"message": discussions.post_message(actor, **_SPEECH.load(payload)).message}


def typing(live: Live, connection: Connection, actor: Actor, payload: dict[str, Any]) -> Ack:
    """Tell the others in the room that somebody is writing, unless she does not want them to see it; refused
    where the message would be, where the network does not use it, and in a room in which help is given."""
    topic_id = Typing().load(payload)["topic_id"]
    with unit_of_work():
        room = discussions.room_to_write_in(actor, topic_id)
        if room["kind"] not in discussions.TELL_TYPING:
            raise FeatureOff()
        if not is_feature_on(network_row(room["network_id"]), "typing"):
            raise FeatureOff()
        if not blocks.show_contact_settings(actor)["tells_typing"]:
            return {}
        person = find_person(actor.user_id or "")
    told = {"topic_id": topic_id, "room_id": room["id"], "user": person}
    live.say("typing", f"room:{room['id']}", told, but=connection)
    return {}


def presence(live: Live, connection: Connection, actor: Actor, payload: dict[str, Any]) -> Ack:
    """Tell the networks that the socket listens to whether the person is there, unless she does not want them
    to see it; kept nowhere."""
    state = Presence().load(payload)["state"]
    networks = [scope for scope in connection.scopes if scope.startswith("network:")]
    with unit_of_work():
        told = [scope for scope in networks if is_feature_on(network_row(scope[8:]), "presence")]
        if not told:
            raise FeatureOff()
        if not blocks.show_contact_settings(actor)["tells_presence"]:
            return {}
    for scope in told:
        said = {"scope": scope, "user_id": actor.user_id, "state": state, "at": runtime.current().clock.now()}
        live.say("presence", scope, said, but=connection)
    return {}


EVENTS = {
    "subscribe": ClientEvent(subscribe, needs="read"),
    "unsubscribe": ClientEvent(unsubscribe, needs="read"),
    "message.send": ClientEvent(send_message, needs="write", is_command=True),
    "typing": ClientEvent(typing, needs="write"),
    "presence": ClientEvent(presence, needs="write"),
}
"""Every event that a client may send. `tests/matrix/events.csv` says what each kind of actor is answered."""
