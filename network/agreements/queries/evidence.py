"""What a network's documents show of its way."""

from __future__ import annotations

from sqlalchemy import func, select

from models.agreements import Agreement, AgreementVersion
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.kernel.transaction import session


def count_own_rules(network_id: str) -> int:
    """1 where rules of the network's own hold, also as the last ones after their term; 0 while the built-in
    ones do."""
    own = (
        select(func.count())
        .select_from(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id, Agreement.kind == COMMUNICATION_RULES)
        .where(AgreementVersion.state == IN_FORCE, AgreementVersion.builtin.is_(None))
    )
    return session().scalar(own) or 0
