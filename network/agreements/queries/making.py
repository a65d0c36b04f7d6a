"""What those who lead a network see to: its versions on their way, and what each of them waits for."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import func, select

from models.agreements import Agreement, AgreementVersion, Amendment
from network.agreements.policy.versions import sees_reasons
from network.agreements.queries.counting import NOBODY, counts_of
from network.agreements.queries.holders import said_freeze
from network.agreements.queries.versions import FrozenBy
from network.agreements.rules.versions import DELIBERATION, FROZEN, SIGNING
from network.kernel.actor import Actor
from network.kernel.transaction import session

UNANSWERED = ("submitted", "under_discussion")


class VersionAhead(TypedDict):
    """A version between its opening and its coming into force. `until`: when talking or signing ends;
    `unanswered`: proposals without an answer; `unsigned`: who was asked and has said nothing; `frozen_by`:
    who of the two said that the text may be fixed."""

    version_id: str
    title: str
    language: str
    state: str
    is_correction: bool
    until: datetime | None
    unanswered: int
    unsigned: int
    frozen_by: FrozenBy


def versions_ahead(actor: Actor, network_id: str) -> list[VersionAhead]:
    """The versions of a network that are talked about, fixed or being signed, the oldest first, for who leads
    it; for everybody else none. Two statements, and one while none is being signed."""
    if not sees_reasons(actor, network_id):
        return []
    waiting = (
        select(func.count())
        .where(Amendment.version_id == AgreementVersion.id, Amendment.state.in_(UNANSWERED))
        .scalar_subquery()
    )
    rows = session().execute(
        select(AgreementVersion, Agreement, waiting)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id)
        .where(AgreementVersion.state.in_((DELIBERATION, FROZEN, SIGNING)))
        .order_by(AgreementVersion.id)
    ).all()  # fmt: skip
    counted = counts_of([version for version, _document, _many in rows if version.state == SIGNING])
    found: list[VersionAhead] = []
    for version, document, many in rows:
        counts = counted.get(version.id, NOBODY)
        host, steward = said_freeze(version, network_id)
        until = version.deliberation_until if version.state == DELIBERATION else version.signing_until
        found.append(
            {
                "version_id": version.id, "title": document.title, "language": document.language,
                "state": version.state, "is_correction": version.is_correction, "until": until,
                "unanswered": many if version.state == DELIBERATION else 0,
                "unsigned": counts["requested"] - counts["signed"] - counts["declined"],
                "frozen_by": {"meta_mentor": host is not None, "steward": steward is not None},
            }
        )  # fmt: skip
    return found
