"""Where on the route a case stands by now, and who is a party (state-machines, B1)."""

from __future__ import annotations

from sqlalchemy import case as when
from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.moderation import Case, CaseParty
from models.networks import Network
from network.kernel.transaction import session
from network.moderation.policy.cases import Matter, somebody_free
from network.moderation.rules.cases import FOUNDERS, HOSTS, OPERATORS, PARENTS


def level_for(case: Case) -> int:
    """The lowest level, from the case's own on, at which somebody stands who is no party; the platform's at
    the end, whoever is there."""
    free = [when((somebody_free(level), 1), else_=0) for level in (HOSTS, FOUNDERS, PARENTS)]
    found = session().execute(select(*free).where(Case.id == case.id)).one()
    return next((level for level in range(case.level, OPERATORS) if found[level]), OPERATORS)


def parties_of(case_id: str) -> frozenset[str]:
    """Who is a party to a case."""
    return frozenset(session().scalars(select(CaseParty.user_id).where(CaseParty.case_id == case_id)))


def matter_of(case: Case) -> Matter:
    """What the law asks of a case."""
    above = aliased(Network)
    founder, parent_founder = (
        session()
        .execute(
            select(Network.organisation_id, above.organisation_id)
            .outerjoin(above, above.id == Network.parent_id)
            .where(Network.id == case.network_id)
        )
        .one()
    )
    return Matter(case.network_id, level_for(case), case.state, parties_of(case.id), founder, parent_founder)
