"""How a network stands with its agreement, and how a member does: signed, due, reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

from sqlalchemy import Row, or_, select

from models.agreements import Agreement, AgreementVersion, Signature, SignatureRequest
from network.agreements.queries.counting import signed_now, signed_under
from network.agreements.rules.clock import state_on
from network.agreements.rules.signing import CAPACITY_MEMBER
from network.agreements.rules.texts import IN_FORCE
from network.agreements.rules.versions import EXPIRED, NETWORK_AGREEMENT, TERMINATED
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session


class AgreementStanding(NamedTuple):
    """`in_force` with the version, `expired` with the version and the day after its last, or `none`."""

    state: Literal["in_force", "expired", "none"]
    version_id: str | None
    since: date | None


def agreement_standing(network_id: str) -> AgreementStanding:
    """How a network stands with its network agreement today, by the calendar, asked on nobody's behalf."""
    return standing_among([row for row, _kind in texts_that_held(network_id, NETWORK_AGREEMENT)])


def texts_that_held(network_id: str, *kinds: str) -> Sequence[Row[AgreementVersion, str]]:
    """The versions of such documents that hold or have held to their end, with the document's kind, the
    latest first. One statement."""
    return session().execute(
        select(AgreementVersion, Agreement.kind)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id, Agreement.kind.in_(kinds))
        .where(AgreementVersion.state.in_((IN_FORCE, EXPIRED, TERMINATED)))
        .order_by(AgreementVersion.in_force_at.desc(), AgreementVersion.id.desc())
    ).all()  # fmt: skip


def standing_among(versions: Sequence[AgreementVersion]) -> AgreementStanding:
    """How a network stands whose agreement had these versions, the latest first."""
    today = runtime.current().clock.today()
    held = next((row for row in versions if state_on(row, NETWORK_AGREEMENT, today) == IN_FORCE), None)
    if held is not None and held.in_force_at is not None:
        return AgreementStanding("in_force", held.id, held.in_force_at.date())
    if versions:
        return AgreementStanding("expired", versions[0].id, versions[0].valid_until)
    return AgreementStanding("none", None, None)


def has_signed(user_id: str, network_id: str) -> bool:
    """True where a network agreement in force carries the person's signature; asked on nobody's behalf."""
    return any(_signed(user_id, version) for version in _in_force(network_id))


def agreement_due(user_id: str, network_id: str) -> datetime | None:
    """By when the person should sign the network agreement that is in force; None where she did, or nobody
    asked her. It may lie behind us."""
    due = []
    for version in _in_force(network_id):
        asked = _asked(user_id, version)
        if asked is not None and asked.due_at is not None and not _signed(user_id, version):
            due.append(asked.due_at)
    return min(due, default=None)


def must_read_only(actor: Actor, network_id: str) -> bool:
    """True where the actor may only read in rooms that need the agreement: it says so, her time to sign is
    over, and she has not signed. Asked for such rooms alone."""
    now, user_id = runtime.current().clock.now(), actor.user_id or ""
    for version in _in_force(network_id):
        if version.read_only_after is None:
            continue
        asked = _asked(user_id, version)
        if asked is None or asked.due_at is None or asked.due_at >= now:
            continue
        if not _signed(user_id, version):
            return True
    return False


def _in_force(network_id: str) -> list[AgreementVersion]:
    today = runtime.current().clock.today()
    wanted = (
        select(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id, Agreement.kind == NETWORK_AGREEMENT)
        .where(AgreementVersion.state == IN_FORCE)
        .where(or_(AgreementVersion.valid_until.is_(None), AgreementVersion.valid_until >= today))
    )
    return list(session().scalars(wanted))


def _asked(user_id: str, version: AgreementVersion) -> SignatureRequest | None:
    """How she was asked last: under the version itself, or under what it corrects."""
    wanted = select(SignatureRequest).where(
        SignatureRequest.version_id.in_(signed_under(version)), SignatureRequest.party == user_id,
        SignatureRequest.capacity == CAPACITY_MEMBER,
    )  # fmt: skip
    return session().scalars(wanted.order_by(SignatureRequest.requested_at.desc()).limit(1)).first()


def _signed(user_id: str, version: AgreementVersion) -> bool:
    wanted = signed_now(signed_under(version)).where(Signature.user_id == user_id)
    return session().scalar(wanted.limit(1)) is not None
