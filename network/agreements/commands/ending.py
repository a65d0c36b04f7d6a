"""How the end of a version in force is announced: decided by the network, with a day that lies ahead."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion
from models.decisions import Decision
from network.agreements.commands.requesting import lock_for_effect
from network.agreements.commands.telling import role_of, tell
from network.agreements.commands.wording import lock_version
from network.agreements.events import TerminationAnnounced
from network.agreements.policy.versions import may_settle_versions, may_terminate_version
from network.agreements.queries.consent import has_passed
from network.agreements.queries.versions import VersionView, shown, visible_version
from network.agreements.rules.clock import state_on
from network.agreements.rules.ending import NOTICE_OF_TERMINATION, wished_day
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.agreements.rules.versions import (
    MAX_REASON,
    SUPERSEDED,
    ConsentRequired,
    RulesAreNeeded,
    is_too_far,
    too_far,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, InvalidTransition
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _


@command
def terminate_version(
    actor: Actor,
    version_id: str,
    expected_version: int,
    ends_on: date | None = None,
    reason: str = "",
    decision_id: str | None = None,
) -> VersionView:
    """Announce that a version in force ends on a day, at least 30 days ahead, which is also the usual one,
    because the network decided it: `decision_id` names a consent that passed since the version is in force
    and has no effect of its own; one with the effect `end_agreement` announces it by itself. By who leads,
    with proof; nobody alone (state-machines, B4). Raises NotFound, Forbidden, ProofRequired, VersionConflict,
    InvalidTransition, RulesAreNeeded for communication rules, ConsentRequired without the decision, Invalid
    by field."""
    version, document = visible_version(actor, version_id)
    require(may_terminate_version(actor, document.network_id))
    lock_version(version)
    check_version(version, expected_version, lambda row: shown(row, document))
    _check_endable(version, document)
    if decision_id is None or not has_passed(document.network_id, decision_id, version.in_force_at):
        raise ConsentRequired()
    today = runtime.current().clock.today()
    earliest = today + NOTICE_OF_TERMINATION
    faults: dict[str, FieldFault] = {}
    if ends_on is not None and ends_on < earliest:
        faults["ends_on"] = FieldFault.of(
            _("Give everybody at least %(days)s days until it ends."), days=NOTICE_OF_TERMINATION.days
        )
    if ends_on is not None and is_too_far(ends_on, today):
        faults["ends_on"] = too_far()
    if len(reason.strip()) > MAX_REASON:
        faults["reason"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_REASON)
    if faults:
        raise Invalid(faults)
    _announce(actor, version, document, ends_on or earliest, reason.strip(), decision_id)
    return shown(version, document)


def check_end(actor: Actor, network_id: str, effect_id: str | None, value: Any) -> None:
    """What a decision about an end takes: a version of this network that is in force and whose end nobody
    announced yet, and a day that lies ahead or none. Raises Invalid, InvalidTransition, RulesAreNeeded."""
    del actor
    version = session().get(AgreementVersion, effect_id) if effect_id else None
    document = session().get(Agreement, version.agreement_id) if version is not None else None
    if version is None or document is None or document.network_id != network_id:
        raise Invalid({"effect": FieldFault.of(_("There is no such version in this network."))})
    _check_endable(version, document)
    wished_day(value, runtime.current().clock.today())


def bring_end_about(
    actor: Actor, network_id: str, effect_id: str | None, value: Any, decision_id: str
) -> None:
    """Announce the end that the network decided, within the transaction that closes the decision: on the day
    that it named, and 30 days from now at the earliest. Where small corrections took the version's place
    meanwhile, what holds now ends. Raises InvalidTransition where it holds no more, or ends already."""
    require(may_settle_versions(actor))
    version, document = lock_for_effect(str(effect_id))
    if document.network_id != network_id:
        raise Invalid({"effect": FieldFault.of(_("There is no such version in this network."))})
    version = _corrected(version)
    _check_endable(version, document)
    earliest = runtime.current().clock.today() + NOTICE_OF_TERMINATION
    # However long people took to answer: from their answer on there is all of the notice.
    ends_on = max(date.fromisoformat(value), earliest) if value is not None else earliest
    why = session().get_one(Decision, decision_id).explanation[:MAX_REASON]
    _announce(actor, version, document, ends_on, why, decision_id)


def _corrected(version: AgreementVersion) -> AgreementVersion:
    """The version in force where only small corrections lie between it and this one; else this one."""
    if version.state != SUPERSEDED:
        return version
    later = select(AgreementVersion).where(
        AgreementVersion.agreement_id == version.agreement_id, AgreementVersion.is_correction.is_(True),
        AgreementVersion.state.in_((IN_FORCE, SUPERSEDED)),
    )  # fmt: skip
    next_of = {each.based_on: each for each in session().scalars(later)}
    found = version
    while found.id in next_of:
        found = next_of[found.id]
    return lock_version(found) if found.state == IN_FORCE else version


def _check_endable(version: AgreementVersion, document: Agreement) -> None:
    if document.kind == COMMUNICATION_RULES:
        raise RulesAreNeeded()
    state = state_on(version, document.kind, runtime.current().clock.today())
    if state != IN_FORCE or version.end_reason is not None or version.builtin is not None:
        raise InvalidTransition(state=state)


def _announce(
    actor: Actor, version: AgreementVersion, document: Agreement, ends_on: date, why: str, decision_id: str
) -> None:
    if version.valid_until is None or ends_on < version.valid_until:
        version.valid_until = ends_on
    version.end_reason = why
    version.version += 1
    append(
        actor, "agreement_version.termination_announced", "agreement_version", version.id,
        network_id=document.network_id, acting_role=role_of(actor, document.network_id), reason=why or None,
        after={
            "valid_until": version.valid_until.isoformat(), "decision_id": decision_id,
            "version": version.version,
        },
    )  # fmt: skip
    tell(TerminationAnnounced, version, document)
