"""For each operation one request that succeeds, and who makes it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy import select

from models.arrivals import BuddyPair
from models.membership import Invitation, Membership
from models.organisations import Steward, StewardInvitation
from models.people import AddressChange, PasswordReset
from models.privacy import Erasure
from network import files, membership
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import derived_secret, new_id
from network.kernel.transaction import session, unit_of_work
from tests.factories.passkeys import Device
from tests.factories.people import save
from tests.factories.pictures import photo
from tests.factories.push import Browser
from tests.matrix.asking import QUERIES, TAKES_A_PICTURE
from tests.matrix.questions import CSV, PATH_VALUES, body_of, named
from tests.matrix.world import ACTORS, DEMO_ADDRESSES, World, user
from web.demo.loader import PASSWORD

Special = Callable[[World], dict[str, Any]]


def said(world: World, actor: str, method: str, path: str, body: Any = None) -> Any:
    """What the API answers an actor; used to prepare a success."""
    client = world.app.test_client()
    client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[actor])
    answer = client.open(f"/api/v1{path}", method=method, json=body, headers=world.csrf(actor))
    assert answer.status_code < 300, answer.text
    return answer.get_json(silent=True)


def _last(table: type[AddressChange | Erasure | PasswordReset | StewardInvitation]) -> str:
    when = table.requested_at if table is Erasure else table.created_at
    with unit_of_work():
        return session().scalars(select(table.id).order_by(when.desc())).first() or ""


def _calendar_feed(world: World) -> dict[str, Any]:
    url = said(world, "member", "POST", "/me/calendar-feed")["url"]
    return {"actor": "anonymous", "path": {"secret": url.rpartition("/")[2].removesuffix(".ics")}}


def _requested_export(world: World) -> dict[str, Any]:
    said(world, "member", "POST", "/me/export")
    return {"actor": "member"}


def _asked_erasure(world: World) -> dict[str, Any]:
    said(world, "member", "DELETE", "/me")
    return {"actor": "anonymous", "path": {"token": derived_secret("erasure", _last(Erasure))}}


def _objection(world: World) -> dict[str, Any]:
    made = said(world, "member", "POST", "/me/objections", {"purpose": "audit", "reason": "My situation."})
    return {"actor": "operator", "path": {"objection_id": made["id"]}}


def _open_invitation(world: World) -> dict[str, Any]:
    with unit_of_work():
        row = session().get_one(Invitation, world.ids["invitation_id"])
        secret = derived_secret("invitation", f"{row.id}:{row.renewals}")
    return {"actor": "anonymous", "path": {"token": secret}}


def _asked_steward(world: World) -> dict[str, Any]:
    said(world, "steward", "POST", f"/organisations/{world.ids['organisation_id']}/stewards",
         {"email": DEMO_ADDRESSES["member"]})  # fmt: skip
    asked = _last(StewardInvitation)
    secret = derived_secret("steward-invitation", asked)
    return {"actor": "member", "path": {"token": secret}, "asked": asked}


def _take_back_steward(world: World) -> dict[str, Any]:
    return {"actor": "steward", "path": {"invitation_id": _asked_steward(world)["asked"]}}


def _second_steward(world: World) -> dict[str, Any]:
    path = _asked_steward(world)["path"]
    said(world, "member", "POST", f"/steward-invitations/{path['token']}/acceptance")
    with unit_of_work():
        acting = session().scalars(
            select(Steward.user_id).where(Steward.user_id == user(DEMO_ADDRESSES["member"]).id)
        ).one()  # fmt: skip
    return {"actor": "steward", "path": {"user_id": acting}, "body": {"user_id": acting}}


def _own_session(world: World) -> dict[str, Any]:
    return {"actor": "member", "path": {"session_id": world.sessions["member"]}}


def _new_push(_world: World) -> dict[str, Any]:
    keys = Browser().keys
    return {
        "actor": "member",
        "body": {"endpoint": f"https://web.push.apple.com/{keys['auth']}", "keys": keys},
    }


def _own_push(world: World) -> dict[str, Any]:
    made = said(world, "member", "POST", "/me/push-subscriptions", _new_push(world)["body"])
    return {"actor": "member", "path": {"subscription_id": made["id"]}, "body": {"brief": True}}


def _own_push_alone(world: World) -> dict[str, Any]:
    return {**_own_push(world), "body": None}


def _own_token(world: World) -> dict[str, Any]:
    made = said(world, "member", "POST", "/tokens", {"name": "Script", "scopes": ["read"]})
    return {"actor": "member", "path": {"token_id": made["id"]}}


def _shown_code(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def _begun_second_factor(world: World) -> dict[str, Any]:
    secret = said(world, "member", "POST", "/me/second-factor")["secret"]
    return {"actor": "member", "body": {"code": _shown_code(secret)}, "secret": secret}


def _second_factor(world: World) -> dict[str, Any]:
    secret = _begun_second_factor(world)["secret"]
    said(world, "member", "PUT", "/me/second-factor", {"code": _shown_code(secret, steps=-1)})
    return {"actor": "member", "body": None, "secret": secret}


def _challenge(world: World) -> dict[str, Any]:
    secret = _second_factor(world)["secret"]
    door = world.app.test_client()
    asked = door.post("/api/v1/session", json={"email": DEMO_ADDRESSES["member"], "password": PASSWORD}).json
    return {
        "actor": "anonymous", "body": {"challenge": asked["challenge"], "code": _shown_code(secret)}
    }  # fmt: skip


def _new_passkey(world: World) -> dict[str, Any]:
    device = Device()
    asked = said(world, "member", "POST", "/passkeys/challenges")["public_key"]
    return {"actor": "member", "body": {"credential": device.make(asked)}, "device": device}


def _own_passkey(world: World) -> dict[str, Any]:
    new = _new_passkey(world)
    made = said(world, "member", "POST", "/passkeys", new["body"])
    return {**new, "path": {"passkey_id": made["id"]}, "body": {"name": "Old phone"}}


def _removed_passkey(world: World) -> dict[str, Any]:
    return {**_own_passkey(world), "body": None}


def _shown_passkey(world: World) -> dict[str, Any]:
    device = _own_passkey(world)["device"]
    asked = world.app.test_client().post("/api/v1/session/passkey-challenges").json
    return {"actor": "anonymous", "body": {"credential": device.show(asked["public_key"])}}


def _address_change(world: World) -> dict[str, Any]:
    said(world, "member", "PUT", "/me/email", {"email": "another@mail.example"})
    secret = derived_secret("address-change", _last(AddressChange))
    return {"actor": "anonymous", "path": {"token": secret}}


def _changed_address(world: World) -> dict[str, Any]:
    token = _address_change(world)["path"]["token"]
    assert world.app.test_client().post(f"/api/v1/email-changes/{token}").status_code == 204
    secret = derived_secret("address-change-undo", _last(AddressChange))
    return {"actor": "anonymous", "path": {"token": secret}}


def _reset(world: World) -> dict[str, Any]:
    said(world, "member", "POST", "/password-resets", {"email": DEMO_ADDRESSES["member"]})
    secret = derived_secret("password-reset", _last(PasswordReset))
    return {"actor": "anonymous", "path": {"token": secret}}


def _own_membership(world: World) -> dict[str, Any]:
    with unit_of_work():
        person = user(DEMO_ADDRESSES["member"])
        row = session().scalars(select(Membership).where(Membership.user_id == person.id)).one()
        return {
            "actor": "member", "path": {"membership_id": row.id}, "body": {"expected_version": row.version},
        }  # fmt: skip


def _paused_membership(world: World) -> dict[str, Any]:
    own = _own_membership(world)
    paused = said(world, "member", "POST", f"/memberships/{own['path']['membership_id']}/pause", own["body"])
    return {**own, "body": {"expected_version": paused["version"]}}


def _own_message(world: World) -> dict[str, Any]:
    posted = said(world, "member", "POST", f"/topics/{world.ids['topic_id']}/messages",
                  {"body": "Hello", "client_msg_id": "success-1"})  # fmt: skip
    return {
        "actor": "member", "path": {"message_id": posted["id"]},
        "body": {"body": "Other words", "expected_version": posted["version"]},
    }  # fmt: skip


def _own_file(world: World) -> dict[str, Any]:
    """A picture of the member that no message carries yet."""
    person = user(DEMO_ADDRESSES["member"])
    with unit_of_work():
        actor = membership.with_standings(Actor("person", person.id, person.display_name))
    sent = files.upload_file(actor, world.ids["network_id"], photo(), "table.jpg")
    return {"actor": "member", "path": {"file_id": sent["id"]}}


def _deleted_message(world: World) -> dict[str, Any]:
    return {**_own_message(world), "body": None}


def _second_steward_by_path(world: World) -> dict[str, Any]:
    return {**_second_steward(world), "body": None}


def _after(path: str, thing: str) -> Special:
    def prepare(world: World) -> dict[str, Any]:
        done = said(world, "meta_mentor", "POST", path.format(**world.ids),
                    {"expected_version": world.versions[thing]})  # fmt: skip
        return {"actor": "meta_mentor", "body": {"expected_version": done["version"]}}

    return prepare


def _move_small_network(world: World) -> dict[str, Any]:
    return {
        "actor": "partner_steward", "path": {"network_id": world.ids["small_network_id"]},
        "body": {
            "to": "organisation", "reason": "We know each other.",
            "expected_version": world.versions["small_network"],
        },
    }  # fmt: skip


def _features(world: World) -> dict[str, Any]:
    return {
        "actor": "partner_steward", "path": {"network_id": world.ids["small_network_id"]},
        "body": {"typing": True},
    }  # fmt: skip


def _office(world: World) -> dict[str, Any]:
    return {
        "actor": "partner_steward", "path": {"network_id": world.ids["small_network_id"]},
        "body": {
            "exists": True, "reason": "We need a door.", "contact": "Room 2", "time_zone": "Europe/Warsaw",
            "hours": [{"weekday": 1, "from": "16:00", "to": "18:00"}],
        },
    }  # fmt: skip


def _apply(world: World) -> dict[str, Any]:
    said(world, "steward", "PATCH", f"/networks/{world.ids['network_id']}",
         {"visibility": "listed", "expected_version": world.versions["network"]})  # fmt: skip
    return {"actor": "operator"}


def _greet(world: World) -> dict[str, Any]:
    said(world, "applicant", "POST", f"/networks/{world.ids['network_id']}/rules-acceptance",
         {"version_id": world.ids["version_id"]})  # fmt: skip
    return {"actor": "applicant"}


def _document(world: World) -> dict[str, Any]:
    client = world.app.test_client()
    client.set_cookie(world.app.config["SESSION_NAME"], world.tokens["member"])
    paper = client.get(f"/api/v1/agreement-versions/{world.ids['version_id']}/document.pdf")
    return {"actor": "anonymous", "body": {"sha256": hashlib.sha256(paper.data).hexdigest()}}


def _poster(world: World) -> dict[str, Any]:
    said(world, "steward", "POST", f"/networks/{world.ids['network_id']}/poster")
    return {"actor": "steward"}


def _wished_address(world: World) -> dict[str, Any]:
    said(world, "steward", "POST", f"/i/{_open_invitation(world)['path']['token']}/other-address",
         {"email": "another@mail.example"})  # fmt: skip
    return {"actor": "steward"}


def _refused_organisation(world: World) -> dict[str, Any]:
    refused = said(
        world, "operator", "POST", f"/organisations/{world.ids['organisation_id']}/verification",
        {"decision": "refused", "reason": "Who?", "expected_version": world.versions["organisation"]},
    )  # fmt: skip
    body = {"answer": "We are us.", "expected_version": refused["version"]}
    return {"actor": "steward", "body": body}


def _room_of_three(world: World) -> dict[str, Any]:
    people = [world.ids["user_id"], user(DEMO_ADDRESSES["meta_mentor"]).id]
    made = said(world, "member", "POST", f"/networks/{world.ids['network_id']}/direct-rooms",
                {"user_ids": people})  # fmt: skip
    return {"actor": "member", "path": {"room_id": made["id"]}}


def _newcomer_and_buddy(world: World) -> dict[str, Any]:
    network_id, now = world.ids["network_id"], runtime.current().clock.now()
    buddy = user(DEMO_ADDRESSES["member"])
    save(
        BuddyPair(
            id=new_id(), network_id=network_id, membership_id=world.ids["membership_id"],
            newcomer_id=world.ids["user_id"], buddy_id=buddy.id, created_at=now,
            ends_at=now + timedelta(days=9), version=1,
        )
    )  # fmt: skip
    return {"actor": "member"}


def _private_room(world: World) -> dict[str, Any]:
    made = said(world, "meta_mentor", "POST", f"/networks/{world.ids['network_id']}/rooms",
                {"name": "Quiet", "kind": "private"})  # fmt: skip
    return {"actor": "meta_mentor", "path": {"room_id": made["id"], "user_id": world.ids["user_id"]}}


def _private_member(world: World) -> dict[str, Any]:
    special = _private_room(world)
    said(world, "meta_mentor", "PUT", "/rooms/{room_id}/members/{user_id}".format(**special["path"]))
    return special


def _as(actor: str, **body: Any) -> Special:
    return lambda _world: {"actor": actor, "body": body}


SUCCESSES: dict[str, Special] = {
    "api_arrivals.end_pair": _newcomer_and_buddy,
    "api_consents.answer_objection": _objection,
    "api_consents.list_open_objections": _as("operator"),
    "api_discussions.leave_room": _room_of_three,
    "api_discussions.reopen_topic": _after("/topics/{topic_id}/resolve", "topic"),
    "api_discussions.unlock_room": _after("/rooms/{room_id}/lock", "room"),
    "api_discussions.unlock_topic": _after("/topics/{topic_id}/lock", "topic"),
    "api_rooms.add_room_member": _private_room,
    "api_rooms.remove_room_member": _private_member,
    "api_rooms.unarchive_room": _after("/rooms/{room_id}/archive", "room"),
    "api_invitations.accept_invitation": _open_invitation,
    "api_invitations.decline_invitation": _open_invitation,
    "api_invitations.find_invitation": _open_invitation,
    "api_invitations.keep_address": _wished_address,
    "api_meetings.get_feed": _calendar_feed,
    "api_privacy.request_erasure": _as("member"),
    "api_privacy.take_back_erasure": _asked_erasure,
    "api_privacy.take_export": _requested_export,
    "api_membership.apply_to_network": _apply,
    "api_membership.greet_while_waiting": _greet,
    "api_membership.leave_membership": _own_membership,
    "api_membership.pause_membership": _own_membership,
    "api_membership.resume_membership": _paused_membership,
    "api_documents.check_document": _document,
    "api_files.describe_file": _own_file,
    "api_files.discard_file": _own_file,
    "api_messages.delete_message": _deleted_message,
    "api_messages.edit_message": _own_message,
    "api_networks.set_features": _features,
    "api_offices.decide_office": _office,
    "api_organisations.accept_stewardship": _asked_steward,
    "api_organisations.find_steward_invitation": _asked_steward,
    "api_organisations.remove_steward": _second_steward,
    "api_organisations.remove_steward_by_path": _second_steward_by_path,
    "api_organisations.revoke_steward_invitation": _take_back_steward,
    "api_organisations.resubmit_organisation": _refused_organisation,
    "api_passkeys.add_passkey": _new_passkey,
    "api_passkeys.remove_passkey": _removed_passkey,
    "api_passkeys.rename_passkey": _own_passkey,
    "api_passkeys.sign_in": _shown_passkey,
    "api_people.confirm_email": _address_change,
    "api_people.undo_email": _changed_address,
    "api_posters.get_poster": _poster,
    "api_posters.get_poster_pdf": _poster,
    "api_posters.take_poster_down": _poster,
    "api_roadmap.change_phase": _move_small_network,
    "api_push.choose_push_words": _own_push,
    "api_push.subscribe_to_push": _new_push,
    "api_push.unsubscribe_from_push": _own_push_alone,
    "api_second_factor.answer_challenge": _challenge,
    "api_second_factor.confirm_second_factor": _begun_second_factor,
    "api_second_factor.remove_second_factor": _second_factor,
    "api_second_factor.renew_recovery_codes": _second_factor,
    "api_sessions.end_session": _own_session,
    "api_sessions.prove": _as("member", password=PASSWORD),
    "api_sessions.reset_password": _reset,
    "api_sessions.sign_in": _as("anonymous", email=DEMO_ADDRESSES["member"], password=PASSWORD),
    "api_tokens.revoke_token": _own_token,
}


def success_of(
    world: World, operation: Any, endpoint: str, rows: Sequence[dict[str, str]]
) -> tuple[Any, dict[str, Any]]:
    """The request as a case of schemathesis, and how it is called: headers and cookies."""
    special = SUCCESSES[endpoint](world) if endpoint in SUCCESSES else {}
    row = next(row for row in rows if row["endpoint"] == endpoint)
    actor = special.get("actor") or next(
        (name for name in ("steward", "member", *ACTORS) if row[name].startswith("2")), "member"
    )
    names = [parameter.name for parameter in operation.path_parameters]
    known, other, path = {**PATH_VALUES, **world.ids}, named(endpoint), special.get("path", {})
    case = operation.Case(
        path_parameters={name: path.get(name) or known[other.get(name, name)] for name in names}
    )
    if endpoint in QUERIES:
        case.query = dict(pair.split("=") for pair in QUERIES[endpoint].format(**world.ids).split("&"))
    if endpoint == "api_courses.import_completions":
        case.body, case.media_type = CSV, "text/csv"
    elif endpoint in TAKES_A_PICTURE:
        case.body, case.media_type = {"file": photo()}, "multipart/form-data"
    elif operation.method.upper() != "GET":
        body = special.get("body", body_of(world, endpoint))
        if body is not None:
            case.body, case.media_type = body, "application/json"
    return case, as_actor(world, actor)


def as_actor(world: World, actor: str) -> dict[str, Any]:
    """How a case is called by an actor."""
    client = world.app.test_client()
    if actor in world.tokens:
        client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[actor])
    headers = {**world.csrf(actor), "Accept-Encoding": "identity"}  # the client unpacks nothing
    return {"headers": headers, "session": client}
