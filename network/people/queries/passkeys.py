"""What somebody sees of her own passkeys, and which ways the second step of signing in has."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import func, select

from models.people import Passkey, SecondFactor, SignInChallenge
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import digest
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.people.policy import may_see_me, visible_passkeys
from network.people.rules.passkeys import relying_party


class PasskeyView(TypedDict):
    """One of one's own passkeys. `synced`: other devices of the person have it too; `copied_at`: since then
    it opens nothing, for there seem to be two of it."""

    id: str
    name: str
    synced: bool
    created_at: datetime
    last_used_at: datetime | None
    copied_at: datetime | None


class WaysToAnswer(TypedDict):
    """With what the second step of signing in can be done; a recovery code always."""

    app: bool
    passkey: bool


def passkey_view(row: Passkey) -> PasskeyView:
    """A passkey as its owner sees it."""
    return PasskeyView(
        id=row.id, name=row.name, synced=row.synced, created_at=row.created_at,
        last_used_at=row.last_used_at, copied_at=row.copied_at,
    )  # fmt: skip


def list_passkeys(actor: Actor, request: PageRequest = PageRequest()) -> PageOf[PasskeyView]:  # noqa: B008
    """One's own passkeys, newest first. Raises Unauthenticated."""
    require(may_see_me(actor))
    return page(visible_passkeys(actor), [Passkey.__table__.c.id], request, passkey_view, descending=True)


def show_passkey(actor: Actor, passkey_id: str) -> PasskeyView:
    """One of one's own passkeys. Raises Unauthenticated, NotFound."""
    require(may_see_me(actor))
    row = session().scalars(visible_passkeys(actor).where(Passkey.id == passkey_id)).one_or_none()
    if row is None:
        raise NotFound()
    return passkey_view(row)


def count_passkeys(user_id: str) -> int:
    """How many of a person's passkeys count."""
    usable = select(func.count()).where(Passkey.user_id == user_id, Passkey.copied_at.is_(None))
    return session().scalar(usable) or 0


def are_passkeys_possible() -> bool:
    """True where the site has a name: browsers make no passkeys for a number."""
    return relying_party(runtime.current().settings.base_url) is not None


def passkey_origin() -> str | None:
    """From which pages a passkey can be shown; None where there are none."""
    party = relying_party(runtime.current().settings.base_url)
    return None if party is None else party.origin


def ways_to_answer(challenge: str) -> WaysToAnswer:
    """What the person has who stands between the two steps of signing in. For her page there alone."""
    wanted = select(SignInChallenge.user_id).where(SignInChallenge.token_hash == digest(challenge))
    user_id = session().scalar(wanted) or ""
    row = session().get(SecondFactor, user_id)
    return WaysToAnswer(
        app=row is not None and row.confirmed_at is not None,
        passkey=are_passkeys_possible() and count_passkeys(user_id) > 0,
    )
