"""What can be objected to, and how an objection is written (GDPR, Article 21)."""

from __future__ import annotations

from datetime import timedelta

from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.translation import mark as _
from network.privacy.rules.purposes import PURPOSES

OUTCOMES = ("followed", "declined")
"""We stop it, or we say which compelling ground outweighs hers."""
MOST = 2000
ANSWER_WITHIN = timedelta(days=30)
"""GDPR, Article 12(3): one month; the shortest ones but one have that many days."""
REMIND_EVERY = timedelta(days=7)
OBJECTABLE = tuple(key for key, purpose in PURPOSES.items() if purpose.ground == "legitimate_interest")
"""Whatever rests on our interest can be objected to; nothing else (Article 21(1))."""


class ObjectionOpen(Conflict):
    """She has objected to this already and waits for the answer."""

    code = "objection_open"
    message = _("You have objected to this already. The answer comes by mail.")


class ObjectionAnswered(Conflict):
    """An objection is answered once."""

    code = "objection_answered"
    message = _("This objection was answered already.")


def clean_objection(purpose: str, reason: str) -> str:
    """The reason, trimmed. Raises Invalid for a purpose that nobody can object to, and for a reason that is
    missing or has more than 2,000 signs."""
    if purpose not in OBJECTABLE:
        raise Invalid({"purpose": FieldFault.of(_("Please choose one."))})
    return _words("reason", reason)


def clean_answer(outcome: str, answer: str) -> str:
    """The answer, trimmed. Raises Invalid for an outcome that there is not, and for words that are missing or
    more than 2,000 signs."""
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": FieldFault.of(_("Please choose one."))})
    return _words("answer", answer)


def _words(field: str, text: str) -> str:
    words = text.strip()
    if not words:
        raise Invalid({field: FieldFault.of(_("Please write a sentence."))})
    if len(words) > MOST:
        raise Invalid({field: FieldFault.of(_("At most %(max)s characters, please."), max=MOST)})
    return words
