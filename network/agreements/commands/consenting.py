"""What follows from the network's yes or no to a fixed text."""

from __future__ import annotations

from typing import Any

from models.agreements import Agreement, AgreementVersion
from models.decisions import Decision
from network import decisions, networks
from network.agreements.commands.deliberating import return_to_deliberation
from network.agreements.commands.requesting import lock_for_effect, start_signing
from network.agreements.commands.settling import adopt_quietly
from network.agreements.policy.versions import may_request_signatures, may_settle_versions
from network.agreements.queries.versions import VersionView, shown, visible_version
from network.agreements.rules.signing import is_quiet
from network.agreements.rules.versions import ACTIVATE, FROZEN, ConsentRequired, NotFrozen, TextChanged
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, InvalidTransition
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _


def check_consent(actor: Actor, network_id: str, effect_id: str | None, value: Any) -> None:
    """What a decision about a version takes: it is one of this network's, and its text is fixed. Raises
    Invalid, NotFrozen."""
    del actor, value
    version = session().get(AgreementVersion, effect_id) if effect_id else None
    document = session().get(Agreement, version.agreement_id) if version is not None else None
    if version is None or document is None or document.network_id != network_id:
        raise Invalid({"effect": FieldFault.of(_("There is no such version in this network."))})
    if version.state != FROZEN:
        raise NotFrozen(state=version.state)


def give_consent(actor: Actor, network_id: str, effect_id: str | None, value: Any, decision_id: str) -> None:
    """From frozen to signing, no further (contract.md), within the transaction that closes the decision; what
    nobody has to sign goes on into force (state-machines, B4). Raises NotFrozen where the version went
    another way meanwhile, TextChanged where it was fixed anew with other words since the decision was
    opened."""
    require(may_request_signatures(actor, network_id))
    check_consent(actor, network_id, effect_id, value)
    version, document = _lock(str(effect_id))
    decision = session().get_one(Decision, decision_id)
    if version.state != FROZEN:
        raise NotFrozen(state=version.state)
    if _is_about_older_words(decision, version):
        raise TextChanged(version_id=version.id, text_hash=version.text_hash, state=version.state)
    _go_on(actor, version, document)


@command
def request_signatures(actor: Actor, version_id: str, expected_version: int) -> VersionView:
    """Ask for signatures of a fixed text to which the network said yes; passing does that by itself, so this
    is for where it was refused for a moment. What nobody has to sign comes into force by it. By who leads the
    network. Raises NotFound, Forbidden, VersionConflict, InvalidTransition, ConsentRequired (409
    `decision_required`) without the yes."""
    version, document = visible_version(actor, version_id)
    require(may_request_signatures(actor, document.network_id))
    _lock(version_id)
    check_version(version, expected_version, lambda row: shown(row, document))
    if version.state != FROZEN:
        raise InvalidTransition(state=version.state)
    if decisions.passed_decision(ACTIVATE, version.id) is None:
        raise ConsentRequired()
    _go_on(actor, version, document)
    return shown(version, document)


@command
def take_objection_up(actor: Actor, decision_id: str) -> bool:
    """Bring a fixed text back to be talked about when the decision about it ended with an objection that
    stood; True where it did. The system only."""
    require(may_settle_versions(actor))
    decision = session().get(Decision, decision_id)
    if decision is None or decision.effect_type != ACTIVATE or decision.effect_id is None:
        return False
    result = decision.result or {}
    if result.get("outcome") == "passed" or result.get("rule") != "objection":
        return False
    version, document = lock_for_effect(decision.effect_id)
    if version.state != FROZEN or _is_about_older_words(decision, version):
        return False
    return_to_deliberation(actor, version, document, f"decision {decision_id}")
    return True


def _lock(version_id: str) -> tuple[AgreementVersion, Agreement]:
    # Rules that hold at once stand in the network's row, and that is locked before its documents.
    version = session().get_one(AgreementVersion, version_id)
    if is_quiet(version):
        networks.lock_network(session().get_one(Agreement, version.agreement_id).network_id)
    return lock_for_effect(version_id)


def _go_on(actor: Actor, version: AgreementVersion, document: Agreement) -> None:
    if is_quiet(version):
        adopt_quietly(actor, version, document)
    else:
        start_signing(actor, version, document)


def _is_about_older_words(decision: Decision, version: AgreementVersion) -> bool:
    """True where the text was opened and fixed anew after the decision had begun."""
    opened, frozen = decision.opened_at, version.frozen_at
    return opened is not None and frozen is not None and frozen > opened
