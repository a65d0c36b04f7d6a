"""What people agree and object to, and freezing one's own data."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.consents import (
    AnswerIn,
    ConsentIn,
    ConsentOut,
    ConsentsOut,
    FreezeIn,
    FreezeOut,
    ObjectionIn,
    ObjectionOut,
    WaitingObjectionOut,
)
from network import people, privacy
from network.kernel.actor import Actor

blueprint = Blueprint("consents", __name__, description="What people agree and object to")


@operation(blueprint, "GET", "/me/consents", out=ConsentsOut)
def list_consents(actor: Actor) -> Any:
    """Everything that one can agree to, in one's own language, and whether one does."""
    return {"items": privacy.list_consents(actor)}


@operation(blueprint, "PUT", "/me/consents/<purpose>", out=ConsentOut, body=ConsentIn, problems=(404,))
def decide_consent(actor: Actor, purpose: str, body: dict[str, Any]) -> Any:
    """Agree, or take it back: what rested on it ends at once. Every change is kept."""
    return privacy.decide_consent(actor, purpose, body["given"])


@operation(blueprint, "GET", "/me/freeze", out=FreezeOut)
def get_freeze(actor: Actor) -> Any:
    """Since when one's own data is frozen; null where it is not."""
    return people.show_freeze(actor)


@operation(blueprint, "PUT", "/me/freeze", out=FreezeOut, body=FreezeIn)
def freeze(actor: Actor, body: dict[str, Any]) -> Any:
    """Freeze one's own data, or let it go on. While it is frozen it is neither changed (409 `data_frozen`)
    nor shown to others, and no letters come but about the account and one's rights."""
    people.freeze_me(actor, body["frozen"])
    return people.show_freeze(actor)


@operation(blueprint, "GET", "/me/objections", out=page_of(ObjectionOut), query=PageQuery)
def list_my_objections(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own objections, newest first."""
    return privacy.list_my_objections(actor, page_request(query))


@operation(
    blueprint, "POST", "/me/objections", out=ObjectionOut, body=ObjectionIn, status=201, problems=(409,)
)
def object_to(actor: Actor, body: dict[str, Any]) -> Any:
    """Object to a purpose that rests on our interest (GDPR, Article 21); the operator answers within a month.
    409 `objection_open` while an earlier one waits."""
    return privacy.object_to(actor, body["purpose"], body["reason"])


@operation(
    blueprint, "GET", "/objections", out=page_of(WaitingObjectionOut), query=PageQuery, problems=(404,)
)
def list_open_objections(actor: Actor, query: dict[str, Any]) -> Any:
    """Objections without an answer, the oldest first: for who runs the platform."""
    return privacy.list_open_objections(actor, page_request(query))


@operation(
    blueprint, "POST", "/objections/<id:objection_id>/answer", out=ObjectionOut, body=AnswerIn,
    problems=(404, 409),
)  # fmt: skip
def answer_objection(actor: Actor, objection_id: str, body: dict[str, Any]) -> Any:
    """Follow an objection or decline it, with a reason; the person gets a letter. For who runs the
    platform."""
    return privacy.answer_objection(actor, objection_id, **body)
