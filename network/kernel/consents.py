"""Consents: what people agreed to of their own free will, in which words, and what ends when they take it
back.

Append-only: each giving and each taking back is a row that nobody changes (GDPR, Article 7(1); trust.md,
D.1). Who asks for a consent says in which words and how to stop; privacy shows them all in one place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from models.privacy import ConsentRow
from network.kernel import runtime
from network.kernel.ids import new_id
from network.kernel.ledger import note_decision
from network.kernel.transaction import session
from network.kernel.translation import supported, translate

How = Literal["page", "api", "form", "account_closed", "restored"]
"""The page of consents, the API, another form that says beside its button what it means, the account's end,
or a restore that did again what a backup knew nothing of."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody can agree to. `version` grows when `text` comes to mean another thing; `stop` ends what
    the person with this id agreed to, in the transaction in which she takes it back."""

    purpose: str
    version: int
    title: str
    text: str
    stop: Callable[[str], None]


_consents: dict[str, Consent] = {}


def asks_consent(consent: Consent) -> Consent:
    """Register something that people can agree to."""
    _consents[consent.purpose] = consent
    return consent


def all_consents() -> Mapping[str, Consent]:
    """Everything that people can agree to, by purpose."""
    return _consents


def words_of(consent: Consent, language: str) -> tuple[str, str]:
    """The words of a consent in a language, and their SHA-256 in hex: what exactly somebody agreed to."""
    text = translate(supported(language), consent.text)
    return text, hashlib.sha256(text.encode()).hexdigest()


def newest_rows(user_id: str) -> dict[str, ConsentRow]:
    """The last row of each purpose about which a person ever said something."""
    rows = session().scalars(
        select(ConsentRow).where(ConsentRow.user_id == user_id).order_by(ConsentRow.at, ConsentRow.id)
    )
    return {row.purpose: row for row in rows}


def has_consented(user_id: str, purpose: str) -> bool:
    """True while a consent was given and not taken back."""
    row = newest_rows(user_id).get(purpose)
    return row is not None and row.given


def note_consent(user_id: str, consent: Consent, given: bool, how: How, language: str) -> bool:
    """Write down, within a command that asked who may and holds the person's row, that she agrees or takes it
    back. Nothing is written where that is so already; whether something was."""
    last = newest_rows(user_id).get(consent.purpose)
    was_given = last is not None and last.given
    is_older = last is not None and given and last.text_version != consent.version
    is_new = was_given != given or is_older
    if is_new:
        session().add(
            ConsentRow(
                id=new_id(), user_id=user_id, purpose=consent.purpose, given=given,
                text_version=consent.version, text_hash=words_of(consent, language)[1],
                language=supported(language), at=runtime.current().clock.now(), how=how,
            )
        )  # fmt: skip
        session().flush()
        if last is not None and how not in ("account_closed", "restored"):
            note_decision("consent", user_id, consent.purpose, "given" if given else "taken back")
    return is_new


def end_consents(user_id: str, language: str) -> None:
    """Write down, within the command that erases a person, that nothing she agreed to counts any more: from
    then on runs the time after which the rows are forgotten."""
    for purpose, row in newest_rows(user_id).items():
        if row.given and purpose in _consents:
            note_consent(user_id, _consents[purpose], False, "account_closed", language)
