"""What can be seen of a network's documents: a version with its clauses, and which rules hold now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import func, select

from models.agreements import Agreement, AgreementVersion, Clause, RulesAcceptance
from network.agreements.policy import visible_agreement_versions
from network.agreements.rules import (
    BUILTIN_RULES,
    COMMUNICATION_RULES,
    IN_FORCE,
    ClauseText,
    same_rules_in,
)
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.transaction import session
from network.kernel.translation import supported


class ClauseView(TypedDict):
    id: str
    heading: str
    text: str
    short: str | None
    hash: str


class ActivationRule(TypedDict):
    members: str
    organisations: list[str]


class Counts(TypedDict):
    requested: int
    signed: int
    declined: int


class VersionView(TypedDict):
    """An agreement version as the contract has it, with what its page needs besides."""

    id: str
    agreement_id: str
    network_id: str
    kind: str
    title: str
    language: str
    number: int
    state: str
    builtin: bool
    clauses: list[ClauseView]
    text_hash: str
    activation_rule: ActivationRule
    deliberation_until: datetime | None
    signing_until: datetime | None
    valid_until: date | None
    review_on: date | None
    in_force_at: datetime | None
    counts: Counts
    version: int


def get_agreement_version(actor: Actor, version_id: str) -> VersionView:
    """One version with its clauses in order. Raises NotFound where it is not open to the actor."""
    wanted = visible_agreement_versions(actor).where(AgreementVersion.id == version_id)
    found = session().execute(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return _shown([(found[0], found[1])])[version_id]


def rules_of_network(network_id: str) -> VersionView:
    """The communication rules that hold in a network now, asked on nobody's behalf: for the invitation page
    and for higher capabilities. Raises NotFound where there are none."""
    found = session().execute(
        select(AgreementVersion, Agreement)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id, Agreement.kind == COMMUNICATION_RULES)
        .where(AgreementVersion.state == IN_FORCE)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise NotFound()
    return _shown([(found[0], found[1])])[found[0].id]


def count_own_rules(network_id: str) -> int:
    """1 where rules of the network's own hold, 0 while the built-in ones do."""
    own = (
        select(func.count())
        .select_from(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id, Agreement.kind == COMMUNICATION_RULES)
        .where(AgreementVersion.state == IN_FORCE, AgreementVersion.builtin.is_(None))
    )
    return session().scalar(own) or 0


def has_accepted(actor: Actor, version_id: str) -> bool:
    """True when the actor accepted this version of the rules."""
    if actor.user_id is None:
        return False
    wanted = select(RulesAcceptance.id).where(
        RulesAcceptance.version_id == version_id, RulesAcceptance.user_id == actor.user_id
    )
    return session().scalar(wanted) is not None


def translated_clauses(version: VersionView, language: str) -> Sequence[ClauseText] | None:
    """The built-in rules in the reader's language, of the same edition, as a translation that does not bind;
    None where the version is in that language already or its words are the network's own."""
    if not version["builtin"] or supported(version["language"]) == supported(language):
        return None
    return same_rules_in(language, version["language"], version["text_hash"])


@renders("agreement_version")
def render_agreement_versions(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The versions as events show them."""
    rows = session().execute(
        select(AgreementVersion, Agreement)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(AgreementVersion.id.in_(list(ids)))
    )
    return _shown([(version, document) for version, document in rows])


def _shown(rows: Iterable[tuple[AgreementVersion, Agreement]]) -> dict[str, VersionView]:
    found = list(rows)
    wanted = select(Clause).where(Clause.version_id.in_([version.id for version, _ in found]))
    clauses: dict[str, list[ClauseView]] = {}
    for clause in session().scalars(wanted.order_by(Clause.version_id, Clause.position)):
        clauses.setdefault(clause.version_id, []).append(
            {
                "id": clause.clause_id, "heading": clause.heading, "text": clause.text,
                "short": clause.short, "hash": clause.hash,
            }
        )  # fmt: skip
    return {version.id: _view(version, document, clauses.get(version.id, [])) for version, document in found}


def _view(version: AgreementVersion, document: Agreement, clauses: list[ClauseView]) -> VersionView:
    return {
        "id": version.id, "agreement_id": document.id, "network_id": document.network_id,
        "kind": document.kind, "title": document.title, "language": document.language,
        "number": version.number, "state": version.state, "builtin": version.builtin == BUILTIN_RULES,
        "clauses": clauses, "text_hash": version.text_hash,
        # Built-in rules wait for nobody's signature, and nobody is asked for one.
        "activation_rule": {"members": "0/1", "organisations": []},
        "deliberation_until": None, "signing_until": None, "valid_until": None, "review_on": None,
        "in_force_at": version.in_force_at,
        "counts": {"requested": 0, "signed": 0, "declined": 0}, "version": version.version,
    }  # fmt: skip
