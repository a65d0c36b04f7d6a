"""What can be seen of one version: its clauses, terms and counts; and which rules hold in a network now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion, Clause, RulesAcceptance, VersionDrafter
from network.agreements.policy.versions import visible_agreement_versions
from network.agreements.queries.counting import NOBODY, Counts, counts_of, signed_under
from network.agreements.queries.holders import said_freeze
from network.agreements.rules.clock import consent_until, is_over, state_on
from network.agreements.rules.texts import (
    BUILTIN_RULES,
    COMMUNICATION_RULES,
    IN_FORCE,
    ClauseText,
    same_rules_in,
)
from network.agreements.rules.versions import DRAFT, is_renewal
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.transaction import once, session
from network.kernel.translation import supported


class ClauseView(TypedDict):
    """One rule of a version; `short` is what reports show of it, `hash` the SHA-256 of its words."""

    id: str
    heading: str
    text: str
    short: str | None
    hash: str


class ActivationRule(TypedDict):
    """Who must sign before a version holds: a fraction of the members, and these organisations, by id."""

    members: str
    organisations: list[str]


class FrozenBy(TypedDict):
    """Who of the two said that the text may be fixed."""

    meta_mentor: bool
    steward: bool


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
    consent_until: datetime | None
    valid_until: date | None
    review_on: date | None
    in_force_at: datetime | None
    counts: Counts
    based_on: str | None
    base_hash: str | None
    template: str | None
    is_correction: bool
    is_renewal: bool
    silence: str
    read_only_after: int | None
    amendments_open: bool
    frozen_by: FrozenBy
    opened_at: datetime | None
    frozen_at: datetime | None
    signing_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    last_rules: bool
    created_by: str
    drafters: list[str]
    created_at: datetime
    version: int


def visible_version(actor: Actor, version_id: str) -> tuple[AgreementVersion, Agreement]:
    """The rows behind one version, for commands and other queries. Raises NotFound where it is not open to
    the actor."""
    # A page asks for its version four or five times; the actor is kept so that her id names nobody else.
    found, _ = once(("version", id(actor), version_id), lambda: (_visible(actor, version_id), actor))
    if found is None:
        raise NotFound()
    return found


def _visible(actor: Actor, version_id: str) -> tuple[AgreementVersion, Agreement] | None:
    wanted = visible_agreement_versions(actor).where(AgreementVersion.id == version_id)
    found = session().execute(wanted).one_or_none()
    return None if found is None else (found[0], found[1])


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


def has_accepted(actor: Actor, version_id: str) -> bool:
    """True when the actor accepted this version of the rules, or what it corrects."""
    version = session().get(AgreementVersion, version_id)
    if actor.user_id is None or version is None:
        return False
    wanted = select(RulesAcceptance.id).where(
        RulesAcceptance.version_id.in_(signed_under(version)), RulesAcceptance.user_id == actor.user_id
    )
    return session().scalar(wanted.limit(1)) is not None


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


def shown(version: AgreementVersion, document: Agreement) -> VersionView:
    """One version as everybody sees it who may read it."""
    return _shown([(version, document)])[version.id]


def clauses_of(version_ids: Sequence[str]) -> dict[str, list[ClauseView]]:
    """The clauses of each version, in their order, in one statement."""
    wanted = select(Clause).where(Clause.version_id.in_(list(version_ids)))
    clauses: dict[str, list[ClauseView]] = {}
    for clause in session().scalars(wanted.order_by(Clause.version_id, Clause.position)):
        clauses.setdefault(clause.version_id, []).append(
            {
                "id": clause.clause_id, "heading": clause.heading, "text": clause.text,
                "short": clause.short, "hash": clause.hash,
            }
        )  # fmt: skip
    return clauses


def _shown(rows: Iterable[tuple[AgreementVersion, Agreement]]) -> dict[str, VersionView]:
    found = list(rows)
    clauses = clauses_of([version.id for version, _ in found])
    # Built-in rules wait for nobody's signature, and nobody is asked for one.
    counts = counts_of([version for version, _ in found if version.builtin is None])
    today = runtime.current().clock.today()
    drafters = drafters_of([version for version, _ in found])
    return {
        version.id: _view(
            version, document, clauses.get(version.id, []), counts.get(version.id, NOBODY),
            drafters[version.id], today,
        )
        for version, document in found
    }  # fmt: skip


def drafters_of(versions: Sequence[AgreementVersion]) -> dict[str, list[str]]:
    """Who writes each version besides who leads: whoever began it, then those with her; once it is no draft
    any more it is whoever began it. At most one statement."""
    drafts = [version.id for version in versions if version.state == DRAFT]
    found = {version.id: [version.created_by] for version in versions}
    wanted = select(VersionDrafter).where(VersionDrafter.version_id.in_(drafts))
    for row in session().scalars(wanted.order_by(VersionDrafter.user_id)) if drafts else ():
        found[row.version_id].append(row.user_id)
    return found


def _view(
    version: AgreementVersion,
    document: Agreement,
    clauses: list[ClauseView],
    counts: Counts,
    drafters: list[str],
    today: date,
) -> VersionView:
    host, steward = said_freeze(version, document.network_id)
    return {
        "id": version.id, "agreement_id": document.id, "network_id": document.network_id,
        "kind": document.kind, "title": document.title, "language": document.language,
        "number": version.number, "state": state_on(version, document.kind, today),
        "builtin": version.builtin == BUILTIN_RULES, "clauses": clauses, "text_hash": version.text_hash,
        "activation_rule": {
            "members": version.activation_members, "organisations": list(version.activation_organisations),
        },
        "deliberation_until": version.deliberation_until, "signing_until": version.signing_until,
        "consent_until": consent_until(version), "valid_until": version.valid_until,
        "review_on": version.review_on, "in_force_at": version.in_force_at, "counts": counts,
        "based_on": version.based_on, "base_hash": version.base_hash, "template": version.template,
        "is_correction": version.is_correction, "is_renewal": is_renewal(version),
        "silence": version.silence, "read_only_after": version.read_only_after,
        "amendments_open": version.amendments_open,
        "frozen_by": {
            "meta_mentor": host is not None, "steward": steward is not None,
        },
        "opened_at": version.opened_at, "frozen_at": version.frozen_at, "signing_at": version.signing_at,
        "ended_at": version.ended_at, "end_reason": version.end_reason,
        "last_rules": version.state == IN_FORCE and is_over(version, today),
        "created_by": version.created_by, "drafters": drafters, "created_at": version.created_at,
        "version": version.version,
    }  # fmt: skip
