"""What a command left behind: the facts of a scope, the audit rows, the letters that were promised."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, select

from models.audit import AuditRow
from models.base import Base
from models.event_log import Event
from models.outbox import OutboxMail
from network.kernel.transaction import session, unit_of_work


class Audited(NamedTuple):
    """One row of the audit trail, as far as tests look at it."""

    action: str
    acting_role: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None


def facts(scope: str) -> list[str]:
    """The kinds of the facts in a scope, in order."""
    with unit_of_work():
        return list(session().scalars(select(Event.type).where(Event.scope == scope).order_by(Event.seq)))


def codes(scope: str) -> list[dict[str, Any]]:
    """The codes of the facts in a scope, in order."""
    with unit_of_work():
        return list(session().scalars(select(Event.codes).where(Event.scope == scope).order_by(Event.seq)))


def audited(entity_id: str | None = None) -> list[Audited]:
    """The audit trail, of one thing or of all."""
    wanted = select(AuditRow).order_by(AuditRow.seq)
    if entity_id is not None:
        wanted = wanted.where(AuditRow.entity_id == entity_id)
    with unit_of_work():
        return [
            Audited(row.action, row.acting_role, row.before, row.after, row.reason)
            for row in session().scalars(wanted)
        ]


def promised(kind: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Address, language and ids of the letters of a kind, oldest first."""
    wanted = select(OutboxMail.address, OutboxMail.language, OutboxMail.params)
    with unit_of_work():
        rows = session().execute(wanted.where(OutboxMail.kind == kind).order_by(OutboxMail.id))
        return [(address, language, params) for address, language, params in rows]


def counted(table: type[Base]) -> int:
    """How many rows a table has."""
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


def untouched() -> bool:
    """True when nothing was recorded at all: no fact, no audit row, no letter."""
    return not (counted(Event) or counted(AuditRow) or counted(OutboxMail))
