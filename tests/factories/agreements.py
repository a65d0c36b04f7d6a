"""Makes rules of networks and acceptances of them."""

from __future__ import annotations

from typing import Any

from models.agreements import Agreement, AgreementVersion, Clause, RulesAcceptance
from models.membership import Membership
from models.networks import Network
from network.agreements.rules.texts import BUILTIN_RULES, clause_hash, text_hash
from network.kernel import runtime
from network.kernel.ids import new_id
from network.kernel.transaction import session, unit_of_work
from tests.factories.people import save, together

CLAUSES = [("Be kind", "We listen before we answer."), ("Keep it here", "What is said here stays here.")]


def make_agreement(network: Network, **over: Any) -> Agreement:
    """The document of the communication rules, without a version yet."""
    values = {
        "id": new_id(),
        "network_id": network.id,
        "kind": "communication_rules",
        "title": "Our rules",
        "language": "en",
        "created_at": runtime.current().clock.now(),
    }
    return save(Agreement(**values | over))


@together
def make_version(network: Network, agreement: Agreement | None = None, **over: Any) -> AgreementVersion:
    """Rules with two clauses that hold in the network since now, and that the network knows as its own."""
    document = agreement or make_agreement(network)
    now = runtime.current().clock.now()
    values = {
        "id": new_id(),
        "agreement_id": document.id,
        "number": 1,
        "state": "in_force",
        "builtin": BUILTIN_RULES,
        "text_hash": text_hash(CLAUSES),
        "in_force_at": now,
        "created_by": network.created_by,
        "created_at": now,
        "version": 1,
    }
    row = save(AgreementVersion(**values | over))
    for position, (heading, text) in enumerate(CLAUSES, start=1):
        save(
            Clause(
                version_id=row.id, clause_id=new_id(), position=position, heading=heading, text=text,
                short=heading, hash=clause_hash(heading, text),
            )
        )  # fmt: skip
    if row.state == "in_force":
        hold(network, row.id)
    return row


def hold(network: Network, version_id: str) -> None:
    """Say in the network's row which version of the rules holds."""
    with unit_of_work():
        kept = session().get_one(Network, network.id)
    kept.rules_version_id = version_id
    save(kept)
    network.rules_version_id = version_id


@together
def make_acceptance(version: AgreementVersion, joined: Membership, **over: Any) -> RulesAcceptance:
    """The person of a membership accepted the version just now; her membership knows it."""
    now = runtime.current().clock.now()
    with unit_of_work():
        kept = session().get_one(Membership, joined.id)
    kept.rules_version_id, kept.rules_accepted_at = version.id, now
    save(kept)
    values = {
        "id": new_id(),
        "version_id": version.id,
        "user_id": joined.user_id,
        "language": "en",
        "accepted_at": now,
    }
    return save(RulesAcceptance(**values | over))
