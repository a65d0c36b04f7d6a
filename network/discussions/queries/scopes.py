"""Which scopes of the event log somebody may see, and what happened in them since she looked last."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlalchemy import select

from models.discussions import Room
from network.discussions.policy import visible_rooms
from network.kernel import events
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import is_id
from network.kernel.transaction import session
from network.networks import sees_inside


class CatchUp(TypedDict):
    """What happened in a scope; `head_seq` and `epoch` say where it stands now."""

    events: list[dict[str, Any]]
    head_seq: int
    epoch: str | None


def may_see_scope(actor: Actor, scope: str) -> bool:
    """True for whoever may see everything that is told there. What does not exist is not seen either."""
    kind, _, thing = scope.partition(":")
    if not is_id(thing):
        return False
    if kind == "user":
        return actor.user_id == thing
    if kind == "network":
        standing = actor.standing(thing)
        return standing is not None and bool(sees_inside(actor, standing))
    if kind == "room":
        wanted = visible_rooms(actor).where(Room.id == thing).with_only_columns(Room.id)
        return session().execute(wanted).one_or_none() is not None
    return False


def visible_scopes(actor: Actor, scopes: set[str]) -> set[str]:
    """Those of `scopes` that the actor may see; one statement for any number of rooms."""
    rooms = {scope.partition(":")[2] for scope in scopes if scope.startswith("room:")}
    seen: set[str] = set()
    if rooms:
        seen = set(session().scalars(select(visible_rooms(actor).where(Room.id.in_(rooms)).subquery().c.id)))
    return {
        scope for scope in scopes
        if (scope.partition(":")[2] in seen if scope.startswith("room:") else may_see_scope(actor, scope))
    }  # fmt: skip


def catch_up(actor: Actor, scope: str, after: int, limit: int) -> CatchUp:
    """What happened in `scope` after the number `after`, at most `limit` events, in order and without a hole.
    Raises NotFound for a scope that is not there or not open to the actor."""
    if not may_see_scope(actor, scope):
        raise NotFound()
    # The head is read first, so it is never ahead of what a caller can still fetch.
    head_seq, epoch = events.head(scope)
    found = events.rendered(events.entries_after(scope, after, limit))
    if found:
        head_seq = max(head_seq, int(found[-1]["seq"]))
    return {"events": found, "head_seq": head_seq, "epoch": epoch}
