"""Messages: a topic's, one, posting, editing, deleting, what it said before."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import json_response, operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.discussions import (
    MessageIn,
    MessageOut,
    MessagePatchIn,
    MessagesOut,
    MessagesQuery,
    RevisionOut,
)
from api.schemas.messages import MentionableQuery, PreviewIn, PreviewOut, ReactedOut, SuggestionOut
from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.paging import PageOf
from network.kernel.translation import mark as _

blueprint = Blueprint("messages", __name__, description="Contributions to topics")


@operation(
    blueprint, "GET", "/topics/<id:topic_id>/messages", out=MessagesOut, query=MessagesQuery, problems=(404,)
)
def list_messages(actor: Actor, topic_id: str, query: dict[str, Any]) -> Any:
    """Messages of a topic by `seq`: `after=` oldest first, `after=0` from the first; `before=` and neither
    newest first. `next` continues as `cursor`."""
    before, after = query["before"], query["after"]
    if query["cursor"] is not None:
        before, after = _opened(query["cursor"])
    shown = discussions.list_messages(actor, topic_id, before=before, after=after, limit=query["limit"])
    return json_response(shown)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/messages", out=MessageOut, status=201, body=MessageIn,
    problems=(404, 409), also={200: MessageOut}, idempotent=True,
)  # fmt: skip
def post_message(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Say something. The same `client_msg_id` and content again: 200 and the first message; another content:
    409."""
    sent = discussions.post_message(actor, topic_id, **body)
    return json_response(sent.message, 201 if sent.is_new else 200)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/previews", out=PreviewOut, body=PreviewIn, problems=(404,)
)
def preview(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """How a text would look as a message of a topic. Nothing is kept and nobody is told."""
    return {"html": discussions.preview(actor, topic_id, body["body"])}


@operation(blueprint, "GET", "/messages/<id:message_id>", out=MessageOut, problems=(404,))
def get_message(actor: Actor, message_id: str) -> Any:
    """One message."""
    return discussions.get_message(actor, message_id)


@operation(
    blueprint, "PATCH", "/messages/<id:message_id>", out=MessageOut, body=MessagePatchIn, problems=(404, 409)
)
def edit_message(actor: Actor, message_id: str, body: dict[str, Any]) -> Any:
    """Change your own words; what they were stays in the history."""
    return discussions.edit_message(actor, message_id, **body)


@operation(blueprint, "DELETE", "/messages/<id:message_id>", out=MessageOut, problems=(404, 409))
def delete_message(actor: Actor, message_id: str) -> Any:
    """Take your own words back: the place stays, empty."""
    return discussions.delete_message(actor, message_id)


@operation(
    blueprint, "GET", "/messages/<id:message_id>/revisions", out=page_of(RevisionOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_revisions(actor: Actor, message_id: str, query: dict[str, Any]) -> Any:
    """Everything that a message said, oldest first; empty once it is deleted."""
    return discussions.list_revisions(actor, message_id, page_request(query))


@operation(
    blueprint, "GET", "/messages/<id:message_id>/reactions", out=page_of(ReactedOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_reactions(actor: Actor, message_id: str, query: dict[str, Any]) -> Any:
    """Who put which sign at a message."""
    return discussions.list_reacted(actor, message_id, page_request(query))


@operation(
    blueprint, "PUT", "/messages/<id:message_id>/reactions/<emoji>", out=MessageOut, problems=(404, 409)
)
def react(actor: Actor, message_id: str, emoji: str) -> Any:
    """Put a sign at a message: one emoji, at most 20 different ones. Again it changes nothing."""
    return discussions.react(actor, message_id, emoji)


@operation(
    blueprint, "DELETE", "/messages/<id:message_id>/reactions/<emoji>", out=MessageOut, problems=(404, 409)
)
def take_reaction_back(actor: Actor, message_id: str, emoji: str) -> Any:
    """Take your own sign at a message back."""
    return discussions.take_reaction_back(actor, message_id, emoji)


@operation(
    blueprint, "GET", "/rooms/<id:room_id>/mentionable", out=page_of(SuggestionOut), query=MentionableQuery,
    problems=(404,),
)  # fmt: skip
def list_mentionable(actor: Actor, room_id: str, query: dict[str, Any]) -> Any:
    """Whom you can call in a message of a room: at most eight, people before roles. In a message you type
    `@` and the name; kept is `@[name](user:id)`, or `@[word](role:role)`."""
    return PageOf(discussions.list_mentionable(actor, room_id, query["q"]), None)


def _opened(cursor: str) -> tuple[int | None, int | None]:
    way, _colon, number = cursor.partition(":")
    if way not in ("before", "after") or not number.isascii() or not number.isdigit() or len(number) > 15:
        raise Invalid({"cursor": FieldFault.of(_("This list cannot be continued from there."))})
    return (int(number), None) if way == "before" else (None, int(number))
