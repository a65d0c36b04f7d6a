"""Meetings over the API."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from models.networks import Network
from models.people import User
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.meetings import make_meeting
from tests.factories.membership import make_invitation, make_membership, member_of
from tests.factories.networks import make_network
from tests.factories.people import make_user, sign_in
from tests.running import START, HandClock

API = "/api/v1"
MEETING = {
    "title": "Evening at the library",
    "kind": "exchange",
    "starts_at": "2026-12-01T17:30:00Z",
    "time_zone": "Europe/Berlin",
    "duration_minutes": 90,
    "place": "Room 2",
    "link": "https://video.example/x",
}
FIELDS = {
    "id", "network_id", "title", "about", "kind", "starts_at", "time_zone", "duration_minutes", "recurrence",
    "place", "link", "state", "reason", "at", "occurrence", "replies", "my_reply", "attended", "proposed_by",
    "created_at", "version",
}  # fmt: skip
DATE_FIELDS = (FIELDS - {"id", "recurrence", "at", "proposed_by", "created_at", "version"}) | {
    "meeting_id", "ends_at", "moved",
}  # fmt: skip


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def me(network: Network) -> User:
    """An active member who accepted the rules."""
    user = make_user(display_name="Olena")
    make_acceptance(make_version(network), make_membership(network, user))
    return user


def test_a_meeting_is_planned_answered_moved_and_held(
    client: FlaskClient, network: Network, me: User, clock: HandClock
) -> None:
    headers = sign_in(client, me.id)
    made = client.post(f"{API}/networks/{network.id}/meetings", json=MEETING, headers=headers)
    assert made.status_code == 201
    meeting = made.json
    assert set(meeting) == FIELDS
    assert {name: meeting[name] for name in MEETING} == MEETING
    assert (meeting["state"], meeting["version"], meeting["recurrence"]) == ("planned", 1, None)
    assert client.get(f"{API}/networks/{network.id}/meetings").json == {"items": [meeting], "next": None}
    path = f"{API}/meetings/{meeting['id']}"
    assert client.get(path).json == meeting

    said = client.put(f"{path}/reply", json={"reply": "yes"}, headers=headers)
    assert (said.status_code, said.json["replies"]) == (200, {"yes": 1, "maybe": 0, "no": 0})
    moved = client.patch(
        path, json={"starts_at": "2026-12-02T18:00:00+01:00", "expected_version": 1}, headers=headers
    )
    assert (moved.status_code, moved.json["starts_at"], moved.json["version"]) == (
        200, "2026-12-02T17:00:00Z", 2,
    )  # fmt: skip
    stale = client.patch(path, json={"title": "x", "expected_version": 1}, headers=headers)
    assert (stale.status_code, stale.json["code"]) == (409, "version_conflict")
    assert stale.json["current"]["starts_at"] == "2026-12-02T17:00:00Z"
    assert client.patch(path, json={"title": "x"}, headers=headers).status_code == 422

    early = client.put(f"{path}/attendance", json={"user_ids": [me.id]}, headers=headers)
    assert (early.status_code, early.json["code"]) == (409, "meeting_not_started")
    clock.moment = START + timedelta(days=10)
    held = client.put(f"{path}/attendance", json={"user_ids": [me.id]}, headers=headers)
    assert (held.status_code, held.json["attended"]) == (200, 1)
    people = client.get(f"{path}/attendance").json
    assert (people["occurrence"], [person["display_name"] for person in people["people"]]) == (
        None,
        ["Olena"],
    )
    late = client.put(f"{path}/reply", json={"reply": "no"}, headers=headers)
    assert (late.status_code, late.json["code"]) == (409, "meeting_over")
    gone = client.post(f"{path}/cancellation", json={"expected_version": 2}, headers=headers)
    assert (gone.status_code, gone.json["code"]) == (409, "meeting_over")


def test_a_series_one_date_moved_one_cancelled_then_all(
    client: FlaskClient, network: Network, me: User
) -> None:
    headers = sign_in(client, me.id)
    series = client.post(
        f"{API}/networks/{network.id}/meetings", json={**MEETING, "recurrence": "FREQ=WEEKLY;COUNT=4"},
        headers=headers,
    ).json  # fmt: skip
    path = f"{API}/meetings/{series['id']}"
    second, third = "2026-12-08T17:30:00Z", "2026-12-15T17:30:00Z"
    body = {"occurrence": second, "starts_at": "2026-12-09T17:30:00Z", "expected_version": 1}
    assert client.patch(path, json=body, headers=headers).json["version"] == 2
    body = {"occurrence": third, "reason": "Holidays", "expected_version": 2}
    done = client.post(f"{path}/cancellation", json=body, headers=headers)
    assert (done.status_code, done.json["state"], done.json["version"]) == (200, "planned", 3)
    agenda = client.get(f"{API}/networks/{network.id}/agenda").json
    assert set(agenda["items"][0]) == DATE_FIELDS
    said = ("occurrence", "starts_at", "state", "moved")
    assert [tuple(date[name] for name in said) for date in agenda["items"]] == [
        ("2026-12-01T17:30:00Z", "2026-12-01T17:30:00Z", "planned", False),
        (second, "2026-12-09T17:30:00Z", "planned", True),
        (third, third, "cancelled", False),
        ("2026-12-22T17:30:00Z", "2026-12-22T17:30:00Z", "planned", False),
    ]  # fmt: skip
    two = client.get(f"{API}/networks/{network.id}/agenda?limit=2&from=2026-12-01T00:00:00Z").json
    rest = client.get(
        f"{API}/networks/{network.id}/agenda", query_string={"limit": 2, "cursor": two["next"],
                                                            "from": "2026-12-01T00:00:00Z"},
    ).json  # fmt: skip
    assert two["items"] + rest["items"] == agenda["items"]
    assert rest["next"] is None
    all_off = client.post(
        f"{path}/cancellation", json={"expected_version": 3, "reason": "No room"}, headers=headers
    )
    assert (all_off.json["state"], all_off.json["reason"]) == ("cancelled", "No room")
    again = client.post(f"{path}/cancellation", json={"expected_version": 4}, headers=headers)
    assert (again.status_code, again.json["code"]) == (409, "invalid_transition")


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "Get together!"}, "kind"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2026-12-01T17:30:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": "60"}, "duration_minutes"),
        ({"duration_minutes": True}, "duration_minutes"),
        ({"recurrence": "FREQ=SECONDLY"}, "recurrence"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"place": "\x00"}, "place"),
        ({"created_by": new_id}, "created_by"),
        ({"state": "cancelled"}, "state"),
        ({"version": 9}, "version"),
    ],
)
def test_what_cannot_be_planned(
    client: FlaskClient, network: Network, me: User, over: dict[str, Any], field: str
) -> None:
    headers = sign_in(client, me.id)
    body = {**MEETING, **{name: value() if callable(value) else value for name, value in over.items()}}
    path = f"{API}/networks/{network.id}/meetings"
    refused = client.post(path, json=body, headers=headers)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert client.get(path).json["items"] == []


def test_a5_a12_what_is_not_yours_looks_like_what_is_not_there(
    client: FlaskClient, network: Network, me: User
) -> None:
    theirs = make_meeting(make_network())
    headers = sign_in(client, me.id)
    unknown = new_id()
    for method, path, body in (
        ("GET", "/meetings/{}", None),
        ("GET", "/meetings/{}.ics", None),
        ("GET", "/meetings/{}/attendance", None),
        ("PATCH", "/meetings/{}", {"title": "x", "expected_version": 1}),
        ("PUT", "/meetings/{}/reply", {"reply": "yes"}),
        ("PUT", "/meetings/{}/attendance", {"user_ids": []}),
        ("POST", "/meetings/{}/cancellation", {"expected_version": 1}),
    ):
        answers = [
            client.open(f"{API}{path.format(id_)}", method=method, json=body, headers=headers)
            for id_ in (theirs.id, unknown)
        ]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert answers[0].data == answers[1].data


def test_calendar_files_and_the_secret_address(
    client: FlaskClient, network: Network, me: User, caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    meeting = make_meeting(network)
    headers = sign_in(client, me.id)
    one = client.get(f"{API}/meetings/{meeting.id}.ics")
    assert (one.status_code, one.content_type) == (200, "text/calendar; charset=utf-8")
    assert len(Calendar.from_ical(one.data).walk("VEVENT")) == 1
    assert client.get(f"{API}/me/calendar-feed").json == {"since": None}
    made = client.post(f"{API}/me/calendar-feed", headers=headers)
    assert made.status_code == 201
    assert set(made.json) == {"url"}
    assert "no-store" in made.headers["Cache-Control"]
    assert client.get(f"{API}/me/calendar-feed").json["since"] is not None
    path = made.json["url"].removeprefix("http://localhost")
    client.delete_cookie(client.application.config["SESSION_NAME"])
    with caplog.at_level(logging.DEBUG):
        feed = client.get(path)
        unknown = client.get(f"{API}/calendar/{'x' * 43}.ics")
    assert (feed.status_code, feed.content_type) == (200, "text/calendar; charset=utf-8")
    assert feed.headers["Cache-Control"] == "private, no-store"
    assert len(Calendar.from_ical(feed.data).walk("VEVENT")) == 1
    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found")
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert secret not in caplog.text + capsys.readouterr().err, "a25: no secret in a log"
    headers = sign_in(client, me.id)
    for _ in range(2):
        assert client.delete(f"{API}/me/calendar-feed", headers=headers).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(path).data == client.get(f"{API}/calendar/{'x' * 43}.ics").data


def test_the_invited_see_the_date_of_the_next_get_together_and_no_place(
    client: FlaskClient, network: Network
) -> None:
    _row, token = make_invitation(network)
    assert client.get(f"{API}/i/{token}").json["first_meeting"] is None
    make_meeting(network, starts_at=START + timedelta(days=20))
    make_meeting(network, starts_at=START + timedelta(days=2), state="cancelled")
    make_meeting(network, starts_at=START + timedelta(days=3), place="Secret", title="Secret")
    make_meeting(make_network(), starts_at=START + timedelta(days=1))
    shown = client.get(f"{API}/i/{token}")
    assert shown.json["first_meeting"] == {
        "starts_at": "2026-11-26T09:00:00Z", "ends_at": "2026-11-26T10:30:00Z",
        "time_zone": "Europe/Berlin", "duration_minutes": 90,
    }  # fmt: skip
    assert "Secret" not in shown.text
    assert "video.example" not in shown.text


def test_the_same_key_plans_one_meeting(client: FlaskClient, network: Network, me: User) -> None:
    headers = {**sign_in(client, me.id), "Idempotency-Key": "once"}
    path = f"{API}/networks/{network.id}/meetings"
    first, second = (client.post(path, json=MEETING, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] == second.json["id"]
    other = client.post(path, json={**MEETING, "title": "Other"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_conflict")


def test_an_event_tells_members_of_a_new_meeting(client: FlaskClient, network: Network, me: User) -> None:
    headers = sign_in(client, me.id)
    made = client.post(f"{API}/networks/{network.id}/meetings", json=MEETING, headers=headers).json
    client.put(f"{API}/meetings/{made['id']}/reply", json={"reply": "yes"}, headers=headers)
    told = client.get(f"{API}/events", query_string={"scope": f"network:{network.id}", "after": 0}).json
    assert [event["type"] for event in told["events"]] == ["meeting.planned", "meeting.replied"]
    data = told["events"][1]["data"]
    assert set(data) == FIELDS - {"my_reply"}
    assert data["replies"] == {"yes": 1, "maybe": 0, "no": 0}
    fresh = client.get(f"{API}/meetings/{made['id']}").json
    assert data == {name: value for name, value in fresh.items() if name != "my_reply"}
    sign_in(client, member_of(make_network()).id)
    refused = client.get(f"{API}/events", query_string={"scope": f"network:{network.id}", "after": 0})
    assert refused.status_code == 404
