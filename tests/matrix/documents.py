"""Versions in each state, so that every step has one from which it can be taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.agreements import Clause, SignatureRequest
from models.decisions import Decision
from models.networks import Network
from models.people import User
from network.agreements.rules.texts import text_hash
from network.kernel import runtime
from network.kernel.ids import new_id
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import CLAUSES, make_agreement, make_version
from tests.factories.people import save
from tests.factories.signatures import make_signature

TEXT_HASH = text_hash(CLAUSES)
VERSION_OF = {
    "change_version": "draft_version_id", "open_deliberation": "draft_version_id",
    "abandon_version": "draft_version_id", "rework_version": "talk_version_id",
    "freeze_version": "talk_version_id", "request_signatures": "frozen_version_id",
    "activate_version": "signing_version_id", "sign_version": "signing_version_id",
    "decline_version": "signing_version_id", "discuss_correction": "correction_version_id",
    "terminate_version": "held_version_id", "withdraw_signature": "held_version_id",
    "list_signatures": "held_version_id",
}  # fmt: skip
"""Which version a route of `api_agreements` is asked about; every other one about the rules in force."""
PAGES_OF = {
    "versions.changes": {"version_id": "talk_version_id"},
    "versions.signatures": {"version_id": "held_version_id"},
    "signing.sign": {"version_id": "signing_version_id"},
    "organisation_signing.sign": {"version_id": "asked_version_id"},
    "signing.decline": {"version_id": "signing_version_id"},
    "signing.withdraw": {"version_id": "held_version_id"},
    "drafting.draft": {"version_id": "draft_version_id"},
    "drafting.terms": {"version_id": "draft_version_id"},
    "drafting.add": {"version_id": "draft_version_id"},
    "drafting.clause": {"version_id": "draft_version_id", "clause_id": "draft_clause_id"},
    "drafting.arrange": {"version_id": "draft_version_id", "clause_id": "draft_clause_id"},
    "agreement_steps.step": {"version_id": "talk_version_id"},
    "deliberation.talk": {"version_id": "debate_version_id"},
    "deliberation.comment": {"version_id": "debate_version_id"},
    "said.said": {"version_id": "debate_version_id"},
    "deliberation.amend": {"version_id": "debate_version_id"},
}
"""Which of the things here stands in the address of a page."""


def add_documents(network_id: str, ids: dict[str, str], signer: User) -> None:
    """A charter being drafted and talked about, one that waits for the yes and has it, one that waits for
    signatures, and one that holds and is being corrected."""
    now = runtime.current().clock.now()
    with unit_of_work():
        network = session().get_one(Network, network_id)
        session().expunge(network)

    def version(document: Any, state: str, **over: Any) -> str:
        values = {"builtin": None, "in_force_at": None, "created_at": now} | over
        return make_version(network, document, state=state, **values).id

    drafted, waits, signs, holds, asks = (
        make_agreement(network, kind="office_charter", title=f"Charter {number}") for number in range(5)
    )
    ids["agreement_id"] = drafted.id
    ids["draft_version_id"] = version(drafted, "draft", activation_members="2/3")
    ids["talk_version_id"] = version(
        drafted, "deliberation", number=2, opened_at=now, deliberation_until=now - timedelta(days=1)
    )
    with unit_of_work():
        of_it = select(Clause.clause_id).where(Clause.version_id == ids["draft_version_id"])
        ids["draft_clause_id"] = session().scalars(of_it.order_by(Clause.position)).all()[0]
    ids["frozen_version_id"] = version(waits, "frozen", frozen_at=now - timedelta(days=2))
    ids["signing_version_id"] = version(
        signs, "signing", signing_at=now, signing_until=now + timedelta(days=30)
    )
    asked = {"capacity": "organisation", "party": network.organisation_id, "requested_at": now}
    ids["asked_version_id"] = version(
        asks, "signing", signing_at=now, signing_until=now + timedelta(days=30),
        activation_organisations=[network.organisation_id],
    )  # fmt: skip
    save(SignatureRequest(version_id=ids["asked_version_id"], **asked))
    held = make_version(
        network,
        holds,
        state="superseded",
        builtin=None,
        read_only_after=14,
        in_force_at=now - timedelta(days=5),
    )
    held.state = "in_force"  # of another document than the rules
    save(held)
    make_signature(held, signer)
    ids["held_version_id"] = held.id
    ids["correction_version_id"] = version(
        holds, "deliberation", number=2, is_correction=True, based_on=held.id, base_hash=TEXT_HASH,
        deliberation_until=now + timedelta(days=7),
    )  # fmt: skip
    save(
        Decision(
            id=new_id(), network_id=network.id, kind="consent", question="Is this ours?", explanation="",
            language="en", state="closed", closes_at=now, opened_at=now, quorum="1/2", threshold="1/2",
            anonymous=False, hidden_until_closed=False, silence="never", effect_type="activate_agreement",
            effect_id=ids["frozen_version_id"], effect_state="done", round=1, proposed_by=network.created_by,
            raised_at=now, created_at=now, closed_at=now, electorate_count=3, version=3,
            result={
                "outcome": "passed", "option_id": None, "counts": {"consent": 3}, "electorate_count": 3,
                "taken_count": 3, "quorum_needed": 2, "rule": "consent",
            },
        )
    )  # fmt: skip
