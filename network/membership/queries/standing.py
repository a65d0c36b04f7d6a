"""How the actor stands in her networks right now: asked for every request, socket event and command."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    String,
    and_,
    bindparam,
    case,
    literal_column,
    null,
    or_,
    select,
    text,
    union_all,
)

from models.base import UtcDateTime
from models.membership import RUNNING_STATES, Appointment, Membership
from models.networks import Network
from models.organisations import Steward
from models.people import ApiToken, User, UserSession
from network import organisations, people
from network.kernel import runtime
from network.kernel.actor import Actor, Standing
from network.kernel.errors import Unauthenticated
from network.kernel.prepared import Prepared
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

# The same with who she is and whether her session runs, in one statement: every command begins with it.
_users, _sessions, _tokens = User.__table__, UserSession.__table__, ApiToken.__table__
_members, _networks, _roles = Membership.__table__, Network.__table__, Appointment.__table__
_stewards = Steward.__table__
_MINE = _users.c.id == bindparam("user_id")
_SESSION_RUNS = and_(
    _sessions.c.id == bindparam("way_in"), _sessions.c.user_id == _users.c.id,
    _sessions.c.ended_at.is_(None), _sessions.c.expires_at > bindparam("now"),
)  # fmt: skip
_TOKEN_RUNS = and_(
    _tokens.c.id == bindparam("way_in"), _tokens.c.user_id == _users.c.id, _tokens.c.revoked_at.is_(None),
    or_(_tokens.c.expires_at.is_(None), _tokens.c.expires_at > bindparam("now")),
)  # fmt: skip
_ROLE_RUNS = and_(
    _roles.c.membership_id == _members.c.id, _roles.c.ended_at.is_(None),
    or_(_roles.c.until.is_(None), _roles.c.until >= bindparam("today")),
)  # fmt: skip
_RUNS = and_(_members.c.user_id == _users.c.id, text(f"memberships.state IN {RUNNING_STATES}"))


_HERSELF = (
    _users.c.is_operator, _users.c.second_factor_at, _users.c.display_name, _users.c.email, _users.c.language,
    _users.c.time_zone, people.shown_picture(_users.c), _users.c.created_at,
)  # fmt: skip

_STANDING = 3 + len(_HERSELF)  # from there on a row is one of `_standings`


def _again(who: FromClause, proof_at: ColumnElement[Any], scopes: ColumnElement[Any]) -> Prepared:
    # The law of `rules.has_accepted`.
    accepted = _members.c.rules_version_id == _networks.c.rules_version_id
    own = (
        select(
            null().label("organisation_id"), proof_at, scopes, *_HERSELF,
            _members.c.network_id, _members.c.id, _members.c.state, _members.c.paused_until,
            _members.c.suspended_until,
            case((accepted, literal_column("1")), else_=literal_column("0")), _roles.c.role,
        )
        .select_from(
            who.outerjoin(_members, _RUNS)
            .outerjoin(_networks, _networks.c.id == _members.c.network_id)
            .outerjoin(_roles, _ROLE_RUNS)
        )
        .where(_MINE, _users.c.state == literal_column("'active'"))
    )  # fmt: skip
    stewarded = (
        select(
            _stewards.c.organisation_id, null(), null(), *(null() for _ in _HERSELF), _networks.c.id, null(),
            null(), null(), null(), literal_column("0"), literal_column("'steward'"),
        )
        .select_from(
            _stewards.outerjoin(_networks, _networks.c.organisation_id == _stewards.c.organisation_id)
        )
        .where(_stewards.c.user_id == bindparam("user_id"), _stewards.c.ended_at.is_(None))
    )  # fmt: skip
    return Prepared(union_all(own, stewarded))


_BY_SESSION = _again(_users.join(_sessions, _SESSION_RUNS), _sessions.c.proof_at, null().label("scopes"))
_BY_TOKEN = _again(_users.join(_tokens, _TOKEN_RUNS), null().label("proof_at"), _tokens.c.scopes)
_BY_ACCOUNT = _again(_users, null().label("proof_at"), null().label("scopes"))


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


def with_standings_when_asked(actor: Actor) -> Actor:
    """The same, read when somebody first asks for a stewardship or a standing: whoever is only handed on to a
    command, which looks again, costs nothing. Within the unit of work that is open now."""
    if actor.user_id is None:
        return actor
    read = functools.cache(functools.partial(with_standings, actor))
    return replace(actor, stewardships=_StewardshipsWhenAsked(read), standings=_StandingsWhenAsked(read))


class _StandingsWhenAsked(Mapping[str, Standing]):
    def __init__(self, read: Callable[[], Actor]) -> None:
        self._read = read

    def __getitem__(self, network_id: str) -> Standing:
        return self._read().standings[network_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read().standings)

    def __len__(self) -> int:
        return len(self._read().standings)


class _StewardshipsWhenAsked(Set[str]):
    def __init__(self, read: Callable[[], Actor]) -> None:
        self._read = read

    def __contains__(self, organisation_id: object) -> bool:
        return organisation_id in self._read().stewardships

    def __iter__(self) -> Iterator[str]:
        return iter(self._read().stewardships)

    def __len__(self) -> int:
        return len(self._read().stewardships)


def look_again(actor: Actor) -> Actor:
    """The person as she is at this moment, with the rights that she has, by one statement: name and language,
    proof, second factor, scopes, whether she is an operator, stewardships, standings. Raises Unauthenticated
    when her session, token or account has ended since. Who came by neither session nor token keeps her proof.
    """
    running = runtime.current()
    parameters: dict[str, Any] = {"user_id": actor.user_id, "today": running.clock.today()}
    statement = _BY_ACCOUNT
    if actor.session_id is not None:
        statement = _BY_SESSION
        parameters |= {"way_in": actor.session_id, "now": running.clock.now()}
    elif actor.token_id is not None:
        statement = _BY_TOKEN
        parameters |= {"way_in": actor.token_id, "now": running.clock.now()}
    rows = statement.rows(parameters)
    herself = next((row for row in rows if row[0] is None), None)
    if herself is None:
        raise Unauthenticated()
    proof_at, scopes = herself[1:3]
    is_operator, second_factor_at, name, email, language, time_zone, picture, since = herself[3:_STANDING]
    own = [row[_STANDING:] for row in rows if row[_STANDING] is not None]
    return replace(
        actor,
        name=name, email=email, language=language, time_zone=time_zone, face=picture,
        proof_at=actor.proof_at if statement is _BY_ACCOUNT else proof_at,
        token_scopes=actor.token_scopes if scopes is None else frozenset(scopes.split()),
        is_operator=bool(is_operator),
        has_second_factor=second_factor_at is not None or people.is_demo_address(email),
        second_factor_due=since + timedelta(days=running.settings.second_factor_grace_days),
        stewardships=frozenset(row[0] for row in rows if row[0] is not None),
        standings=_standings(own, parameters["today"]),
    )  # fmt: skip


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
