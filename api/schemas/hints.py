"""What goes in and out about what a network asks before something is posted."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.schemas.base import Instant, Schema, WholeNumber, text
from api.schemas.discussions import MessageOut
from network.hints import BUILT_IN, MOST_ENTRIES, NOTE_MAX, TEXT_MAX


class EntryIn(Schema):
    """A word, or a pattern: one word in which `*` stands for any signs, `?` for one, `#` for one digit."""

    note = text(NOTE_MAX, load_default="", metadata={"description": "What its author is told."})
    text = text(TEXT_MAX, minimum=1, required=True)


class EntryOut(Schema):
    """A word or a pattern."""

    text = fields.String(required=True)
    note = fields.String(required=True)


def _entries() -> fields.List:
    return fields.List(fields.Nested(EntryIn), validate=validate.Length(max=MOST_ENTRIES))


class HintsIn(Schema):
    """What changes; a list that is left out stays. `expected_version` is 0 where there was no list."""

    words = _entries()
    patterns = _entries()
    holds_first = fields.Boolean(truthy={True}, falsy={False})
    expected_version = WholeNumber(required=True)


class HintsOut(Schema):
    """What a network asks about. `built_in` is looked for everywhere. With `holds_first` a newcomer's first
    message waits until somebody looked at it, 48 hours at most."""

    network_id = fields.String(required=True)
    built_in = fields.List(fields.String(metadata={"enum": list(BUILT_IN)}), required=True)
    words = fields.List(fields.Nested(EntryOut), required=True)
    patterns = fields.List(fields.Nested(EntryOut), required=True)
    holds_first = fields.Boolean(required=True)
    changed_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)


class HeldOut(Schema):
    """A newcomer's first message that waits. `title` is that of the topic which it opens, or in which it
    stands; at `message.held_until` it is let through by itself."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    room_id = fields.String(required=True)
    room_name = fields.String(required=True)
    topic_id = fields.String(required=True)
    title = fields.String(required=True)
    opens_topic = fields.Boolean(required=True)
    held_at = Instant(required=True)
    message = fields.Nested(MessageOut, required=True)


def seen_in(body: dict[str, Any]) -> dict[str, Any]:
    """What came in, with `hints_seen` as the rules take it: None where nobody wants to be asked."""
    asks = body.pop("ask_hints")
    return body | {"hints_seen": body["hints_seen"] if asks else None}
