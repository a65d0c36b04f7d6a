"""Which versions the clock has moved on, and nobody wrote it down yet."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select

from models.agreements import Agreement, AgreementVersion
from network import decisions
from network.agreements.rules.clock import ASKED_AT_LEAST, ASKED_WITHIN
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.agreements.rules.versions import ACTIVATE, DELIBERATION, FROZEN, SIGNING
from network.kernel import runtime
from network.kernel.transaction import session


def is_due_now() -> ColumnElement[bool]:
    """The law of `rules.clock.is_due`, as SQL over a version joined with its document; without fixed texts
    about which people are being asked: whoever was asked is heard first."""
    clock = runtime.current().clock
    version = AgreementVersion
    over = and_(version.state == IN_FORCE, version.valid_until < clock.today())
    asked = decisions.is_asked_about(ACTIVATE, version.id.expression)
    told = or_(Agreement.kind != COMMUNICATION_RULES, version.ended_at.is_(None))
    return or_(
        and_(version.state == SIGNING, version.signing_until <= clock.now()),
        and_(
            version.state == FROZEN, version.signing_until <= clock.now(),
            version.frozen_at <= clock.now() - ASKED_AT_LEAST, ~asked,
        ),
        and_(
            version.state == FROZEN, version.signing_until.is_(None),
            version.frozen_at <= clock.now() - ASKED_WITHIN, ~asked,
        ),
        and_(
            version.state == DELIBERATION, version.is_correction.is_(True),
            version.deliberation_until <= clock.now(),
        ),
        and_(over, told),
    )  # fmt: skip


def due_versions(network_id: str | None = None) -> list[tuple[str, str]]:
    """The documents' ids and the versions' ids that are due, the oldest first; of one network or all."""
    wanted: Select[str, str] = (
        select(AgreementVersion.agreement_id, AgreementVersion.id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(is_due_now())
    )
    if network_id is not None:
        wanted = wanted.where(Agreement.network_id == network_id)
    return [(row[0], row[1]) for row in session().execute(wanted.order_by(AgreementVersion.id))]
