"""The audit trail: who did what, in which role and why; each row bound to the one before by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import insert, select, update

from models.audit import AuditHead, AuditRow
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session

START = "0" * 64
_COLUMNS = [column.name for column in AuditRow.__table__.columns if column.name != "chain"]


def append(
    actor: Actor,
    action: str,
    entity_type: str,
    entity_id: str,
    *,
    network_id: str | None = None,
    acting_role: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    rules_version_id: str | None = None,
) -> None:
    """Write one row within the running command. Bodies of messages and other confidential text do not
    belong here."""
    work = session()
    head = _locked_head()
    row = {
        "seq": head[0] + 1,
        "at": runtime.current().clock.now(),
        "actor_id": actor.id,
        "acting_role": acting_role or actor.kind,
        "network_id": network_id,
        "action": action,
        "entity_type": entity_type,
        "entity_id": entity_id,
        "before": None if before is None else dict(before),
        "after": None if after is None else dict(after),
        "reason": reason,
        "rules_version_id": rules_version_id,
    }
    chain = link(head[1], row)
    work.execute(insert(AuditRow), {**row, "chain": chain})
    work.execute(update(AuditHead).where(AuditHead.id == 1).values(seq=row["seq"], chain=chain))


def link(previous: str, row: Mapping[str, Any]) -> str:
    """The chain value of a row: HMAC-SHA-256 over the value before it and every column but the key."""
    plain = {name: _canonical(row[name]) for name in _COLUMNS}
    content = previous.encode() + b"\n" + orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    return hmac.new(runtime.current().audit_key, content, hashlib.sha256).hexdigest()


def verify(published: tuple[int, str] | None = None) -> int | None:
    """The `seq` of the first row that is not as it was written, or None. `published` is a head kept outside
    the database: with it a trail that was cut off at its end is found too."""
    previous, expected = START, 1
    for row in session().scalars(select(AuditRow).order_by(AuditRow.seq)):
        values = {name: getattr(row, name) for name in _COLUMNS}
        if row.seq != expected or row.chain != link(previous, values):
            return expected
        if published is not None and row.seq == published[0] and row.chain != published[1]:
            return row.seq
        previous, expected = row.chain, expected + 1
    if published is not None and expected <= published[0]:
        return expected
    head = session().get(AuditHead, 1)
    if head is not None and (head.seq, head.chain) != (expected - 1, previous):
        return expected
    return None


def current_head() -> tuple[int, str]:
    """Number and chain value of the last row; (0, zeros) where nothing was done yet."""
    head = session().get(AuditHead, 1)
    return (head.seq, head.chain) if head else (0, START)


def _locked_head() -> tuple[int, str]:
    work = session()
    wanted = select(AuditHead.seq, AuditHead.chain).where(AuditHead.id == 1).with_for_update()
    row = work.execute(wanted).one_or_none()
    if row is None:
        work.execute(insert(AuditHead), {"id": 1, "seq": 0, "chain": START})
        return 0, START
    return int(row[0]), str(row[1])


def _canonical(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
