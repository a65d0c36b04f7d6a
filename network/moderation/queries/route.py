"""Where on the route cases stand by now, and who is a party (state-machines, B1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case as when
from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.moderation import Case, CaseParty
from models.networks import Network
from network.kernel.transaction import session
from network.moderation.policy.cases import Matter, somebody_free
from network.moderation.rules.cases import FOUNDERS, HOSTS, OPERATORS, PARENTS


def level_for(case: Case, above: int | None = None) -> int:
    """The lowest level, from the case's own (or `above`) on, at which somebody stands who is no party; the
    platform's at the end, whoever is there."""
    found = session().execute(select(*_free()).where(Case.id == case.id)).one()
    return _lowest(case.level if above is None else above, list(found))


def parties_of(case_id: str) -> frozenset[str]:
    """Who is a party to a case."""
    return frozenset(session().scalars(select(CaseParty.user_id).where(CaseParty.case_id == case_id)))


def matter_of(case: Case) -> Matter:
    """What the law asks of a case."""
    return matters_of([case])[case.id]


def matters_of(cases: Sequence[Case]) -> dict[str, Matter]:
    """What the law asks of some cases: two statements, however many they are."""
    if not cases:
        return {}
    ids, above = [case.id for case in cases], aliased(Network)
    parties: dict[str, set[str]] = {}
    named = select(CaseParty.case_id, CaseParty.user_id).where(CaseParty.case_id.in_(ids))
    for case_id, user_id in session().execute(named):
        parties.setdefault(case_id, set()).add(user_id)
    rows = session().execute(
        select(Case.id, Network.organisation_id, above.organisation_id, *_free())
        .join(Network, Network.id == Case.network_id)
        .outerjoin(above, above.id == Network.parent_id)
        .where(Case.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in rows}
    matters = {}
    for case in cases:
        founder, parent_founder, *free = found[case.id]
        matters[case.id] = Matter(
            case.network_id, _lowest(case.level, free), case.state,
            frozenset(parties.get(case.id, ())), founder, parent_founder,
        )  # fmt: skip
    return matters


def _free() -> list[Any]:
    return [when((somebody_free(level), 1), else_=0) for level in (HOSTS, FOUNDERS, PARENTS)]


def _lowest(level: int, free: Sequence[int]) -> int:
    return next((one for one in range(level, OPERATORS) if free[one]), OPERATORS)
