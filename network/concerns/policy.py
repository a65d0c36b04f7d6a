"""Who may raise a concern and read one; and the same law as SQL. Nobody who is named in one is told that it
exists: for her it is like one that was never raised, before anything else is looked at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from models.concerns import Concern, ConcernName
from network.concerns.rules.concerns import ROLES
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import (
    Verdict,
    all_of,
    is_signed_in,
    is_system,
    predicate,
    sees_platform,
)
from network.networks import standing_in


@predicate()
def belongs(actor: Actor, thing: Any) -> bool:
    """Has a running membership in any state, also a suspended one, or acts for the founding organisation."""
    return standing_in(actor, thing) is not None


@predicate(NotFound)
def raised_it(actor: Actor, concern: Concern) -> bool:
    """Raised this concern."""
    return actor.user_id is not None and concern.raised_by == actor.user_id


@predicate(NotFound)
def has_safeguarding_role(actor: Actor, concern: Concern) -> bool:
    """Is safeguarding lead or deputy of its network and not suspended."""
    return concern.network_id in safeguarded_by(actor)


def safeguarded_by(actor: Actor) -> list[str]:
    """The networks whose safeguarding lead or deputy the actor is and in which she is not suspended."""
    now = runtime.current().clock.now()
    return sorted(
        network_id
        for network_id, standing in actor.standings.items()
        if not standing.roles.isdisjoint(ROLES) and not standing.is_suspended(now)
    )


def may_raise_concern(actor: Actor, network_id: str) -> Verdict:
    """Whoever belongs to the network: also who is suspended or waits to be let in, and who acts for its
    organisation."""
    return all_of(is_signed_in, belongs)(actor, network_id)


def may_list_concerns(actor: Actor) -> Verdict:
    """Everybody; she gets what she raised, and as lead or deputy what came to her."""
    return is_signed_in(actor, None)


def sees_to(actor: Actor, concern: Concern, *, named: bool) -> Verdict:
    """Lead and deputy of its network, unless the concern names them; for everybody else it does not exist.
    Their second factor is asked for beside this law (`require_second_factor`)."""
    return Verdict(NotFound) if named else has_safeguarding_role(actor, concern)


def is_hers(actor: Actor, concern: Concern) -> Verdict:
    """Who raised it sees what she said and how far it is; for everybody else it does not exist."""
    return raised_it(actor, concern)


def may_note(actor: Actor, concern: Concern, *, named: bool) -> Verdict:
    """Lead and deputy write down what they did; who raised it adds to it."""
    verdict = sees_to(actor, concern, named=named)
    return verdict if verdict else is_hers(actor, concern)


def names(actor: Actor) -> ColumnElement[bool]:
    """That a concern names the actor."""
    return exists().where(ConcernName.concern_id == Concern.id, ConcernName.user_id == actor.user_id)


def visible_concerns(actor: Actor) -> Select[Concern]:
    """`sees_to` or `is_hers` as a select."""
    return select(Concern).where(
        Concern.state != "over",
        or_(
            Concern.raised_by == actor.user_id,
            and_(Concern.network_id.in_(safeguarded_by(actor)), ~names(actor)),
        ),
    )


def may_watch_concerns(actor: Actor) -> Verdict:
    """The system's own job: what waits too long, what is over."""
    return is_system(actor, None)


def may_keep_contacts(actor: Actor) -> Verdict:
    """Who runs the platform, with a second factor; for everybody else keeping them does not exist. Everybody
    may read them."""
    return sees_platform(actor, None)
