"""What people are told of the affairs that their network settles: the kinds, and which come in any case."""

from __future__ import annotations

OPENED, SOON, CLOSED, CANCELLED = "decision_opened", "decision_soon", "decision_closed", "decision_cancelled"
NEXT_ROUND, CONCERNED, REVIEW = "next_round", "person_concerned", "outcome_review"
OBJECTED, INTEGRATED = "objection_raised", "integration_offered"
DELIBERATION, FROZEN, ANSWERED, OUTDATED = (
    "deliberation", "version_frozen", "amendment_answered", "amendment_outdated",
)  # fmt: skip
SIGN, SIGN_SOON, ACCEDE = "sign_requested", "sign_soon", "accede"
AGREEMENT_REVIEW, AGREEMENT_END = "agreement_review", "agreement_end"
ENDING, NOT_ASKED = "agreement_ending", "consent_not_asked"

OF_DECISIONS = (OPENED, SOON, CLOSED, CANCELLED, NEXT_ROUND, CONCERNED, REVIEW, OBJECTED, INTEGRATED)
OF_VERSIONS = (
    DELIBERATION, FROZEN, SIGN, SIGN_SOON, ACCEDE, AGREEMENT_REVIEW, AGREEMENT_END, ENDING, NOT_ASKED,
)  # fmt: skip
OF_AMENDMENTS = (ANSWERED, OUTDATED)
AFFAIRS = (*OF_DECISIONS, *OF_VERSIONS, *OF_AMENDMENTS)

TO_ANSWER = frozenset({OPENED, SOON, NEXT_ROUND})
TO_SIGN = frozenset({SIGN, SIGN_SOON, ACCEDE})

IN_ANY_CASE = frozenset({CONCERNED, SIGN, SIGN_SOON, ACCEDE})
"""What is about herself or asks for her signature: also where she hears nothing else of the network, and
without a choice to do without such letters."""


def asked_for(kind: str) -> str:
    """What a letter of a kind asks for, the same for all that ask for the same: of several about one thing
    that wait together the first is enough, as a letter says what holds when it leaves."""
    return "signature" if kind in TO_SIGN else "answer" if kind in TO_ANSWER else kind
