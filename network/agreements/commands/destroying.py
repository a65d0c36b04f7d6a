"""When the names in signatures are destroyed: three years after their network is archived (contract.md)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, exists, literal, select, update

from models.agreements import Agreement, AgreementVersion, Signature, SignatureKey
from models.event_log import Event
from models.networks import Network
from network.agreements.policy.versions import may_destroy_names
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import AT_ONCE, forget, in_steps, note_forgotten, tidies
from network.kernel.transaction import command, session

DESTROYED = b""
"""What is left of a sealed name; the row itself stays, and so do counts and digests."""


@job("agreements.destroy_names", every_minutes=24 * 60)
def destroy_names() -> int:
    """Destroy the names whose time is over and the keys that open none any more; how many names."""
    actor = system_actor("agreements.destroy_names")
    destroyed = in_steps(lambda: destroy_sealed_names(actor))
    in_steps(lambda: destroy_keys(actor))
    return destroyed


@tidies
@command
def destroy_sealed_names(actor: Actor) -> int:
    """Destroy the names as at signing in networks that were archived so long ago, at most a thousand; how
    many. Refused to everybody but the system."""
    require(may_destroy_names(actor))
    over = (
        select(Signature.id)
        .join(AgreementVersion, AgreementVersion.id == Signature.version_id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Signature.sealed_name != DESTROYED, Agreement.network_id.in_(_long_archived()))
        .limit(AT_ONCE)
    )
    ids = list(session().scalars(over))
    session().execute(update(Signature).where(Signature.id.in_(ids)).values(sealed_name=DESTROYED))
    note_forgotten(actor, "signatures", len(ids))
    return len(ids)


@tidies
@command
def destroy_keys(actor: Actor) -> int:
    """Destroy the keys that open no name any more, at most a thousand; how many. Refused to everybody but the
    system."""
    require(may_destroy_names(actor))
    return forget(actor, SignatureKey, ~_opens_something())


def _long_archived() -> Select[str]:
    """Networks in whose archive nothing has happened for as long as names are kept: being archived is the
    last thing that happens to one."""
    kept = timedelta(days=runtime.current().settings.signatures_kept_days)
    before = runtime.current().clock.now() - kept
    since = exists().where(Event.scope == literal("network:") + Network.id, Event.at > before)
    return select(Network.id).where(Network.overlay == "archived", Network.created_at <= before, ~since)


def _opens_something() -> ColumnElement[bool]:
    return exists().where(Signature.user_id == SignatureKey.user_id, Signature.sealed_name != DESTROYED)
