"""Whether what somebody said earlier counts: while she holds the role, or belongs, by which she said it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.agreements import AgreementVersion
from network import membership, networks
from network.agreements.rules.versions import DELIBERATION, DRAFT
from network.kernel.actor import Actor
from network.kernel.policy import Verdict


def said_freeze(version: AgreementVersion, network_id: str) -> tuple[str | None, str | None]:
    """Who said that the text may be fixed, as meta-mentor (or deputy) and as steward; None for nobody, and
    for who holds the role no more. Of a text that is fixed already it stays as it was."""
    host, steward = version.frozen_by_meta_mentor, version.frozen_by_steward
    if version.state in (DRAFT, DELIBERATION):
        host = host if still(host, network_id, networks.is_host) else None
        steward = steward if still(steward, network_id, networks.is_steward) else None
    return host, steward


def still(user_id: str | None, network_id: str, law: Callable[[Actor, Any], Verdict]) -> bool:
    """True for somebody of whom this law holds in the network now."""
    if user_id is None:
        return False
    return bool(law(membership.with_standings(Actor("person", user_id=user_id)), network_id))
