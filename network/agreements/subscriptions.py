"""What decisions bring about for a text that waits for them, and which facts bring a signer her copy."""

from __future__ import annotations

from network import decisions
from network.agreements.commands.consenting import check_consent, give_consent, take_objection_up
from network.agreements.commands.copies import send_copies, send_copy
from network.agreements.commands.destroying import destroy_names as destroy_names  # its job begins with it
from network.agreements.events import AgreementCameIntoForce, VersionSigned
from network.agreements.rules.versions import ACTIVATE
from network.decisions.events import DecisionClosed
from network.kernel.actor import system_actor
from network.kernel.events import subscribe

decisions.register_effect(ACTIVATE, check_consent, give_consent)


@subscribe(DecisionClosed)
def talk_again(fact: DecisionClosed) -> None:
    """An objection that stood to the end opens the text again (state-machines, B4)."""
    if fact.effect_type == ACTIVATE and fact.outcome != "passed":
        take_objection_up(system_actor("agreements.consent"), fact.entity_id)


@subscribe(AgreementCameIntoForce)
def copies_for_all(fact: AgreementCameIntoForce) -> None:
    """Everybody who signed gets a copy of what holds now."""
    if not fact.correction:
        send_copies(system_actor("agreements"), fact.entity_id)


@subscribe(VersionSigned)
def copy_for_one(fact: VersionSigned) -> None:
    """Who signs what is in force already gets hers now."""
    send_copy(system_actor("agreements"), fact.entity_id)
