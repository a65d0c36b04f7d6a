"""How the power over others was used is told: to whom, and without telling about one person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.moderation import Case, CaseLook, Report, Sanction
from models.networks import Network
from models.people import User
from network import audit, moderation
from network.kernel.audit import append
from network.kernel.errors import FeatureOff, Forbidden, Invalid, NotFound
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.membership import member_of
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user, save
from tests.network.moderation.test_forgetting import make_matter
from tests.running import HandClock

EVERYTHING = PageRequest(limit=200)


@command
def _appended(actor: Any, network_id: str, action: str, entity_type: str, entity_id: str) -> None:
    require(anyone(actor, None))
    append(actor, action, entity_type, entity_id, network_id=network_id, acting_role="member")


def _rows(case_id: str) -> tuple[Case, Report, Sanction]:
    with unit_of_work():
        rows = (
            session().get_one(Case, case_id),
            session().scalars(select(Report).where(Report.case_id == case_id)).one(),
            session().scalars(select(Sanction).where(Sanction.case_id == case_id)).one(),
        )
        session().expunge_all()
        return rows


def test_the_log_says_what_and_why_and_never_who(live: Runtime, clock: HandClock) -> None:
    matter = make_matter(clock.now(), reason="Anna Berg was angry, and Anna knows it.", about="Anna Berg")
    case, report, _sanction = _rows(matter)
    member, stranger = member_of(network_of(case)), actor_of(make_user())
    with unit_of_work():
        found = moderation.list_log(member, case.network_id, EVERYTHING)
    assert [line["kind"] for line in found.items] == ["warning"]
    assert found.items[0]["reason"] == "… … was angry, and … knows it."
    told = repr(found.items)
    assert case.about_id not in told and report.reporter_id not in told and "What she wrote" not in told
    with unit_of_work(), pytest.raises(NotFound):
        moderation.list_log(stranger, case.network_id, EVERYTHING)


def network_of(case: Case) -> Network:
    with unit_of_work():
        found = session().get_one(Network, case.network_id)
        session().expunge_all()
        return found


def test_the_log_goes_on_where_it_stopped(live: Runtime, clock: HandClock) -> None:
    circle = make_network()
    member = member_of(circle)
    for number in range(5):
        make_matter(clock.now() - timedelta(hours=number // 2), network=circle)
    seen, cursor = [], None
    with unit_of_work():
        for _page in range(5):
            found = moderation.list_log(member, circle.id, PageRequest(1, cursor))
            seen += [line["id"] for line in found.items]
            cursor = found.next
        assert cursor is None
        assert seen == [row["id"] for row in moderation.list_log(member, circle.id, EVERYTHING).items]
        for wrong in ("x", "W10", "WyJ4IiwieSJd"):
            with pytest.raises(Invalid):
                moderation.list_log(member, circle.id, PageRequest(1, wrong))
    assert len(set(seen)) == 5


def test_numbers_of_a_report_are_those_of_the_rows_and_hide_the_few(live: Runtime, clock: HandClock) -> None:
    circle = make_network(features={"transparency_report": True})
    member = member_of(circle)
    for number in range(6):
        make_matter(clock.now() - timedelta(days=number), network=circle)
    make_matter(clock.now() - timedelta(days=500), network=circle)
    make_matter(clock.now())  # of another network
    first, last = moderation.default_span()
    with unit_of_work():
        found = moderation.get_moderation_report(member, circle.id, first, last)
        rows = session().scalars(select(Report).where(Report.network_id == circle.id)).all()
        counted = [row for row in rows if first <= row.created_at.date() <= last]
    assert found["reports_by_target"] == {
        "total": len(counted), "by": {"message": 6, "topic": 0, "user": 0, "file": 0, "meeting": 0}
    }  # fmt: skip
    assert found["reports_by_answer"]["by"]["acted"] == 6
    assert found["measures"]["by"]["warning"] == 6 and found["appeals"]["by"]["upheld"] == 6
    assert found["overturned"] == "0/1"
    assert found["median_to_decision"] == 0 and found["median_to_first_action"] is None
    with unit_of_work():
        day = clock.now().date()
        few = moderation.get_moderation_report(member, circle.id, day, day)
    assert few["reports_by_target"]["by"]["message"] is None and few["reports_by_target"]["total"] is None
    assert few["overturned"] is None


def test_a_network_that_switched_it_off_has_no_report(live: Runtime) -> None:
    circle = make_network(features={"transparency_report": False})
    member = member_of(circle)
    with unit_of_work(), pytest.raises(FeatureOff):
        moderation.get_moderation_report(member, circle.id, *moderation.default_span())


def test_a23_who_was_looked_at_reads_it_when_the_matter_is_over(live: Runtime, clock: HandClock) -> None:
    over, waiting = make_matter(clock.now()), make_matter(clock.now(), state="in_review")
    looker = make_user()
    for case_id in (over, waiting):
        case = _rows(case_id)[0]
        save(CaseLook(
            id=new_id(), case_id=case_id, network_id=case.network_id, looker_id=looker.id,
            acting_role="meta_mentor", author_id=case.about_id, what="snapshot", at=clock.now(),
        ))  # fmt: skip
    for case_id, looks in ((over, 1), (waiting, 0)):
        with unit_of_work():
            author = actor_of_id(_rows(case_id)[0].about_id)
            found = moderation.list_looks(author, EVERYTHING).items
        assert len(found) == looks
        assert looker.id not in repr(found)


def actor_of_id(user_id: str | None) -> Any:
    with unit_of_work():
        return actor_of(session().get_one(User, user_id))


def test_a_party_reads_nothing_of_her_case_in_the_trail_and_nobody_who_reported(
    live: Runtime, clock: HandClock
) -> None:
    circle, party = make_network(), make_user()
    free, about = member_of(circle, "meta_mentor"), member_of(circle, "meta_mentor", user=party)
    matter = make_matter(clock.now(), network=circle, about_user=party)
    _case, report, sanction = _rows(matter)
    told = actor_of_id(report.reporter_id)
    _appended(told, circle.id, "report.submission", "report", report.id)
    _appended(free, circle.id, "sanction.starting", "sanction", sanction.id)
    _appended(free, circle.id, "goal.adoption", "goal", new_id())
    _appended(free, circle.id, "posting.pause", "membership", new_id())
    _appended(free, circle.id, "concern.raised", "concern", new_id())

    def actions(reader: Any) -> list[str]:
        with unit_of_work():
            return [row["action"] for row in audit.list_trail(reader, circle.id, EVERYTHING).items]

    assert actions(free) == ["goal.adoption", "sanction.starting", "report.submission"]
    assert actions(about) == ["goal.adoption"]
    with unit_of_work():
        rows = audit.list_trail(free, circle.id, EVERYTHING).items
        assert [row["actor"] is None for row in rows] == [False, False, True]
        with pytest.raises(Forbidden):
            audit.list_trail(member_of(circle), circle.id, EVERYTHING)
