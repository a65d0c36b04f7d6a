"""What a version says on paper, and whether a file is one of the papers that were handed out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion, Clause, IssuedDocument, Signature
from network import networks, organisations
from network.agreements.policy.versions import Taking, may_take_document
from network.agreements.queries.counting import counts_of, signed_under
from network.agreements.queries.names import names_as_signed
from network.agreements.queries.versions import visible_version
from network.agreements.rules.printing import (
    CarriedSignatures,
    PrintedSignature,
    PrintedVersion,
    TextNotFixed,
    check_path,
)
from network.agreements.rules.signing import SIGNED, WITHDRAWN
from network.agreements.rules.versions import FIXED
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import supported, translate

SOMEBODY = _("a member of the network")


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """What anybody may learn of a file that is one of ours: nothing of the network, nothing of who signed."""

    version_id: str
    text_hash: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """A version that somebody signed, as her own page offers it."""

    version_id: str
    network_id: str
    title: str
    number: int
    state: str
    signed_at: datetime


def check_document(sha256: str) -> DocumentCheck | None:
    """Whether a file with this digest (hex) was handed out by us; None for every other, be it by a comma."""
    row = session().get(IssuedDocument, sha256.strip().lower())
    return None if row is None else DocumentCheck(row.version_id, row.text_hash, row.issued_at)


def digest_of(content: bytes) -> str:
    """What a file is asked for by: SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()


def list_signed_copies(actor: Actor) -> list[SignedCopy]:
    """Every version that the actor signed, the newest first, those of networks that she left too."""
    rows = session().execute(
        select(Signature.signed_at, AgreementVersion, Agreement)
        .join(AgreementVersion, AgreementVersion.id == Signature.version_id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Signature.user_id == actor.user_id, Signature.state == SIGNED)
        .order_by(Signature.id.desc())
    )
    found = {
        version.id: SignedCopy(
            version.id, document.network_id, document.title, version.number, version.state, signed_at
        )
        for signed_at, version, document in rows
    }
    return list(found.values())


def paper_for(
    actor: Actor, version_id: str, *, own_name_alone: bool = False
) -> tuple[PrintedVersion, Taking]:
    """What the actor's paper says, and by what right: for who sees inside the network with every name; for
    who signed and does not, and where `own_name_alone` is asked for, with her own. Raises NotFound to who may
    not have it, TextNotFixed before the freeze."""
    hers = (
        select(AgreementVersion, Agreement)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .join(Signature, Signature.version_id == AgreementVersion.id)
        .where(AgreementVersion.id == version_id, Signature.user_id == actor.user_id)
        .where(Signature.state == SIGNED)
    )
    signed = session().execute(hers).first() if actor.is_person else None
    version, document = (signed[0], signed[1]) if signed else visible_version(actor, version_id)
    taking = Taking(document.network_id, signed is not None)
    if not may_take_document(actor, taking):
        raise NotFound()
    if version.state not in FIXED:
        raise TextNotFixed()
    inside = not own_name_alone and networks.sees_inside(actor, document.network_id)
    return paper_of(version, document, named=None if inside else actor.user_id), taking


def paper_of(version: AgreementVersion, document: Agreement, *, named: str | None = None) -> PrintedVersion:
    """A version as it is printed, asked on nobody's behalf; with `named` only this person's name."""
    clauses = session().execute(
        select(Clause.heading, Clause.text).where(Clause.version_id == version.id).order_by(Clause.position)
    )
    counted = signed_under(version)
    rows = select(Signature).where(Signature.version_id.in_(counted))
    said = session().scalars(rows.order_by(Signature.signed_at, Signature.id)).all()
    printed = {
        each: _printed([row for row in said if row.version_id == each], said, document.language, named)
        for each in counted
    }
    corrected = [session().get_one(AgreementVersion, each) for each in reversed(counted[1:])]
    needed = (organisations.organisation_row(each) for each in version.activation_organisations)
    return PrintedVersion(
        network=networks.network_row(document.network_id).name, title=document.title,
        language=document.language, number=version.number,
        clauses=[(heading, words) for heading, words in clauses], text_hash=version.text_hash,
        check_url=runtime.current().settings.base_url + check_path(),
        members="" if version.activation_members.startswith("0/") else version.activation_members,
        organisations=[each.name for each in needed],
        in_force_at=version.in_force_at, signing_until=version.signing_until, ended_at=version.ended_at,
        valid_until=version.valid_until, review_on=version.review_on,
        requested=counts_of([version])[version.id]["requested"],
        signatures=printed[version.id],
        carried=[
            CarriedSignatures(each.number, each.text_hash, printed[each.id])
            for each in corrected if printed[each.id]
        ],
    )  # fmt: skip


def _printed(
    rows: Sequence[Signature], said: Sequence[Signature], language: str, named: str | None
) -> list[PrintedSignature]:
    """`said`: all that was said of the version and what it corrects, whose signatures are taken back here."""
    signed = [row for row in rows if row.state == SIGNED]
    back = {_who(row): row.signed_at for row in said if row.state == WITHDRAWN}
    if named is None:
        names: Mapping[str, str] = names_as_signed(signed, language)
    else:
        somebody = translate(supported(language), SOMEBODY)
        own = names_as_signed([row for row in signed if row.user_id == named], language)
        names = {row.id: own.get(row.id, somebody) for row in signed}
    return [
        PrintedSignature(names[row.id], row.organisation_name or "", row.signed_at, back.get(_who(row)))
        for row in signed
    ]


def _who(row: Signature) -> tuple[Any, ...]:
    return row.user_id, row.capacity, row.organisation_id
