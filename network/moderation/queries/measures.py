"""What can be seen of measures: by the person herself, and by those who handle the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.moderation import Case, CaseDecision, ReportSnapshot, Sanction
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import is_signed_in, require
from network.kernel.transaction import session
from network.moderation.policy.measures import may_second, may_see_proposal, own_sanctions
from network.moderation.queries.case_measures import state_of
from network.moderation.queries.cases import visible_case
from network.moderation.queries.ruling import Named, RuleView, rules_words
from network.moderation.queries.seconders import second_matter
from network.moderation.rules.measures import (
    ACTIVE,
    NEVER_TOLD,
    OF_PERSON,
    PROPOSED,
    RUNNING_SANCTIONS,
    strength,
)

_LATER = ("proof_required", "second_factor_needed")


class ScopeView(TypedDict):
    """What a measure is about, or where it holds."""

    type: str
    id: str


class SanctionView(TypedDict):
    """A measure with its statement of reasons, as the person reads it: neither who reported or imposed it nor
    how many did. `body` is the content as it was reported, `end_reason` why it was lifted."""

    id: str
    network_id: str
    kind: str
    scope: ScopeView
    state: str
    rule_id: str | None
    rule: RuleView | None
    reason: str
    facts: str
    language: str
    basis: str
    body: str
    counts: bool
    starts_at: datetime | None
    ends_at: datetime | None
    appeal_until: datetime | None
    second_until: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    previous_id: str | None
    version: int


class HandledSanctionView(SanctionView):
    """The same for those who handle the case."""

    case_id: str
    user: Mapping[str, Any]
    seconded: bool


def own_sanction(actor: Actor, sanction_id: str) -> Sanction:
    """The row of one measure of which the actor was told, as its person. Raises NotFound."""
    wanted = own_sanctions(actor).where(Sanction.id == sanction_id)
    found = None if actor.user_id is None else session().scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def handled_sanction(actor: Actor, sanction_id: str) -> tuple[Sanction, Case]:
    """The row of one measure and its case, for who handles it or could be the second person. Raises
    NotFound, also for the person herself."""
    row = session().get(Sanction, sanction_id)
    case = None if row is None else session().get(Case, row.case_id)
    if row is None or case is None:
        raise NotFound()
    require(may_see_proposal(actor, second_matter(case, row)))
    return row, case


def see_sanction(actor: Actor, sanction_id: str) -> SanctionView | HandledSanctionView:
    """One measure: as its person sees it, or as those who handle it. Raises NotFound."""
    require(is_signed_in(actor, None))
    mine = own_sanctions(actor).where(Sanction.id == sanction_id)
    row = session().scalars(mine).one_or_none()
    if row is not None:
        return show_sanctions([row])[0]
    row, _case = handled_sanction(actor, sanction_id)
    return show_handled([row])[0]


def see_own_sanctions(actor: Actor, request: PageRequest) -> PageOf[SanctionView]:
    """The measures of which the actor was told, the newest first."""
    require(is_signed_in(actor, None))
    rows = page(own_sanctions(actor), [Sanction.id.expression], request, _as_it_is, descending=True)
    return PageOf(show_sanctions(rows.items), rows.next)


def show_sanctions(rows: Sequence[Sanction]) -> list[SanctionView]:
    """Measures with their statements, in three statements however many they are."""
    decisions, bodies, rules = _statements(rows)
    now = runtime.current().clock.now()
    views: list[SanctionView] = []
    for row in rows:
        said = decisions[row.decision_id]
        views.append({
            "id": row.id, "network_id": row.network_id, "kind": row.kind,
            "scope": {"type": row.scope_type, "id": row.scope_id}, "state": state_of(row, now),
            "rule_id": said.rule_id,
            "rule": rules.get(Named(said.rules_version_id or "", said.rule_id or "")),
            "reason": said.reason, "facts": said.facts, "language": said.language, "basis": said.basis,
            "body": bodies.get(said.snapshot_id or "", ""), "counts": row.counts,
            "starts_at": row.starts_at, "ends_at": row.ends_at, "appeal_until": row.appeal_until,
            "second_until": row.second_until if row.state == PROPOSED else None,
            "ended_at": row.ended_at, "end_reason": row.end_reason, "previous_id": row.previous_id,
            "version": row.version,
        })  # fmt: skip
    return views


def show_handled(rows: Sequence[Sanction]) -> list[HandledSanctionView]:
    """The same for those who handle the cases."""
    persons = people.people_by_id({row.user_id for row in rows})
    return [
        {
            **view, "case_id": row.case_id, "user": persons[row.user_id],
            "seconded": row.seconded_by is not None,
        }
        for view, row in zip(show_sanctions(rows), rows, strict=True)
    ]  # fmt: skip


def _statements(
    rows: Sequence[Sanction],
) -> tuple[dict[str, CaseDecision], dict[str, str], Mapping[Named, RuleView]]:
    asked = select(CaseDecision).where(CaseDecision.id.in_({row.decision_id for row in rows}))
    decisions = {row.id: row for row in session().scalars(asked)} if rows else {}
    snapshots = {row.snapshot_id for row in decisions.values() if row.snapshot_id is not None}
    kept = select(ReportSnapshot.id, ReportSnapshot.body).where(ReportSnapshot.id.in_(snapshots))
    bodies = {row.id: row.body for row in session().execute(kept)} if snapshots else {}
    named = {
        Named(row.rules_version_id, row.rule_id)
        for row in decisions.values()
        if row.rules_version_id is not None and row.rule_id is not None
    }
    return decisions, bodies, rules_words(named)


def running_measures(network_id: str, user_id: str) -> list[Sanction]:
    """What runs or is proposed for a person in a network by the clock, the strictest first."""
    wanted = select(Sanction).where(
        Sanction.network_id == network_id, Sanction.user_id == user_id, Sanction.state.in_(RUNNING_SANCTIONS)
    )
    now = runtime.current().clock.now()
    runs = [row for row in session().scalars(wanted) if state_of(row, now) in RUNNING_SANCTIONS]
    return sorted(runs, key=lambda row: strength(row.kind, row.ends_at), reverse=True)


def own_running(actor: Actor, network_id: str) -> list[Sanction]:
    """What keeps the actor from taking part in a network just now, the strictest first."""
    now = runtime.current().clock.now()
    held = own_sanctions(actor).where(
        Sanction.network_id == network_id, Sanction.kind.in_(OF_PERSON), Sanction.state == ACTIVE
    )
    runs = [row for row in session().scalars(held) if state_of(row, now) == ACTIVE]
    return sorted(runs, key=lambda row: strength(row.kind, row.ends_at), reverse=True)


def strictest_active(network_id: str, user_id: str) -> Sanction | None:
    """Of several measures that hold at the same time, the one that applies."""
    now = runtime.current().clock.now()
    return next((row for row in running_measures(network_id, user_id) if state_of(row, now) == ACTIVE), None)


def earlier_measures(case: Case) -> list[HandledSanctionView]:
    """What the person whom a case is about was told of before in its network, the newest first, counted or
    not: shown to who decides, and to nobody else."""
    if case.about_id is None:
        return []
    wanted = select(Sanction).where(
        Sanction.network_id == case.network_id, Sanction.user_id == case.about_id,
        Sanction.state.not_in(NEVER_TOLD), Sanction.case_id != case.id,
    )  # fmt: skip
    return show_handled(session().scalars(wanted.order_by(Sanction.id.desc()).limit(50)).all())


def earlier_measures_of(actor: Actor, case_id: str) -> list[HandledSanctionView]:
    """The same, for who sees the case. Raises NotFound."""
    return earlier_measures(visible_case(actor, case_id))


def see_proposals(actor: Actor, network_id: str) -> list[HandledSanctionView]:
    """The measures of a network that wait for a second person whom the actor could be, the oldest first."""
    wanted = select(Sanction, Case).join(Case, Case.id == Sanction.case_id).where(
        Sanction.network_id == network_id, Sanction.state == PROPOSED, Sanction.second_until.is_not(None),
        Sanction.seconded_by.is_(None),
    )  # fmt: skip
    now, rows = runtime.current().clock.now(), []
    for row, case in session().execute(wanted.order_by(Sanction.id).limit(50)):
        verdict = may_second(actor, second_matter(case, row))
        if state_of(row, now) == PROPOSED and (verdict or verdict.code in _LATER):
            rows.append(row)
    return show_handled(rows)


@renders("sanction")
def render_sanctions(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Measures as events show them: to their person, in her own scope."""
    rows = session().scalars(
        select(Sanction).where(Sanction.id.in_(list(ids)), Sanction.state.not_in(NEVER_TOLD))
    ).all()  # fmt: skip
    return {view["id"]: view for view in show_sanctions(rows)}


def _as_it_is(row: Any) -> Any:
    return row


def check_sanction_visible(actor: Actor, sanction_id: str) -> None:
    """Raise NotFound for whom a measure does not exist, before anything of a request is read."""
    see_sanction(actor, sanction_id)
