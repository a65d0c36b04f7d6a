"""Finding what was said."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import page_of
from api.schemas.search import HitOut, SearchQuery
from network import discussions
from network.kernel.actor import Actor

blueprint = Blueprint("search", __name__, description="What was said, found again")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/search", out=page_of(HitOut), query=SearchQuery,
    problems=(404,),
)  # fmt: skip
def search(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """Messages that hold all words of `q`, each as it is or with another ending that its stem allows;
    phrases between quotes as they are. The latest first, only where you may read."""
    narrowed = discussions.Filter(query["room"], query["author"], query["after"], query["before"])
    return discussions.search_messages(actor, network_id, query["q"], narrowed, page_request(query))
