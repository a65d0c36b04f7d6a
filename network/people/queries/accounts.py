"""What can be seen of people: who is asking, who somebody is, one's own account, sessions and tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import bindparam, or_, select

from models.people import ApiToken, PasswordReset, User, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import normal_address
from network.kernel.errors import Unauthenticated
from network.kernel.events import renders
from network.kernel.ids import digest
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.people.policy import may_see_me, visible_sessions, visible_tokens
from network.people.queries.photos import own_picture, photo_url, shown_picture
from network.people.rules.demo import is_demo_address
from network.people.rules.leaving import ERASING, shown_name

ACTIVE = "active"
CLOSED = "closed"


class PersonView(TypedDict):
    """What everybody may see who may see the person at all."""

    id: str
    display_name: str
    photo_url: str | None


class MeView(PersonView):
    """One's own account."""

    email: str | None
    language: str
    time_zone: str
    has_password: bool
    is_operator: bool


class SessionView(TypedDict):
    """One of one's own sessions; `current` is the one that asks."""

    id: str
    device: str
    shared_device: bool
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class TokenView(TypedDict):
    """One of one's own tokens, without its secret."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class FoundSession:
    """Who a cookie belongs to, and what decides whether its use is written down."""

    actor: Actor
    session_id: str
    last_used_at: datetime
    shared_device: bool


_user, _session, _token = User.__table__.c, UserSession.__table__.c, ApiToken.__table__.c
_WHO = (
    _user.id.label("user_id"), _user.display_name, _user.email, _user.language, _user.time_zone,
    shown_picture(_user),
    _user.is_operator, _user.second_factor_at, _user.created_at.label("known_since"),
)  # fmt: skip

# Run with every request: Core, one statement, compiled once.
_BY_COOKIE = (
    select(*_WHO, _session.id, _session.proof_at, _session.last_used_at, _session.shared_device)
    .add_columns(_session.expires_at)
    .join_from(UserSession.__table__, User.__table__, _session.user_id == _user.id)
    .where(
        _session.token_hash == bindparam("token_hash"),
        _session.ended_at.is_(None),
        _session.expires_at > bindparam("now"),
        _user.state == ACTIVE,
    )
)
_BY_BEARER = (
    select(*_WHO, _token.id, _token.scopes)
    .join_from(ApiToken.__table__, User.__table__, _token.user_id == _user.id)
    .where(
        _token.token_hash == bindparam("token_hash"),
        _token.revoked_at.is_(None),
        or_(_token.expires_at.is_(None), _token.expires_at > bindparam("now")),
        _user.state == ACTIVE,
    )
)


def session_of(cookie_token: str) -> FoundSession | None:
    """Who a session cookie belongs to: None for an unknown, ended or expired one, a closed account, and an
    account of the demo where no demo runs."""
    row = _look_up(_BY_COOKIE, cookie_token)
    if row is None:
        return None
    actor = _actor(row, session_id=row.id, proof_at=row.proof_at, session_ends_at=row.expires_at)
    return FoundSession(actor, row.id, row.last_used_at, row.shared_device)


def find_bearer(token: str) -> Actor | None:
    """Who a bearer token belongs to, without standings and without a session; None for an unknown, revoked
    or expired one, a closed account, and an account of the demo where no demo runs."""
    row = _look_up(_BY_BEARER, token)
    return None if row is None else _actor(row, token_id=row.id, scopes=frozenset(row.scopes.split()))


def _look_up(statement: Any, token: str) -> Any:
    values = {"token_hash": digest(token), "now": runtime.current().clock.now()}
    row = session().connection().execute(statement, values).one_or_none()
    if row is not None and not runtime.current().settings.demo and is_demo_address(row.email):
        return None
    return row


def _actor(
    row: Any,
    *,
    session_id: str | None = None,
    session_ends_at: datetime | None = None,
    proof_at: datetime | None = None,
    token_id: str | None = None,
    scopes: frozenset[str] | None = None,
) -> Actor:
    settings = runtime.current().settings
    return Actor(
        kind="person", user_id=row.user_id, name=row.display_name, email=row.email, language=row.language,
        time_zone=row.time_zone, face=row.picture, session_id=session_id,
        session_ends_at=session_ends_at, proof_at=proof_at, token_id=token_id, token_scopes=scopes,
        is_operator=bool(row.is_operator),
        # Whoever is let in with such an address is so because the demo runs (_look_up).
        has_second_factor=row.second_factor_at is not None or is_demo_address(row.email),
        second_factor_due=row.known_since + timedelta(days=settings.second_factor_grace_days),
    )  # fmt: skip


def people_by_id(ids: Iterable[str]) -> Mapping[str, PersonView]:
    """The people with these ids, in one statement; an unknown id is left out. Whoever asks has the right to
    see them: this is the lower face for other capabilities."""
    wanted = select(_user.id, _user.display_name, shown_picture(_user)).where(_user.id.in_(set(ids)))
    return {
        row.id: PersonView(
            id=row.id, display_name=shown_name(row.display_name), photo_url=photo_url(row.picture)
        )
        for row in session().execute(wanted)
    }


def find_person(user_id: str) -> PersonView | None:
    """One person, or None."""
    return people_by_id([user_id]).get(user_id)


@renders("user")
def render_people(ids: Sequence[str]) -> Mapping[str, PersonView]:
    """People as they are shown in events."""
    return people_by_id(ids)


def user_row(user_id: str) -> User | None:
    """The row of a person, or None."""
    return session().get(User, user_id)


def user_by_address(address: str) -> User | None:
    """The row of the account with this mail address in whatever spelling, closed ones included; or None."""
    normal = normal_address(address)
    if normal is None:
        return None
    return session().scalars(select(User).where(User.address == normal)).one_or_none()


def credentials_at(address: str) -> tuple[str | None, str | None]:
    """Whose account an address is and the hash of its password; (None, None) where there is none that
    somebody can come back to. For signing in alone."""
    wanted = select(_user.id, _user.password_hash).where(
        _user.address == address, _user.state.in_((ACTIVE, ERASING))
    )
    row = session().execute(wanted).one_or_none()
    return (None, None) if row is None else (row[0], row[1])


def password_hash_of(user_id: str) -> str | None:
    """The hash of a person's password, if there is one. For showing once more that it is them alone."""
    return session().scalar(select(_user.password_hash).where(_user.id == user_id, _user.state == ACTIVE))


def address_of(user_id: str) -> tuple[str, str] | None:
    """Where and in which language to write to a person: (email, language); None where there is no active
    account or no address."""
    wanted = select(_user.email, _user.language).where(_user.id == user_id, _user.state == ACTIVE)
    row = session().execute(wanted).one_or_none()
    return None if row is None or row[0] is None else (row[0], row[1])


def me_view(user: User) -> MeView:
    """An account as its owner sees it."""
    return MeView(
        id=user.id, display_name=user.display_name, photo_url=photo_url(own_picture(user)), email=user.email,
        language=user.language, time_zone=user.time_zone, has_password=user.password_hash is not None,
        is_operator=user.is_operator,
    )  # fmt: skip


def show_me(actor: Actor) -> MeView:
    """One's own account. Raises Unauthenticated for nobody."""
    require(may_see_me(actor))
    user = user_row(actor.user_id or "")
    if user is None:
        raise Unauthenticated()
    return me_view(user)


def list_sessions(actor: Actor, request: PageRequest = PageRequest()) -> PageOf[SessionView]:  # noqa: B008
    """One's own running sessions, newest first."""
    require(may_see_me(actor))

    def show(row: UserSession) -> SessionView:
        return SessionView(
            id=row.id, device=row.device, shared_device=row.shared_device, created_at=row.created_at,
            last_used_at=row.last_used_at, expires_at=row.expires_at, current=row.id == actor.session_id,
        )  # fmt: skip

    return page(visible_sessions(actor), [_session.id], request, show, descending=True)


def token_view(row: ApiToken) -> TokenView:
    """A token as its owner sees it."""
    return TokenView(
        id=row.id, name=row.name, scopes=row.scopes.split(), created_at=row.created_at,
        expires_at=row.expires_at,
    )  # fmt: skip


def list_tokens(actor: Actor, request: PageRequest = PageRequest()) -> PageOf[TokenView]:  # noqa: B008
    """One's own tokens that were not revoked, newest first."""
    require(may_see_me(actor))
    return page(visible_tokens(actor), [_token.id], request, token_view, descending=True)


def usable_reset(token: str) -> tuple[PasswordReset, User] | None:
    """The open password reset that a link's secret belongs to, with its account; None for one that is
    unknown, used or too old, or whose account is closed."""
    wanted = (
        select(PasswordReset, User)
        .join(User, User.id == PasswordReset.user_id)
        .where(
            PasswordReset.token_hash == digest(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > runtime.current().clock.now(),
            User.state == ACTIVE,
        )
    )
    row = session().execute(wanted).one_or_none()
    return None if row is None else (row[0], row[1])


def can_reset_password(token: str) -> bool:
    """True while the link of a password reset can still be used."""
    return usable_reset(token) is not None


def is_empty() -> bool:
    """True when nobody has an account yet."""
    return session().scalar(select(User.id).limit(1)) is None
