"""Founding a network: whole or not at all; and the draft that is kept until then."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.agreements import Agreement
from models.audit import AuditRow
from models.discussions import Room
from models.event_log import Event
from models.goals import Goal
from models.meetings import Meeting
from models.membership import Membership
from models.networks import Network
from models.organisations import Organisation
from models.people import User
from models.roadmap import FoundingDraft
from network import agreements, discussions, goals, meetings, membership, roadmap
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid
from network.kernel.events import entries_after
from network.kernel.ids import new_id
from network.kernel.jobs import all_jobs
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.networks import OrganisationRefused
from network.roadmap import DraftGone
from tests.factories.courses import make_course_session
from tests.factories.membership import again, standing_actor
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user
from tests.running import START, HandClock

GOAL: roadmap.FirstGoal = {"title": "Nobody waits", "why": "Letters cannot.", "review_on": date(2027, 2, 1)}
MEETING: roadmap.FirstMeeting = {
    "title": "We meet",
    "starts_at": START + timedelta(days=8),
    "time_zone": "Europe/Berlin",
}
TABLES = (Network, Membership, Agreement, Room, Goal, Meeting, AuditRow, Event)


@pytest.fixture
def founder(live: Runtime) -> User:
    return make_user(display_name="Gesine")


@pytest.fixture
def organisation(founder: User) -> Organisation:
    """An organisation that nobody checked yet."""
    return make_organisation(founder, state="pending")


@pytest.fixture
def steward(founder: User, organisation: Organisation) -> Actor:
    """Who acts for it."""
    return standing_actor(founder)


def founding(organisation: Organisation, **over: Any) -> dict[str, Any]:
    return {
        "name": "Netzwerk Lindenstadt",
        "purpose": "Wir helfen einander.",
        "organisation_id": organisation.id,
        "languages": ["de", "en"],
        "country": "DE",
        "first_goal": GOAL,
        **over,
    }


def rows() -> dict[str, int]:
    with unit_of_work():
        return {
            table.__tablename__: session().scalar(select(func.count()).select_from(table)) or 0
            for table in TABLES
        }


def test_a_network_is_founded_with_all_that_belongs_to_it(organisation: Organisation, steward: Actor) -> None:
    noise = make_network()
    course = make_course_session(organisation)
    made = roadmap.found_network(
        steward, **founding(organisation, course_session_id=course.id, rules_accepted=True)
    )
    founder = again(steward)
    standing = founder.standings[made["id"]]
    assert (standing.state, standing.roles, standing.rules_accepted) == (
        "active", frozenset({"mentor", "steward"}), True,
    )  # fmt: skip
    assert (made["phase"], made["visibility"], made["slug"]) == (
        "initiation",
        "private",
        "netzwerk-lindenstadt",
    )
    assert made["course_session_id"] == course.id
    with unit_of_work():
        rules = agreements.rules_of_network(made["id"])
        assert (made["rules_version_id"], rules["language"]) == (rules["id"], "de")
        assert sorted(discussions.first_rooms(made["id"])) == ["cafe", "welcome"]
        assert goals.count_adopted(made["id"]) == 1
        assert membership.count_active(made["id"]) == 1
        kinds = {entry.type for entry in entries_after(f"network:{made['id']}", 0, 100)}
        assert session().scalars(select(Membership.network_id)).all() == [made["id"]]
        assert entries_after(f"network:{noise.id}", 0, 100) == []
        trail = session().scalars(select(AuditRow.action).order_by(AuditRow.seq)).all()
    assert {"network.founded", "membership.changed", "agreement.in_force", "goal.adopted"} <= kinds
    assert trail[0] == "network.foundation"
    assert "agreement_version.adoption" in trail


def test_the_rules_are_accepted_only_by_saying_so(organisation: Organisation, steward: Actor) -> None:
    made = roadmap.found_network(steward, **founding(organisation))
    assert again(steward).standings[made["id"]].rules_accepted is False


def test_a_network_can_begin_without_a_goal(organisation: Organisation, steward: Actor) -> None:
    made = roadmap.found_network(steward, **founding(organisation, first_goal=None))
    with unit_of_work():
        assert goals.count_adopted(made["id"]) == 0


def test_a_network_begins_with_the_date_of_its_first_get_together(
    organisation: Organisation, steward: Actor
) -> None:
    made = roadmap.found_network(steward, **founding(organisation, first_meeting=MEETING))
    founder = again(steward)
    with unit_of_work():
        found = meetings.next_meeting(founder, made["id"])
        assert found is not None
        assert (found["title"], found["kind"], found["duration_minutes"]) == ("We meet", "get_together", 60)
        assert found["starts_at"] == MEETING["starts_at"]
        told = [entry.type for entry in entries_after(f"network:{made['id']}", 0, 100)]
    assert told.count("meeting.planned") == 1


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": " "}, "name"),
        ({"country": "XX"}, "country"),
        ({"languages": ["xx"]}, "languages"),
        ({"course_session_id": "other"}, "course_session_id"),
        ({"organisation_id": "none"}, "organisation_id"),
        # What fails last takes back everything before it.
        ({"first_goal": {"title": ""}}, "first_goal.title"),
        (
            {"first_goal": {"title": "x", "review_on": START.date() - timedelta(days=1)}},
            "first_goal.review_on",
        ),
        ({"first_meeting": {**MEETING, "time_zone": "Nowhere"}}, "first_meeting.time_zone"),
        ({"first_meeting": {**MEETING, "starts_at": START - timedelta(days=3)}}, "first_meeting.starts_at"),
    ],
)
def test_what_cannot_be_founded_leaves_nothing(
    organisation: Organisation, steward: Actor, over: dict[str, Any], field: str
) -> None:
    if over.get("course_session_id"):
        over = {"course_session_id": make_course_session().id}
    if over.get("organisation_id"):
        over = {"organisation_id": new_id()}
    before = rows()
    with pytest.raises(Invalid) as refused:
        roadmap.found_network(steward, **founding(organisation, **over))
    assert list(refused.value.faults) == [field]
    assert rows() == before
    roadmap.found_network(steward, **founding(organisation))


@pytest.mark.parametrize("state", ["pending", "verified"])
def test_the_organisation_need_not_be_verified(live: Runtime, state: str) -> None:
    user = make_user()
    house = make_organisation(user, state=state)
    assert roadmap.found_network(standing_actor(user), **founding(house))["organisation_id"] == house.id


def test_a_refused_organisation_founds_nothing(live: Runtime) -> None:
    user = make_user()
    house = make_organisation(user, state="refused")
    before = rows()
    with pytest.raises(OrganisationRefused):
        roadmap.found_network(standing_actor(user), **founding(house))
    assert rows() == before


@pytest.mark.parametrize("who", ["stranger", "other_steward", "operator"])
def test_nobody_else_founds_for_an_organisation(organisation: Organisation, who: str) -> None:
    user = make_user(is_operator=who == "operator")
    if who == "other_steward":
        make_organisation(user)
    before = rows()
    with pytest.raises(Forbidden):
        roadmap.found_network(standing_actor(user), **founding(organisation))
    assert rows() == before


def test_a_draft_is_kept_for_each_organisation(organisation: Organisation, steward: Actor) -> None:
    with unit_of_work():
        assert roadmap.founding_draft(steward, organisation.id) is None
    roadmap.save_founding_draft(steward, organisation.id, {"name": "Netz"})
    roadmap.save_founding_draft(steward, organisation.id, {"name": "Netzwerk", "country": "DE"})
    other = standing_actor(make_user())
    with unit_of_work():
        assert roadmap.founding_draft(steward, organisation.id) == {"name": "Netzwerk", "country": "DE"}
        assert roadmap.founding_draft(other, organisation.id) is None
        assert roadmap.founding_draft(steward, new_id()) is None


def test_only_a_steward_keeps_a_draft(organisation: Organisation) -> None:
    with pytest.raises(Forbidden):
        roadmap.save_founding_draft(standing_actor(make_user()), organisation.id, {"name": "Netz"})
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(FoundingDraft)) == 0


def test_founding_uses_the_draft_up(organisation: Organisation, steward: Actor) -> None:
    roadmap.save_founding_draft(steward, organisation.id, {"name": "Netz"})
    roadmap.found_network(steward, **founding(organisation, from_draft=True))
    before = rows()
    with pytest.raises(DraftGone):
        roadmap.found_network(steward, **founding(organisation, from_draft=True))
    assert rows() == before
    with unit_of_work():
        assert roadmap.founding_draft(steward, organisation.id) is None


def test_a_founding_that_fails_keeps_the_draft(organisation: Organisation, steward: Actor) -> None:
    roadmap.save_founding_draft(steward, organisation.id, {"name": "Netz"})
    with pytest.raises(Invalid):
        roadmap.found_network(steward, **founding(organisation, from_draft=True, name=""))
    with unit_of_work():
        assert roadmap.founding_draft(steward, organisation.id) == {"name": "Netz"}


def test_pressing_the_button_five_times_founds_one_network(
    organisation: Organisation, steward: Actor
) -> None:
    roadmap.save_founding_draft(steward, organisation.id, {"name": "Netz"})
    outcomes: list[str] = []

    def press() -> None:
        try:
            roadmap.found_network(steward, **founding(organisation, from_draft=True))
            outcomes.append("founded")
        except DraftGone:
            outcomes.append("gone")

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["founded", "gone", "gone", "gone", "gone"]
    assert rows()["networks"] == 1


def test_five_tabs_saving_at_once_keep_one_draft(organisation: Organisation, steward: Actor) -> None:
    threads = [
        threading.Thread(
            target=roadmap.save_founding_draft, args=(steward, organisation.id, {"name": str(n)})
        )
        for n in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(FoundingDraft)) == 1


def test_drafts_that_nobody_touches_are_forgotten(
    organisation: Organisation, steward: Actor, clock: HandClock
) -> None:
    tidy = next(job for job in all_jobs() if job.name == "roadmap.tidy")
    roadmap.save_founding_draft(steward, organisation.id, {"name": "Netz"})
    clock.forward(days=90)
    assert tidy.run() == 0
    clock.forward(days=2)
    assert tidy.run() == 1
    with unit_of_work():
        assert roadmap.founding_draft(steward, organisation.id) is None
