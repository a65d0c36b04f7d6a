"""Whom it concerns when a network's decision or document goes on: the facts of the log, one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from models.agreements import Agreement, AgreementVersion, SignatureRequest
from models.decisions import Decision, DecisionObjection, Elector
from models.membership import Membership
from models.organisations import Steward
from network import decisions, membership, networks
from network.agreements.events import (
    AmendmentAnswered,
    AmendmentOutdated,
    DeliberationOpened,
    SigningOpened,
    TerminationAnnounced,
    VersionFrozen,
)
from network.decisions.events import (
    DecisionCancelled,
    DecisionClosed,
    DecisionOpened,
    ObjectionChanged,
    ObjectionRaised,
    PersonMatterRaised,
)
from network.kernel.transaction import session
from network.notifications.rules.affairs import (
    ANSWERED,
    CANCELLED,
    CLOSED,
    CONCERNED,
    DELIBERATION,
    ENDING,
    FROZEN,
    INTEGRATED,
    NEXT_ROUND,
    OBJECTED,
    OPENED,
    OUTDATED,
    SIGN,
)


class ToTell(NamedTuple):
    """What concerns one person: `event` tells it from everything else, `entity_id` is what it is about."""

    user_id: str
    event: str
    kind: str
    network_id: str
    entity_id: str


def concerned_by_affair(entry: Any) -> list[ToTell]:
    """Whom a fact of the log concerns, `entry` being its `type`, `entity_id`, `entity_version` and `codes`;
    who may hear of it is asked again when something leaves."""
    return _tellers[entry.type](entry)


def told(kind: str, event: str, network_id: str, entity_id: str, users: Iterable[str]) -> list[ToTell]:
    """The same notice to each of these people."""
    return [ToTell(user, event, kind, network_id, entity_id) for user in dict.fromkeys(users)]


def leads_of(network_id: str, *, with_deputies: bool = True) -> list[str]:
    """Who sees to a network's affairs: meta-mentors, deputies, and the stewards of the founding
    organisation."""
    roles = ("meta_mentor", "deputy") if with_deputies else ("meta_mentor",)
    running = membership.running_appointments(network_id)
    leads = [str(each["user"]["id"]) for each in running if each["role"] in roles]
    return leads + stewards_of([networks.network_row(network_id).organisation_id])


def stewards_of(organisation_ids: Collection[str]) -> list[str]:
    """Who acts for any of these organisations now."""
    wanted = select(Steward.user_id).where(
        Steward.organisation_id.in_(organisation_ids), Steward.ended_at.is_(None)
    )
    return list(session().scalars(wanted.order_by(Steward.user_id)))


def accepted_once(network_id: str) -> Select[str]:
    """Who is an active member and accepted rules there, those that hold now or older ones."""
    active = membership.active_user_ids(network_id)
    return active.where(Membership.rules_version_id.is_not(None))


def _opened(entry: Any) -> list[ToTell]:
    decision = session().get(Decision, entry.entity_id)
    if decision is None or entry.codes.get("state") != "open":
        return []
    kind = NEXT_ROUND if decision.round > 1 else OPENED
    if decision.meeting_id is not None and decision.round == 1:
        # Of whom it is written that she agreed on the call hears it too: she can say that it was otherwise.
        others = [user for user in electors_of(decision) if user != decision.proposed_by]
        return _of_decision(decision, kind, others)
    electors = electors_of(decision) if decision.anonymous else decisions.silent_electors(decision.id)
    return _of_decision(decision, kind, electors)


def _closed(entry: Any) -> list[ToTell]:
    decision = session().get(Decision, entry.entity_id)
    return [] if decision is None else _of_decision(decision, CLOSED, _all_of(decision))


def _cancelled(entry: Any) -> list[ToTell]:
    decision = session().get(Decision, entry.entity_id)
    if decision is None or entry.codes.get("reason") == "next_round":
        return []  # the next round tells it
    return _of_decision(decision, CANCELLED, _all_of(decision))


def _raised_about(entry: Any) -> list[ToTell]:
    decision = session().get(Decision, entry.entity_id)
    if decision is None or decision.concerned_user_id is None or entry.codes.get("state") == "cancelled":
        return []
    # Once for each wording of each round: she has her day for what it says now.
    event = f"decision:{decision.id}:{CONCERNED}:{entry.entity_version}"
    return told(CONCERNED, event, decision.network_id, decision.id, [decision.concerned_user_id])


def _objection_raised(entry: Any) -> list[ToTell]:
    found = _objection(entry.entity_id)
    if found is None:
        return []
    objection, decision = found
    who = [] if objection.voter == decision.proposed_by else [decision.proposed_by]
    return told(OBJECTED, f"objection:{objection.id}", decision.network_id, decision.id, who)


def _objection_answered(entry: Any) -> list[ToTell]:
    found = _objection(entry.entity_id)
    # In an anonymous decision nobody may know whose objection it is, and a notice would keep it.
    if found is None or entry.codes.get("state") != "in_integration" or found[1].anonymous:
        return []
    objection, decision = found
    event = f"objection:{objection.id}:{entry.entity_version}"
    return told(INTEGRATED, event, decision.network_id, decision.id, [objection.voter])


def _deliberation(entry: Any) -> list[ToTell]:
    found = _version(entry.entity_id)
    if found is None:
        return []
    version, document = found
    members = session().scalars(accepted_once(document.network_id)).all()
    event = f"version:{version.id}:{DELIBERATION}:{entry.entity_version}"
    return told(DELIBERATION, event, document.network_id, version.id, members)


def _frozen(entry: Any) -> list[ToTell]:
    found = _version(entry.entity_id)
    if found is None:
        return []
    version, document = found
    event = f"version:{version.id}:{FROZEN}:{entry.entity_version}"
    return told(FROZEN, event, document.network_id, version.id, leads_of(document.network_id))


def _ending(entry: Any) -> list[ToTell]:
    found = _version(entry.entity_id)
    if found is None:
        return []
    version, document = found
    who = [*session().scalars(accepted_once(document.network_id)).all(), *leads_of(document.network_id)]
    who += stewards_of(version.activation_organisations)
    return told(ENDING, f"version:{version.id}:{ENDING}", document.network_id, version.id, who)


def _signing(entry: Any) -> list[ToTell]:
    found = _version(entry.entity_id)
    if found is None:
        return []
    version, document = found
    return told(SIGN, f"version:{version.id}:{SIGN}", document.network_id, version.id, asked_of(version.id))


def _amendment_told(kind: str) -> Callable[[Any], list[ToTell]]:
    def tell(entry: Any) -> list[ToTell]:
        found = _version(str(entry.codes.get("version_id")))
        if found is None:
            return []
        event = f"amendment:{entry.entity_id}:{entry.entity_version}"
        author = str(entry.codes["author_id"])
        return told(kind, event, found[1].network_id, entry.entity_id, [author])

    return tell


def asked_of(version_id: str) -> list[str]:
    """Who is asked to sign a version: members, and the stewards of organisations."""
    wanted = select(SignatureRequest.capacity, SignatureRequest.party).where(
        SignatureRequest.version_id == version_id
    )
    rows = session().execute(wanted.order_by(SignatureRequest.party)).all()
    members = [row.party for row in rows if row.capacity == "member"]
    return members + stewards_of([row.party for row in rows if row.capacity != "member"])


def _of_decision(decision: Decision, kind: str, users: Iterable[str]) -> list[ToTell]:
    return told(kind, f"decision:{decision.id}:{kind}", decision.network_id, decision.id, users)


def electors_of(decision: Decision) -> list[str]:
    """Who takes part, whether she said something or not."""
    standing = select(Elector.user_id).where(
        Elector.decision_id == decision.id, Elector.voided_at.is_(None)
    )  # fmt: skip
    return list(session().scalars(standing.order_by(Elector.user_id)))


def _all_of(decision: Decision) -> list[str]:
    others = [decision.proposed_by, decision.concerned_user_id]
    return electors_of(decision) + [user for user in others if user is not None]


def _objection(objection_id: str) -> tuple[DecisionObjection, Decision] | None:
    objection = session().get(DecisionObjection, objection_id)
    decision = None if objection is None else session().get(Decision, objection.decision_id)
    return None if objection is None or decision is None else (objection, decision)


def _version(version_id: str) -> tuple[AgreementVersion, Agreement] | None:
    version = session().get(AgreementVersion, version_id)
    return None if version is None else (version, session().get_one(Agreement, version.agreement_id))


_tellers: Mapping[str, Callable[[Any], list[ToTell]]] = {
    DecisionOpened.kind: _opened,
    DecisionClosed.kind: _closed,
    DecisionCancelled.kind: _cancelled,
    PersonMatterRaised.kind: _raised_about,
    ObjectionRaised.kind: _objection_raised,
    ObjectionChanged.kind: _objection_answered,
    DeliberationOpened.kind: _deliberation,
    VersionFrozen.kind: _frozen,
    SigningOpened.kind: _signing,
    TerminationAnnounced.kind: _ending,
    AmendmentAnswered.kind: _amendment_told(ANSWERED),
    AmendmentOutdated.kind: _amendment_told(OUTDATED),
}
FACTS_OF_AFFAIRS = tuple(_tellers)
