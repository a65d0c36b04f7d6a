"""Who becomes a party to a case."""

from __future__ import annotations

from models.moderation import Case, CaseParty
from network.kernel import runtime
from network.kernel.transaction import session
from network.moderation.queries.route import level_for


def add_party(case: Case, user_id: str | None, role: str) -> None:
    """Within a command that locked the case: from now on it does not exist for her as one who handles it.
    What nobody else may handle where it stands climbs the route at once. Twice is once."""
    if user_id is None or session().get(CaseParty, (case.id, user_id, role)) is not None:
        return
    now = runtime.current().clock.now()
    session().add(CaseParty(case_id=case.id, user_id=user_id, role=role, since=now))
    if case.assignee_id == user_id:
        case.assignee_id, case.claimed_until = None, None
    session().flush()
    climb(case)


def climb(case: Case) -> None:
    """Write down that a case stands higher on the route by now. What it left loses its claim."""
    level = level_for(case)
    if level > case.level:
        case.level, case.escalated_at = level, runtime.current().clock.now()
        case.assignee_id, case.claimed_until = None, None
        session().flush()
