"""What can be seen of who signed: the record with the names as at signing, and what is asked of oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from models.agreements import AgreementVersion, Signature, SignatureRequest
from network import people
from network.agreements.policy.versions import sees_reasons, sees_signers
from network.agreements.queries.counting import signed_now, signed_under
from network.agreements.queries.names import names_as_signed
from network.agreements.queries.versions import visible_version
from network.agreements.rules.signing import CAPACITY_MEMBER, DECLINED, SIGNED, WITHDRAWN, state_of
from network.kernel.actor import Actor
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session
from network.people import PersonView


class SignatureView(TypedDict):
    """A row of the record. `name` is as at signing; "former member" in the reader's language once the person
    is erased. `current` is false for what a later row of the same party ended. `reason` of a declination is
    for who leads and for herself."""

    id: str
    version_id: str
    name: str
    user_id: str
    capacity: str
    organisation_id: str | None
    organisation_name: str | None
    state: str
    current: bool
    text_hash: str
    means: str
    reason: str | None
    signed_at: datetime


class OwnSigningView(TypedDict):
    """What a version asks of the actor as a member, and what she said: `state` is null, signed, declined or
    withdrawn; `signed_before` the version of the document that she signed last, to show what differs."""

    requested: bool
    state: str | None
    signed_before: str | None
    due_at: datetime | None


def signatures_page(actor: Actor, version_id: str, request: PageRequest) -> PageOf[SignatureView]:
    """The record of a version, the oldest row first; of a correction that of what it corrects as well; to
    who is coming or suspended her own rows alone. Raises NotFound where the version is not open to her."""
    version, document = visible_version(actor, version_id)
    rows = _rows().where(Signature.version_id.in_(signed_under(version)))
    if not sees_signers(actor, document.network_id):
        rows = rows.where(Signature.user_id == actor.user_id)
    found = page(rows, [Signature.id.expression], request, lambda row: row, scalar=False)
    with_reasons = bool(sees_reasons(actor, document.network_id))
    return PageOf(_views(found.items, actor.user_id, with_reasons=with_reasons), found.next)


def signature_view(row_id: str, actor: Actor) -> SignatureView:
    """One row of one's own, just written."""
    return _views([session().execute(_rows().where(Signature.id == row_id)).one()], actor.user_id)[0]


def rows_of(
    version_ids: Sequence[str], user_id: str, capacity: str, organisation_id: str
) -> dict[str, Signature]:
    """What somebody wrote under versions in one capacity, by state."""
    wanted = select(Signature).where(
        Signature.version_id.in_(list(version_ids)), Signature.user_id == user_id,
        Signature.capacity == capacity, Signature.organisation_id == organisation_id,
    )  # fmt: skip
    return {row.state: row for row in session().scalars(wanted)}


def own_signing(actor: Actor, version_id: str) -> OwnSigningView:
    """What a version asks of the actor herself and what she said. Raises NotFound."""
    version, document = visible_version(actor, version_id)
    counted = signed_under(version)
    said = select(Signature.state).where(
        Signature.version_id.in_(counted), Signature.user_id == actor.user_id,
        Signature.capacity == CAPACITY_MEMBER,
    )  # fmt: skip
    asked = session().get(SignatureRequest, (version.id, CAPACITY_MEMBER, actor.user_id or ""))
    before = last_signed([actor.user_id or ""], document.id, but=version.id)
    return {
        "requested": asked is not None, "state": state_of(session().scalars(said).all()),
        "signed_before": before.get(actor.user_id or ""), "due_at": asked.due_at if asked else None,
    }  # fmt: skip


def last_signed(user_ids: Sequence[str], agreement_id: str, but: str) -> dict[str, str]:
    """Which version of a document each of them signed last as a member, leaving one version out."""
    return {user_id: one[0] for user_id, one in last_signatures(user_ids, agreement_id, but).items()}


def last_signatures(user_ids: Sequence[str], agreement_id: str, but: str) -> dict[str, tuple[str, datetime]]:
    """The same, with when that was."""
    wanted = (
        select(Signature.user_id, Signature.version_id, Signature.signed_at)
        .join(AgreementVersion, AgreementVersion.id == Signature.version_id)
        .where(AgreementVersion.agreement_id == agreement_id, AgreementVersion.id != but)
        .where(Signature.state == SIGNED, Signature.capacity == CAPACITY_MEMBER)
        .where(Signature.user_id.in_(list(user_ids)))
        .order_by(Signature.id)
    )
    return {row[0]: (row[1], row[2]) for row in session().execute(wanted)}


def first_signers(actor: Actor, version_id: str, limit: int) -> list[PersonView]:
    """The people who signed a version first and whose signature stands, for their faces. Raises NotFound
    where the version is not open to the actor."""
    version, document = visible_version(actor, version_id)
    counted = signed_under(version)
    wanted = select(Signature.user_id).where(
        Signature.version_id.in_(counted), Signature.user_id.in_(signed_now(counted))
    )
    if not sees_signers(actor, document.network_id):
        wanted = wanted.where(Signature.user_id == actor.user_id)
    first = session().scalars(
        wanted.group_by(Signature.user_id).order_by(func.min(Signature.id)).limit(limit)
    ).all()  # fmt: skip
    known = people.people_by_id(first) if first else {}
    return [known[user_id] for user_id in first if user_id in known]


@renders("signature")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().execute(_rows().where(Signature.id.in_(list(ids)))).all()
    return {view["id"]: view for view in _views(rows, None)}


def _rows() -> Any:
    other = aliased(Signature)
    ended = exists().where(
        other.version_id == Signature.version_id, other.user_id == Signature.user_id,
        other.capacity == Signature.capacity, other.organisation_id == Signature.organisation_id,
        or_(
            and_(Signature.state == DECLINED, other.state.in_((SIGNED, WITHDRAWN))),
            and_(Signature.state == SIGNED, other.state == WITHDRAWN),
        ),
    )  # fmt: skip
    return select(Signature, ended)


def _views(rows: Sequence[Any], reader_id: str | None, *, with_reasons: bool = False) -> list[SignatureView]:
    names = names_as_signed([row[0] for row in rows])
    return [
        _view(row[0], names[row[0].id], row[1], with_reasons or row[0].user_id == reader_id) for row in rows
    ]


def _view(row: Signature, name: str, ended: bool, with_reason: bool) -> SignatureView:
    return {
        "id": row.id, "version_id": row.version_id, "name": name,
        "user_id": row.user_id, "capacity": row.capacity,
        "organisation_id": row.organisation_id or None, "organisation_name": row.organisation_name,
        "state": row.state, "current": not ended, "text_hash": row.text_hash, "means": row.means,
        "reason": row.reason if with_reason else None, "signed_at": row.signed_at,
    }  # fmt: skip
