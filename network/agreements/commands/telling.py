"""How a version's step is taken and told: state, audit row, fact."""

from __future__ import annotations

from typing import Any

from models.agreements import Agreement, AgreementVersion
from network.agreements.queries.versions import shown
from network.agreements.rules.versions import VERSION, codes
from network.kernel.actor import Actor
from network.kernel.events import Fact, record
from network.kernel.transaction import session
from network.kernel.transitions import transition


def step(
    actor: Actor,
    version: AgreementVersion,
    document: Agreement,
    action: str,
    expected_version: int | None = None,
    reason: str | None = None,
) -> str:
    """Take a step of the machine with its audit row; returns the state it came from."""
    return transition(
        VERSION, version, action, actor, expected_version=expected_version,
        show=lambda row: shown(row, document), network_id=document.network_id,
        acting_role=role_of(actor, document.network_id), reason=reason,
    )  # fmt: skip


def tell(fact: type[Fact], version: AgreementVersion, document: Agreement, **more: Any) -> None:
    """Record a fact about a version."""
    session().flush()
    record(
        fact(
            scope=f"network:{document.network_id}", entity_id=version.id, entity_version=version.version,
            **codes(version, document.kind), **more,
        )
    )  # fmt: skip


def role_of(actor: Actor, network_id: str) -> str | None:
    """The role in which somebody acts on a document."""
    roles = ("meta_mentor", "deputy", "steward")
    return next((role for role in roles if actor.has_role(network_id, role)), None)
