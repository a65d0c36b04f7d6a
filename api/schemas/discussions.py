"""What goes in and out about rooms, topics, messages, markers and events."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import (
    LARGEST,
    Id,
    Instant,
    PageQuery,
    PersonOut,
    Schema,
    Text,
    VersionedIn,
    WholeNumber,
    choice,
    text,
)
from api.schemas.files import FileOut
from api.schemas.messages import ReactionOut, file_ids
from network.discussions import (
    KINDS,
    LEVELS,
    MOST_IN_DIRECT_ROOM,
    NAME_MAX,
    POSTING,
    PURPOSE_MAX,
    TITLE_MAX,
    TRANSLATION_MAX,
)

_CLIENT_ID = "Made by the client when the text is written, kept for every try: 1 to 64 printable characters."


def _body(least: int = 1) -> Text:
    # How long a message may be is a setting: the rules look at it, and say so in their own words.
    described = "Markdown; at most 10,000 characters unless the site says otherwise."
    return Text(required=True, metadata={"description": described, "minLength": least, "maxLength": 10_000})


def _client_msg_id(**kwargs: object) -> Text:
    checks = [validate.Length(min=1, max=64), validate.Regexp("^[!-~]{1,64}$")]
    return Text(strip=False, validate=checks, metadata={"description": _CLIENT_ID}, **kwargs)


def _language() -> Text:
    checks = [validate.Length(max=35), validate.Regexp("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$")]
    return Text(load_default=None, allow_none=True, validate=checks, metadata={"description": "BCP 47"})


def _level() -> fields.Field:
    described = "What the caller said of it: all, mentions (and answers), muted; null: what holds around it."
    return fields.String(
        required=True, allow_none=True, metadata={"enum": [*LEVELS, None], "description": described}
    )


class LevelIn(Schema):
    """How much one wants to hear; null takes back what one said."""

    level = choice(*LEVELS, required=True, allow_none=True)


class RoomIn(Schema):
    """A room to be set up."""

    name = text(NAME_MAX, minimum=1, required=True)
    purpose = text(PURPOSE_MAX, load_default="")
    kind = choice(*KINDS, load_default="open")
    posting = choice(*POSTING, load_default="members")
    user_ids = fields.List(
        Id(), load_default=list, validate=validate.Length(max=200),
        metadata={"description": "Of a private room: the members in it, beside who opens it."},
    )  # fmt: skip


class RoomPatchIn(VersionedIn):
    """What changes in a room; what is left out stays."""

    name = text(NAME_MAX, minimum=1)
    purpose = text(PURPOSE_MAX)
    posting = choice(*POSTING)
    needs_agreement = fields.Boolean()


class RoomOut(Schema):
    """A place to talk, as the caller sees it."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    name = fields.String(required=True)
    purpose = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [*KINDS, "direct"]})
    opening = fields.String(required=True, allow_none=True, metadata={"description": "welcome, cafe or null"})
    posting = fields.String(required=True, metadata={"enum": list(POSTING)})
    state = fields.String(required=True, metadata={"enum": ["open", "locked", "archived"]})
    position = fields.Integer(required=True, metadata={"description": "Rooms are listed by it."})
    slow_mode_seconds = fields.Integer(
        required=True, metadata={"description": "Between two messages of one person; 0 without slow mode."}
    )
    needs_agreement = fields.Boolean(required=True)
    writes_again_at = Instant(
        required=True, allow_none=True,
        metadata={"description": "In slow mode, after a message of the caller's; else null."},
    )  # fmt: skip
    head_seq = fields.Integer(required=True)
    unread = fields.Integer(required=True)
    muted = fields.Boolean(required=True)
    level = _level()
    people = fields.List(
        fields.Nested(PersonOut), required=True,
        metadata={"description": "The others in a direct room, after whom it is called; else empty."},
    )  # fmt: skip
    version = fields.Integer(required=True)


class DirectRoomIn(Schema):
    """With whom one wants to talk."""

    user_ids = fields.List(
        Id(), required=True, validate=validate.Length(min=1, max=MOST_IN_DIRECT_ROOM),
        metadata={"description": "Members of the network; oneself may be among them or not."},
    )  # fmt: skip


class TopicIn(Schema):
    """A topic with its first message."""

    title = text(TITLE_MAX, minimum=1, required=True)
    body = _body()
    client_msg_id = _client_msg_id(load_default=None, allow_none=True)
    language = _language()


class TopicPatchIn(VersionedIn):
    """A topic's other title."""

    title = text(TITLE_MAX, minimum=1, required=True)


class TopicOut(Schema):
    """A conversation, as the caller sees it."""

    id = fields.String(required=True)
    room_id = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["open", "locked", "resolved"]})
    pinned = fields.Boolean(required=True)
    message_count = fields.Integer(required=True)
    unread = fields.Integer(required=True)
    first_unread_seq = fields.Integer(required=True, allow_none=True)
    muted = fields.Boolean(required=True)
    level = _level()
    last_message_at = Instant(required=True)
    last_seq = fields.Integer(required=True)
    created_by = fields.String(required=True)
    created_at = Instant(required=True)
    version = fields.Integer(required=True)


class MessageIn(Schema):
    """A message to be posted; its body may be empty where it carries files."""

    body = _body(0)
    client_msg_id = _client_msg_id(required=True)
    reply_to = Id(load_default=None, allow_none=True)
    language = _language()
    translation = text(
        TRANSLATION_MAX, load_default=None, allow_none=True,
        metadata={"description": "How you came from your language to this one, in your words."},
    )  # fmt: skip
    file_ids = file_ids()


class MessagePatchIn(VersionedIn):
    """What a message says from now on."""

    body = _body()


class MessageOut(Schema):
    """One contribution. Deleted or veiled, it has neither body nor html."""

    id = fields.String(required=True)
    room_id = fields.String(required=True)
    topic_id = fields.String(required=True)
    seq = fields.Integer(required=True)
    author = fields.Nested(PersonOut, required=True)
    body = fields.String(required=True, allow_none=True)
    html = fields.String(required=True, allow_none=True)
    client_msg_id = fields.String(required=True)
    reply_to = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    translation = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    edited_at = Instant(required=True, allow_none=True)
    deleted_at = Instant(required=True, allow_none=True)
    veiled = fields.Boolean(required=True)
    reactions = fields.List(fields.Nested(ReactionOut), required=True)
    files = fields.List(fields.Nested(FileOut), required=True)
    version = fields.Integer(required=True)


class OpenedTopicOut(TopicOut):
    """A topic with the message that opened it."""

    first_message = fields.Nested(MessageOut, required=True)


class MessagesQuery(PageQuery):
    """Where in a topic to read: `after` a number oldest first, `before` one newest first, else the newest."""

    before = fields.Integer(load_default=None, validate=validate.Range(min=0, max=LARGEST))
    after = fields.Integer(load_default=None, validate=validate.Range(min=0, max=LARGEST))


class MessagesOut(Schema):
    """Messages of a topic; events after `as_of_seq` bring them up to date."""

    items = fields.List(fields.Nested(MessageOut), required=True)
    next = fields.String(required=True, allow_none=True)
    as_of_seq = fields.Integer(required=True)


class RevisionOut(Schema):
    """What a message said, from `written_at` until the next one."""

    number = fields.Integer(required=True)
    body = fields.String(required=True)
    written_at = Instant(required=True)


class SeqIn(Schema):
    """A message's number. With `room_id`, nothing moves where the topic is in another room by now, in which
    its messages have other numbers."""

    seq = WholeNumber(required=True)
    room_id = Id(load_default=None, allow_none=True)


class ReadOut(Schema):
    """How far the caller has read a topic, and what is left in it."""

    topic_id = fields.String(required=True)
    room_id = fields.String(required=True)
    last_read_seq = fields.Integer(required=True)
    unread = fields.Integer(required=True)


class UnreadRoomOut(Schema):
    """What is left of a room."""

    id = fields.String(required=True)
    unread = fields.Integer(required=True)
    muted = fields.Boolean(required=True)


class UnreadTopicOut(Schema):
    """What is left of a topic."""

    id = fields.String(required=True)
    room_id = fields.String(required=True)
    unread = fields.Integer(required=True)
    muted = fields.Boolean(required=True)


class UnreadOut(Schema):
    """What the caller has not read; muted rooms and topics are counted for themselves."""

    network_id = fields.String(required=True)
    unread = fields.Integer(required=True)
    muted_unread = fields.Integer(required=True)
    rooms = fields.List(fields.Nested(UnreadRoomOut), required=True)
    topics = fields.List(fields.Nested(UnreadTopicOut), required=True)
