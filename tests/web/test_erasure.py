"""Pages and API of going for good: three clicks from home, told what goes, taken back by a button."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from models.people import User
from network import people, privacy
from network.kernel.ids import derived_code
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.factories.membership import make_appointment, make_membership
from tests.factories.networks import make_network
from tests.factories.people import PASSWORD, PASSWORD_HASH, actor_of, make_code, make_user, sign_in
from tests.running import HandClock
from tests.web.people.browsing import send


def state_of(user: User) -> str:
    with unit_of_work():
        return session().get_one(User, user.id).state


def token_of(user: User) -> str:
    with unit_of_work():
        asked = people.erasure_of(user.id)
        assert asked is not None
        return people.take_back_secret(asked)


def test_from_ones_own_page_it_is_two_clicks(client: FlaskClient) -> None:
    me = make_user(language="de")
    sign_in(client, me.id)
    assert 'href="/me/erase"' in client.get("/me").text
    page = client.get("/me/erase").text
    assert "„Ehemaliges Mitglied“" in page
    assert page.count("button primary") == 1
    done = send(client, "/me/erase", remove_texts="")
    assert (done.status_code, done.location) == (302, "/erasure")
    assert '"cache", "storage"' in done.headers["Clear-Site-Data"]
    assert "30 November" in client.get("/erasure").text
    assert client.get("/me").status_code == 302, "signed out"
    assert state_of(me) == "erasing"


def test_signing_in_leads_to_the_way_back(client: FlaskClient) -> None:
    me = make_user(password_hash=PASSWORD_HASH)
    privacy.request_erasure(actor_of(me))
    way = f"/erasure/{token_of(me)}"
    send(client, "/signin", email=me.email)
    code = derived_code("sign-in-code", make_code(me.email).id)
    assert send(client, "/signin/code", code=code).location == way
    assert send(client, "/signin/password", email=me.email, password=PASSWORD).location == way
    assert "30 November" in client.get(way).text and state_of(me) == "erasing", "looking changes nothing"
    kept = send(client, way)
    assert (kept.status_code, kept.location, state_of(me)) == (302, "/signin", "active")
    assert send(client, "/signin/code", code=code).location == "/home"
    assert client.get(way).status_code == 404


def test_what_must_be_handed_over_first_is_said(client: FlaskClient) -> None:
    lead = make_user()
    make_appointment(make_membership(make_network(name="Lindenstadt"), lead))
    headers = sign_in(client, lead.id)
    page = send(client, "/me/erase", remove_texts="y")
    assert page.status_code == 422 and "checked" in page.text
    assert "You are the only meta-mentor of “Lindenstadt”. Please hand over first." in page.text
    answer = client.delete("/api/v1/me", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (409, "last_meta_mentor")
    assert state_of(lead) == "active"


def test_by_the_api(client: FlaskClient, clock: HandClock) -> None:
    me = make_user(password_hash=PASSWORD_HASH)
    headers = sign_in(client, me.id)
    assert client.delete("/api/v1/me").json["code"] == "csrf_failed"
    asked = client.delete("/api/v1/me", json={"remove_texts": True}, headers=headers)
    assert asked.status_code == 202 and asked.json["remove_texts"] is True
    assert asked.json["erases_at"].startswith("2026-11-30T09:00:00")
    assert client.get("/api/v1/me").status_code == 401
    refused = client.post("/api/v1/session", json={"email": me.email, "password": PASSWORD})
    assert (refused.status_code, refused.json["code"]) == (401, "erasure_waiting")
    assert client.post(f"/api/v1/erasures/{refused.json['take_back']}/undo").status_code == 204
    assert client.post("/api/v1/session", json={"email": me.email, "password": PASSWORD}).status_code == 200
    clock.forward(hours=2)
    stale = client.delete("/api/v1/me", headers=sign_in(client, me.id, proof_at=clock.now().replace(hour=7)))
    assert (stale.status_code, stale.json["code"]) == (403, "proof_required")


def test_others_read_former_member_in_their_language(
    client: FlaskClient, make_client: Callable[[], FlaskClient]
) -> None:
    circle = make_community()
    gone, reader = make_user(display_name="Amina Okafor"), make_user(language="de")
    me, other = circle.member(user=gone), circle.member(user=reader)
    topic = make_topic(make_room(circle.network, opening="cafe"), me)
    between = make_topic(make_room(circle.network, [me, other], kind="direct", name=""), me)
    for said_in in (topic, between):
        make_messages(said_in, me, 1)
    make_messages(between, other, 1)
    privacy.request_erasure(actor_of(gone), at_once=True)
    headers = sign_in(client, other.user_id or "")
    rooms = f"/talk/t/{topic.id}", f"/talk/t/{between.id}", f"/talk/r/{between.room_id}"
    for path in (*rooms, "/talk", "/home"):
        page = client.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        assert "Amina" not in page.text and "Okafor" not in page.text
    assert "Ehemaliges Mitglied" in client.get(f"/talk/t/{topic.id}").text
    assert "Ehemaliges Mitglied: " in client.get("/talk").text
    listed = client.get(f"/api/v1/topics/{topic.id}/messages", headers=headers).json
    assert listed["items"][0]["author"]["display_name"] == "Ehemaliges Mitglied"
    assert make_client().get(f"/people/{gone.id}").status_code in (302, 404)
    events = client.get(f"/api/v1/events?scope=room:{topic.room_id}&after=0", headers=headers).json["events"]
    assert events[-1]["type"] == "user.erased" and events[-1]["entity_id"] == gone.id
