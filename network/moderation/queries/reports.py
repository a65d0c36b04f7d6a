"""What can be seen of reports: each its reporter's own, and nothing of what became of it but the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import Select, exists, select

from models.moderation import Case, CaseDecision, Report, ReportingPause, Sanction
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.moderation.policy.cases import may_report
from network.moderation.queries.showing import report_views
from network.moderation.queries.views import ReportView
from network.moderation.rules.cases import ACTED, DECISION_DUE, FIRST_ACTION, NOT_ACTED


class PromiseView(TypedDict):
    """What happens next with a report, and by when."""

    looked_at_by: datetime
    decided_by: datetime


def visible_reports(actor: Actor) -> Select[Report]:
    """One's own."""
    return select(Report).where(Report.reporter_id == actor.user_id)


def own_report(actor: Actor, report_id: str) -> Report:
    """The row of one's own report. Raises NotFound."""
    row = session().scalars(visible_reports(actor).where(Report.id == report_id)).one_or_none()
    if row is None or actor.user_id is None:
        raise NotFound()
    return row


def get_report(actor: Actor, report_id: str) -> ReportView:
    """One's own report: received, being looked at, or answered. Raises NotFound."""
    return report_views([own_report(actor, report_id)])[0]


def list_reports(actor: Actor, request: PageRequest) -> PageOf[ReportView]:
    """One's own reports, the newest first."""
    require(may_report(actor))
    rows = page(visible_reports(actor), [Report.id.expression], request, _as_it_is, descending=True)
    return PageOf(report_views(rows.items), rows.next)


def promised(report: ReportView) -> PromiseView:
    """By when somebody looks at a report, and by when it is decided."""
    created = report["created_at"]
    return {"looked_at_by": created + FIRST_ACTION, "decided_by": created + DECISION_DUE}


def paused_until(actor: Actor, network_id: str) -> datetime | None:
    """Until when somebody can report nothing in a network, because much of it was unfounded."""
    row = session().get(ReportingPause, (network_id, actor.user_id or ""))
    now = runtime.current().clock.now()
    return row.until if row is not None and row.until is not None and row.until > now else None


def warned_in(actor: Actor) -> list[ReportingPause]:
    """Where somebody was told that her reports were unfounded."""
    return list(session().scalars(select(ReportingPause).where(ReportingPause.user_id == actor.user_id)))


def what_was_done(case_id: str) -> str:
    """Whether something was done in a case by its last decision: what each reporter learns, and no more."""
    wanted = select(CaseDecision).where(CaseDecision.case_id == case_id, CaseDecision.undone_at.is_(None))
    last = session().scalars(wanted.order_by(CaseDecision.decided_at.desc()).limit(1)).one_or_none()
    if last is None:
        return NOT_ACTED
    measures = session().scalar(select(exists().where(Sanction.decision_id == last.id)))
    return ACTED if measures or last.outcome in ("guidance", "sanction", "referred") else NOT_ACTED


def case_of(report_id: str) -> Case | None:
    """The case of a report, asked on nobody's behalf."""
    wanted = select(Case).join(Report, Report.case_id == Case.id).where(Report.id == report_id)
    return session().scalars(wanted).one_or_none()


def _as_it_is(row: Any) -> Any:
    return row


@renders("report")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(Report).where(Report.id.in_(sorted(set(ids))))).all()
    return {view["id"]: dict(view) for view in report_views(rows)}
