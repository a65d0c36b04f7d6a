"""D.3: what is forgotten of a matter that is over, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from models.audit import AuditRow
from models.moderation import Appeal, Case, CaseDecision, CaseParty, Report, ReportSnapshot, Sanction
from models.networks import Network
from models.people import User
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.moderation import forget_closed_cases
from tests.factories.networks import make_network
from tests.factories.people import make_user, save
from tests.running import HandClock

DAY = timedelta(days=1)


def make_matter(
    closed_at: Any,
    state: str = "closed",
    *,
    network: Network | None = None,
    about: str | None = None,
    about_user: User | None = None,
    reason: str = "Why",
) -> str:
    """A case with everything that belongs to one, over at that moment; its id."""
    network = network or make_network()
    author = about_user or make_user(display_name=about or "Somebody Else")
    reporter, host = make_user(), make_user()
    here = {"network_id": network.id, "target_type": "message", "target_id": new_id()}
    case = save(Case(
        id=new_id(), **here, about_id=author.id, state=state, level=0, severity=0, own_initiative=False,
        revision=1, opened_by=reporter.id, opened_at=closed_at, reported_at=closed_at, assignee_id=host.id,
        paused_seconds=0, veil_reason="A word of hers", decided_at=closed_at, closed_at=closed_at, version=3,
    ))  # fmt: skip
    shot = save(ReportSnapshot(
        id=new_id(), case_id=case.id, body="What she wrote", content={"title": "Where"}, language="en",
        revision=1, author_id=author.id, posted_at=closed_at, taken_at=closed_at,
    ))  # fmt: skip
    save(Report(
        id=new_id(), **here, case_id=case.id, snapshot_id=shot.id, reporter_id=reporter.id, reason="It hurts",
        state="answered", answer="acted", created_at=closed_at, answered_at=closed_at, version=2,
    ))  # fmt: skip
    for user_id, role in ((reporter.id, "reporter"), (author.id, "author")):
        save(CaseParty(case_id=case.id, user_id=user_id, role=role, since=closed_at))
    said = save(CaseDecision(
        id=new_id(), case_id=case.id, snapshot_id=shot.id, outcome="sanction", facts="What was",
        reason=reason, language="en", basis="notice", decided_by=host.id, acting_role="meta_mentor",
        decided_at=closed_at, send_from=closed_at, sent_at=closed_at,
    ))  # fmt: skip
    measure = save(Sanction(
        id=new_id(), case_id=case.id, decision_id=said.id, network_id=network.id, user_id=author.id,
        kind="warning", scope_type="user", scope_id=author.id, state="active", counts=True,
        imposed_by=host.id, starts_at=closed_at, created_at=closed_at, version=1,
    ))  # fmt: skip
    save(Appeal(
        id=new_id(), sanction_id=measure.id, network_id=network.id, user_id=author.id, text="I disagree",
        state="upheld", level=1, submitted_at=closed_at, due_at=closed_at, reply="It stays",
        decided_at=closed_at, version=2,
    ))  # fmt: skip
    return case.id


def words_of(case_id: str) -> list[Any]:
    with unit_of_work():
        one = session().get_one(Case, case_id)
        shot = session().scalars(select(ReportSnapshot).where(ReportSnapshot.case_id == case_id)).one()
        told = session().scalars(select(Report).where(Report.case_id == case_id)).one()
        said = session().scalars(select(CaseDecision).where(CaseDecision.case_id == case_id)).one()
        measure = session().scalars(select(Sanction).where(Sanction.case_id == case_id)).one()
        asked = session().scalars(select(Appeal).where(Appeal.sanction_id == measure.id)).one()
        parties = select(func.count()).select_from(CaseParty).where(CaseParty.case_id == case_id)
        return [
            one.veil_reason, one.about_id and "somebody", shot.body, shot.author_id and "somebody",
            told.reason, told.reporter_id and "somebody", said.facts, said.reason, asked.text,
            asked.reply, measure.counts, session().scalar(parties),
        ]  # fmt: skip


def test_words_of_a_closed_case_go_after_a_year_and_not_a_day_before(live: Runtime, clock: HandClock) -> None:
    old, young = make_matter(clock.now()), make_matter(clock.now() + DAY)
    waiting = make_matter(clock.now() - 900 * DAY, state="decided")
    before = words_of(old)
    assert all(before)
    clock.forward(days=365, minutes=-1)
    assert forget_closed_cases() == 0
    clock.forward(minutes=2)
    assert forget_closed_cases() == 1
    assert not any(words_of(old))
    assert words_of(young) == before and words_of(waiting) == before
    assert forget_closed_cases() == 0
    with unit_of_work():
        measure = session().scalars(select(Sanction).where(Sanction.case_id == old)).one()
        assert (measure.kind, measure.state) == ("warning", "active"), "counts stay possible"
        trace = select(AuditRow.after).where(AuditRow.action == "data.forgotten")
        assert {"cases": 1} in session().scalars(trace).all()
