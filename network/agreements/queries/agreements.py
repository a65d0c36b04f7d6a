"""What can be seen of a network's documents: which there are, and where each of their versions stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion
from network.agreements.policy.versions import visible_agreement_versions, visible_agreements
from network.agreements.queries.versions import VersionView
from network.agreements.rules.clock import state_on
from network.agreements.rules.texts import IN_FORCE
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.transaction import session


class VersionLine(TypedDict):
    """One version in the list of its document."""

    id: str
    number: int
    state: str
    builtin: bool
    is_correction: bool
    text_hash: str
    deliberation_until: datetime | None
    signing_until: datetime | None
    in_force_at: datetime | None
    valid_until: date | None
    created_at: datetime
    version: int


class AgreementView(TypedDict):
    """A document as the contract has it; `in_force` is a version's id. `versions` are those open to the
    actor, the newest first; in events the list is empty, for what is open differs by reader."""

    id: str
    network_id: str
    kind: str
    title: str
    language: str
    organisation_id: str | None
    in_force: str | None
    created_at: datetime
    versions: list[VersionLine]


def visible_agreement(actor: Actor, agreement_id: str) -> Agreement:
    """The row behind `get_agreement`. Raises NotFound."""
    wanted = visible_agreements(actor).where(Agreement.id == agreement_id)
    found: Agreement | None = session().scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def show_agreements(actor: Actor | None, documents: Sequence[Agreement]) -> list[AgreementView]:
    """Documents as the actor sees them, in one statement; without an actor without the list of versions."""
    ids = [document.id for document in documents]
    today = runtime.current().clock.today()
    kinds = {document.id: document.kind for document in documents}
    wanted = (
        select(AgreementVersion).where(AgreementVersion.agreement_id.in_(ids))
        if actor is None
        else visible_agreement_versions(actor).where(Agreement.id.in_(ids))
    )
    versions: dict[str, list[VersionLine]] = {}
    for version in session().scalars(wanted.order_by(AgreementVersion.number.desc())):
        line = _line(version, kinds[version.agreement_id], today)
        versions.setdefault(version.agreement_id, []).append(line)
    return [
        _view(document, versions.get(document.id, []), listed=actor is not None) for document in documents
    ]


def versions_of(actor: Actor, version: VersionView) -> list[VersionLine]:
    """The versions of a version's document that are open to the actor, the newest first, in one statement."""
    today = runtime.current().clock.today()
    wanted = visible_agreement_versions(actor).where(Agreement.id == version["agreement_id"])
    rows = session().scalars(wanted.order_by(AgreementVersion.number.desc()))
    return [_line(row, version["kind"], today) for row in rows]


@renders("agreement")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(Agreement).where(Agreement.id.in_(list(ids)))).all()
    return {view["id"]: view for view in show_agreements(None, rows)}


def _view(document: Agreement, versions: list[VersionLine], *, listed: bool) -> AgreementView:
    return {
        "id": document.id, "network_id": document.network_id, "kind": document.kind,
        "title": document.title, "language": document.language,
        "organisation_id": document.organisation_id,
        "in_force": next((line["id"] for line in versions if line["state"] == IN_FORCE), None),
        "created_at": document.created_at, "versions": versions if listed else [],
    }  # fmt: skip


def _line(version: AgreementVersion, kind: str, today: date) -> VersionLine:
    return {
        "id": version.id, "number": version.number, "state": state_on(version, kind, today),
        "builtin": version.builtin is not None, "is_correction": version.is_correction,
        "text_hash": version.text_hash, "deliberation_until": version.deliberation_until,
        "signing_until": version.signing_until, "in_force_at": version.in_force_at,
        "valid_until": version.valid_until, "created_at": version.created_at, "version": version.version,
    }  # fmt: skip
