"""Bearer tokens of one's own."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.people import MadeTokenOut, TokenIn, TokenOut
from network import people
from network.kernel.actor import Actor

blueprint = Blueprint("tokens", __name__, description="Bearer tokens for programmes")


@operation(blueprint, "POST", "/tokens", out=MadeTokenOut, status=201, body=TokenIn)
def create_token(actor: Actor, body: dict[str, Any]) -> Any:
    """Make a token, with a proof of identity. Its secret is in this answer and nowhere else."""
    return people.create_token(actor, body["name"], body["scopes"], body["expires_at"])


@operation(blueprint, "GET", "/tokens", out=page_of(TokenOut), query=PageQuery)
def list_tokens(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own tokens, newest first."""
    return people.list_tokens(actor, page_request(query))


@operation(blueprint, "DELETE", "/tokens/<id:token_id>", out=None, status=204, problems=(404,))
def revoke_token(actor: Actor, token_id: str) -> None:
    """Make a token void; sockets that came with it are closed."""
    people.revoke_token(actor, token_id)
