"""What a network's documents show of its way: whether rules of its own hold, and an agreement."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.kernel import runtime
from network.kernel.transaction import session

NETWORK_AGREEMENT = "network_agreement"
EXPIRED, TERMINATED = "expired", "terminated"


class Documents(NamedTuple):
    """`own_rules`: rules of the network's own hold, also as the last ones after their time is over.
    `agreement`: whether the network agreement holds; `ended` where one did and none does any more."""

    own_rules: bool
    agreement: Literal["none", "in_force", "ended"]


def standing_documents(network_id: str) -> Documents:
    """What holds in a network now, by the clock, asked on nobody's behalf, in one statement."""
    today = runtime.current().clock.today()
    asked = (
        select(Agreement.kind, AgreementVersion.state, AgreementVersion.builtin, AgreementVersion.valid_until)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id)
        .where(Agreement.kind.in_((COMMUNICATION_RULES, NETWORK_AGREEMENT)))
        .where(AgreementVersion.state.in_((IN_FORCE, EXPIRED, TERMINATED)))
    )
    found = session().execute(asked).all()
    rules = [row for row in found if row.kind == COMMUNICATION_RULES and row.state != TERMINATED]
    signed = [row for row in found if row.kind == NETWORK_AGREEMENT]
    holds = any(
        row.state == IN_FORCE and (row.valid_until is None or row.valid_until >= today) for row in signed
    )
    return Documents(
        own_rules=any(row.builtin is None for row in rules),
        agreement="in_force" if holds else "ended" if signed else "none",
    )


def count_own_rules(network_id: str) -> int:
    """1 where rules of the network's own hold, 0 while the built-in ones do."""
    return int(standing_documents(network_id).own_rules)
