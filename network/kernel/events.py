"""Facts: recorded in the transaction that makes them true, with a gap-free `seq`, told after the commit.

Protocol and reasons: state-machines, part D, 1–3. A scope is `room:<id>`, `network:<id>`, `user:<id>` and so
on; whoever may see a scope may see all of it.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

import structlog
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert

from models.event_log import Event, ScopeHead
from network.kernel import runtime
from network.kernel.consequences import promise
from network.kernel.consequences import subscribe as subscribe  # who subscribes names facts beside it
from network.kernel.failures import count_failure
from network.kernel.ids import new_untimed_id
from network.kernel.prepared import Prepared
from network.kernel.transaction import after_commit, session

log = structlog.get_logger("events")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that became true. Subclasses name their `kind` and `entity_type` and add ids and codes as
    fields; `scope`, `entity_id` and `entity_version` say where it belongs and of what it speaks."""

    kind: ClassVar[str]
    entity_type: ClassVar[str]

    scope: str
    entity_id: str
    entity_version: int = 1


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A fact as it stands in the log."""

    id: int
    scope: str
    seq: int
    type: str
    entity_type: str
    entity_id: str
    entity_version: int
    codes: Mapping[str, Any]
    at: datetime


Renderer = Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]]

_listeners: list[Callable[[Sequence[LogEntry]], None]] = []
_renderers: dict[str, Renderer] = {}
_BASE = {f.name for f in fields(Fact)}

# Prepared once: every fact runs them.
_heads = ScopeHead.__table__.c
_NAMED = ("scope", "seq", "type", "entity_type", "entity_id", "entity_version", "codes", "at")
_ADD = Prepared(insert(Event).returning(Event.id), _NAMED)
_ADD_MANY = insert(Event).returning(Event.seq, Event.id)
_TAKE = Prepared(
    update(ScopeHead)
    .where(_heads.scope == bindparam("of_scope"))
    .values(head_seq=_heads.head_seq + bindparam("so_many"))
    .returning(_heads.head_seq)
)


def record(fact: Fact) -> LogEntry:
    """Write the fact into the log of its scope and tell subscribers and listeners after the commit."""
    row = _row(fact, take_seq(fact.scope))
    (row_id,) = _ADD.one_or_none(row)
    entry = LogEntry(id=row_id, **row)
    after_commit(lambda: _tell(entry))
    promise([(type(fact), row_id)])
    return entry


def record_all(facts: Sequence[Fact]) -> None:
    """`record` for many facts of one scope, in their order: two statements, however many they are."""
    if not facts:
        return
    scope, last = facts[0].scope, take_seq(facts[0].scope, len(facts))
    if any(fact.scope != scope for fact in facts):
        raise ValueError("facts of more than one scope")
    rows = [_row(fact, last - len(facts) + n) for n, fact in enumerate(facts, start=1)]
    ids = {row.seq: row.id for row in session().connection().execute(_ADD_MANY, rows)}
    for row in rows:
        after_commit(functools.partial(_tell, LogEntry(id=ids[row["seq"]], **row)))
    promise([(type(fact), ids[row["seq"]]) for fact, row in zip(facts, rows, strict=True)])


def _row(fact: Fact, seq: int) -> dict[str, Any]:
    return {
        "scope": fact.scope,
        "seq": seq,
        "type": fact.kind,
        "entity_type": fact.entity_type,
        "entity_id": fact.entity_id,
        "entity_version": fact.entity_version,
        "codes": {f.name: getattr(fact, f.name) for f in fields(fact) if f.name not in _BASE},
        "at": runtime.current().clock.now(),
    }


def take_seq(scope: str, so_many: int = 1) -> int:
    """The next number of a scope, from its locked counter row: no holes, and in the order of commits. For
    `so_many` at once: the last of them."""
    taken = _TAKE.one_or_none({"of_scope": scope, "so_many": so_many})
    if taken is not None:
        return int(taken[0])
    work = session().connection()
    first = {"scope": scope, "head_seq": so_many, "epoch": new_untimed_id()}
    if runtime.current().database.is_sqlite:
        work.execute(insert(ScopeHead), first)
        return so_many
    # Two first facts of one scope at the same moment: the second waits here and then takes the next number.
    made = postgresql_insert(ScopeHead).values(**first)
    made = made.on_conflict_do_update(
        index_elements=[ScopeHead.scope], set_={"head_seq": ScopeHead.head_seq + so_many}
    )
    return int(work.execute(made.returning(ScopeHead.head_seq)).scalar_one())


def head(scope: str) -> tuple[int, str | None]:
    """The last `seq` of a scope and its epoch; (0, None) where nothing has happened yet."""
    row = (
        session()
        .execute(select(ScopeHead.head_seq, ScopeHead.epoch).where(ScopeHead.scope == scope))
        .one_or_none()
    )
    return (int(row[0]), row[1]) if row else (0, None)


def heads(scopes: Iterable[str]) -> dict[str, int]:
    """The last `seq` of each scope that has one."""
    wanted = select(ScopeHead.scope, ScopeHead.head_seq).where(ScopeHead.scope.in_(list(scopes)))
    return {scope: int(seq) for scope, seq in session().execute(wanted)}


def entries_after(scope: str, seq: int, limit: int) -> list[LogEntry]:
    """What happened in a scope after `seq`, in order, at most `limit` entries."""
    rows = select(Event).where(Event.scope == scope, Event.seq > seq).order_by(Event.seq).limit(limit)
    return [_entry(row) for row in session().scalars(rows)]


def _entry(row: Event) -> LogEntry:
    return LogEntry(
        row.id, row.scope, row.seq, row.type, row.entity_type, row.entity_id, row.entity_version,
        row.codes, row.at,
    )  # fmt: skip


def renders(entity_type: str) -> Callable[[Renderer], Renderer]:
    """Register how entities of a type are shown in events: ids → {id: object without what differs by
    viewer}. An id that is missing in the answer is shown with empty data."""

    def decorate(renderer: Renderer) -> Renderer:
        _renderers[entity_type] = renderer
        return renderer

    return decorate


def rendered(entries: Sequence[LogEntry]) -> list[dict[str, Any]]:
    """Entries as clients get them: `scope, seq, type, entity_id, entity_version, data, at`, the data as the
    entity is now, with the fact's own ids and codes added."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.entity_type, set()).add(entry.entity_id)
    found: dict[str, Mapping[str, Mapping[str, Any]]] = {
        kind: _renderers[kind](sorted(ids)) for kind, ids in wanted.items() if kind in _renderers
    }
    return [
        {
            "scope": entry.scope,
            "seq": entry.seq,
            "type": entry.type,
            "entity_id": entry.entity_id,
            "entity_version": entry.entity_version,
            "data": {**found.get(entry.entity_type, {}).get(entry.entity_id, {}), **entry.codes},
            "at": entry.at,
        }
        for entry in entries
    ]


def listen(listener: Callable[[Sequence[LogEntry]], None]) -> Callable[[], None]:
    """Tell `listener` every entry after its commit: the relay. Returns the way to stop."""
    _listeners.append(listener)

    def stop() -> None:
        with contextlib.suppress(ValueError):
            _listeners.remove(listener)

    return stop


def _tell(entry: LogEntry) -> None:
    for listener in _listeners:
        try:
            listener([entry])
        except Exception:
            log.exception("listener_failed", type=entry.type)
            count_failure("listener")
