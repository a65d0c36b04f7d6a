"""How signatures are asked for: of everybody who is there when the network has said yes, and of newcomers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from models.agreements import Agreement, AgreementVersion, Signature, SignatureRequest
from network import membership
from network.agreements.commands.telling import step, tell
from network.agreements.commands.wording import lock_agreement, lock_version
from network.agreements.events import SigningOpened
from network.agreements.policy.versions import may_settle_versions
from network.agreements.queries.counting import signed_under
from network.agreements.queries.signatures import last_signed
from network.agreements.rules.signing import CAPACITY_MEMBER, CAPACITY_ORGANISATION
from network.agreements.rules.texts import IN_FORCE
from network.agreements.rules.versions import ACCESSION, NETWORK_AGREEMENT, SIGNING_AT_LEAST, SIGNING_TIME
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.policy import require
from network.kernel.transaction import command, session


def start_signing(actor: Actor, version: AgreementVersion, document: Agreement) -> None:
    """From frozen to signing, with a request for each active member and each named organisation, and which
    version each of them signed last. Within a command that holds the version's lock and asked who may."""
    now = runtime.current().clock.now()
    step(actor, version, document, "signing")
    version.signing_at = now
    if version.signing_until is None or version.signing_until < now + SIGNING_AT_LEAST:
        # Rounds may have taken longer than was thought at the draft.
        version.signing_until = now + SIGNING_TIME
    request_of_members(version, document, now, due_at=None)
    session().add_all(
        SignatureRequest(version_id=version.id, capacity=CAPACITY_ORGANISATION, party=one, requested_at=now)
        for one in version.activation_organisations
    )
    tell(SigningOpened, version, document)


def request_of_members(
    version: AgreementVersion, document: Agreement, now: datetime, due_at: datetime | None
) -> None:
    """A request for each active member who has none yet."""
    wanted = membership.active_user_ids(document.network_id)
    asked = select(SignatureRequest.party).where(
        SignatureRequest.version_id == version.id, SignatureRequest.capacity == CAPACITY_MEMBER
    )
    users = sorted(set(session().scalars(wanted)) - set(session().scalars(asked)))
    before = last_signed(users, document.id, but=version.id)
    session().add_all(
        SignatureRequest(
            version_id=version.id, capacity=CAPACITY_MEMBER, party=user_id,
            signed_before=before.get(user_id), requested_at=now, due_at=due_at,
        )
        for user_id in users
    )  # fmt: skip
    session().flush()


def carry_requests(base: AgreementVersion, correction: AgreementVersion) -> None:
    """Who was asked to sign what is corrected and said nothing yet is asked under the correction, with the
    days that she had: what was corrected can be signed no more."""
    counted, asked = signed_under(correction), SignatureRequest
    said = exists().where(
        Signature.version_id.in_(counted), Signature.capacity == asked.capacity,
        or_(Signature.user_id == asked.party, Signature.organisation_id == asked.party),
    )  # fmt: skip
    again = aliased(SignatureRequest)
    there = exists().where(
        again.version_id == correction.id, again.capacity == asked.capacity, again.party == asked.party
    )
    rows = session().scalars(select(asked).where(asked.version_id == base.id, ~said, ~there)).all()
    session().add_all(
        SignatureRequest(
            version_id=correction.id, capacity=row.capacity, party=row.party, signed_before=row.signed_before,
            requested_at=row.requested_at, due_at=row.due_at, first_reminder_at=row.first_reminder_at,
            second_reminder_at=row.second_reminder_at,
        )
        for row in rows
    )  # fmt: skip
    session().flush()


@command
def request_of_newcomer(actor: Actor, network_id: str, user_id: str) -> list[str]:
    """Ask somebody who has just joined to accede to the network agreements in force, within 30 days; a second
    time changes nothing. Returns the ids of the versions that she was asked to sign now. The system only."""
    require(may_settle_versions(actor))
    now = runtime.current().clock.now()
    running = (
        select(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id, Agreement.kind == NETWORK_AGREEMENT)
        .where(AgreementVersion.state == IN_FORCE)
    )
    asked = []
    for version in session().scalars(running).all():
        version_id, counted = version.id, signed_under(version)
        if session().get(SignatureRequest, (version_id, CAPACITY_MEMBER, user_id)) is not None:
            continue
        # Of a correction nobody is asked who answered what it corrects.
        said = select(Signature.id).where(
            Signature.version_id.in_(counted), Signature.user_id == user_id,
            Signature.capacity == CAPACITY_MEMBER,
        )  # fmt: skip
        if len(counted) > 1 and session().scalar(said.limit(1)) is not None:
            continue
        before = last_signed([user_id], version.agreement_id, but=version_id)
        session().add(
            SignatureRequest(
                version_id=version_id, capacity=CAPACITY_MEMBER, party=user_id,
                signed_before=before.get(user_id), requested_at=now, due_at=now + ACCESSION,
            )
        )  # fmt: skip
        asked.append(version_id)
    session().flush()
    return asked


def lock_for_effect(version_id: str) -> tuple[AgreementVersion, Agreement]:
    """The rows behind a version, locked for the system's command."""
    version = session().get_one(AgreementVersion, version_id)
    document = session().get_one(Agreement, version.agreement_id)
    lock_agreement(document)
    return lock_version(version), document
