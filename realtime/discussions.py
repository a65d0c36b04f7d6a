"""What a socket may ask: to listen, to speak, to say that somebody is typing or there."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from network import discussions
from network.kernel import events, runtime
from network.kernel.actor import Actor
from network.kernel.errors import FeatureOff, Forbidden
from network.kernel.transaction import unit_of_work
from network.kernel.translation import mark as _
from network.networks import is_feature_on, network_row
from network.people import find_person
from realtime.connection import Connection, look_up
from realtime.errors import Ack
from realtime.live import Handler, Live
from realtime.settings import CATCH_UP, SCOPES_AT_ONCE, SCOPES_PER_SOCKET

_MOST = 2**53
_SCOPE = validate.Length(min=1, max=80)


class InsufficientScope(Forbidden):
    """The token does not carry the scope that this takes."""

    code = "insufficient_scope"
    message = _("This token does not allow that.")


class Whole(fields.Integer):
    """A whole number, not written as text or with a fraction."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if type(value) is not int:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


class Payload(ma.Schema):
    """What comes with an event: nothing that is not named."""

    class Meta:
        unknown = ma.RAISE


class Since(Payload):
    """How far a client has got in a scope."""

    seq = Whole(required=True, validate=validate.Range(min=0, max=_MOST))
    epoch = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))


class Subscription(Payload):
    """Which scopes a client wants to hear."""

    scopes = fields.Dict(
        keys=fields.String(validate=_SCOPE), values=fields.Nested(Since), required=True,
        validate=validate.Length(min=1, max=SCOPES_AT_ONCE),
    )  # fmt: skip


class Farewell(Payload):
    """Which scopes a client wants to hear no more."""

    scopes = fields.List(
        fields.String(validate=_SCOPE), required=True, validate=validate.Length(max=SCOPES_AT_ONCE)
    )


class Speech(Payload):
    """A message."""

    topic_id = fields.String(required=True, validate=validate.Length(max=36))
    body = fields.String(required=True)
    client_msg_id = fields.String(required=True)
    reply_to = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=36))
    language = fields.String(load_default=None, allow_none=True)


class Typing(Payload):
    """Where somebody is typing."""

    topic_id = fields.String(required=True, validate=validate.Length(max=36))


class Presence(Payload):
    """Whether somebody is there."""

    state = fields.String(required=True, validate=validate.OneOf(("active", "idle")))


def subscribe(live: Live, connection: Connection, actor: Actor, payload: dict[str, Any]) -> Ack:
    """Listen to scopes and get what was missed. The right is checked, the socket joins, then the backlog is
    read: nothing falls between. A scope that may not be seen answers like one that does not exist."""
    wanted = Subscription().load(payload)["scopes"]
    with unit_of_work():
        seen = discussions.visible_scopes(actor, set(wanted))
    room = SCOPES_PER_SOCKET - len(connection.scopes | seen)
    too_many = set(sorted(seen - connection.scopes)[room:]) if room < 0 else set()
    live.join(connection, seen - too_many)
    # Asked again now that the end of a right would be noticed here, and read from now, not from before.
    fresh = look_up(connection.credential)
    with unit_of_work():
        still = discussions.visible_scopes(fresh, seen) if fresh is not None else set()
        answers = {
            scope: _missed(scope, since) for scope, since in wanted.items() if scope in still - too_many
        }
    live.leave(connection, seen - still)
    answers |= {scope: {"error": "not_found"} for scope in wanted if scope not in still}
    answers |= {scope: {"error": "too_many_scopes"} for scope in too_many & still}
    return {"scopes": answers}


def _missed(scope: str, since: dict[str, Any]) -> dict[str, Any]:
    head_seq, epoch = events.head(scope)
    known = since["epoch"] is None or since["epoch"] == epoch
    if not known or since["seq"] > head_seq or head_seq - since["seq"] > CATCH_UP:
        return {"resync": True, "head_seq": head_seq, "epoch": epoch}
    found = events.rendered(events.entries_after(scope, since["seq"], CATCH_UP))
    last = found[-1]["seq"] if found else head_seq
    return {"head_seq": max(head_seq, last), "epoch": epoch, "events": found}


def unsubscribe(live: Live, connection: Connection, _actor: Actor, payload: dict[str, Any]) -> Ack:
    """Listen to scopes no longer."""
    live.leave(connection, set(Farewell().load(payload)["scopes"]) & connection.scopes)
    return {}


def send_message(_live: Live, _connection: Connection, actor: Actor, payload: dict[str, Any]) -> Ack:
    """Say something in a topic: the same command as over HTTP, with the same answer to a second try."""
    if actor.token_scopes is not None and "write" not in actor.token_scopes:
        raise InsufficientScope()
    return {"message": discussions.post_message(actor, **Speech().load(payload)).message}


def typing(live: Live, connection: Connection, actor: Actor, payload: dict[str, Any]) -> Ack:
    """Tell the others in the room that somebody is writing; kept nowhere."""
    topic_id = Typing().load(payload)["topic_id"]
    with unit_of_work():
        topic = discussions.get_topic(actor, topic_id)
        room = discussions.get_room(actor, topic["room_id"])
        if not is_feature_on(network_row(room["network_id"]), "typing"):
            raise FeatureOff()
        person = find_person(actor.user_id or "")
    told = {"topic_id": topic_id, "room_id": room["id"], "user": person}
    live.server.emit("typing", told, to=f"room:{room['id']}", skip_sid=connection.sid)
    return {}


def presence(live: Live, connection: Connection, actor: Actor, payload: dict[str, Any]) -> Ack:
    """Tell the networks that the socket listens to whether the person is there; kept nowhere."""
    state = Presence().load(payload)["state"]
    networks = [scope for scope in connection.scopes if scope.startswith("network:")]
    with unit_of_work():
        told = [scope for scope in networks if is_feature_on(network_row(scope[8:]), "presence")]
    if not told:
        raise FeatureOff()
    for scope in told:
        said = {"scope": scope, "user_id": actor.user_id, "state": state, "at": runtime.current().clock.now()}
        live.server.emit("presence", said, to=scope, skip_sid=connection.sid)
    return {}


EVENTS: dict[str, Handler] = {
    "subscribe": subscribe,
    "unsubscribe": unsubscribe,
    "message.send": send_message,
    "typing": typing,
    "presence": presence,
}
"""Every event that a client may send."""
