"""From the roadmap to the question and back: the members decide, the steward takes the step."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.networks import Network
from network import decisions
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.decisions import open_decision
from tests.factories.goals import make_goal
from tests.factories.membership import member_of, steward_of_network
from tests.factories.people import sign_in
from tests.network.roadmap.test_deciding import maintenance, network, now, people
from tests.running import HandClock
from tests.web.roadmap.test_roadmap import send, visit

assert network
assert people


def asked(actor: Actor, network: Network) -> decisions.OwnDecisionView:
    """The decision that is being prepared."""
    with unit_of_work():
        [draft] = decisions.list_decisions(actor, network.id, PageRequest()).items
    return draft


def test_the_gate_leads_to_the_question_and_the_answer_to_the_step(
    client: FlaskClient, network: Network, people: list[Actor], clock: HandClock
) -> None:
    steward = steward_of_network(network)
    page = visit(client, people[1], f"/network/{network.slug}")
    way = f"/network/{network.slug}/decisions/new/consent?effect=phase_change:maintenance"
    assert way in page.text.replace("%3A", ":")
    form = client.get(way)
    assert "We go on to: Keeping going" in form.text
    sent = send(client, way, question="We go on.", effect="phase_change:maintenance", quorum="1/2",
                closes_on=(clock.now() + timedelta(days=3)).date().isoformat())  # fmt: skip
    assert sent.status_code == 303, sent.text
    draft = asked(people[1], network)
    assert draft["effect"] is not None
    assert (draft["effect"]["type"], draft["effect"]["value"]) == ("phase_change", "maintenance")
    decisions.open_decision(people[1], draft["id"], draft["version"])
    for one in people:
        decisions.take_stance(one, draft["id"], stance="consent")
    clock.forward(days=4)
    moves_on = f"/network/{network.slug}/next-phase"
    assert moves_on not in visit(client, people[1], f"/network/{network.slug}").text
    page = visit(client, steward, f"/network/{network.slug}")
    assert moves_on in page.text
    done = send(client, moves_on, reason="We said so.")
    assert done.status_code == 302, done.text
    assert now(network).phase == "maintenance"


@pytest.mark.parametrize(
    ("effect", "wanted"),
    [
        ("waive_step:talking_regularly", None),
        ("set_features:typing=on", {"type": "set_features", "id": None, "value": {"typing": True}}),
        ("adopt_goal", "goal"),
        ("", None),
    ],
)
def test_what_follows_is_chosen_with_the_question(
    client: FlaskClient, network: Network, people: list[Actor], clock: HandClock, effect: str, wanted: object
) -> None:
    if wanted == "goal":
        goal = make_goal(network, state="proposed", adopted_at=None, title="Sing more")
        effect, wanted = f"adopt_goal:{goal.id}", {"type": "adopt_goal", "id": goal.id, "value": None}
    sign_in(client, people[0].id)
    path = f"/network/{network.slug}/decisions/new/consent"
    until = (clock.now() + timedelta(days=3)).date().isoformat()
    sent = send(client, path, question="Yes?", effect=effect, quorum="1/2", closes_on=until)
    if effect.startswith("waive_step"):  # no gate waits for this one now
        assert sent.status_code == 422
        return
    assert sent.status_code == 303, re.sub(r"<[^>]+>", "", sent.text)
    made = asked(people[0], network)["effect"]
    told = None if made is None else {name: made[name] for name in ("type", "id", "value")}  # type: ignore[literal-required]
    assert told == wanted


def test_a_step_that_is_missing_can_be_done_without_by_asking(
    client: FlaskClient, live: Runtime, network: Network, people: list[Actor]
) -> None:
    assert live
    page = visit(client, people[1], f"/network/{network.slug}/steps/talking_regularly")
    assert "waive_step" in page.text
    page = visit(client, people[1], f"/network/{network.slug}/steps/office_decided")
    assert "waive_step" not in page.text, "it is done"
    outside = member_of(network, state="applied")
    assert maintenance()["type"] == "phase_change"
    assert "waive_step" not in visit(client, outside, f"/network/{network.slug}/steps/talking_regularly").text


def test_a_link_of_the_letter_puts_its_answer_first_and_changes_nothing(
    client: FlaskClient, network: Network, people: list[Actor]
) -> None:
    opened = open_decision(people[0], network)
    link = decisions.stance_link(people[1].user_id or "", opened).removeprefix("http://localhost")
    first = [client.get(f"{link}{wish}").text for wish in ("", "?stance=objection", "?stance=nonsense")]
    places = [(page.index('value="consent"'), page.index('value="objection"')) for page in first]
    assert [agrees < objects for agrees, objects in places] == [True, False, True]
    assert ['<details class="fold" open>' in page for page in first] == [False, True, False], (
        "it needs a reason"
    )
    with unit_of_work():
        assert decisions.silent_electors(opened) == sorted(one.user_id or "" for one in people)
