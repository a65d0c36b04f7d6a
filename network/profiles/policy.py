"""Who sees which field of a profile, and the same law as SQL; who changes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from models.people import User
from models.profiles import Profile
from network.blocks import hiding_from
from network.kernel.actor import Actor
from network.kernel.policy import Verdict, is_signed_in, is_system


def audiences_of(
    actor: Actor, user_id: str, *, shares_network: bool, is_blocked: bool = False, is_frozen: bool = False
) -> frozenset[str]:
    """The audiences of a person's fields that the actor belongs to: all for herself, none for whom the person
    blocked, nor while her data is frozen."""
    if actor.user_id == user_id:
        return frozenset({"nobody", "networks", "everyone"})
    if actor.user_id is None or is_blocked or is_frozen:
        return frozenset()
    return frozenset({"networks", "everyone"}) if shares_network else frozenset({"everyone"})


def shown_within(actor: Actor, audience: Any, owner: Any = None) -> ColumnElement[bool]:
    """The same law as a condition, among people with whom the actor shares a network: what is not shown to
    her does not answer her search either. `owner` is the row of `users` where the question has it at hand."""
    if owner is None:
        # Another name than the table's own: also where this stands in a question about a row of `users`.
        owner = aliased(User)
        frozen = select(owner.id).where(owner.id == Profile.user_id, owner.frozen_at.is_not(None)).exists()
    else:
        frozen = owner.frozen_at.is_not(None)
    hidden = or_(frozen, Profile.user_id.in_(hiding_from(actor.user_id or "")))
    shown = and_(audience.in_(("networks", "everyone")), ~hidden)
    return or_(Profile.user_id == actor.user_id, shown)


def may_see_my_profile(actor: Actor) -> Verdict:
    """Everybody signed in has one."""
    return is_signed_in(actor, None)


def may_change_profile(actor: Actor) -> Verdict:
    """Everybody signed in, her own."""
    return is_signed_in(actor, None)


def may_forget_profile(actor: Actor) -> Verdict:
    """The system, when an account was closed."""
    return is_system(actor, None)
