"""How the actor stands in her networks right now: asked for every request and every socket event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, String, bindparam, text

from models.base import UtcDateTime
from models.membership import RUNNING_STATES
from network import organisations
from network.kernel import runtime
from network.kernel.actor import Actor, Standing
from network.kernel.transaction import session
from network.membership.rules import MEMBER_STATES

# Written out, because this is asked all the time: a statement built anew costs more than its answer.
_OWN = f"""
    SELECT m.network_id, m.id, m.state, m.paused_until, m.suspended_until,
           CASE WHEN m.rules_version_id = n.rules_version_id THEN 1 ELSE 0 END, a.role
      FROM memberships m
      JOIN networks n ON n.id = m.network_id
      LEFT JOIN appointments a ON a.membership_id = m.id AND a.ended_at IS NULL
                              AND (a.until IS NULL OR a.until >= :today)
     WHERE m.user_id = :user_id AND m.state IN {RUNNING_STATES}
"""  # noqa: S608 - put together from constants of our own
_STEWARDED = """
     UNION ALL
    SELECT id, NULL, NULL, NULL, NULL, 0, 'steward' FROM networks WHERE organisation_id IN :organisations
"""


def _typed(statement: str, *parameters: Any) -> Any:
    return (
        text(statement)
        .bindparams(bindparam("today", type_=Date), *parameters)
        .columns(
            network_id=String, membership_id=String, state=String, paused_until=Date,
            suspended_until=UtcDateTime, accepted=Boolean, role=String,
        )
    )  # fmt: skip


_MEMBERS = _typed(_OWN)
_STEWARDS = _typed(_OWN + _STEWARDED, bindparam("organisations", expanding=True))


def with_standings(actor: Actor) -> Actor:
    """The actor with her stewardships and how she stands in each network: two statements, whatever she
    belongs to. Who is no person stays as she is."""
    if actor.user_id is None:
        return actor
    stewardships = organisations.stewardships_of(actor.user_id)
    parameters: dict[str, Any] = {"user_id": actor.user_id, "today": runtime.current().clock.today()}
    statement = _MEMBERS
    if stewardships:
        statement, parameters["organisations"] = _STEWARDS, sorted(stewardships)
    rows = session().connection().execute(statement, parameters).all()
    return replace(actor, stewardships=stewardships, standings=_standings(rows, parameters["today"]))


def _standings(rows: Sequence[Any], today: date) -> dict[str, Standing]:
    """One row per membership and role; a steward's networks come as rows without a membership."""
    roles: dict[str, set[str]] = {}
    own: dict[str, tuple[str, str, datetime | None, bool]] = {}
    for network_id, membership_id, state, paused_until, suspended_until, accepted, role in rows:
        held = roles.setdefault(network_id, set())
        if membership_id is None:
            held.add(role)
            continue
        if state == "paused" and paused_until is not None and paused_until < today:
            state = "active"
        own[network_id] = (membership_id, state, suspended_until, bool(accepted))
        if state in MEMBER_STATES:
            held.update({"mentor"} if role is None else {"mentor", role})
    found: dict[str, Standing] = {}
    for network_id, held in roles.items():
        membership_id, state, suspended_until, accepted = own.get(network_id, (None, None, None, False))
        found[network_id] = Standing(
            network_id, membership_id, state, frozenset(held), suspended_until, accepted
        )
    return found
