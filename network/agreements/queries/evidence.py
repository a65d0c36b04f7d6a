"""What a network's documents show of its way."""

from __future__ import annotations

from typing import NamedTuple

from network.agreements.queries.standing import AgreementStanding, standing_among, texts_that_held
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.agreements.rules.versions import NETWORK_AGREEMENT


class DocumentEvidence(NamedTuple):
    """`own_rules` is 1 where rules of the network's own hold, also as the last ones after their term, and 0
    while the built-in ones do."""

    own_rules: int
    agreement: AgreementStanding


def document_evidence(network_id: str) -> DocumentEvidence:
    """How a network stands with its rules and its agreement today, asked on nobody's behalf. One
    statement."""
    held = texts_that_held(network_id, NETWORK_AGREEMENT, COMMUNICATION_RULES)
    own = [
        row for row, kind in held
        if kind == COMMUNICATION_RULES and row.state == IN_FORCE and row.builtin is None
    ]  # fmt: skip
    return DocumentEvidence(
        len(own), standing_among([row for row, kind in held if kind == NETWORK_AGREEMENT])
    )
