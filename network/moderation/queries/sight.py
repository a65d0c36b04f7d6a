"""What of moderation somebody may see, as numbers for those who show rows about it."""

from __future__ import annotations

from sqlalchemy import Select, select, union_all

from models.moderation import Appeal, Case, Report, Sanction
from network.kernel.actor import Actor
from network.moderation.policy.cases import visible_cases


def ids_in_sight(actor: Actor, network_id: str) -> Select[str]:
    """The ids of a network's cases that the actor may see, and of the reports, measures and appeals in them,
    as a select."""
    cases = visible_cases(actor).where(Case.network_id == network_id).with_only_columns(Case.id)
    within = cases.subquery()
    measures = select(Sanction.id).where(Sanction.case_id.in_(select(within.c.id)))
    every = union_all(
        cases,
        select(Report.id).where(Report.case_id.in_(select(within.c.id))),
        measures,
        select(Appeal.id).where(Appeal.sanction_id.in_(measures)),
    ).subquery()
    return select(every.c[0])
