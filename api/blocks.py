"""Whom one does not want to meet, and whether others may write to one directly."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.blocks import BlockOut, ContactSettingsIn, ContactSettingsOut
from network import blocks
from network.kernel.actor import Actor

blueprint = Blueprint("blocks", __name__, description="Blocks, and who may write to you")


@operation(blueprint, "GET", "/me/blocks", out=page_of(BlockOut), query=PageQuery)
def list_blocks(actor: Actor, query: dict[str, Any]) -> Any:
    """Whom you blocked, by name. Only you see it."""
    return blocks.list_blocks(actor, page_request(query))


@operation(blueprint, "PUT", "/me/blocks/<id:user_id>", out=BlockOut, problems=(404, 409))
def block(actor: Actor, user_id: str) -> Any:
    """Block somebody with whom you share a network: she cannot write to you directly and does not see what
    you show of yourself. She is not told."""
    return blocks.block(actor, user_id)


@operation(blueprint, "DELETE", "/me/blocks/<id:user_id>", out=None, status=204)
def unblock(actor: Actor, user_id: str) -> None:
    """Take a block back; where there is none nothing happens."""
    blocks.unblock(actor, user_id)


@operation(blueprint, "GET", "/me/contact-settings", out=ContactSettingsOut)
def get_contact_settings(actor: Actor) -> Any:
    """Whether others may write to you directly, see that you are writing, and that you are there."""
    return blocks.show_contact_settings(actor)


@operation(blueprint, "PUT", "/me/contact-settings", out=ContactSettingsOut, body=ContactSettingsIn)
def choose_contact(actor: Actor, body: dict[str, Any]) -> Any:
    """Say whether others may write to you directly, see that you are writing, and that you are there; what is
    left out stays. Who takes no direct messages writes none either."""
    return blocks.choose_contact(actor, **body)
