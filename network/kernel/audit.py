"""The audit trail: who did what, in which role and why; each row bound to the one before by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import Connection, Table, insert, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.types import NullType, TypeEngine

from models.audit import AuditHead, AuditRow
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import before_commit, session

START = "0" * 64
_TABLE = cast(Table, AuditRow.__table__)
_COLUMNS = [column.name for column in _TABLE.columns if column.name != "chain"]
_HEAD = select(AuditHead.seq, AuditHead.chain).where(AuditHead.id == 1)
_AT_ONCE = 1000


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
    """Write one row with the running command, as the last that it does. Bodies of messages and other
    confidential text do not belong here."""
    row = {
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
    before_commit(lambda: _write(row))


def _write(content: Mapping[str, Any]) -> None:
    last, previous = _locked_head()
    row = {"seq": last + 1, **content}
    row["chain"] = link(previous, row)
    session().execute(insert(AuditRow), row)
    session().execute(update(AuditHead).where(AuditHead.id == 1).values(seq=row["seq"], chain=row["chain"]))


def link(previous: str, row: Mapping[str, Any]) -> str:
    """The chain value of a row: HMAC-SHA-256 over the value before it and every column but the key."""
    plain = {name: _canonical(row[name]) for name in _COLUMNS}
    content = previous.encode() + b"\n" + orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    return hmac.new(runtime.current().audit_key, content, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Examination:
    """What a look at the whole trail found: `bad` is the `seq` of the first row that is not as it was
    written, None when all are; `head` the number and chain value of the last good one."""

    bad: int | None
    head: tuple[int, str]


def examine(published: tuple[int, str] | None = None) -> Examination:
    """Look at every row of the trail, one after the other, as it stood at one moment. `published` is a head
    kept outside the database, read before this is called: with it a trail that was cut off at its end is
    found too."""
    last, last_chain = published or (0, START)
    with _snapshot() as connection:
        seq, chain = 0, START
        with closing(_rows(connection)) as rows:
            for row in rows:
                found = _chain_of(row, seq + 1, chain)
                if found is None or (seq + 1 == last and found != last_chain):
                    return Examination(seq + 1, (seq, chain))
                seq, chain = seq + 1, found
        head = connection.execute(_HEAD).one_or_none()
    as_told = tuple(head) == (seq, chain) if head is not None else seq == 0
    return Examination(None if as_told and seq >= last else seq + 1, (seq, chain))


def verify(published: tuple[int, str] | None = None) -> int | None:
    """The `seq` of the first row that is not as it was written, or None; as `examine`."""
    return examine(published).bad


def current_head() -> tuple[int, str]:
    """Number and chain value of the last row; (0, zeros) where nothing was done yet."""
    head = session().execute(_HEAD).one_or_none()
    return (int(head[0]), str(head[1])) if head else (0, START)


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """A connection of its own that reads what was there at one moment, whatever is written meanwhile."""
    database = runtime.current().database
    with database.engine.connect() as connection:
        if not database.is_sqlite:  # there a transaction that reads sees one moment by itself
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection


def _rows(connection: Connection) -> Generator[dict[str, Any]]:
    """The rows in their order, some in memory at a time, still as the database holds them: what was put there
    by hand may be nothing that can be read, and must not hide in which row it stands."""
    raw = select(*(type_coerce(c, NullType()).label(c.name) for c in _TABLE.columns)).order_by(_TABLE.c.seq)
    with connection.execute(raw, execution_options={"yield_per": _AT_ONCE}) as found:
        for row in found.mappings():
            yield dict(row)


def _chain_of(row: Mapping[str, Any], seq: int, previous: str) -> str | None:
    """The chain value of the row when it is the one that follows, as it was written; else None."""
    try:
        values = {column.name: _read(column.type, row[column.name]) for column in _TABLE.columns}
        fits = values["seq"] == seq and values["chain"] == link(previous, values)
    except (TypeError, ValueError):
        return None
    return str(values["chain"]) if fits else None


def _read(kind: TypeEngine[Any], value: Any) -> Any:
    dialect = runtime.current().database.engine.dialect
    reader = kind.dialect_impl(dialect).result_processor(dialect, None)
    return value if reader is None else reader(value)


def _locked_head() -> tuple[int, str]:
    work = session()
    wanted = _HEAD.with_for_update()
    row = work.execute(wanted).one_or_none()
    if row is None:
        # Of two who write the first row at the same moment the second waits here for the first one's end.
        insert_for = sqlite_insert if runtime.current().database.is_sqlite else postgresql_insert
        work.execute(insert_for(AuditHead).values(id=1, seq=0, chain=START).on_conflict_do_nothing())
        row = work.execute(wanted).one()
    return int(row[0]), str(row[1])


def _canonical(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
