"""What can be seen of how two versions of a document differ."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import select

from models.agreements import AgreementVersion
from network.agreements.policy.versions import visible_agreement_versions
from network.agreements.queries.versions import clauses_of, visible_version
from network.agreements.rules.differences import ClauseDifference, compare
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.transaction import session
from network.kernel.translation import mark as _


class DifferenceView(TypedDict):
    """Version `version_id` beside `against`, which is None where there is nothing before it. `number` and
    `against_number` are what people call them."""

    version_id: str
    number: int
    against: str | None
    against_number: int | None
    same_text: bool
    changes: int
    clauses: list[ClauseDifference]


def difference(actor: Actor, version_id: str, against: str | None = None) -> DifferenceView:
    """What differs between a version and another of the same document. Without `against`: the one it goes on
    from, else the one before it, else nothing. `changes` counts the clauses that are not the same or stand
    elsewhere. Raises NotFound where either is not open to the actor, Invalid for one of another document."""
    version, document = visible_version(actor, version_id)
    other: AgreementVersion | None = None
    if against is not None:
        other, its_document = visible_version(actor, against)
        if its_document.id != document.id:
            raise Invalid({"against": FieldFault.of(_("This is a version of another document."))})
    else:
        other = _base(actor, version)
    clauses = clauses_of([one.id for one in (version, other) if one is not None])
    found = compare(clauses.get(other.id, []) if other else [], clauses.get(version.id, []))
    return {
        "version_id": version.id, "number": version.number,
        "against": other.id if other else None, "against_number": other.number if other else None,
        "same_text": found.same_text,
        "changes": sum(1 for one in found.clauses if one.change != "same" or one.moved),
        "clauses": list(found.clauses),
    }  # fmt: skip


def _base(actor: Actor, version: AgreementVersion) -> AgreementVersion | None:
    others = visible_agreement_versions(actor).where(AgreementVersion.agreement_id == version.agreement_id)
    if version.based_on is not None:
        base = session().execute(others.where(AgreementVersion.id == version.based_on)).one_or_none()
        if base is not None:
            return base[0]
    before = select(AgreementVersion.number).where(
        AgreementVersion.agreement_id == version.agreement_id, AgreementVersion.number < version.number,
        AgreementVersion.state.in_(("in_force", "superseded", "expired", "terminated")),
    )  # fmt: skip
    earlier = others.where(AgreementVersion.number.in_(before))
    found = session().execute(earlier.order_by(AgreementVersion.number.desc()).limit(1)).one_or_none()
    return found[0] if found is not None else None
