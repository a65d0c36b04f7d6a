"""What a reader sees of the signatures of a version: the members by number, the organisations one by one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from models.agreements import AgreementVersion, SignatureRequest
from network.agreements.queries.counting import progress_of, signed_now, signed_under
from network.agreements.queries.versions import VersionView, visible_version
from network.agreements.rules.signing import CAPACITY_MEMBER
from network.kernel.actor import Actor
from network.kernel.transaction import session


@dataclass(frozen=True, slots=True)
class SigningProgress:
    """`asked` and `signed` are members now, organisations are in neither. `need`, `reached` of `counted` are
    those of the rule: members who were asked when signing began, as they had signed when it came into force.
    `organisations_missing`: ids. `carried`: of a small correction the number and the digest of the version
    that was signed."""

    asked: int
    signed: int
    need: int
    reached: int
    counted: int
    organisations: tuple[str, ...]
    organisations_missing: tuple[str, ...]
    carried: tuple[int, str] | None


def signing_progress(actor: Actor, seen: VersionView) -> SigningProgress:
    """How far the signing of a version is; of a small correction that of the version that was signed. Raises
    NotFound where the version is not open to the actor."""
    version, _document = visible_version(actor, seen["id"])
    counted = signed_under(version)
    root = session().get_one(AgreementVersion, counted[-1])
    rule = progress_of(root)
    counts = seen["counts"]
    # Where no organisation signs, everybody who is counted is a member.
    now = _now(counted) if root.activation_organisations else (counts["requested"], counts["signed"])
    return SigningProgress(
        *now, rule.need, rule.signed, rule.requested, tuple(root.activation_organisations),
        rule.organisations_missing, None if root.id == version.id else (root.number, root.text_hash),
    )  # fmt: skip


def _now(counted: list[str]) -> tuple[int, int]:
    """How many members were asked and have signed, those who joined later among them."""
    asked = select(func.count(func.distinct(SignatureRequest.party))).where(
        SignatureRequest.version_id.in_(counted), SignatureRequest.capacity == CAPACITY_MEMBER
    )
    those = signed_now(counted).subquery()
    signed = select(func.count(func.distinct(those.c[0]))).select_from(those)
    found = session().execute(select(asked.scalar_subquery(), signed.scalar_subquery())).one()
    return found[0], found[1]
