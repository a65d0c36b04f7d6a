"""Decisions over the API: the contract's shapes and codes, and many who take part at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.idempotency import IdempotencyKey
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.api.callers import Caller
from tests.factories.decisions import Town, make_town, now
from tests.running import HandClock


@pytest.fixture
def town(live: Runtime) -> Town:
    return make_town(6)


@pytest.fixture
def people(town: Town, make_client: Callable[[], FlaskClient]) -> list[Caller]:
    return [Caller(make_client, actor.user_id) for actor in town.people]


def asked(town: Town, **over: Any) -> dict[str, Any]:
    return {
        "kind": "choice", "question": "What do we drink?", "options": ["Tea", "Coffee"], "quorum": "1/2",
        "threshold": "1/2", "closes_at": (now() + timedelta(days=2)).isoformat(), "anonymous": False,
        "silence": "never", **over,
    }  # fmt: skip


def test_a_choice_from_the_draft_to_the_outcome(town: Town, people: list[Caller], clock: HandClock) -> None:
    path, key = f"/networks/{town.network.id}/decisions", {"Idempotency-Key": "one"}
    her, wish = people[1], asked(town)
    first = her.client.post(f"/api/v1{path}", json=wish, headers={**her.headers, **key})
    second = her.client.post(f"/api/v1{path}", json=wish, headers={**her.headers, **key})
    assert (first.status_code, second.json) == (201, first.json)
    made = first.json or {}
    assert [option["text"] for option in made["options"]] == ["Tea", "Coffee"]
    one, tea = f"/decisions/{made['id']}", made["options"][0]["id"]
    assert people[0]("get", one).status_code == 404, "a draft"
    assert people[0]("get", path).json == {"items": [], "next": None}
    opened = her("post", f"{one}/opening", {"expected_version": 1}).json
    assert opened is not None
    assert (opened["state"], opened["electorate_count"]) == ("open", 6)
    assert her("post", f"{one}/opening", {"expected_version": 1}).json["code"] == "version_conflict"  # type: ignore[index]
    unasked = {"option_ids": [tea], "electorate_count": 9}
    assert her("put", f"{one}/stance", unasked).status_code == 422
    for number, caller in enumerate(people[:5]):
        body = {"option_ids": [tea]} if number else {"stance": "stand_aside"}
        said = caller("put", f"{one}/stance", body)
        assert (said.status_code, said.json["mine"]["option_ids"]) == (200, body.get("option_ids", []))  # type: ignore[index]
    early = her("get", f"{one}/result")
    assert (early.status_code, early.json["code"]) == (409, "still_open")  # type: ignore[index]
    clock.forward(days=2)
    late = people[5]("put", f"{one}/stance", {"option_ids": [tea]})
    assert late.json is not None
    assert (late.status_code, late.json["code"]) == (409, "decision_closed")
    assert late.json["closes_at"] == made["closes_at"]
    result = her("get", f"{one}/result").json
    assert result == {
        "outcome": "passed", "option_id": tea, "electorate_count": 6, "closed_at": made["closes_at"],
        "counts": {tea: 4, made["options"][1]["id"]: 0, "stand_aside": 1}, "taken_count": 5,
        "quorum_needed": 3, "rule": "most",
    }  # fmt: skip
    shown = people[0]("get", one).json or {}
    told = her("post", f"{one}/outcome", {"expected_version": shown["version"]})
    assert (told.status_code, told.json["state"]) == (200, "outcome_published")  # type: ignore[index]


def test_about_a_person_over_the_api(town: Town, people: list[Caller]) -> None:
    path, wish = f"/networks/{town.network.id}/decisions", asked(town, kind="person")
    del wish["options"]
    answer = people[1]("post", path, wish)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["concerned_user_id"])  # type: ignore[index]
    made = people[1]("post", path, {**wish, "concerned_user_id": town.people[2].user_id}).json or {}
    assert [option["text"] for option in made["options"]] == ["Yes", "No", "Let us talk more first"]
    one = f"/decisions/{made['id']}"
    people[1]("post", f"{one}/cancellation", {"expected_version": 1, "reason": "Settled."})
    gone = people[1]("get", f"{one}/result")
    assert (gone.status_code, gone.json["code"]) == (409, "decision_cancelled")  # type: ignore[index]


def test_objections_over_the_api(town: Town, people: list[Caller]) -> None:
    path = f"/networks/{town.network.id}/decisions"
    made = people[1]("post", path, asked(town, kind="consent", options=[])).json or {}
    one = f"/decisions/{made['id']}"
    people[1]("post", f"{one}/opening", {"expected_version": 1})
    assert people[2]("put", f"{one}/stance", {"stance": "objection"}).status_code == 422
    people[2]("put", f"{one}/stance", {"stance": "objection", "reason": "Too soon"})
    raised = people[0]("get", f"{one}/objections").json["items"][0]  # type: ignore[index]
    at = f"/objections/{raised['id']}"
    assert people[1]("post", f"{at}/integration", {"answer": "In May"}).status_code == 422
    way = {"answer": "In May", "expected_version": 1}
    assert people[3]("post", f"{at}/integration", way).status_code == 403
    assert people[1]("post", f"{at}/integration", way).json["state"] == "in_integration"  # type: ignore[index]
    seen = {"expected_version": 2}
    assert people[1]("post", f"{at}/resolution", seen).status_code == 403
    assert people[2]("post", f"{at}/withdrawal", seen).json["state"] == "withdrawn"  # type: ignore[index]
    again = people[2]("post", f"{at}/withdrawal", {"expected_version": 3})
    assert (again.status_code, again.json["code"]) == (409, "invalid_transition")  # type: ignore[index]
    following = people[1](
        "post", f"{one}/next-round", {"expected_version": 2, "explanation": "In May, in the park."}
    ).json
    assert following is not None
    assert (following["round"], following["previous_id"], following["state"]) == (2, made["id"], "open")


def test_c13_no_kept_answer_tells_who_objected(town: Town, people: list[Caller]) -> None:
    path = f"/networks/{town.network.id}/decisions"
    made = people[1]("post", path, asked(town, kind="consent", options=[], anonymous=True)).json or {}
    one = f"/decisions/{made['id']}"
    people[1]("post", f"{one}/opening", {"expected_version": 1})
    people[2]("put", f"{one}/stance", {"stance": "objection", "reason": "Too soon"})
    raised = people[0]("get", f"{one}/objections").json["items"][0]  # type: ignore[index]
    done = people[2].client.post(
        f"/api/v1/objections/{raised['id']}/withdrawal", json={"expected_version": 1},
        headers={**people[2].headers, "Idempotency-Key": "mine"},
    )  # fmt: skip
    assert (done.status_code, done.json["state"]) == (200, "withdrawn")  # type: ignore[index]
    with unit_of_work():
        assert session().scalars(select(IdempotencyKey)).all() == []


def test_c09_tabs_of_many_people_at_once(
    town: Town, people: list[Caller], make_client: Callable[[], FlaskClient], clock: HandClock
) -> None:
    """Real requests, side by side: each person has two tabs, each person counts once."""
    made = town.asks(quorum="1/1")
    tabs = [*people, *(Caller(make_client, actor.user_id) for actor in town.people)]

    def say(caller: Caller) -> int:
        return caller("put", f"/decisions/{made['id']}/stance", {"stance": "consent"}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(say, tabs)) == {200}
    clock.forward(days=4)
    with ThreadPoolExecutor(4) as pool:  # four readers find it over, one of them closes it
        found = list(
            pool.map(lambda caller: caller("get", f"/decisions/{made['id']}/result").json, people[:4])
        )
    assert [each["counts"]["consent"] for each in found if each] == [6] * 4
    assert town.told().count("decision.closed") == 1


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_time_are_refused_and_break_nothing(
    town: Town, people: list[Caller], clock: HandClock, moment: str
) -> None:
    path, her = f"/networks/{town.network.id}/decisions", people[1]

    def refused(method: str, at: str, **body: Any) -> None:
        answer = her(method, at, body)
        assert (answer.status_code, answer.json["code"]) == (422, "validation_failed"), (at, body)  # type: ignore[index]

    for field in ("opens_at", "closes_at"):
        refused("post", path, **asked(town, **{field: moment}))
    one = f"/decisions/{her('post', path, asked(town)).json['id']}"  # type: ignore[index]
    for field in ("opens_at", "closes_at"):
        refused("patch", one, expected_version=1, **{field: moment})
    assert her("post", f"{one}/opening", {"expected_version": 1}).status_code == 200
    refused("patch", one, expected_version=2, closes_at=moment)
    refused("post", f"{one}/next-round", expected_version=2, question="Or milk?", closes_at=moment)
    clock.forward(days=3)
    version = her("get", one).json["version"]  # type: ignore[index]
    refused("post", f"{one}/outcome", expected_version=version, text="Tea.", review_on=moment[:10])
