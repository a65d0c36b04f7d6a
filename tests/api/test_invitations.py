"""Invitations over the API, for both sides of the door."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Base
from models.membership import Membership
from models.networks import Network
from models.people import User
from network.kernel import outbox
from network.kernel.runtime import Runtime
from network.membership.rules import invitation_secret
from tests.api.callers import Caller
from tests.factories.courses import make_completion, make_course_session
from tests.factories.membership import make_invitation, make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user
from tests.recorded import counted, promised
from tests.running import HandClock, LetterBox
from wsgi import load_capabilities

Clients = Callable[[], FlaskClient]
PERSON = {"display_name": "Amina", "language": "de", "time_zone": "Europe/Berlin"}
UNKNOWN = "0190a3c2-0000-7000-8000-000000000000"


@pytest.fixture
def network(live: Runtime) -> Network:
    make_network(name="Noise")
    return make_network()


def test_inviting_a_courses_graduates(live: Runtime, make_client: Clients) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    make_completion(course)
    make_completion(course, completed=False, state="not_completed")
    steward = Caller(make_client, steward_of_network(network).user_id)
    path = f"/course-sessions/{course.id}/invitations"
    body = {"network_id": network.id, "message": "Come!"}
    assert Caller(make_client, make_user().id)("post", path, body).status_code == 403
    assert steward("post", f"/course-sessions/{UNKNOWN}/invitations", body).status_code == 404
    for wrong in ({}, {"network_id": UNKNOWN}, {"network_id": network.id, "message": "x" * 1001}):
        assert steward("post", path, wrong).status_code == 422
    first = steward("post", path, body)
    assert (first.status_code, first.json) == (
        200, {"invited": 1, "already_invited": 0, "already_member": 0},
    )  # fmt: skip
    assert steward("post", path, body).json == {"invited": 0, "already_invited": 1, "already_member": 0}


def test_an_unverified_organisation_waits(live: Runtime, make_client: Clients) -> None:
    organisation = make_organisation(state="pending")
    course, network = make_course_session(organisation), make_network(organisation)
    steward = Caller(make_client, steward_of_network(network).user_id)
    refused = steward("post", f"/course-sessions/{course.id}/invitations", {"network_id": network.id})
    assert (refused.status_code, refused.json["code"]) == (409, "organisation_not_verified")


def test_what_waits_for_verification_is_accepted_with_202(live: Runtime, make_client: Clients) -> None:
    organisation = make_organisation(state="pending")
    course, network = make_course_session(organisation), make_network(organisation)
    make_completion(course)
    steward = Caller(make_client, steward_of_network(network).user_id)
    body = {"network_id": network.id, "when_verified": True}
    prepared = steward("post", f"/course-sessions/{course.id}/invitations", body)
    assert (prepared.status_code, prepared.json["invited"]) == (202, 1)
    path = f"/networks/{network.id}/invitations"
    hand = steward("post", path, {"email": "hand@mail.example", "when_verified": True})
    assert (hand.status_code, hand.json["state"], hand.json["sent_at"]) == (201, "waiting", None)
    assert len(steward("get", f"{path}?state=waiting").json["items"]) == 2
    assert steward("post", path, {"email": "x@mail.example"}).json["code"] == "organisation_not_verified"
    assert steward("post", path, {"email": "x@mail.example", "when_verified": "yes"}).status_code == 422
    assert promised("invitation") == []


def test_a10_another_address_is_confirmed_before_anything_goes_there(
    network: Network, make_client: Clients
) -> None:
    row, token = make_invitation(network, "work@mail.example")
    used = make_invitation(network, "used@mail.example", state="accepted")[1]
    guest, wish = Caller(make_client), {"email": "home@mail.example", "name": "Amina"}
    answers = {
        (answer.status_code, answer.data)
        for answer in (guest("post", f"/i/{one}/other-address", wish) for one in (token, used, "unknown"))
    }
    assert answers == {(202, b"")}
    assert guest("post", "/i/unknown/other-address", {"email": "nobody"}).status_code == 422
    assert promised("invitation") == []
    lead = Caller(make_client, member_of(network, "meta_mentor").user_id)
    [shown] = lead("get", f"/networks/{network.id}/invitations?trouble=other_address").json["items"]
    assert (shown["id"], shown["trouble"], shown["wished_email"]) == (
        row.id, "other_address", "home@mail.example",
    )  # fmt: skip
    assert lead("get", f"/networks/{network.id}/invitations?trouble=nonsense").status_code == 422
    one = f"/invitations/{row.id}"
    member = Caller(make_client, member_of(network).user_id)
    wish = {"email": shown["wished_email"]}
    assert member("post", f"{one}/readdressing", wish).status_code == 404
    unsaid = lead("post", f"{one}/readdressing", {})
    assert (unsaid.status_code, list(unsaid.json["errors"])) == (422, ["email"])
    made = lead("post", f"{one}/readdressing", wish)
    assert (made.status_code, made.json["email"], made.json["name"]) == (201, "home@mail.example", "Amina")
    assert guest("get", f"/i/{token}").status_code == 404
    assert [address for address, _l, _i in promised("invitation")] == ["home@mail.example"]
    assert lead("delete", f"/invitations/{made.json['id']}/wished-address").status_code == 404


def test_a10_twenty_a_day_by_hand_and_a_courses_list_apart(live: Runtime, make_client: Clients) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    for _number in range(25):
        make_completion(course)
    steward = Caller(make_client, steward_of_network(network).user_id)
    path = f"/networks/{network.id}/invitations"
    answers = [steward("post", path, {"email": f"p{n}@mail.example"}) for n in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    listed = steward("post", f"/course-sessions/{course.id}/invitations", {"network_id": network.id})
    assert (listed.status_code, listed.json["invited"]) == (200, 25)


def test_a10_a_newcomers_invitation_lets_nobody_in_and_no_role_can_be_written_into_one(
    network: Network, make_client: Clients
) -> None:
    newcomer = Caller(make_client, member_of(network).user_id)
    path = f"/networks/{network.id}/invitations"
    for more in ("role", "origin", "state", "completion_id", "invited_by"):
        assert newcomer("post", path, {"email": "amina@mail.example", more: "steward"}).status_code == 422
    made = newcomer("post", path, {"email": "amina@mail.example"}).json
    token = invitation_secret(made["id"], 0)
    guest = Caller(make_client)
    done = guest("post", f"/i/{token}/acceptance", PERSON)
    assert (done.status_code, done.json["membership"]["state"]) == (201, "applied")
    guest.headers = {"X-CSRF-Token": done.json["csrf_token"]}
    for inside in ("memberships", "rooms", "invitations", "people"):
        assert guest("get", f"/networks/{network.id}/{inside}").status_code in (403, 404)
    assert guest("post", path, {"email": "friend@mail.example"}).status_code == 403


def test_a10_an_invitation_is_for_its_address_alone(network: Network, make_client: Clients) -> None:
    _row, token = make_invitation(network, "amina@mail.example")
    make_user(email="amina@mail.example")
    taker = Caller(make_client, make_user().id)
    refused = taker("post", f"/i/{token}/acceptance", {})
    assert (refused.status_code, refused.json["code"]) == (403, "other_address")
    assert Caller(make_client)("post", f"/i/{token}/acceptance", PERSON).status_code == 401
    assert counted(Membership) == 0


def test_managing_invitations(network: Network, make_client: Clients) -> None:
    lead = Caller(make_client, member_of(network, "meta_mentor").user_id)
    path = f"/networks/{network.id}/invitations"
    assert lead("post", path, {"email": "nobody"}).status_code == 422
    made = lead("post", path, {"email": "amina@mail.example"})
    assert (made.status_code, made.json["state"]) == (201, "open")
    again = lead("post", path, {"email": "amina@mail.example"})
    assert (again.status_code, again.json["code"]) == (409, "already_invited")
    make_membership(network, make_user(email="in@mail.example"))
    assert lead("post", path, {"email": "in@mail.example"}).json["code"] == "already_member"
    assert lead("get", f"{path}?state=open").json["items"] == [made.json]
    one = f"/invitations/{made.json['id']}"
    lead.headers["Idempotency-Key"] = "once"
    sent, once_more = (lead("post", f"{one}/resend") for _ in range(2))
    assert (sent.status_code, sent.json["version"]) == (200, 2)
    assert once_more.data == sent.data, "one letter, though the answer got lost"
    del lead.headers["Idempotency-Key"]
    member = Caller(make_client, member_of(network).user_id)
    assert member("get", path).json["items"] == []
    assert member("delete", one).status_code == 404
    assert member("post", f"{one}/resend").status_code == 404
    assert lead("delete", one).status_code == 204
    assert lead("delete", one).json["code"] == "invalid_transition"
    assert lead("post", f"{one}/resend").status_code == 409


def test_a_member_is_answered_the_same_for_every_address(network: Network, make_client: Clients) -> None:
    member = Caller(make_client, member_of(network).user_id)
    make_membership(network, make_user(email="in@mail.example"))
    answers = [
        member("post", f"/networks/{network.id}/invitations", {"email": email})
        for email in ("in@mail.example", "out@mail.example")
    ]
    assert [answer.status_code for answer in answers] == [201, 201]

    def shape(answer: object) -> dict[str, object]:
        changing = ("id", "email", "created_at", "sent_at", "expires_at")
        return {k: v for k, v in answer.json.items() if k not in changing}  # type: ignore[attr-defined]

    assert shape(answers[0]) == shape(answers[1])
    assert [len(answer.data) for answer in answers] == [len(answers[0].data), len(answers[0].data) + 1]
    assert [address for address, _l, _i in promised("invitation")] == ["out@mail.example"]


def test_accepting_signs_in(network: Network, make_client: Clients) -> None:
    _row, token = make_invitation(network, message="Come!")
    guest = Caller(make_client)
    shown = guest("get", f"/i/{token}")
    assert shown.status_code == 200
    assert set(shown.json) == {
        "network", "inviter", "message", "email_hint", "account_exists", "first_meeting", "expires_at",
    }  # fmt: skip
    assert shown.json["network"] == {"name": network.name, "purpose": network.purpose}
    assert (shown.json["email_hint"], shown.json["account_exists"]) == ("a…@mail.example", False)
    for wrong in ({}, {**PERSON, "role": "meta_mentor"}, {**PERSON, "password": "12345678"},
                  {**PERSON, "network_id": UNKNOWN}, {**PERSON, "language": "klingon"}):  # fmt: skip
        assert guest("post", f"/i/{token}/acceptance", wrong).status_code == 422
    done = guest("post", f"/i/{token}/acceptance", PERSON)
    assert done.status_code == 201
    assert set(done.json) == {"user", "csrf_token", "membership"}
    assert done.json["user"]["email"] == "amina@mail.example"
    assert (done.json["membership"]["state"], done.json["membership"]["roles"]) == ("active", ["mentor"])
    guest.headers = {"X-CSRF-Token": done.json["csrf_token"]}
    own = guest("get", "/session")
    assert own.json["user"] == done.json["user"]
    assert own.json["csrf_token"] == done.json["csrf_token"]
    assert guest("patch", "/me", {"display_name": "Amina Y."}).status_code == 200


def test_a10_dead_links_are_one_404_and_expired_ones_410(
    network: Network, make_client: Clients, clock: HandClock
) -> None:
    tokens = ["unknown", "x" * 2000] + [
        make_invitation(network, f"{state}@mail.example", state=state)[1]
        for state in ("accepted", "revoked", "declined", "void")
    ]
    row, expired = make_invitation(network, "late@mail.example")
    guest = Caller(make_client)
    seen = {(a.status_code, a.data) for a in (guest("get", f"/i/{token}") for token in tokens)}
    tried = {
        (a.status_code, a.data) for a in (guest("post", f"/i/{token}/acceptance", PERSON) for token in tokens)
    }
    assert len(seen) == 1
    assert seen == tried
    assert next(iter(seen))[0] == 404
    clock.forward(days=31)
    for answer in (guest("get", f"/i/{expired}"), guest("post", f"/i/{expired}/acceptance", PERSON)):
        assert (answer.status_code, answer.json["code"]) == (410, "invitation_expired")
    renewed = {guest("post", f"/i/{token}/renewal").status_code for token in (*tokens, expired)}
    assert renewed == {202}
    assert [address for address, _l, _i in promised("invitation")] == ["late@mail.example"]
    assert guest("get", f"/i/{expired}").status_code == 404
    assert guest("get", f"/i/{invitation_secret(row.id, 1)}").status_code == 200


def test_whoever_has_an_account_signs_in_first(network: Network, make_client: Clients) -> None:
    user = make_user(email="amina@mail.example")
    _row, token = make_invitation(network)
    path = f"/i/{token}/acceptance"
    assert Caller(make_client)("post", path, PERSON).status_code == 401
    other = Caller(make_client, make_user().id)("post", path, {})
    assert (other.status_code, other.json["code"]) == (403, "other_address")
    done = Caller(make_client, user.id)("post", path, {})
    assert (done.status_code, done.json["user"]["id"]) == (201, user.id)


def test_saying_no(network: Network, make_client: Clients) -> None:
    _row, token = make_invitation(network)
    guest = Caller(make_client)
    assert guest("post", f"/i/{token}/refusal").status_code == 204
    assert guest("post", f"/i/{token}/refusal").status_code == 404
    assert guest("get", f"/i/{token}").status_code == 404


def test_a10_fifty_requests_at_once_make_one_account(network: Network, make_client: Clients) -> None:
    _row, token = make_invitation(network)
    before, ready = counted(User), threading.Barrier(50)

    def attempt(_number: int) -> int:
        guest = Caller(make_client)
        ready.wait()
        return guest("post", f"/i/{token}/acceptance", PERSON).status_code

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(attempt, range(50)))
    assert answers.count(201) == 1
    assert answers.count(404) == 49
    assert (counted(User), counted(Membership)) == (before + 1, 1)


def test_a10_the_secret_stands_in_no_log(
    network: Network,
    make_client: Clients,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    _row, token = make_invitation(network)
    guest = Caller(make_client)
    guest("get", f"/i/{token}")
    guest("post", f"/i/{token}/acceptance", {})
    guest("post", f"/i/{token}/renewal")
    said = capfd.readouterr()
    assert token not in caplog.text + said.out + said.err


def test_a10_a_link_holds_more_than_can_be_guessed_and_stands_in_no_table_or_answer(
    network: Network, live: Runtime, make_client: Clients, letterbox: LetterBox
) -> None:
    load_capabilities()  # with it the letters
    steward = Caller(make_client, steward_of_network(network).user_id)
    path, tokens = f"/networks/{network.id}/invitations", set()
    for number in range(8):
        email = f"guest{number}@mail.example"
        assert steward("post", path, {"email": email}).status_code == 201
        outbox.drain()
        text = letterbox.to(email)[0].get_body(("plain",)).get_content()
        tokens |= set(re.findall(r"/i/([\w-]+)", text))
    assert len(tokens) == 8
    assert all(len(token) * 6 >= 128 for token in tokens)
    places = list(itertools.zip_longest(*tokens))
    assert sum(len(set(place)) > 1 for place in places) * 6 > 128, "no part is the same in all"
    listed = steward("get", path).text
    with live.database.engine.connect() as connection:
        stored = "".join(
            str(row) for table in Base.metadata.sorted_tables for row in connection.execute(select(table))
        )
    for token in tokens:
        assert token not in stored + listed


def test_a10_the_page_behind_a_link_tells_no_other_site_where_one_was(
    network: Network, client: FlaskClient
) -> None:
    _row, token = make_invitation(network)
    page = client.get(f"/i/{token}")
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert not re.search(r'(href|src|action)="(https?:)?//', page.text)
