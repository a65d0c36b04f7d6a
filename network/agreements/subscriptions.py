"""Which facts bring a signer her copy."""

from __future__ import annotations

from network.agreements.commands.copies import send_copies, send_copy
from network.agreements.events import AgreementCameIntoForce, VersionSigned
from network.kernel.actor import system_actor
from network.kernel.events import subscribe


@subscribe(AgreementCameIntoForce)
def copies_for_all(fact: AgreementCameIntoForce) -> None:
    """Everybody who signed gets a copy of what holds now."""
    if not fact.correction:
        send_copies(system_actor("agreements"), fact.entity_id)


@subscribe(VersionSigned)
def copy_for_one(fact: VersionSigned) -> None:
    """Who signs what is in force already gets hers now."""
    send_copy(system_actor("agreements"), fact.entity_id)
