"""What goes in and out about looking after rooms and topics."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, PersonOut, Schema, VersionedIn, WholeNumber, text
from network.discussions import REASON_MAX, SLOWEST


class ReasonedIn(VersionedIn):
    """A step with the reason for it, which the trail keeps."""

    reason = text(REASON_MAX, load_default="")


class SlowModeIn(ReasonedIn):
    """How many seconds lie between two messages of one person; 0 ends slow mode."""

    seconds = WholeNumber(maximum=SLOWEST, required=True)


class PositionIn(VersionedIn):
    """Before which room of the network a room stands; null behind all."""

    before = Id(required=True, allow_none=True)


class MoveIn(ReasonedIn):
    """Into which room a topic goes."""

    room_id = Id(required=True)


class RoomMemberOut(Schema):
    """Somebody who is in a private or direct room."""

    user = fields.Nested(PersonOut, required=True)
    since = Instant(required=True)
