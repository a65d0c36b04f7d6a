"""How a version is opened for everybody to talk about, comes back from there, and is fixed."""

from __future__ import annotations

from sqlalchemy import func, select

from models.agreements import Agreement, AgreementVersion, Amendment, Signature
from network import networks
from network.agreements.commands.telling import step, tell
from network.agreements.commands.wording import lock_agreement, lock_version
from network.agreements.events import DeliberationOpened, VersionChanged, VersionFrozen
from network.agreements.policy.versions import (
    may_discuss_correction,
    may_freeze_version,
    may_open_deliberation,
    may_settle_versions,
)
from network.agreements.queries.counting import signed_under
from network.agreements.queries.holders import said_freeze
from network.agreements.queries.versions import VersionView, shown, visible_version
from network.agreements.rules.amendments import WAITING
from network.agreements.rules.clock import is_due
from network.agreements.rules.texts import text_hash
from network.agreements.rules.versions import (
    DELIBERATION,
    DELIBERATION_AT_LEAST,
    DRAFT,
    FROZEN,
    SIGNING,
    AmendmentsOpen,
    AnotherVersionRunning,
    DeliberationRunning,
    NotACorrection,
    NotSigned,
    is_renewal,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, InvalidTransition
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _

_EMPTY = text_hash([])


@command
def open_deliberation(actor: Actor, version_id: str, expected_version: int) -> VersionView:
    """Open a draft for everybody to talk about, for seven days at least and until `deliberation_until`; with
    amendments where the network uses them. A small correction is open to objection as long and comes into
    force then. By who leads the network. Raises NotFound, Forbidden, VersionConflict, InvalidTransition,
    Invalid for a text without clauses."""
    version, document = visible_version(actor, version_id)
    require(may_open_deliberation(actor, document.network_id))
    lock_version(version)
    _check_words(version)
    step(actor, version, document, "deliberation", expected_version)
    _open(version, document)
    tell(DeliberationOpened, version, document, correction=version.is_correction)
    return shown(version, document)


@command
def rework_version(actor: Actor, version_id: str, expected_version: int) -> VersionView:
    """Take a version that is talked about back into its draft, to be opened anew. By who leads the network.
    Raises NotFound, Forbidden, VersionConflict, InvalidTransition."""
    version, document = visible_version(actor, version_id)
    require(may_open_deliberation(actor, document.network_id))
    lock_version(version)
    step(actor, version, document, "rework", expected_version)
    version.amendments_open = False
    version.frozen_by_meta_mentor = version.frozen_by_steward = None
    tell(VersionChanged, version, document)
    return shown(version, document)


@command
def discuss_correction(actor: Actor, version_id: str, reason: str = "") -> VersionView:
    """Turn a small correction into a proposal to talk about, as one who signed what is to be corrected; one
    person is enough (B4). It stays open for seven days more and then goes the usual way. Raises NotFound,
    Forbidden, NotSigned, NotACorrection when it is none or its time is over."""
    version, document = visible_version(actor, version_id)
    require(may_discuss_correction(actor, document.network_id))
    lock_version(version)
    now = runtime.current().clock.now()
    if not version.is_correction or version.state not in (DRAFT, DELIBERATION):
        raise NotACorrection(state=version.state)
    if is_due(version, document.kind, now):
        raise NotACorrection(state=version.state)
    signed = select(Signature.id).where(
        Signature.version_id.in_(signed_under(version)), Signature.user_id == actor.user_id,
        Signature.state == "signed",
    )  # fmt: skip
    if session().scalar(signed.limit(1)) is None:
        raise NotSigned()
    version.is_correction = False
    version.version += 1
    append(
        actor, "agreement_version.discussion", "agreement_version", version.id,
        network_id=document.network_id, reason=reason.strip() or None,
        before={"is_correction": True}, after={"is_correction": False, "version": version.version},
    )  # fmt: skip
    if version.state == DELIBERATION:
        _open(version, document)
        tell(DeliberationOpened, version, document)
    else:
        tell(VersionChanged, version, document)
    return shown(version, document)


@command
def freeze_version(actor: Actor, version_id: str, expected_version: int) -> VersionView:
    """Say that the text may be fixed: once by a meta-mentor (or deputy) and once by the steward, in either
    order; the second fixes text, language and hash for good. Whoever is both says it for both; who holds her
    role no more has not said it. From a draft
    only where it renews a text unchanged. Raises NotFound, Forbidden, VersionConflict, InvalidTransition,
    DeliberationRunning before `deliberation_until`, AmendmentsOpen, AnotherVersionRunning, Invalid for a text
    without clauses."""
    version, document = visible_version(actor, version_id)
    require(may_freeze_version(actor, document.network_id))
    lock_agreement(document)
    lock_version(version)
    check_version(version, expected_version, lambda row: shown(row, document))
    now = runtime.current().clock.now()
    _check_freezable(version, document)
    version.frozen_by_meta_mentor, version.frozen_by_steward = said_freeze(version, document.network_id)
    if networks.is_host(actor, document.network_id):
        version.frozen_by_meta_mentor = version.frozen_by_meta_mentor or actor.id
    if networks.is_steward(actor, document.network_id):
        version.frozen_by_steward = version.frozen_by_steward or actor.id
    if version.frozen_by_meta_mentor is None or version.frozen_by_steward is None:
        version.version += 1
        append(
            actor, "agreement_version.freeze_asked", "agreement_version", version.id,
            network_id=document.network_id,
            acting_role="steward" if version.frozen_by_steward is not None else "meta_mentor",
            after={"text_hash": version.text_hash, "version": version.version},
        )  # fmt: skip
        tell(VersionChanged, version, document)
        return shown(version, document)
    step(actor, version, document, "freeze", None)
    version.frozen_at, version.amendments_open = now, False
    tell(VersionFrozen, version, document)
    return shown(version, document)


def return_to_deliberation(actor: Actor, version: AgreementVersion, document: Agreement, why: str) -> None:
    """Bring a fixed text back to be talked about, because an objection to it stood to the end (B4). Within
    the system's command that learned of it."""
    require(may_settle_versions(actor))
    lock_version(version)
    step(actor, version, document, "objection", reason=why)
    version.frozen_by_meta_mentor = version.frozen_by_steward = version.frozen_at = None
    _open(version, document)
    tell(DeliberationOpened, version, document, again=True)


def _open(version: AgreementVersion, document: Agreement) -> None:
    now = runtime.current().clock.now()
    earliest = now + DELIBERATION_AT_LEAST
    version.opened_at = now
    version.deliberation_until = max(version.deliberation_until or earliest, earliest)
    if version.signing_until is not None and version.signing_until <= version.deliberation_until:
        version.signing_until = None
    version.amendments_open = not version.is_correction and networks.is_feature_on(
        networks.network_row(document.network_id), "amendments"
    )


def _check_freezable(version: AgreementVersion, document: Agreement) -> None:
    is_open = version.state == DELIBERATION and not version.is_correction
    if not is_open and not (version.state == DRAFT and is_renewal(version) and not version.is_correction):
        raise InvalidTransition(state=version.state)
    _check_words(version)
    until = version.deliberation_until
    if version.state == DELIBERATION and until is not None and runtime.current().clock.now() < until:
        raise DeliberationRunning(until=until)
    waiting = select(func.count()).select_from(Amendment).where(Amendment.version_id == version.id)
    count = session().scalar(waiting.where(Amendment.state.in_(WAITING))) or 0
    if count:
        raise AmendmentsOpen(count=count)
    other = select(AgreementVersion.id).where(
        AgreementVersion.agreement_id == document.id, AgreementVersion.id != version.id,
        AgreementVersion.state.in_((FROZEN, SIGNING)),
    )  # fmt: skip
    running = session().scalar(other.limit(1))
    if running is not None:
        raise AnotherVersionRunning(version_id=running)


def _check_words(version: AgreementVersion) -> None:
    if version.text_hash == _EMPTY:
        raise Invalid({"clauses": FieldFault.of(_("There is nothing to read yet."))})
