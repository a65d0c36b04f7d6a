"""How a version comes into force, and what the clock decides: the end of signing, of a term, of a notice."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from models.agreements import Agreement, AgreementVersion, SignatureRequest
from network import decisions, membership, networks
from network.agreements.commands.requesting import carry_requests, request_of_members
from network.agreements.commands.telling import step, tell
from network.agreements.commands.wording import lock_agreement, lock_version
from network.agreements.events import AgreementCameIntoForce, VersionAbandoned, VersionEnded
from network.agreements.policy.versions import may_activate_version, may_settle_versions
from network.agreements.queries.counting import progress_of, signed_now, signed_under
from network.agreements.queries.due import due_versions
from network.agreements.queries.versions import VersionView, shown, visible_version
from network.agreements.rules.clock import is_due
from network.agreements.rules.signing import CAPACITY_MEMBER, is_quiet
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.agreements.rules.versions import (
    ACCESSION,
    ACTIVATE,
    DELIBERATION,
    FROZEN,
    SIGNING,
    VERSION,
    RuleNotMet,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import InvalidTransition
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version

CLOCK = system_actor("agreements.settle")


@command
def activate_version(actor: Actor, version_id: str, expected_version: int) -> VersionView:
    """Bring a version into force before its time for signing is over, as soon as its rule is met; the one in
    force until then is superseded in the same transaction. By the meta-mentor or her deputy. Of two who do it
    at once one does, the other gets the state. Raises NotFound, Forbidden, VersionConflict,
    InvalidTransition, RuleNotMet with what is missing."""
    version, document = visible_version(actor, version_id)
    require(may_activate_version(actor, document.network_id))
    _lock(version, document)
    check_version(version, expected_version, lambda row: shown(row, document))
    if not VERSION.can(version.state, "activation"):
        raise InvalidTransition(state=version.state)
    progress = progress_of(version)
    if not progress.is_met:
        raise RuleNotMet(
            signed=progress.signed, need=progress.need, requested=progress.requested,
            organisations_missing=list(progress.organisations_missing),
        )  # fmt: skip
    _bring_into_force(actor, version, document, "activation")
    return shown(version, document)


def settle_if_due(version: AgreementVersion, document: Agreement) -> None:
    """Write down what the clock has decided about a version, when nobody did yet; within a command or a
    page that reads."""
    if is_due(version, document.kind, runtime.current().clock.now()):
        settle_version(CLOCK, version.id)


@command
def settle_versions(actor: Actor, network_id: str | None = None) -> int:
    """Write down what the clock has decided, in one network or everywhere; how much there was. Doing it twice
    changes nothing. The system only."""
    require(may_settle_versions(actor))
    return sum(settle_version(actor, version_id) for _, version_id in due_versions(network_id))


@job("agreements.settle", every_minutes=1)
def settle_all() -> int:
    """What the clock decided everywhere, each version by itself."""
    return sum(settle_version(CLOCK, version_id) for _, version_id in due_versions())


@command
def settle_version(actor: Actor, version_id: str) -> bool:
    """Write down what the clock has decided about one version; True where there was something. The end of
    signing: in force where the rule is met, else failed; so is a fixed text for whose yes nobody asked
    in its time. A small correction to which nobody objected for its seven days: in force. The end of the
    term: expired, or terminated where that was announced; communication rules go on as the last rules. The
    system only."""
    require(may_settle_versions(actor))
    version = session().get_one(AgreementVersion, version_id)
    document = session().get_one(Agreement, version.agreement_id)
    _lock(version, document)
    if not is_due(version, document.kind, runtime.current().clock.now()):
        return False  # somebody was faster
    if version.state == FROZEN and decisions.open_decision_about(ACTIVATE, version.id):
        return False  # whoever was asked is heard first
    if version.state == SIGNING and progress_of(version).is_met:
        _bring_into_force(actor, version, document, "activation")
    elif version.state in (FROZEN, SIGNING):
        _end(actor, version, document, "failure")
    elif version.state == DELIBERATION:
        _settle_correction(actor, version, document)
    elif document.kind == COMMUNICATION_RULES:
        version.ended_at = runtime.current().clock.now()
        version.version += 1
        tell(VersionEnded, version, document, state=version.state, last_rules=True)
    else:
        _end(actor, version, document, "expiry" if version.end_reason is None else "termination")
    return True


def adopt_quietly(actor: Actor, version: AgreementVersion, document: Agreement) -> None:
    """Take a fixed text that asks for no signature through signing into force, when the network has said yes
    to it: its rule is met at once, and nobody is asked or told to sign. Within a command that asked who
    may; locks."""
    _lock(version, document)
    step(actor, version, document, "signing")
    version.signing_at, version.signing_until = runtime.current().clock.now(), None
    _bring_into_force(actor, version, document, "activation")


def _lock(version: AgreementVersion, document: Agreement) -> None:
    # Which rules hold stands in the network's row; so of two versions that come into force one waits here.
    networks.lock_network(document.network_id)
    lock_agreement(document)
    lock_version(version)


def _settle_correction(actor: Actor, version: AgreementVersion, document: Agreement) -> None:
    base = session().get_one(AgreementVersion, version.based_on)
    if base.state != IN_FORCE:
        # What it corrects holds no more.
        step(actor, version, document, "abandonment")
        version.ended_at = runtime.current().clock.now()
        tell(VersionAbandoned, version, document)
        return
    version.valid_until, version.review_on = base.valid_until, base.review_on
    version.read_only_after, version.end_reason = base.read_only_after, base.end_reason
    _bring_into_force(actor, version, document, "correction")
    carry_requests(base, version)


def _bring_into_force(actor: Actor, version: AgreementVersion, document: Agreement, action: str) -> None:
    now = runtime.current().clock.now()
    previous = _previous(version, document)
    for old in previous:
        step(actor, old, old_document(old, document), "supersession")
        old.ended_at = now
    session().flush()  # of a document one version holds, at every moment
    step(actor, version, document, action)
    version.in_force_at = now
    session().flush()
    if action == "activation" and not is_quiet(version):
        _make_due(version, document)
    if document.kind == COMMUNICATION_RULES:
        _rules_hold(version, document, previous, correction=action == "correction")
    for old in previous:
        tell(VersionEnded, old, old_document(old, document), state=old.state)
    tell(
        AgreementCameIntoForce, version, document, previous_id=previous[0].id if previous else None,
        correction=action == "correction",
    )  # fmt: skip


def _previous(version: AgreementVersion, document: Agreement) -> list[AgreementVersion]:
    # A network has one set of rules, even where somebody began a second document for them.
    same: ColumnElement[bool] = Agreement.id == document.id
    if document.kind == COMMUNICATION_RULES:
        same = (Agreement.network_id == document.network_id) & (Agreement.kind == COMMUNICATION_RULES)
    wanted = (
        select(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(same, AgreementVersion.state == IN_FORCE, AgreementVersion.id != version.id)
        .order_by(AgreementVersion.id)
        .with_for_update(of=AgreementVersion)
    )
    return list(session().scalars(wanted.execution_options(populate_existing=True)))


def old_document(old: AgreementVersion, document: Agreement) -> Agreement:
    """The document of a version that is superseded; almost always the same."""
    return document if old.agreement_id == document.id else session().get_one(Agreement, old.agreement_id)


def _make_due(version: AgreementVersion, document: Agreement) -> None:
    """From now on who has not signed has so many days."""
    now = runtime.current().clock.now()
    days = timedelta(days=version.read_only_after) if version.read_only_after is not None else ACCESSION
    session().execute(
        update(SignatureRequest)
        .where(SignatureRequest.version_id == version.id, SignatureRequest.capacity == CAPACITY_MEMBER)
        .values(due_at=now + days)
    )
    request_of_members(version, document, now, due_at=now + days)


def _rules_hold(
    version: AgreementVersion, document: Agreement, previous: list[AgreementVersion], *, correction: bool
) -> None:
    """Who signed these rules has accepted them; a small correction, which everybody saw for seven days,
    asks nobody anew. Everybody else reads on and is shown what is new when she next writes (contract.md:
    posting before accepting them is 403)."""
    accepted = signed_now(signed_under(version))
    before = [old.id for old in previous] if correction else []
    membership.carry_rules_acceptance(document.network_id, version.id, accepted, before)
    networks.set_rules_version(document.network_id, version.id)


def _end(actor: Actor, version: AgreementVersion, document: Agreement, action: str) -> None:
    step(actor, version, document, action)
    version.ended_at = runtime.current().clock.now()
    tell(VersionEnded, version, document, state=version.state)
