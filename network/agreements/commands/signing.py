"""How somebody signs a version, says no to it, or takes her signature back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from models.agreements import Agreement, AgreementVersion, Signature, SignatureRequest
from network import membership, networks, organisations
from network.agreements.commands.accepting import accept_once
from network.agreements.commands.names import seal_name
from network.agreements.commands.settling import settle_if_due
from network.agreements.events import SignatureWithdrawn, VersionDeclined, VersionSigned
from network.agreements.policy.versions import may_decline, may_decline_for, may_sign, may_sign_for
from network.agreements.queries.counting import signed_under
from network.agreements.queries.signatures import SignatureView, rows_of, signature_view
from network.agreements.queries.versions import visible_version
from network.agreements.rules.clock import state_on
from network.agreements.rules.signing import (
    CAPACITIES,
    CAPACITY_MEMBER,
    CAPACITY_ORGANISATION,
    DECLINED,
    NO_ORGANISATION,
    SIGNED,
    WITHDRAWN,
    is_quiet,
)
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.agreements.rules.versions import (
    MAX_REASON,
    SIGNABLE,
    AlreadySigned,
    NotOpenForSigning,
    NotSigned,
    SignatureTakenBack,
    TextChanged,
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

FACTS: dict[str, type[VersionSigned | VersionDeclined | SignatureWithdrawn]] = {
    SIGNED: VersionSigned, DECLINED: VersionDeclined, WITHDRAWN: SignatureWithdrawn,
}  # fmt: skip


class Signing(NamedTuple):
    """The row of the record, and whether it was written now."""

    signature: SignatureView
    created: bool


@command
def sign_version(
    actor: Actor, version_id: str, text_hash: str, capacity: str, organisation_id: str | None = None
) -> Signing:
    """Sign a version, as a member for oneself or as a steward for an organisation that is asked to, with
    proof of identity; `text_hash` is that of the text that was read. Twice, also in two tabs, is once. Who
    declined may sign while signing is open or the version is in force. Whoever signs communication rules has
    accepted them. Raises NotFound, Forbidden, ProofRequired, TextChanged with the version's id and hash,
    NotOpenForSigning, SignatureTakenBack, FeatureOff, Invalid by field."""
    version, document = _open_version(actor, version_id)
    if capacity == CAPACITY_ORGANISATION and organisation_id is not None:
        require(may_sign_for(actor, organisation_id))
    else:
        require(may_sign(actor, document.network_id))
    party = _party(version, document, capacity, organisation_id)
    if version.text_hash != text_hash:
        raise TextChanged(version_id=version.id, text_hash=version.text_hash, state=version.state)
    _check_open(version, document)
    said = rows_of(signed_under(version), actor.id, capacity, party)
    if WITHDRAWN in said:
        raise SignatureTakenBack()
    if SIGNED in said:
        return Signing(signature_view(said[SIGNED].id, actor), created=False)
    row, created = _write(actor, version, capacity, party, SIGNED)
    if capacity == CAPACITY_MEMBER and created:
        _note_request(version, actor.id, row.signed_at)
        if document.kind == COMMUNICATION_RULES:
            accept_once(actor.id, actor.language, version.id)
            if version.state == IN_FORCE:
                membership.record_rules_acceptance(actor.id, document.network_id, version.id)
    return _told(actor, version, document, row, created=created)


@command
def decline_version(
    actor: Actor,
    version_id: str,
    reason: str = "",
    capacity: str = CAPACITY_MEMBER,
    organisation_id: str | None = None,
) -> Signing:
    """Say that one does not sign a version, with a reason or without; it keeps nobody from signing later.
    Raises NotFound, Forbidden, NotOpenForSigning, AlreadySigned, Invalid."""
    version, document = _open_version(actor, version_id)
    if capacity == CAPACITY_ORGANISATION and organisation_id is not None:
        require(may_decline_for(actor, organisation_id))
    else:
        require(may_decline(actor, document.network_id))
    party = _party(version, document, capacity, organisation_id)
    _check_open(version, document)
    said = rows_of(signed_under(version), actor.id, capacity, party)
    if SIGNED in said:
        raise AlreadySigned()
    if DECLINED in said:
        return Signing(signature_view(said[DECLINED].id, actor), created=False)
    row, created = _write(actor, version, capacity, party, DECLINED, _reason(reason))
    return _told(actor, version, document, row, created=created)


@command
def withdraw_signature(
    actor: Actor,
    version_id: str,
    reason: str = "",
    capacity: str = CAPACITY_MEMBER,
    organisation_id: str | None = None,
) -> Signing:
    """Take a signature back for the future, with proof; the record keeps that it was given (B4: a second
    row). Raises NotFound, Forbidden, ProofRequired, NotSigned, NotOpenForSigning when the version holds no
    more, Invalid."""
    version, document = _open_version(actor, version_id)
    if capacity == CAPACITY_ORGANISATION and organisation_id is not None:
        require(may_sign_for(actor, organisation_id))
    else:
        require(may_sign(actor, document.network_id))
    party = _party(version, document, capacity, organisation_id)
    _check_open(version, document)
    said = rows_of(signed_under(version), actor.id, capacity, party)
    if WITHDRAWN in said:
        return Signing(signature_view(said[WITHDRAWN].id, actor), created=False)
    if SIGNED not in said:
        raise NotSigned()
    # What it takes back lies where it was given: under the corrected version, when this is a correction.
    under = session().get_one(AgreementVersion, said[SIGNED].version_id)
    row, created = _write(actor, under, capacity, party, WITHDRAWN, _reason(reason))
    return _told(actor, version, document, row, created=created)


def _open_version(actor: Actor, version_id: str) -> tuple[AgreementVersion, Agreement]:
    version, document = visible_version(actor, version_id)
    settle_if_due(version, document)
    # Signers do not wait for each other; who changes the version waits for them, and they for her.
    session().refresh(version, with_for_update={"read": True})
    return version, document


def _party(version: AgreementVersion, document: Agreement, capacity: str, organisation_id: str | None) -> str:
    if capacity not in CAPACITIES:
        raise Invalid({"capacity": FieldFault.of(_("For yourself, or for your organisation?"))})
    if capacity == CAPACITY_MEMBER:
        if organisation_id is not None:
            raise Invalid({"organisation_id": FieldFault.of(_("You sign for yourself."))})
        return NO_ORGANISATION
    if organisation_id is None:
        raise Invalid({"organisation_id": FieldFault.of(_("For which organisation?"))})
    if organisation_id not in version.activation_organisations:
        network = networks.network_row(document.network_id)
        networks.check_feature(network, "organisation_signatures")
        fault = FieldFault.of(_("This organisation is not asked to sign."))
        raise Invalid({"organisation_id": fault})
    return organisation_id


def _check_open(version: AgreementVersion, document: Agreement) -> None:
    state = state_on(version, document.kind, runtime.current().clock.today())
    if state not in SIGNABLE or is_quiet(version):
        raise NotOpenForSigning(state=state)


def _reason(reason: str) -> str | None:
    reason = reason.strip()
    if len(reason) > MAX_REASON:
        fault = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_REASON)
        raise Invalid({"reason": fault})
    return reason or None


def _write(
    actor: Actor, version: AgreementVersion, capacity: str, party: str, state: str, reason: str | None = None
) -> tuple[Signature, bool]:
    organisation = organisations.organisations_by_id([party]).get(party) if party else None
    made = Signature(
        id=new_id(), version_id=version.id, user_id=actor.id, capacity=capacity, organisation_id=party,
        state=state, text_hash=version.text_hash, sealed_name=seal_name(actor.id, actor.name),
        organisation_name=organisation["name"] if organisation else None,
        means="token" if actor.token_scopes is not None else "page", reason=reason,
        signed_at=runtime.current().clock.now(),
    )  # fmt: skip
    if not add_once(made):
        return rows_of([version.id], actor.id, capacity, party)[state], False
    return made, True


def _note_request(version: AgreementVersion, user_id: str, now: datetime) -> None:
    # Who joined since signing began signs all the same; the rule for coming into force does not count her.
    if session().get(SignatureRequest, (version.id, CAPACITY_MEMBER, user_id)) is None:
        session().add(
            SignatureRequest(version_id=version.id, capacity=CAPACITY_MEMBER, party=user_id, requested_at=now)
        )
        session().flush()


def _told(
    actor: Actor, version: AgreementVersion, document: Agreement, row: Signature, *, created: bool
) -> Signing:
    if created:
        append(
            actor, f"signature.{row.state}", "signature", row.id, network_id=document.network_id,
            acting_role="steward" if row.organisation_id else "mentor",
            after={"version_id": version.id, "capacity": row.capacity, "text_hash": row.text_hash},
        )  # fmt: skip
        record(
            FACTS[row.state](
                scope=f"network:{document.network_id}", entity_id=row.id, version_id=version.id,
                agreement_id=document.id,
            )
        )  # fmt: skip
    return Signing(signature_view(row.id, actor), created)
