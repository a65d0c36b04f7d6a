"""The roadmap as it is read: computed from what is true now, for whom, in which language, at which cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from models.discussions import Room
from models.networks import Network
from models.offices import Office
from models.roadmap import PhaseChange, StepNote
from network import discussions, roadmap
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import Forbidden, NotFound
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.roadmap import RoadmapView, StepView
from tests.factories.agreements import make_acceptance, make_agreement, make_version
from tests.factories.courses import make_completion, make_course_session
from tests.factories.discussions import make_room
from tests.factories.goals import make_goal
from tests.factories.meetings import make_meeting, make_reply
from tests.factories.membership import (
    make_appointment,
    make_invitation,
    make_membership,
    member_of,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user, save
from tests.running import START, HandClock


def read(actor: Actor, network: Network, language: str | None = None) -> RoadmapView:
    with unit_of_work():
        return roadmap.get_roadmap(actor, network.id, language)


def steps(view: RoadmapView) -> dict[str, StepView]:
    return {step["key"]: step for step in view["steps"]}


def done(view: RoadmapView) -> set[str]:
    return {step["key"] for step in view["steps"] if step["state"] == "done"}


def say_hello(network: Network, room: Room, number: int = 1) -> list[Actor]:
    """So many members joined, accepted the rules and wrote in a room."""
    version = make_version(network)
    speakers = []
    for _ in range(number):
        user = make_user()
        make_acceptance(version, make_membership(network, user))
        speakers.append(standing_actor(user))
        discussions.open_topic(speakers[-1], room.id, "Hello", "I am new here.", new_id())
    return speakers


@pytest.fixture
def network(live: Runtime) -> Network:
    """A network of an organisation that nobody checked, with nothing in it."""
    return make_network(make_organisation(state="pending"))


@pytest.fixture
def steward(network: Network) -> Actor:
    return steward_of_network(network)


def test_at_the_start_nothing_is_done(network: Network, steward: Actor) -> None:
    view = read(steward, network)
    assert (view["phase"], view["since"], view["version"]) == ("initiation", network.phase_since, 1)
    assert view["strands"] == ["organisation", "mentors", "activities"]
    assert len(view["steps"]) == 24
    assert done(view) == set()
    assert view["gate"] == {
        "to": "organisation",
        "ready": False,
        "missing": ["organisation_verified", "graduates_joined", "purpose_and_goals"],
        "not_before": None,
    }


def test_each_step_rests_on_what_is_true_in_the_network(live: Runtime) -> None:
    other = make_network()
    course = make_course_session(ends_on=date(2026, 11, 22))
    for state in ("invited", "member", "member"):
        make_completion(course, state=state)
    make_completion(course, state="not_completed", completed=False)
    network = make_network(course_session_id=course.id)
    steward = steward_of_network(network)
    make_invitation(network)
    welcome = make_room(network, opening="welcome")
    speakers = say_hello(network, welcome, 3)
    make_membership(network, state="left")
    make_membership(network, state="applied")
    make_membership(network)
    meta = make_membership(network)
    make_appointment(meta)
    make_appointment(make_membership(network), ended_at=START)
    make_goal(network)
    make_goal(network, state="proposed", adopted_at=None)
    save(StepNote(
        network_id=network.id, key="roles_known", sentence="Fatma welcomes.", waived=False,
        noted_by=meta.user_id, noted_at=START,
    ))  # fmt: skip
    view = steps(read(steward, network))
    evidence = {key: (one["evidence"]["have"], one["evidence"]["need"]) for key, one in view.items()}
    assert evidence["organisation_verified"] == (1, 1)
    assert evidence["course_session_held"] == (1, 1)
    assert evidence["graduates_invited"] == (3, 3)
    assert evidence["graduates_joined"] == (6, 5)
    assert evidence["purpose_and_goals"] == (1, 1)
    assert evidence["introductions"] == (3, 3)
    assert evidence["meta_mentor_appointed"] == (1, 1)
    assert evidence["goals_reviewed"] == (1, 1)
    assert evidence["talking_regularly"] == (1, 9)
    assert done(read(steward, network)) == {
        "organisation_verified", "course_session_held", "graduates_invited", "graduates_joined",
        "purpose_and_goals", "introductions", "meta_mentor_appointed", "roles_known", "goals_reviewed",
    }  # fmt: skip
    assert view["roles_known"]["sentence"] == "Fatma welcomes."
    assert read(steward, network)["gate"] == {
        "to": "organisation", "ready": True, "missing": [], "not_before": None,
    }  # fmt: skip
    # The network beside it has nothing of all this.
    assert done(read(steward_of_network(other), other)) == {"organisation_verified"}
    assert len(speakers) == 3


def test_a_course_is_held_the_day_after_its_end(live: Runtime, clock: HandClock) -> None:
    course = make_course_session(ends_on=START.date())
    network = make_network(course_session_id=course.id)
    steward = steward_of_network(network)
    assert "course_session_held" not in done(read(steward, network))
    clock.forward(days=1)
    assert "course_session_held" in done(read(steward, network))


def test_a_newly_loaded_graduate_opens_the_step_again(live: Runtime) -> None:
    course = make_course_session()
    network = make_network(course_session_id=course.id)
    steward = steward_of_network(network)
    assert steps(read(steward, network))["graduates_invited"]["evidence"] == {
        "have": 0, "need": 0, "text": "no list from the course yet",
    }  # fmt: skip
    make_completion(course, state="invited")
    # Somebody else invited them so far.
    assert steps(read(steward, network))["graduates_invited"]["evidence"]["have"] == 0
    make_invitation(network)
    assert "graduates_invited" in done(read(steward, network))
    make_completion(course, state="ready")
    assert steps(read(steward, network))["graduates_invited"]["state"] == "open"


def test_rules_of_ones_own_count_the_built_in_ones_do_not(network: Network, steward: Actor) -> None:
    document = make_agreement(network)
    version = make_version(network, document)
    assert "rules_in_force" not in done(read(steward, network))
    version.state = "superseded"
    save(version)
    make_version(network, document, number=2, builtin=None)
    assert "rules_in_force" in done(read(steward, network))


def test_rules_go_on_when_their_time_is_over_and_an_agreement_raises_a_flag(
    network: Network, steward: Actor, clock: HandClock
) -> None:
    """state-machines, B4: moderation is never ruleless, the agreement ends for real."""
    rules = make_version(network, builtin=None)
    agreed = make_version(
        network, make_agreement(network, kind="network_agreement"), builtin=None,
        valid_until=START.date() + timedelta(days=3),
    )  # fmt: skip
    assert {"rules_in_force", "agreement_decided"} <= done(read(steward, network))
    clock.forward(days=3)
    assert "agreement_decided" in done(read(steward, network)), "its last day is one on which it holds"
    clock.forward(days=1)
    rules.ended_at = START  # their term is over, and they go on
    save(rules)
    view = steps(read(steward, network))
    assert (view["rules_in_force"]["state"], view["agreement_decided"]["state"]) == ("done", "flagged")
    agreed.state = "expired"
    save(agreed)
    assert steps(read(steward, network))["agreement_decided"]["state"] == "flagged"


def test_an_office_is_decided_with_yes_and_with_no(network: Network, steward: Actor) -> None:
    assert "office_decided" not in done(read(steward, network))
    save(
        Office(
            network_id=network.id, exists=False, reason="We take turns.", hours=[], tasks="",
            decided_by=steward.user_id, decided_at=START, version=1,
        )
    )  # fmt: skip
    assert "office_decided" in done(read(steward, network))


def test_talking_in_nine_of_thirteen_weeks(network: Network, steward: Actor, clock: HandClock) -> None:
    speakers = say_hello(network, make_room(network), 2)
    rooms = make_room(network)
    for week in range(9):
        for speaker in speakers:
            discussions.open_topic(speaker, rooms.id, f"Week {week}", "Something.", new_id())
        clock.forward(days=7)
    view = steps(read(steward, network))["talking_regularly"]
    assert (view["state"], view["evidence"]["have"]) == ("done", 9)
    clock.forward(days=7 * 5)
    assert steps(read(steward, network))["talking_regularly"]["state"] == "open"


def test_what_held_at_a_gate_and_no_longer_does_is_flagged(live: Runtime) -> None:
    network = make_network()
    goal = make_goal(network)
    make_version(network)
    members = [make_membership(network) for _ in range(5)]
    steward = steward_of_network(network)
    roadmap.change_phase(steward, network.id, "organisation", "Now.", network.version)
    assert {"graduates_joined", "purpose_and_goals"} <= done(read(steward, network))
    members[0].state, members[0].ended_at = "left", START
    save(members[0])
    goal.state = "closed"
    save(goal)
    view = read(steward, network)
    flagged = {key for key, step in steps(view).items() if step["state"] == "flagged"}
    assert flagged == {"graduates_joined", "purpose_and_goals", "goals_reviewed"}
    # An unmet gate of the past shuts nothing (state-machines, B9).
    assert (view["phase"], view["gate"]["to"]) == ("organisation", "maintenance")
    assert view["gate"]["missing"] == [
        "meta_mentor_appointed", "rules_in_force", "agreement_decided", "office_decided", "help_process_set",
    ]  # fmt: skip


def test_another_networks_gate_flags_nothing_here(network: Network, steward: Actor) -> None:
    other = make_network()
    save(
        PhaseChange(
            id=new_id(), network_id=other.id, from_phase="initiation", to_phase="organisation", reason="Now.",
            changed_by=steward.id, changed_at=START,
            evidence={"graduates_joined": {"state": "done", "have": 5, "need": 5}},
        )
    )  # fmt: skip
    assert steps(read(steward, network))["graduates_joined"]["state"] == "open"


def test_maintenance_says_when_its_gate_can_open(live: Runtime) -> None:
    network = make_network(phase="maintenance")
    gate = read(steward_of_network(network), network)["gate"]
    assert gate["not_before"] == START.date() + timedelta(days=90)
    assert not gate["ready"]


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [
        ("en", "The first members are here", "1 member so far, 5 make a start"),
        ("de", "Die Ersten sind da", "bisher 1 Mitglied, ab 5 geht es los"),
        (None, "The first members are here", "1 member so far, 5 make a start"),
    ],
)
def test_it_speaks_the_readers_language(live: Runtime, language: str | None, title: str, said: str) -> None:
    network = make_network()
    step = steps(read(member_of(network), network, language))["graduates_joined"]
    assert (step["title"], step["evidence"]["text"]) == (title, said)
    assert step["guide_url"] == f"/network/{network.slug}/steps/graduates_joined"


@pytest.mark.parametrize("visibility", ["listed", "public"])
def test_outsiders_see_where_an_open_network_stands_but_no_sentences(live: Runtime, visibility: str) -> None:
    network = make_network(visibility=visibility)
    roadmap.note_step(steward_of_network(network), network.id, "roles_known", sentence="Ask Fatma, 0170 12.")
    insider = steps(read(member_of(network), network))["roles_known"]
    assert (insider["state"], insider["sentence"]) == ("done", "Ask Fatma, 0170 12.")
    for outsider in (ANONYMOUS, member_of(make_network()), member_of(network, state="applied")):
        step = steps(read(outsider, network))["roles_known"]
        assert (step["state"], step["sentence"], step["noted_at"]) == ("done", None, None)


@pytest.mark.parametrize(
    ("who", "error"), [("anonymous", NotFound), ("stranger", NotFound), ("applied", Forbidden)]
)
def test_a_private_networks_way_is_its_own(live: Runtime, who: str, error: type[Exception]) -> None:
    network = make_network()
    actor = {
        "anonymous": lambda: ANONYMOUS,
        "stranger": lambda: member_of(make_network()),
        "applied": lambda: member_of(network, state="applied"),
    }[who]()
    with pytest.raises(error):
        read(actor, network)
    read(member_of(network), network)


def test_the_next_step_is_the_gates_first_missing_one(network: Network, steward: Actor) -> None:
    following = roadmap.next_step(read(steward, network), "de")
    assert following is not None
    assert following["key"] == "organisation_verified"
    assert following["url"] == f"/network/{network.slug}/steps/organisation_verified"
    assert following["why"].startswith("Wer ein Netzwerk einlädt")


def test_with_the_gate_open_the_next_step_is_another_of_this_phase(live: Runtime) -> None:
    network = make_network()
    make_goal(network)
    for _ in range(5):
        make_membership(network)
    view = read(steward_of_network(network), network)
    assert view["gate"]["ready"]
    following = roadmap.next_step(view, "en")
    assert following is not None
    assert following["key"] == "course_session_held"


def test_nobody_is_sent_to_a_step_that_cannot_be_taken_yet(network: Network, steward: Actor) -> None:
    """The library and public pages come later: their steps are open, and nobody can do them."""
    view = read(steward, network)
    view["phase"] = "organisation"
    waiting = {"resources_shared", "public_page", "help_answered"}
    view["gate"]["missing"] = sorted(waiting)
    for step in view["steps"]:
        step["state"] = "open" if step["key"] in waiting else "done"
    assert roadmap.next_step(view, "en") is None
    view["gate"]["missing"] = [*sorted(waiting), "help_process_set"]
    for step in view["steps"]:
        step["state"] = "open" if step["key"] in {*waiting, "help_process_set"} else "done"
    following = roadmap.next_step(view, "en")
    assert following is not None
    assert following["key"] == "help_process_set", "a sentence is enough for it"


def test_the_roadmap_costs_the_same_however_much_there_is(live: Runtime) -> None:
    course = make_course_session()
    small, large = make_network(course_session_id=course.id), make_network(course_session_id=course.id)
    actors = [steward_of_network(one) for one in (small, large)]
    for _ in range(3):
        make_goal(large)
        make_completion(course)
        make_appointment(make_membership(large))
        roadmap.note_step(actors[1], large.id, "roles_known", sentence="Ask.")
    say_hello(large, make_room(large, opening="welcome"), 3)
    for one, number in ((small, 1), (large, 4)):
        for _ in range(number):
            weekly = make_meeting(one, starts_at=START - timedelta(weeks=8), recurrence="FREQ=WEEKLY")
            make_reply(weekly, actors[0], at=START - timedelta(weeks=8))
    counts = []
    for actor, one in zip(actors, (small, large), strict=True):
        with statements(live) as seen:
            read(actor, one)
        counts.append(len(seen))
    # Appointments come with their people: one statement more where there are any.
    assert counts[1] - counts[0] <= 1
    assert max(counts) <= 20


@contextmanager
def statements(live: Runtime) -> Iterator[list[str]]:
    """The SQL that is sent within the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(live.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(live.database.engine, "before_cursor_execute", note)
