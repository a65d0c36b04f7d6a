"""How the end of a version in force is announced: with a day that lies ahead, never at once."""

from __future__ import annotations

from datetime import date

from network import networks
from network.agreements.commands.telling import role_of, tell
from network.agreements.commands.wording import lock_version
from network.agreements.events import TerminationAnnounced
from network.agreements.policy.versions import may_terminate_version
from network.agreements.queries.consent import has_passed
from network.agreements.queries.versions import VersionView, shown, visible_version
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.agreements.rules.versions import (
    MAX_REASON,
    NOTICE_OF_TERMINATION,
    ConsentRequired,
    RulesAreNeeded,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, InvalidTransition
from network.kernel.policy import require
from network.kernel.transaction import command
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
    """Announce that a version in force ends on a day, at least 30 days ahead, which is also the usual one. By
    the steward's notice; by meta-mentor or deputy where `decision_id` names a decision of the network that
    passed since it is in force and has no effect of its own; with proof. Raises NotFound, Forbidden,
    ProofRequired, VersionConflict, InvalidTransition, RulesAreNeeded for communication rules,
    ConsentRequired without the decision or with another one, Invalid by field."""
    version, document = visible_version(actor, version_id)
    require(may_terminate_version(actor, document.network_id))
    lock_version(version)
    check_version(version, expected_version, lambda row: shown(row, document))
    if document.kind == COMMUNICATION_RULES:
        raise RulesAreNeeded()
    if version.state != IN_FORCE or version.end_reason is not None:
        raise InvalidTransition(state=version.state)
    if decision_id is None:
        fits = bool(networks.is_steward(actor, document.network_id))
    else:  # who names one has to name the right one: it stands in the record
        fits = has_passed(document.network_id, decision_id, version.in_force_at)
    if not fits:
        raise ConsentRequired()
    today = runtime.current().clock.today()
    earliest = today + NOTICE_OF_TERMINATION
    ends_on = earliest if ends_on is None else ends_on
    faults: dict[str, FieldFault] = {}
    if ends_on < earliest:
        faults["ends_on"] = FieldFault.of(
            _("Give everybody at least %(days)s days until it ends."), days=NOTICE_OF_TERMINATION.days
        )
    if len(reason.strip()) > MAX_REASON:
        faults["reason"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_REASON)
    if faults:
        raise Invalid(faults)
    if version.valid_until is None or ends_on < version.valid_until:
        version.valid_until = ends_on
    version.end_reason = reason.strip()
    version.version += 1
    append(
        actor, "agreement_version.termination_announced", "agreement_version", version.id,
        network_id=document.network_id, acting_role=role_of(actor, document.network_id),
        reason=version.end_reason or None,
        after={
            "valid_until": version.valid_until.isoformat(), "decision_id": decision_id,
            "version": version.version,
        },
    )  # fmt: skip
    tell(TerminationAnnounced, version, document)
    return shown(version, document)
