"""What a decided case carries of its measures, and their state by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from models.moderation import CaseDecision, Sanction
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.moderation.rules.measures import state_now, strength


class CaseMeasure(TypedDict):
    """What a decided case carries of its measures."""

    id: str
    kind: str
    state: str


def state_of(row: Sanction, now: datetime | None = None) -> str:
    """The state of a measure by the clock."""
    moment = now or runtime.current().clock.now()
    return state_now(row.state, row.ends_at, row.second_until, row.seconded_by is not None, moment)


def measures_of_cases(case_ids: Sequence[str]) -> dict[str, list[CaseMeasure]]:
    """The measures of some cases, the strictest first, in one statement; those of decisions that were taken
    back are not among them."""
    wanted = (
        select(Sanction)
        .join(CaseDecision, CaseDecision.id == Sanction.decision_id)
        .where(Sanction.case_id.in_(list(case_ids)), CaseDecision.undone_at.is_(None))
    )
    now = runtime.current().clock.now()
    found: dict[str, list[CaseMeasure]] = {}
    rows = session().scalars(wanted).all() if case_ids else []
    for row in sorted(rows, key=lambda each: strength(each.kind, each.ends_at), reverse=True):
        line: CaseMeasure = {"id": row.id, "kind": row.kind, "state": state_of(row, now)}
        found.setdefault(row.case_id, []).append(line)
    return found


def may_take_back(actor: Actor, case_id: str) -> bool:
    """Whether the actor decided this case and nobody was told yet."""
    wanted = select(CaseDecision.id).where(
        CaseDecision.case_id == case_id, CaseDecision.decided_by == actor.user_id,
        CaseDecision.sent_at.is_(None), CaseDecision.undone_at.is_(None),
    )  # fmt: skip
    return session().scalar(wanted) is not None
