"""Versions and signatures over the API: the words of the contract, its statuses and codes."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from tests.api.callers import Caller
from tests.factories.stories import Story, make_story
from tests.recorded import facts
from tests.running import HandClock

CLAUSES = [
    {"heading": "What we want", "text": "We help each other.", "short": "Purpose"},
    {"heading": "Who does what", "text": "The meta-mentor hosts."},
]


@pytest.fixture
def story(live: Runtime, clock: HandClock) -> Story:
    return make_story(clock)


def test_from_the_draft_to_what_holds(app: Flask, story: Story, clock: HandClock) -> None:
    def calls(who: object) -> Caller:
        return Caller(app.test_client, who.user_id)  # type: ignore[attr-defined]

    meta, steward, member = calls(story.meta), calls(story.steward), calls(story.members[0])
    begun = meta(
        "POST", f"/networks/{story.network.id}/agreements",
        {"kind": "network_agreement", "title": "Our agreement", "language": "en"},
    )  # fmt: skip
    assert begun.status_code == 201
    assert {"id", "network_id", "kind", "title", "language", "in_force"} <= set(begun.json)
    agreement = f"/agreements/{begun.json['id']}"
    drafted = meta(
        "POST", f"{agreement}/versions",
        {
            "clauses": CLAUSES, "activation_rule": {"members": "1/2", "organisations": []},
            "deliberation_until": (clock.now() + timedelta(days=7)).isoformat(),
            "signing_until": (clock.now() + timedelta(days=40)).isoformat(), "valid_until": "2027-12-31",
        },
    )  # fmt: skip
    assert drafted.status_code == 201, drafted.text
    version, at = drafted.json, f"/agreement-versions/{drafted.json['id']}"
    text = "".join(f"{c['heading']}\n{c['text']}\n\n" for c in CLAUSES)
    assert version["text_hash"] == hashlib.sha256(text.encode()).hexdigest()

    assert meta("POST", f"{at}/deliberation", {}).status_code == 422
    days = {"review_on": "2027-06-01", "valid_until": "2027-12-30T12:00:00Z"}
    patched = meta("PATCH", at, days | {"expected_version": version["version"]}).json
    assert patched["valid_until"] == "2027-12-30", "a moment is taken for its day"
    talked = meta("POST", f"{at}/deliberation", {"expected_version": patched["version"]}).json
    assert talked["state"] == "deliberation"
    late = meta("PATCH", at, {"review_on": "2027-06-02", "expected_version": talked["version"]})
    assert (late.status_code, late.json["code"]) == (409, "not_a_draft")
    early = meta("POST", f"{at}/freeze", {"expected_version": talked["version"]})
    assert (early.status_code, early.json["code"]) == (409, "deliberation_running")
    assert early.json["until"].endswith("Z")

    clock.forward(days=7, minutes=1)
    meta, steward, member = calls(story.meta), calls(story.steward), calls(story.members[0])
    once = steward("POST", f"{at}/freeze", {"expected_version": talked["version"]}).json
    frozen = meta("POST", f"{at}/freeze", {"expected_version": once["version"]}).json
    assert (once["state"], frozen["state"]) == ("deliberation", "frozen")
    waits = meta("POST", f"{at}/signing", {"expected_version": frozen["version"]})
    assert (waits.status_code, waits.json["code"]) == (409, "decision_required")
    story.decide(story.ask(version["id"]))

    member = calls(story.members[0])
    signing = member("GET", at).json
    assert (signing["state"], signing["counts"]["requested"]) == ("signing", 4)
    stale = member("POST", f"{at}/signatures", {"text_hash": "0" * 64, "capacity": "member"})
    assert (stale.status_code, stale.json["code"]) == (409, "text_changed")
    assert (stale.json["version_id"], stale.json["text_hash"]) == (version["id"], version["text_hash"])
    mine = {"text_hash": version["text_hash"], "capacity": "member"}
    first, second = member("POST", f"{at}/signatures", mine), member("POST", f"{at}/signatures", mine)
    assert (first.status_code, second.status_code, second.json) == (201, 200, first.json)
    assert {"id", "name", "user_id", "capacity", "organisation_id", "state", "text_hash", "signed_at"} <= set(
        first.json
    )
    for wrong in (
        {"capacity": "friend"},
        {"organisation_id": new_id()},
        {"text_hash": "short"},
        {"name": "x"},
    ):
        assert member("POST", f"{at}/signatures", mine | wrong).status_code == 422
    meta = calls(story.meta)
    not_met = meta("POST", f"{at}/activation", {"expected_version": signing["version"]})
    assert (not_met.status_code, not_met.json["code"]) == (409, "rule_not_met")
    assert calls(story.members[1])("POST", f"{at}/declinations", {}).json["state"] == "declined"
    story.sign(story.read(version["id"]), story.members[2:])
    holds = meta("POST", f"{at}/activation", {"expected_version": signing["version"]})
    assert (holds.status_code, holds.json["state"]) == (200, "in_force")
    assert meta("GET", agreement).json["in_force"] == version["id"]
    listed = meta("GET", f"{at}/signatures?limit=2").json
    assert (len(listed["items"]), listed["next"] is None) == (2, False)
    rest = meta("GET", f"{at}/signatures?cursor={listed['next']}").json
    states = sorted(row["state"] for row in [*listed["items"], *rest["items"]])
    assert (states, rest["next"]) == (["declined", "signed", "signed"], None)
    back = member("POST", f"{at}/withdrawals", {"reason": "I leave."})
    assert (back.status_code, back.json["state"]) == (201, "withdrawn")
    seen, steward = {"expected_version": holds.json["version"]}, calls(story.steward)
    alone = steward("POST", f"{at}/termination", seen)
    assert (alone.status_code, alone.json["code"]) == (409, "decision_required")
    clock.forward(minutes=1)
    asked = story.ask("", question="Do we end it?", effect=None)
    story.decide(asked)
    ended = calls(story.steward)("POST", f"{at}/termination", seen | {"decision_id": asked})
    assert (ended.status_code, ended.json["state"]) == (200, "in_force")
    assert ended.json["valid_until"] == (clock.now() + timedelta(days=30)).date().isoformat()
    last = clock.now().date() + timedelta(days=99)
    again = story.ask("", effect={"type": "end_agreement", "id": story.in_force()["id"], "value": None})
    draft = {
        "kind": "consent", "question": "End it?", "closes_at": f"{last}T12:00:00Z", "quorum": "1/2",
        "threshold": "1/2", "anonymous": False, "silence": "never",
        "effect": {"type": "end_agreement", "id": version["id"], "value": last.isoformat()},
    }  # fmt: skip
    twice = calls(story.meta)("POST", f"/networks/{story.network.id}/decisions", draft)
    assert (twice.status_code, twice.json["code"]) == (409, "invalid_transition"), "it ends already"
    assert calls(story.meta)("GET", f"/decisions/{again}").json["effect"]["type"] == "end_agreement"


def test_an_old_proof_signs_nothing(app: Flask, story: Story, clock: HandClock) -> None:
    signing = story.signing()
    member = Caller(app.test_client, story.members[0].user_id)
    clock.forward(minutes=61)
    said = member(
        "POST", f"/agreement-versions/{signing['id']}/signatures",
        {"text_hash": signing["text_hash"], "capacity": "member"},
    )  # fmt: skip
    assert (said.status_code, said.json["code"]) == (403, "proof_required")
    assert member("GET", f"/agreement-versions/{signing['id']}/signatures").json["items"] == []


def test_c15_c24_many_tabs_sign_and_two_activate_at_once(app: Flask, story: Story) -> None:
    """Real requests, side by side: each person has two tabs and signs once; of four who activate one does."""
    signing = story.signing()
    at, body = (
        f"/agreement-versions/{signing['id']}",
        {"text_hash": signing["text_hash"], "capacity": "member"},
    )
    tabs = [Caller(app.test_client, actor.user_id or "") for actor in [story.meta, *story.members] * 2]

    def sign(caller: Caller) -> int:
        return caller("POST", f"{at}/signatures", body).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(sign, tabs))
    half = len(tabs) // 2
    assert answers == [200] * half + [201] * half
    version = tabs[0]("GET", at).json["version"]
    hosts = [Caller(app.test_client, story.meta.user_id or "") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        came_to = list(
            pool.map(lambda one: one("POST", f"{at}/activation", {"expected_version": version}), hosts)
        )
    assert sorted(one.status_code for one in came_to) == [200, 409, 409, 409]
    assert {one.json["code"] for one in came_to if one.status_code == 409} == {"version_conflict"}
    held = tabs[0]("GET", at).json
    assert (held["state"], held["counts"]["signed"]) == ("in_force", half)
    assert facts(f"network:{story.network.id}").count("agreement.in_force") == 1
