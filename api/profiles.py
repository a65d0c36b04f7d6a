"""What people tell about themselves, and finding somebody by it."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import page_of
from api.schemas.profiles import (
    OwnProfileOut,
    PeopleQuery,
    PersonWithProfileOut,
    ProfilePatchIn,
    SharedPersonWithProfileOut,
)
from network import profiles
from network.kernel.actor import Actor

blueprint = Blueprint("profiles", __name__, description="People, and what they show of themselves")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/people", out=page_of(PersonWithProfileOut),
    query=PeopleQuery, problems=(404,),
)  # fmt: skip
def list_people(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The people of a network by name, with what each shows: for its members and stewards, without rank."""
    sought = {name: query[name] for name in ("q", "language", "offers", "country", "region", "can_help_now")}
    return profiles.list_people(actor, network_id, page_request(query), profiles.Sought(**sought))


@operation(
    blueprint, "GET", "/people/<id:user_id>", out=SharedPersonWithProfileOut, problems=(404,)
)  # fmt: skip
def get_person(actor: Actor, user_id: str) -> Any:
    """A person with whom one shares a network, or who shows something to everybody signed in; everybody else
    is not there."""
    return profiles.get_person(actor, user_id)


@operation(blueprint, "GET", "/me/profile", out=OwnProfileOut)
def get_my_profile(actor: Actor) -> Any:
    """What one tells about oneself, and who sees it."""
    return profiles.show_my_profile(actor)


@operation(blueprint, "PATCH", "/me/profile", out=OwnProfileOut, body=ProfilePatchIn, problems=(409,))
def change_profile(actor: Actor, body: dict[str, Any]) -> Any:
    """Change what one tells about oneself, and who sees it. All is private until one says otherwise."""
    return profiles.change_profile(actor, **body)
