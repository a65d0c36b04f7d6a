"""What is asked of oneself: whose signature waits for the actor, and what she said so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from models.agreements import Agreement, AgreementVersion, Signature, SignatureRequest
from network import membership, organisations, people
from network.agreements.policy.versions import sees_reasons
from network.agreements.queries.counting import signed_under
from network.agreements.queries.signatures import last_signatures
from network.agreements.queries.versions import visible_version
from network.agreements.rules.signing import (
    CAPACITY_MEMBER,
    CAPACITY_ORGANISATION,
    SIGNED,
    WITHDRAWN,
    state_of,
)
from network.agreements.rules.versions import SIGNABLE, SIGNING
from network.kernel.actor import Actor
from network.kernel.fractions import parse_share
from network.kernel.transaction import session
from network.networks import is_member
from network.people import PersonView


class OwnSignature(TypedDict):
    """What a version asks of the actor in one capacity. `state` is null, signed, declined or withdrawn;
    `signed_before` the version that was signed last, `signed_before_at` when; of an organisation these are
    null."""

    capacity: str
    organisation_id: str | None
    organisation_name: str | None
    state: str | None
    signed_at: datetime | None
    signed_before: str | None
    signed_before_at: datetime | None
    due_at: datetime | None


class WaitingSignature(TypedDict):
    """A version that waits for the actor's signature; `due_at`: by when she was asked, or
    before it is in force until when the signing goes on."""

    version_id: str
    network_id: str
    agreement_id: str
    kind: str
    title: str
    number: int
    language: str
    organisation_id: str | None
    signed_before: str | None
    due_at: datetime | None


def my_signatures(actor: Actor, version_id: str) -> list[OwnSignature]:
    """What a version asks of the actor: as a member first, then for each organisation that is asked and for
    which she acts. Raises NotFound where the version is not open to her."""
    version, document = visible_version(actor, version_id)
    asked = {
        (row.capacity, row.party): row
        for row in session().scalars(
            select(SignatureRequest).where(
                SignatureRequest.version_id == version.id,
                SignatureRequest.party.in_([actor.user_id or "", *sorted(actor.stewardships)]),
            )
        )
    }
    said = session().scalars(
        select(Signature)
        .where(Signature.version_id.in_(signed_under(version)))
        .where(
            or_(
                and_(Signature.user_id == actor.user_id, Signature.capacity == CAPACITY_MEMBER),
                Signature.organisation_id.in_(sorted(actor.stewardships)),
            )
        )
    ).all()  # fmt: skip
    found: list[OwnSignature] = []
    own = [row for row in said if row.capacity == CAPACITY_MEMBER]
    request = asked.get((CAPACITY_MEMBER, actor.user_id or ""))
    is_due = (
        version.state in SIGNABLE and version.builtin is None
        and parse_share(version.activation_members).part > 0 and bool(is_member(actor, document.network_id))
    )  # fmt: skip
    if request is not None or own or is_due:
        before = last_signatures([actor.user_id or ""], document.id, but=version.id)
        found.append(_own(own, request, None, before.get(actor.user_id or "")))
    parties = [party for kind, party in asked if kind != CAPACITY_MEMBER]
    theirs = organisations.organisations_by_id(parties) if parties else {}
    for each in sorted(theirs.values(), key=lambda one: one["name"]):
        rows = [row for row in said if row.organisation_id == each["id"]]
        shown = _own(rows, asked[CAPACITY_ORGANISATION, each["id"]], each["id"], None)
        shown["state"] = _state_of_organisation(rows, actor.user_id or "")
        found.append({**shown, "organisation_name": each["name"]})
    return found


def _own(
    rows: Sequence[Signature],
    request: SignatureRequest | None,
    organisation_id: str | None,
    before: tuple[str, datetime] | None,
) -> OwnSignature:
    signed_at = next((row.signed_at for row in rows if row.state == SIGNED), None)
    return {
        "capacity": CAPACITY_MEMBER if organisation_id is None else CAPACITY_ORGANISATION,
        "organisation_id": organisation_id, "organisation_name": None,
        "state": state_of([row.state for row in rows]), "signed_at": signed_at,
        "signed_before": before[0] if before else None, "signed_before_at": before[1] if before else None,
        "due_at": request.due_at if request is not None else None,
    }  # fmt: skip


def _state_of_organisation(rows: Sequence[Signature], user_id: str) -> str | None:
    """Where one signature for it stands it has signed, whoever gave that; else what she said herself, for
    what another said or took back for it keeps her from nothing."""
    by_person: dict[str, list[str]] = {}
    for row in rows:
        by_person.setdefault(row.user_id, []).append(row.state)
    if any(state_of(said) == SIGNED for said in by_person.values()):
        return SIGNED
    return state_of(by_person.get(user_id, []))


def waiting_signatures(
    actor: Actor, network_id: str | None = None, *, organisation_id: str | None = None
) -> list[WaitingSignature]:
    """The versions of a network that wait for the actor's own signature, or for that of an organisation for
    which she acts; with `organisation_id` those of any network that wait for this one, whether she belongs
    there or not. Without those to which she said no. In one statement."""
    party = or_(
        and_(SignatureRequest.capacity == CAPACITY_MEMBER, SignatureRequest.party == (actor.user_id or "")),
        and_(
            SignatureRequest.capacity == CAPACITY_ORGANISATION,
            SignatureRequest.party.in_(sorted(actor.stewardships)),
        ),
    )
    answered = (
        select(Signature.id)
        .where(Signature.version_id == SignatureRequest.version_id)
        .where(Signature.capacity == SignatureRequest.capacity)
        .where(or_(Signature.user_id == SignatureRequest.party, _says_for_organisation(actor)))
        .exists()
    )
    wanted = (
        select(SignatureRequest, AgreementVersion, Agreement)
        .join(AgreementVersion, AgreementVersion.id == SignatureRequest.version_id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(AgreementVersion.state.in_(sorted(SIGNABLE)), party, ~answered)
        .order_by(SignatureRequest.requested_at)
    )
    if organisation_id is not None:
        wanted = wanted.where(SignatureRequest.party == organisation_id)
    if network_id is not None or organisation_id is None:
        wanted = wanted.where(Agreement.network_id == network_id)
    return [
        {
            "version_id": version.id, "network_id": document.network_id, "agreement_id": document.id,
            "kind": document.kind, "title": document.title, "number": version.number,
            "language": document.language,
            "organisation_id": asked.party if asked.capacity == CAPACITY_ORGANISATION else None,
            "signed_before": asked.signed_before,
            "due_at": asked.due_at or (version.signing_until if version.state == SIGNING else None),
        }
        for asked, version, document in session().execute(wanted)
    ]  # fmt: skip


def _says_for_organisation(actor: Actor) -> ColumnElement[bool]:
    """A row about an organisation that leaves nothing to do for her: a signature that stands, or her own."""
    back = aliased(Signature)
    taken_back = exists().where(
        back.version_id == Signature.version_id, back.user_id == Signature.user_id,
        back.organisation_id == Signature.organisation_id, back.capacity == Signature.capacity,
        back.state == WITHDRAWN,
    )  # fmt: skip
    stands = and_(Signature.state == SIGNED, ~taken_back)
    return and_(
        Signature.organisation_id == SignatureRequest.party, or_(stands, Signature.user_id == actor.user_id)
    )


def list_unsigned(actor: Actor, version_id: str) -> list[PersonView]:
    """The members who were asked and have said nothing yet, by name, for who leads the network; for everybody
    else the list is empty. Raises NotFound where the version is not open to the actor."""
    version, document = visible_version(actor, version_id)
    if not sees_reasons(actor, document.network_id):
        return []
    said = select(Signature.user_id).where(
        Signature.version_id.in_(signed_under(version)), Signature.capacity == CAPACITY_MEMBER
    )
    asked = select(SignatureRequest.party).where(
        SignatureRequest.version_id == version.id, SignatureRequest.capacity == CAPACITY_MEMBER,
        SignatureRequest.party.not_in(said),
        SignatureRequest.party.in_(membership.active_user_ids(document.network_id)),
    )  # fmt: skip
    found = people.people_by_id(session().scalars(asked).all())
    return sorted(found.values(), key=lambda one: one["display_name"].casefold())
