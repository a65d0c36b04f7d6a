"""Reading who signed, erased people too: in a dispute alone, by two persons, with a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.agreements import AgreementVersion, Signature
from network import people
from network.agreements.policy.versions import may_read_in_dispute
from network.agreements.queries.names import read_name
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import Conflict, FieldFault, Invalid, NotFound
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _


class TwoOperatorsNeeded(Conflict):
    """One person alone does not open the record: two different people who run this platform do."""

    code = "two_operators_needed"
    message = _("Two people who run this platform are needed for that.")


@dataclass(frozen=True, slots=True)
class DisputedSignature:
    """A row of the record with the name as at signing; None where it was destroyed."""

    name: str | None
    capacity: str
    organisation_name: str | None
    state: str
    signed_at: datetime


@command
def read_signatures(
    actor: Actor, version_id: str, operators: Sequence[str], reason: str
) -> list[DisputedSignature]:
    """Who signed a version, by the names as at signing, for a dispute (trust.md, D.1): asked for by two
    operators, named by their addresses, with a reason. In the audit trail, without a name. Refused to
    everybody but the command line; NotFound, TwoOperatorsNeeded, Invalid without a reason."""
    require(may_read_in_dispute(actor))
    version = session().get(AgreementVersion, version_id)
    if version is None:
        raise NotFound()
    found = [people.user_by_address(address) for address in operators]
    asking = {person.id for person in found if person is not None and person.is_operator}
    if len(asking) < 2:
        raise TwoOperatorsNeeded()
    if not reason.strip():
        raise Invalid({"reason": FieldFault.of(_("This is needed."))})
    wanted = select(Signature).where(Signature.version_id == version_id)
    rows = session().scalars(wanted.order_by(Signature.signed_at, Signature.id)).all()
    append(
        actor, "signature.names_read", "agreement_version", version_id, reason=reason.strip(),
        after={"operators": sorted(asking), "signatures": len(rows)},
    )  # fmt: skip
    return [
        DisputedSignature(
            read_name(row.user_id, row.sealed_name), row.capacity, row.organisation_name, row.state,
            row.signed_at,
        )
        for row in rows
    ]  # fmt: skip
