"""How a document is begun, and how a version of it is drafted, changed and given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from models.agreements import Agreement, AgreementVersion, VersionDrafter
from models.networks import Network
from network import membership, networks, organisations
from network.agreements.commands.answering import outdate_amendments
from network.agreements.commands.telling import role_of, step, tell
from network.agreements.commands.wording import (
    hash_of,
    known_clause_ids,
    lock_agreement,
    lock_version,
    write_clauses,
)
from network.agreements.events import AgreementFounded, VersionAbandoned, VersionChanged, VersionDrafted
from network.agreements.policy.versions import may_change_version, may_draft_version
from network.agreements.queries.agreements import AgreementView, show_agreements, visible_agreement
from network.agreements.queries.versions import VersionView, clauses_of, drafters_of, shown, visible_version
from network.agreements.rules.signing import USUAL_SHARE, check_rule
from network.agreements.rules.templates import template_clauses, template_kind
from network.agreements.rules.texts import IN_FORCE
from network.agreements.rules.versions import (
    DRAFT,
    FEATURE_OF,
    KINDS,
    MAX_TITLE,
    MOST_ORGANISATIONS,
    NETWORK_AGREEMENT,
    ClauseIn,
    NotADraft,
    Terms,
    check_terms,
    clean_clauses,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _

_TERMS = frozenset(Terms.__dataclass_fields__)


@command
def found_agreement(
    actor: Actor, network_id: str, kind: str, title: str, language: str, together_with: Sequence[str] = ()
) -> AgreementView:
    """Begin a document of a network; what it says is drafted as its first version. By who leads the network,
    or by a member together with two others whom she names in `together_with`. An office charter and an
    affiliation agreement take the features of those names. Raises NotFound, Forbidden, MoreMembersNeeded,
    RulesNotAccepted, FeatureOff, Invalid by field."""
    network = networks.visible_network_row(actor, network_id)
    others = _others(actor, network, together_with)
    require(may_draft_version(actor, network.id, len(others)))
    faults: dict[str, FieldFault] = {}
    title = title.strip()
    if kind not in KINDS:
        faults["kind"] = FieldFault.of(_("There is no such kind of document."))
    if not title or len(title) > MAX_TITLE:
        faults["title"] = FieldFault.of(_("Please give it a name of one short line."))
    if faults:
        raise Invalid(faults)
    if kind in FEATURE_OF:
        networks.check_feature(network, FEATURE_OF[kind])
    document = Agreement(
        id=new_id(), network_id=network.id, kind=kind, title=title, language=language,
        organisation_id=None, created_at=runtime.current().clock.now(),
    )  # fmt: skip
    session().add(document)
    session().flush()
    append(
        actor, "agreement.foundation", "agreement", document.id, network_id=network.id,
        acting_role=role_of(actor, network.id),
        after={"kind": kind, **({"together_with": others} if others else {})},
    )  # fmt: skip
    record(AgreementFounded(scope=f"network:{network.id}", entity_id=document.id))
    return show_agreements(actor, [document])[0]


@command
def draft_version(
    actor: Actor,
    agreement_id: str,
    *,
    clauses: Sequence[ClauseIn] | None = None,
    from_version: str | None = None,
    template: str | None = None,
    members: str = USUAL_SHARE,
    organisations: Sequence[str] | None = None,
    deliberation_until: datetime | None = None,
    signing_until: datetime | None = None,
    valid_until: date | None = None,
    review_on: date | None = None,
    read_only_after: int | None = None,
    silence: str = "never",
    is_correction: bool = False,
    together_with: Sequence[str] = (),
) -> VersionView:
    """Draft the next version of a document: from nothing, from a template, or from an earlier version, whose
    hash is stored; with `clauses` in place of what those say. A clause that names an `id` goes on from that
    clause of an earlier version. Without `organisations` the founding organisation signs a network agreement
    where the network uses organisation signatures. `is_correction`: a small correction of the version in
    force, with the same clauses. By who leads the network, or by a member together with two others.
    Raises NotFound, Forbidden, MoreMembersNeeded, RulesNotAccepted, FeatureOff, Invalid by field."""
    document = visible_agreement(actor, agreement_id)
    network = networks.network_row(document.network_id)
    others = _others(actor, network, together_with)
    require(may_draft_version(actor, network.id, len(others)))
    lock_agreement(document)
    now = runtime.current().clock.now()
    base = _base(document, from_version, template, is_correction=is_correction)
    if organisations is None:
        signs = document.kind == NETWORK_AGREEMENT and networks.is_feature_on(
            network, "organisation_signatures"
        )
        organisations = [network.organisation_id] if signs else []
    terms = Terms(
        members, tuple(dict.fromkeys(organisations)), deliberation_until, signing_until, valid_until,
        review_on, read_only_after, silence,
    )  # fmt: skip
    _check_terms(network, document, terms, now, _TERMS)
    words = _words(document, clauses, base, template)
    if is_correction:
        _check_same_clauses(base, words)
    last = select(func.max(AgreementVersion.number)).where(AgreementVersion.agreement_id == document.id)
    version = AgreementVersion(
        id=new_id(), agreement_id=document.id, number=(session().scalar(last) or 0) + 1, state=DRAFT,
        builtin=None, text_hash=hash_of(words), based_on=base.id if base else None,
        base_hash=base.text_hash if base else None, template=template, is_correction=is_correction,
        amendments_open=False, created_by=actor.id, created_at=now, version=1,
    )  # fmt: skip
    _set_terms(version, terms)
    session().add(version)
    session().flush()
    session().add_all(VersionDrafter(version_id=version.id, user_id=one) for one in others)
    write_clauses(version, words)
    append(
        actor, "agreement_version.draft", "agreement_version", version.id, network_id=network.id,
        acting_role=role_of(actor, network.id),
        after={"state": DRAFT, "number": version.number, **({"together_with": others} if others else {})},
    )  # fmt: skip
    tell(VersionDrafted, version, document)
    return shown(version, document)


@command
def change_version(
    actor: Actor, version_id: str, expected_version: int, changes: Mapping[str, Any]
) -> VersionView:
    """Change clauses (`clauses`: all of them, as ClauseIn) or terms (`members`, `organisations`, the days,
    `read_only_after`, `silence`) of a draft; what is left out stays. By those who draft it or lead the
    network.
    Raises NotFound, Forbidden, VersionConflict, NotADraft, FeatureOff, Invalid by field."""
    version, document = visible_version(actor, version_id)
    require(may_change_version(actor, document.network_id, drafters_of([version])[version.id]))
    lock_version(version)
    check_version(version, expected_version, lambda row: shown(row, document))
    if version.state != DRAFT:
        raise NotADraft(state=version.state)
    if not set(changes) <= _TERMS | {"clauses"}:
        raise ValueError(f"not to be changed here: {sorted(set(changes) - _TERMS)}")
    network = networks.network_row(document.network_id)
    kept = _terms_of(version)
    terms = Terms(**{**{name: getattr(kept, name) for name in _TERMS}, **_only_terms(changes)})
    moved = frozenset(name for name in _TERMS if getattr(terms, name) != getattr(kept, name))
    _check_terms(network, document, terms, runtime.current().clock.now(), moved)
    _set_terms(version, terms)
    if changes.get("clauses") is not None:
        words = clean_clauses(changes["clauses"], known_clause_ids(document.id))
        if version.is_correction and version.based_on is not None:
            _check_same_clauses(session().get_one(AgreementVersion, version.based_on), words)
        write_clauses(version, words)
        outdate_amendments(version, document)
    version.version += 1
    tell(VersionChanged, version, document)
    return shown(version, document)


@command
def abandon_version(actor: Actor, version_id: str, expected_version: int) -> VersionView:
    """Give up a draft or a version that is talked about; never one whose text is fixed (B4). A draft by who
    drafts it, in a deliberation who began it; both by who leads. Raises NotFound, Forbidden,
    VersionConflict, InvalidTransition."""
    version, document = visible_version(actor, version_id)
    require(may_change_version(actor, document.network_id, drafters_of([version])[version.id]))
    lock_version(version)
    step(actor, version, document, "abandonment", expected_version)
    version.ended_at, version.amendments_open = runtime.current().clock.now(), False
    tell(VersionAbandoned, version, document)
    return shown(version, document)


def _others(actor: Actor, network: Network, together_with: Sequence[str]) -> list[str]:
    wanted = sorted(set(together_with) - {actor.id})
    if not wanted:
        return []
    active = set(session().scalars(membership.active_user_ids(network.id)))
    if not set(wanted) <= active:
        raise Invalid({"together_with": FieldFault.of(_("Only active members draft together."))})
    return wanted


def _base(
    document: Agreement, from_version: str | None, template: str | None, *, is_correction: bool
) -> AgreementVersion | None:
    if from_version is not None and template is not None:
        raise Invalid({"template": FieldFault.of(_("Begin from a template or from an earlier version."))})
    if template is not None and template_kind(template) != document.kind:
        raise Invalid({"template": FieldFault.of(_("There is no such template for this document."))})
    base = None if from_version is None else session().get(AgreementVersion, from_version)
    if from_version is not None and (base is None or base.agreement_id != document.id):
        raise Invalid({"from_version": FieldFault.of(_("This is no version of the same document."))})
    if is_correction and (base is None or base.state != IN_FORCE):
        raise Invalid({"from_version": FieldFault.of(_("Only the version in force is corrected."))})
    return base


def _words(
    document: Agreement,
    clauses: Sequence[ClauseIn] | None,
    base: AgreementVersion | None,
    template: str | None,
) -> list[ClauseIn]:
    if clauses:
        return clean_clauses(clauses, known_clause_ids(document.id))
    if template is not None:
        words = template_clauses(template, document.language)
        return [ClauseIn(one.heading, one.text, one.short) for one in words]
    if base is None:
        return []
    kept = clauses_of([base.id]).get(base.id, [])
    return [ClauseIn(one["heading"], one["text"], one["short"], one["id"]) for one in kept]


def _check_same_clauses(base: AgreementVersion | None, words: Sequence[ClauseIn]) -> None:
    """A part more, or one fewer, is no small correction."""
    before = [one["id"] for one in clauses_of([base.id]).get(base.id, [])] if base else []
    if [clause.id for clause in words] != before:
        raise Invalid({"clauses": FieldFault.of(_("A small correction keeps all parts in their order."))})


def _check_terms(
    network: Network, document: Agreement, terms: Terms, now: datetime, changed: frozenset[str]
) -> None:
    check_terms(terms, now, changed)
    check_rule(network, document.kind, terms.members, terms.organisations, terms.silence)
    if not terms.organisations or "organisations" not in changed:
        return
    # The other side of an affiliation signs it; for that no network needs another feature.
    if document.kind != "affiliation":
        networks.check_feature(network, "organisation_signatures")
    known = organisations.organisations_by_id(terms.organisations)
    if len(terms.organisations) > MOST_ORGANISATIONS or len(known) < len(terms.organisations):
        raise Invalid({"activation_rule": FieldFault.of(_("There is no such organisation."))})


def _terms_of(version: AgreementVersion) -> Terms:
    return Terms(
        version.activation_members, tuple(version.activation_organisations), version.deliberation_until,
        version.signing_until, version.valid_until, version.review_on, version.read_only_after,
        version.silence,
    )  # fmt: skip


def _only_terms(changes: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in changes.items() if name in _TERMS}
    if "organisations" in given:
        given["organisations"] = tuple(dict.fromkeys(given["organisations"]))
    return given


def _set_terms(version: AgreementVersion, terms: Terms) -> None:
    version.activation_members, version.activation_organisations = terms.members, list(terms.organisations)
    version.deliberation_until, version.signing_until = terms.deliberation_until, terms.signing_until
    version.valid_until, version.review_on = terms.valid_until, terms.review_on
    version.read_only_after, version.silence = terms.read_only_after, terms.silence
