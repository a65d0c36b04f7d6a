"""What somebody typed and did not send yet."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.messages import DraftIn, DraftOut
from network import discussions
from network.kernel.actor import Actor

blueprint = Blueprint("drafts", __name__, description="Texts that wait to be sent")


@operation(blueprint, "GET", "/me/drafts/<context>", out=DraftOut, problems=(404,))
def get_draft(actor: Actor, context: str) -> Any:
    """What you typed for `topic:{id}`, or for a new topic in `room:{id}`; where nothing waits, an empty body
    in version 0."""
    return discussions.get_draft(actor, context)


@operation(blueprint, "PUT", "/me/drafts/<context>", out=DraftOut, body=DraftIn, problems=(404,))
def save_draft(actor: Actor, context: str, body: dict[str, Any]) -> Any:
    """Keep what you typed; an empty body keeps nothing. Of a new topic the first line is the title. Where
    another device saved something else meanwhile, both stay: the other text is in `set_aside` and comes to
    the front when yours is sent. Sending with its `client_msg_id` ends a draft."""
    return discussions.save_draft(actor, context, **body)
