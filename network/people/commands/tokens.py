"""Bearer tokens for programmes: made with proof, shown once, revoked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update

from models.people import ApiToken
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Forbidden, Invalid, NotFound
from network.kernel.events import record
from network.kernel.ids import digest, new_id, new_secret
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.people.events import SessionEnded
from network.people.policy import may_create_token, may_revoke_token, visible_tokens
from network.people.queries.accounts import TokenView, token_view
from network.people.rules.names import clean_name

SCOPES = ("read", "write", "weighty")
MARK = "mentornet_"
"""What every token begins with, so that one that was published by mistake is recognised."""


class MadeToken(TokenView):
    """A new token with its secret, shown this once."""

    token: str


@command
def create_token(
    actor: Actor, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> MadeToken:
    """Make a token that acts for the person within `scopes`: `read`, `write`, and `weighty`, which stands
    for the proof of identity. A token makes none that may more than itself. In the audit trail. Raises
    Unauthenticated, ProofRequired, Forbidden, Invalid."""
    require(may_create_token(actor))
    now, wanted = runtime.current().clock.now(), set(scopes)
    faults: dict[str, FieldFault] = {}
    if not wanted or not wanted <= set(SCOPES):
        faults["scopes"] = FieldFault.of(_("Choose from read, write and weighty."))
    if expires_at is not None and expires_at <= now:
        faults["expires_at"] = FieldFault.of(_("Please choose a time that is still to come."))
    try:
        called = clean_name(name, field="name")
    except Invalid as refusal:
        raise Invalid({**refusal.faults, **faults}) from None
    if faults:
        raise Invalid(faults)
    if actor.token_scopes is not None and not wanted <= actor.token_scopes:
        raise Forbidden()
    secret = MARK + new_secret()
    made = ApiToken(
        id=new_id(), user_id=actor.user_id or "", name=called, token_hash=digest(secret),
        scopes=" ".join(scope for scope in SCOPES if scope in wanted), created_at=now,
        expires_at=expires_at, revoked_at=None,
    )  # fmt: skip
    session().add(made)
    append(actor, "token.created", "token", made.id, after={"scopes": made.scopes})
    return MadeToken(**token_view(made), token=secret)


def revoke_tokens(user_id: str) -> list[str]:
    """Within a command: make all tokens of a person void; their ids, for `tell_revoked`."""
    running = update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    ended = running.values(revoked_at=runtime.current().clock.now()).returning(ApiToken.id)
    return sorted(session().scalars(ended))


def tell_revoked(user_id: str, token_ids: Iterable[str]) -> None:
    """Record SessionEnded for each token, so that its sockets close."""
    for token_id in token_ids:
        record(SessionEnded(scope=f"user:{user_id}", entity_id=token_id, reason="token_revoked"))


@command
def revoke_token(actor: Actor, token_id: str) -> None:
    """Make one of one's own tokens void. Records SessionEnded with the token's id, so that its sockets
    close; in the audit trail. Raises NotFound for one that is not the actor's or was revoked."""
    found = (
        session()
        .scalars(visible_tokens(actor).where(ApiToken.id == token_id).with_for_update())
        .one_or_none()
    )
    if found is None:
        raise NotFound()
    require(may_revoke_token(actor, found))
    found.revoked_at = runtime.current().clock.now()
    append(actor, "token.revoked", "token", found.id)
    tell_revoked(found.user_id, [found.id])
