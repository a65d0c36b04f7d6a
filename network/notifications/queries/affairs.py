"""What somebody is told of what her network settles: decisions, and documents with their amendments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypedDict, final

from sqlalchemy import ColumnElement, and_, select

from models.agreements import Agreement, AgreementVersion, Amendment
from models.decisions import Decision
from models.networks import Network
from models.notifications import Notice
from network import discussions
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.networks import sees_inside
from network.notifications.queries.standing_affairs import still_stands
from network.notifications.rules.affairs import AFFAIRS, IN_ANY_CASE, OF_AMENDMENTS, OF_DECISIONS

_notices = Notice.__table__.c


@final
class AffairView(TypedDict):
    """One notice about something that the network settles: `title` is a decision's question or a document's
    name, `path` the page on which it is."""

    id: str
    kind: str
    network_id: str
    entity_id: str
    title: str
    path: str
    created_at: datetime
    read: bool


class NoticeRow(NamedTuple):
    """A notice as it is kept."""

    id: str
    kind: str
    network_id: str
    entity_id: str
    created_at: datetime
    read_at: datetime | None


def affairs_of(actor: Actor) -> ColumnElement[bool]:
    """In a select over notices: what is about an affair of a network inside of which the actor sees."""
    inside = sorted(network_id for network_id in actor.standings if sees_inside(actor, network_id))
    return and_(_notices.kind.in_(AFFAIRS), _notices.network_id.in_(inside))


def show_affairs(rows: Sequence[NoticeRow]) -> list[AffairView]:
    """Notices about affairs in their order, in at most three statements. What is not there any more is left
    out."""
    titles = _titles(
        {row.entity_id for row in rows if row.kind in OF_DECISIONS},
        {row.entity_id for row in rows if row.kind not in (*OF_DECISIONS, *OF_AMENDMENTS)},
        {row.entity_id for row in rows if row.kind in OF_AMENDMENTS},
    )
    return [
        {
            "id": row.id, "kind": row.kind, "network_id": row.network_id, "entity_id": row.entity_id,
            "title": titles[row.entity_id][0], "path": titles[row.entity_id][1],
            "created_at": row.created_at, "read": row.read_at is not None,
        }
        for row in rows if row.entity_id in titles
    ]  # fmt: skip


def waiting_affairs(
    reader: Actor, networks: Collection[str], notice_ids: Collection[str]
) -> list[AffairView]:
    """Those of some notices about affairs, in some networks, that the reader has not marked as read and that
    still hold for her, oldest first; of a network of which she wants to hear nothing only what comes in any
    case."""
    wanted = select(
        Notice.id, Notice.kind, Notice.network_id, Notice.entity_id, Notice.created_at, Notice.read_at
    ).where(
        Notice.user_id == reader.user_id, Notice.id.in_(notice_ids), Notice.network_id.in_(networks),
        Notice.read_at.is_(None), affairs_of(reader),
    )  # fmt: skip
    rows = [
        row
        for row in (NoticeRow(*found) for found in session().execute(wanted.order_by(Notice.id)))
        if still_stands(reader, row.kind, row.entity_id)
    ]
    if not rows:
        return []
    levels = discussions.network_levels(reader)
    heard = [
        row
        for row in rows
        if row.kind in IN_ANY_CASE or levels.get(row.network_id) != discussions.MUTED
    ]  # fmt: skip
    return show_affairs(heard)


def _titles(
    decisions: Collection[str], versions: Collection[str], amendments: Collection[str]
) -> Mapping[str, tuple[str, str]]:
    """Of each thing what it is called and the page on which it is."""
    found: dict[str, tuple[str, str]] = {}
    if decisions:
        asked = select(Decision.id, Decision.question).where(Decision.id.in_(decisions))
        found |= {row.id: (row.question, decision_path(row.id)) for row in session().execute(asked)}
    if versions:
        named = (
            select(AgreementVersion.id, Agreement.title, Network.slug)
            .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
            .join(Network, Network.id == Agreement.network_id)
        )
        rows = session().execute(named.where(AgreementVersion.id.in_(versions)))
        found |= {row.id: (row.title, version_path(row.slug, row.id)) for row in rows}
    if amendments:
        of_clause = (
            select(Amendment.id, Amendment.version_id, Agreement.title, Network.slug)
            .join(AgreementVersion, AgreementVersion.id == Amendment.version_id)
            .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
            .join(Network, Network.id == Agreement.network_id)
        )
        rows = session().execute(of_clause.where(Amendment.id.in_(amendments)))
        found |= {row.id: (row.title, version_path(row.slug, row.version_id)) for row in rows}
    return found


def decision_path(decision_id: str) -> str:
    """The page of a decision."""
    return f"/decide/{decision_id}"


def version_path(slug: str, version_id: str) -> str:
    """The page of a version of a document."""
    return f"/network/{slug}/agreements/v/{version_id}"
