"""Rows of the audit trail as they are shown: by their number, the latest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import and_, or_, select

from models.audit import AuditRow
from network import moderation, networks, people
from network.audit.policy import CLOSED_ACTIONS, OF_CASES, OPEN_TYPES, may_see_trail
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require


class AuditRowView(TypedDict):
    """One row. `actor` is null for the server itself, who is gone, and where it would tell who reported."""

    seq: int
    at: datetime
    action: str
    entity_type: str
    entity_id: str
    acting_role: str
    actor: Mapping[str, Any] | None
    reason: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def list_trail(actor: Actor, network_id: str, request: PageRequest) -> PageOf[AuditRowView]:
    """A network's part of the trail, the latest first, for its meta-mentors and stewards. Of cases and what
    follows from them each reads what she may see; words of people are in no row. Raises NotFound for whom
    the network does not exist, Forbidden, Invalid for a cursor that is none."""
    row = networks.get_network(actor, network_id)
    require(may_see_trail(actor, row["id"]))
    wanted = select(AuditRow).where(
        AuditRow.network_id == row["id"], AuditRow.action.not_in(CLOSED_ACTIONS),
        or_(
            AuditRow.entity_type.in_(OPEN_TYPES),
            and_(
                AuditRow.entity_type.in_(OF_CASES),
                AuditRow.entity_id.in_(moderation.ids_in_sight(actor, row["id"])),
            ),
        ),
    )  # fmt: skip
    found = page(wanted, [AuditRow.seq.expression], request, lambda each: each, descending=True)
    known = people.people_by_id({each.actor_id for each in found.items if _is_told(each)})
    return PageOf([_shown(each, known) for each in found.items], found.next)


def _is_told(row: AuditRow) -> bool:
    return row.entity_type != "report"


def _shown(row: AuditRow, known: Mapping[str, Any]) -> AuditRowView:
    return {
        "seq": row.seq, "at": row.at, "action": row.action, "entity_type": row.entity_type,
        "entity_id": row.entity_id, "acting_role": row.acting_role,
        "actor": known.get(row.actor_id) if _is_told(row) else None, "reason": row.reason,
        "before": row.before, "after": row.after,
    }  # fmt: skip
