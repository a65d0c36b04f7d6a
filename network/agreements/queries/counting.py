"""How many were asked, signed and declined, and whether the rule for coming into force is met: counted each
time, stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Select, and_, case, exists, func, literal, select
from sqlalchemy.orm import aliased

from models.agreements import AgreementVersion, Signature, SignatureRequest
from network.agreements.rules.signing import CAPACITY_MEMBER, CAPACITY_ORGANISATION
from network.kernel.fractions import parse_share
from network.kernel.transaction import session

ASKED, HAS_DECLINED, HAS_SIGNED, HAS_WITHDRAWN = 0, 1, 2, 3
"""What a party did last about a version: of its rows the highest counts."""
_RANK = case(
    (Signature.state == "withdrawn", HAS_WITHDRAWN), (Signature.state == "signed", HAS_SIGNED),
    else_=HAS_DECLINED,
)  # fmt: skip


class Counts(TypedDict):
    """As the contract has them; one party counts once."""

    requested: int
    signed: int
    declined: int


NOBODY: Counts = {"requested": 0, "signed": 0, "declined": 0}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a version is from coming into force: of the members asked when signing began, how many signed
    and how many it takes; which organisations are missing."""

    requested: int
    signed: int
    need: int
    organisations_missing: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """The rule that was fixed with the draft holds."""
        return self.signed >= self.need and not self.organisations_missing


def signed_under(version: AgreementVersion) -> list[str]:
    """The versions whose signatures count for this one: itself, and what it corrects, back to the one that
    people signed."""
    found, at = [version.id], version
    while at.is_correction and at.based_on is not None:
        at = session().get_one(AgreementVersion, at.based_on)
        found.append(at.id)
    return found


def signed_now(
    version_ids: Sequence[str], capacity: str = CAPACITY_MEMBER, until: datetime | None = None
) -> Select[str]:
    """Whose signature under one of the versions stands and is not taken back, as a select: user ids, for
    organisations their ids. With `until` as it stood at that moment."""
    party = Signature.user_id if capacity == CAPACITY_MEMBER else Signature.organisation_id
    standing = select(party).where(
        Signature.version_id.in_(list(version_ids)), Signature.capacity == capacity,
        Signature.state.in_(("signed", "withdrawn")),
    )  # fmt: skip
    if until is not None:
        standing = standing.where(Signature.signed_at <= until)
    return standing.group_by(Signature.version_id, Signature.user_id, Signature.capacity, party).having(
        func.max(_RANK) == HAS_SIGNED
    )


def counts_of(versions: Sequence[AgreementVersion]) -> dict[str, Counts]:
    """The counts of each version, in one statement; of a correction those of what it corrects as well."""
    counted_in = {version.id: signed_under(version) for version in versions}
    wanted = sorted({one for many in counted_in.values() for one in many})
    if not wanted:
        return {}
    earlier = aliased(SignatureRequest)
    # Who is asked under a correction as under what it corrects is one.
    carried = exists().where(
        earlier.version_id == AgreementVersion.based_on, earlier.capacity == SignatureRequest.capacity,
        earlier.party == SignatureRequest.party, AgreementVersion.is_correction.is_(True),
    )  # fmt: skip
    asked = (
        select(SignatureRequest.version_id, literal(ASKED).label("rank"))
        .join(AgreementVersion, AgreementVersion.id == SignatureRequest.version_id)
        .where(SignatureRequest.version_id.in_(wanted), ~carried)
    )
    party = case((Signature.capacity == CAPACITY_MEMBER, Signature.user_id), else_=Signature.organisation_id)
    people = (
        select(
            Signature.version_id, Signature.capacity, party.label("party"), func.max(_RANK).label("rank")
        )
        .where(Signature.version_id.in_(wanted))
        .group_by(Signature.version_id, Signature.user_id, Signature.capacity, Signature.organisation_id)
        .subquery()
    )  # fmt: skip
    # For an organisation several may sign, and one take it back: where one signature stands, it signed.
    stands = func.max(case((people.c.rank == HAS_SIGNED, HAS_SIGNED), else_=0))
    said = select(
        people.c.version_id, func.coalesce(func.nullif(stands, 0), func.min(people.c.rank)).label("rank")
    ).group_by(people.c.version_id, people.c.capacity, people.c.party)
    each = asked.union_all(said).subquery()
    many_of: dict[tuple[str, int], int] = {
        (version_id, rank): many
        for version_id, rank, many in session().execute(
            select(each.c.version_id, each.c.rank, func.count()).group_by(each.c.version_id, each.c.rank)
        )
    }
    return {
        version_id: {
            "requested": sum(many_of.get((one, ASKED), 0) for one in many),
            "signed": sum(many_of.get((one, HAS_SIGNED), 0) for one in many),
            "declined": sum(many_of.get((one, HAS_DECLINED), 0) for one in many),
        }
        for version_id, many in counted_in.items()
    }  # fmt: skip


def progress_of(version: AgreementVersion) -> Progress:
    """How far the version is from coming into force, or with what it came into force. Of the members only
    those count whom the request for signatures reached when signing began: who joins later changes no
    number."""
    until = version.in_force_at
    if version.signing_at is None:
        return Progress(0, 0, 0, tuple(version.activation_organisations))
    asked = and_(
        SignatureRequest.version_id == version.id, SignatureRequest.capacity == CAPACITY_MEMBER,
        SignatureRequest.requested_at <= version.signing_at,
    )  # fmt: skip
    stands = SignatureRequest.party.in_(signed_now([version.id], until=until))
    many = select(func.count(), func.count(case((stands, 1)))).select_from(SignatureRequest).where(asked)
    requested, signed = session().execute(many).one()
    missing: tuple[str, ...] = ()
    if version.activation_organisations:
        there = set(session().scalars(signed_now([version.id], CAPACITY_ORGANISATION, until)))
        missing = tuple(one for one in version.activation_organisations if one not in there)
    return Progress(requested, signed, parse_share(version.activation_members).needed(requested), missing)
