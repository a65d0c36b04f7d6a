"""How the rules of a network are adopted at first, and how somebody accepts them."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion, Clause, RulesAcceptance
from network import membership, networks
from network.agreements.events import AgreementCameIntoForce, RulesAccepted
from network.agreements.policy.versions import may_accept_rules, may_adopt_builtin_rules
from network.agreements.rules.texts import (
    BUILTIN_RULES,
    COMMUNICATION_RULES,
    IN_FORCE,
    TITLE,
    RulesAlreadyAdopted,
    VersionSuperseded,
    builtin_rules,
    clause_hash,
    text_hash,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import add_once, command, session
from network.kernel.translation import mark as _
from network.kernel.translation import supported, translate


class AcceptanceView(TypedDict):
    """That a person accepted a version of the rules, and when."""

    id: str
    network_id: str
    version_id: str
    user_id: str
    accepted_at: datetime
    created: bool


@command
def adopt_builtin_rules(actor: Actor, network_id: str, language: str) -> str:
    """Give a new network the five built-in rules as version 1 of its communication rules, in force at once
    (contract.md, `rules_version_id`), in the product's language nearest to `language`; returns the version's
    id. Refused to everybody but the founding organisation; RulesAlreadyAdopted where there are rules."""
    require(may_adopt_builtin_rules(actor, networks.network_row(network_id)))
    work = session()
    existing = select(Agreement.id).where(
        Agreement.network_id == network_id, Agreement.kind == COMMUNICATION_RULES
    )
    if work.scalar(existing) is not None:
        raise RulesAlreadyAdopted()
    now, written_in = runtime.current().clock.now(), supported(language)
    clauses = builtin_rules(written_in)
    document = Agreement(
        id=new_id(), network_id=network_id, kind=COMMUNICATION_RULES, title=translate(written_in, TITLE),
        language=written_in, created_at=now,
    )  # fmt: skip
    version = AgreementVersion(
        id=new_id(), agreement_id=document.id, number=1, state=IN_FORCE, builtin=BUILTIN_RULES,
        text_hash=text_hash((clause.heading, clause.text) for clause in clauses),
        in_force_at=now, created_by=actor.id, created_at=now, version=1,
    )  # fmt: skip
    work.add(document)
    work.flush()
    work.add(version)
    work.flush()
    for position, clause in enumerate(clauses, start=1):
        work.add(
            Clause(
                version_id=version.id, clause_id=new_id(), position=position, heading=clause.heading,
                text=clause.text, short=clause.short, hash=clause_hash(clause.heading, clause.text),
            )
        )  # fmt: skip
    work.flush()
    networks.set_rules_version(network_id, version.id)
    append(
        actor, "agreement_version.adoption", "agreement_version", version.id, network_id=network_id,
        acting_role="steward" if actor.is_person else None, after={"state": IN_FORCE, "number": 1},
        rules_version_id=version.id,
    )  # fmt: skip
    record(
        AgreementCameIntoForce(
            scope=f"network:{network_id}", entity_id=version.id, agreement_id=document.id,
            agreement_kind=COMMUNICATION_RULES, number=1,
        )
    )  # fmt: skip
    return version.id


@command
def accept_rules(actor: Actor, network_id: str, version_id: str) -> AcceptanceView:
    """Accept the rules of a network; before that nobody writes there. Accepting again changes nothing.
    Raises NotFound where the network is not visible, Forbidden to who has no running membership or is
    suspended, Invalid when the version is none of this network's rules, VersionSuperseded when it no longer
    holds."""
    network = networks.visible_network_row(actor, network_id)
    require(may_accept_rules(actor, network.id))
    version = _rules_version(network.id, version_id)
    if version.state != IN_FORCE:
        raise VersionSuperseded(current_version_id=network.rules_version_id)
    kept, created = accept_once(actor.id, actor.language, version_id)
    standing = actor.standing(network.id)
    if created or (standing is not None and not standing.rules_accepted):
        # Who left and came back has a new membership, which knows nothing of the old acceptance.
        membership.record_rules_acceptance(actor.id, network.id, version_id)
    if created:
        record(
            RulesAccepted(
                scope=f"user:{actor.id}", entity_id=kept.id, entity_version=1, network_id=network.id,
                version_id=version_id, number=version.number,
            )
        )  # fmt: skip
    return {
        "id": kept.id, "network_id": network.id, "version_id": version_id,
        "user_id": kept.user_id, "accepted_at": kept.accepted_at, "created": created,
    }  # fmt: skip


def accept_once(user_id: str, language: str, version_id: str) -> tuple[RulesAcceptance, bool]:
    """Note that a person accepted a version, within the running command; True where she had not before."""
    wanted = select(RulesAcceptance).where(
        RulesAcceptance.version_id == version_id, RulesAcceptance.user_id == user_id
    )
    kept = session().scalars(wanted).one_or_none()
    if kept is not None:
        return kept, False
    made = RulesAcceptance(
        id=new_id(), version_id=version_id, user_id=user_id, language=language,
        accepted_at=runtime.current().clock.now(),
    )  # fmt: skip
    if not add_once(made):
        # With the other one came all that follows.
        return session().scalars(wanted).one(), False
    return made, True


def _rules_version(network_id: str, version_id: str) -> AgreementVersion:
    wanted = (
        select(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(AgreementVersion.id == version_id, Agreement.network_id == network_id)
        .where(Agreement.kind == COMMUNICATION_RULES)
    )
    version = session().scalars(wanted).one_or_none()
    if version is None:
        raise Invalid({"version_id": FieldFault.of(_("These are not the rules of this network."))})
    return version
