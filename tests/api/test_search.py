"""Finding what was said over HTTP: its shape, its filters, and what looks alike for who may not see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from network.discussions import post_message
from network.kernel.actor import Actor
from network.kernel.ids import new_untimed_id
from tests.api.callers import Caller
from tests.factories.discussions import Community, make_community, make_room, make_topic

Ask = Callable[[Actor, str], tuple[int, dict]]  # type: ignore[type-arg]


@pytest.fixture
def community(live: object) -> Community:
    assert live
    return make_community()


@pytest.fixture
def ask(community: Community, make_client: Callable[[], FlaskClient]) -> Ask:
    """Search a network as somebody; status and JSON."""

    def asked(actor: Actor, query: str) -> tuple[int, dict]:  # type: ignore[type-arg]
        caller = Caller(make_client, actor.user_id)
        answer = caller("get", f"/networks/{community.network.id}/search?{query}")
        return answer.status_code, answer.json  # type: ignore[return-value]

    return asked


def test_what_was_found_stands_with_its_place(community: Community, ask: Ask) -> None:
    ann, bob = community.member(), community.member()
    room = make_room(community.network)
    topic = make_topic(room, ann)
    said = post_message(bob, topic.id, "The **tulips** are out", new_untimed_id(), language="en").message
    status, found = ask(ann, "q=tulip")
    assert (status, found["next"]) == (200, None)
    [hit] = found["items"]
    assert (hit["message"]["id"], hit["message"]["body"]) == (said["id"], "The **tulips** are out")
    assert hit["room"] == {"id": room.id, "name": room.name, "kind": "open"}
    assert hit["topic"] == {"id": topic.id, "title": topic.title, "state": "open"}
    assert (hit["snippet"], hit["hits"]) == ("The tulips are out", [[4, 10]])
    for narrowed, number in (
        (f"room={room.id}", 1), (f"room={new_untimed_id()}", 0), (f"from={bob.user_id}", 1),
        (f"from={ann.user_id}", 0), ("after=2020-01-01T00:00:00Z", 1), ("before=2020-01-01T00:00:00Z", 0),
    ):  # fmt: skip
        status, found = ask(ann, f"q=tulip&{narrowed}")
        assert (status, len(found["items"])) == (200, number), narrowed


@pytest.mark.parametrize("query", ["", "q=", "q=%22", "q=%22open", "q=***", "q=a&room=x", "q=a&after=soon"])
def test_a_query_without_sense_is_a_fault_of_its_field(community: Community, ask: Ask, query: str) -> None:
    status, problem = ask(community.member(), query)
    assert (status, problem["code"]) == (422, "validation_failed")
    assert set(problem["errors"]) <= {"q", "room", "after"}


def test_who_does_not_see_inside_finds_no_network(community: Community, ask: Ask) -> None:
    left = community.member(state="left")
    assert ask(left, "q=tulip")[0] == 404
    assert ask(make_community().member(), "q=tulip")[0] == 404
