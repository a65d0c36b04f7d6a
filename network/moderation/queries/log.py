"""The moderation log of a network: what was done, by which rule, why, in which role, and how it ended. Never
who it was about, who reported it, or what was written (N7; trust, D.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from models.moderation import Case, CaseDecision, CaseParty, Sanction
from network import discussions, networks, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.paging import MAX_LIMIT, PageOf, PageRequest, open_cursor, seal_cursor
from network.kernel.policy import require
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.moderation.policy.accounts import may_see_log
from network.moderation.queries.ruling import Named, rules_words
from network.moderation.rules.accounts import days_between, without_names
from network.moderation.rules.measures import GUIDANCE, NEVER_TOLD, state_now

INTERIM_VEIL = "interim_veil"


class LogEntryView(TypedDict):
    """One line of the log. `kind` is that of a measure, `interim_veil`, or that of a room measure; `rule` its
    words in short as they were then; `state` null where the thing itself is all there is."""

    id: str
    kind: str
    at: datetime
    rule: str | None
    reason: str | None
    acting_role: str
    days: int | None
    state: str | None
    room: str | None


class _Line(NamedTuple):
    at: datetime
    id: str
    entry: LogEntryView
    case_id: str | None = None
    rule: Named | None = None


def list_log(actor: Actor, network_id: str, request: PageRequest) -> PageOf[LogEntryView]:
    """The log of a network, the latest first, for its members and stewards. Guidance is a word between two
    people and stands in no log. Raises NotFound for whom the network does not exist, Forbidden, Invalid."""
    networks.get_network(actor, network_id)
    require(may_see_log(actor, network_id))
    limit = min(max(request.limit, 1), MAX_LIMIT)
    last = _opened(request.cursor) if request.cursor is not None else None
    lines = [
        *_measures(network_id, last, limit + 1),
        *_interim(network_id, last, limit + 1),
        *_rooms(network_id, last, limit + 1),
    ]
    lines.sort(key=lambda line: (line.at, line.id), reverse=True)
    following = None
    if len(lines) > limit:
        lines = lines[:limit]
        following = seal_cursor([lines[-1].at.isoformat(), lines[-1].id])
    return PageOf(_finished(lines), following)


def _opened(cursor: str) -> tuple[datetime, str]:
    at, row_id = open_cursor(cursor, 2)
    try:
        return datetime.fromisoformat(str(at)).astimezone(UTC), str(row_id)
    except ValueError:
        raise Invalid({"cursor": FieldFault.of(_("This list cannot be continued from there."))}) from None


def _before(
    at: InstrumentedAttribute[datetime | None],
    key: InstrumentedAttribute[str],
    last: tuple[datetime, str] | None,
) -> ColumnElement[bool]:
    if last is None:
        return at.is_not(None)
    return or_(at < last[0], and_(at == last[0], key < last[1]))


def _measures(network_id: str, last: tuple[datetime, str] | None, most: int) -> list[_Line]:
    at, now = Sanction.starts_at, runtime.current().clock.now()
    wanted = (
        select(Sanction, CaseDecision)
        .join(CaseDecision, CaseDecision.id == Sanction.decision_id)
        .where(
            Sanction.network_id == network_id, Sanction.kind != GUIDANCE, at.is_not(None),
            Sanction.state.not_in(NEVER_TOLD), _before(at, Sanction.id, last),
        )
        .order_by(at.desc(), Sanction.id.desc())
        .limit(most)
    )  # fmt: skip
    lines = []
    for row, decision in session().execute(wanted):
        state = state_now(row.state, row.ends_at, row.second_until, row.seconded_by is not None, now)
        since = row.starts_at or row.created_at
        entry: LogEntryView = {
            "id": row.id, "kind": row.kind, "at": since, "rule": None, "reason": decision.reason,
            "acting_role": decision.acting_role, "days": days_between(row.starts_at, row.ends_at),
            "state": state, "room": None,
        }  # fmt: skip
        lines.append(_Line(since, row.id, entry, row.case_id, _named(decision)))
    return lines


def _named(decision: CaseDecision) -> Named | None:
    if decision.rule_id is None or decision.rules_version_id is None:
        return None
    return Named(decision.rules_version_id, decision.rule_id)


def _interim(network_id: str, last: tuple[datetime, str] | None, most: int) -> list[_Line]:
    at, now = Case.veiled_at, runtime.current().clock.now()
    rules = networks.network_row(network_id).rules_version_id
    wanted = (
        select(Case)
        .where(Case.network_id == network_id, at.is_not(None), _before(at, Case.id, last))
        .order_by(at.desc(), Case.id.desc())
        .limit(most)
    )
    lines = []
    for row in session().scalars(wanted):
        since = row.veiled_at or row.opened_at
        running = row.veil_until is not None and row.veil_until > now
        entry: LogEntryView = {
            "id": row.id, "kind": INTERIM_VEIL, "at": since, "rule": None, "reason": row.veil_reason,
            "acting_role": "meta_mentor" if row.veil_by else "system",
            "days": days_between(since, row.veil_until), "state": "active" if running else "expired",
            "room": None,
        }  # fmt: skip
        named = Named(rules, row.veil_rule_id) if rules and row.veil_rule_id else None
        lines.append(_Line(since, row.id, entry, row.id, named))
    return lines


def _rooms(network_id: str, last: tuple[datetime, str] | None, most: int) -> list[_Line]:
    before = last[0] + timedelta(microseconds=1) if last is not None else None
    # One more for each that stands at the very moment of the last one.
    rows = discussions.list_room_measures(network_id, before=before, most=most + MAX_LIMIT)
    found = [row for row in rows if last is None or (row["at"], row["id"]) < last]
    return [
        _Line(
            row["at"], row["id"],
            {
                "id": row["id"], "kind": row["kind"], "at": row["at"], "rule": None, "reason": row["reason"],
                "acting_role": row["acting_role"], "days": None, "state": None, "room": row["room_name"],
            },
        )
        for row in found[:most]
    ]  # fmt: skip


def _finished(lines: Sequence[_Line]) -> list[LogEntryView]:
    words = rules_words({line.rule for line in lines if line.rule is not None})
    names = _names({line.case_id for line in lines if line.case_id is not None})
    entries = []
    for line in lines:
        rule = words.get(line.rule) if line.rule is not None else None
        reason, known = line.entry["reason"], names.get(line.case_id or "", ())
        line.entry["rule"] = (rule["short"] or rule["heading"]) if rule else None
        line.entry["reason"] = without_names(reason, known) if reason and known else reason or None
        entries.append(line.entry)
    return entries


def _names(case_ids: set[str]) -> Mapping[str, list[str]]:
    """Whose names a reason must not tell, by case: everybody who is a party to it."""
    if not case_ids:
        return {}
    wanted = select(CaseParty.case_id, CaseParty.user_id).where(CaseParty.case_id.in_(sorted(case_ids)))
    about = select(Case.id, Case.about_id).where(Case.id.in_(sorted(case_ids)), Case.about_id.is_not(None))
    rows: list[Any] = [*session().execute(wanted), *session().execute(about)]
    persons = people.people_by_id({user_id for _case, user_id in rows})
    found: dict[str, list[str]] = {}
    for case_id, user_id in rows:
        if user_id in persons:
            found.setdefault(case_id, []).append(persons[user_id]["display_name"])
    return found
