"""What belongs to somebody else: the other network with its organisation and its people, and what a member
has for herself; each beside ids that nothing has, to compare with."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from models.agreements import AgreementVersion
from models.courses import CourseSession
from models.discussions import Message, Room, Topic
from models.goals import Goal
from models.membership import Appointment, Invitation, Membership
from models.networks import Network
from models.notifications import PushSubscription
from models.organisations import Organisation
from models.people import Passkey
from network.kernel import runtime
from network.kernel.ids import new_untimed_id
from network.kernel.transaction import session, unit_of_work
from tests.api.callers import Caller
from tests.factories.people import make_session, save
from tests.factories.pictures import photo
from tests.matrix.documents import add_documents
from tests.matrix.questions import CSV, NEXT_WEEK
from tests.matrix.talking import add_talk
from tests.matrix.world import DEMO_ADDRESSES, SOMEBODY, World, user

LARGE, SMALL = "large", "small"
BELONGS_TO = {
    "applicant": LARGE, "member": LARGE, "suspended": LARGE, "removed": LARGE, "deputy": LARGE,
    "meta_mentor": LARGE, "steward": LARGE, "stranger": SMALL, "partner_steward": SMALL,
}  # fmt: skip
"""The network in which each kind of actor stands or stood; the operator and nobody belong to none."""


@dataclass(frozen=True)
class Tenants:
    """The same world seen from each side: `ids` and `versions` are those of one tenant's things; `personal`
    are things of a member of the large network that are hers alone, whatever the others are there."""

    large: World
    small: World
    personal: World


def absent(things: World) -> World:
    """The same world with ids that nothing has, in the same form."""
    return replace(things, ids={name: _of_nothing(name, value) for name, value in things.ids.items()})


def _of_nothing(name: str, value: str) -> str:
    if name == "slug":
        return f"no-{value}"
    if name == "context":
        return f"topic:{new_untimed_id()}"
    if ":" in value:  # a kind and an id, as `topic:…`
        return f"{value.partition(':')[0]}:{new_untimed_id()}"
    return value if name == "past_date" else new_untimed_id()


def make_tenants(world: World) -> Tenants:
    """Give each tenant one of everything; from then on the world begins with that."""
    world.reset()
    large, small, personal = dict(world.ids), _small(world), _personal(world)
    for actor, ids in (("steward", large), ("partner_steward", small)):
        her = _caller(world, DEMO_ADDRESSES[actor])
        ids["uploaded_list_id"] = _uploaded_list(her, ids["course_session_id"])
        ids["steward_invitation_id"] = _asked_steward(her, ids["organisation_id"])
        for name in ("passkey_id", "token_id", "session_id", "objection_id", "subscription_id"):
            ids[name] = personal[name]
        ids["mail_id"] = new_untimed_id()  # letters are the operator's, of whichever network
        ids["other_room_id"] = ids.get("other_room_id", ids["room_id"])
        ids["context"] = f"topic:{ids['topic_id']}"
    runtime.current().database.engine.dispose()
    shutil.copy(world.folder / "world.db", world.folder / "beginning.db")
    return Tenants(
        replace(world, ids=large),
        replace(world, ids=small, versions=_versions(small)),
        replace(world, ids=large | personal | {"context": f"topic:{personal['topic_id']}"}),
    )


def _caller(world: World, address: str) -> Caller:
    return Caller(world.app.test_client, user(address).id)


def _said(her: Caller, method: str, path: str, body: Any = None) -> Any:
    answer = her(method, path, body)
    assert answer.status_code < 300, (path, answer.text)
    return answer.get_json(silent=True)


def _carried(her: Caller, network_id: str, topic_id: str) -> str:
    """A picture in a message of hers."""
    sent = {"file": (io.BytesIO(photo()), "table.jpg")}
    answer = her.client.post(f"/api/v1/networks/{network_id}/files", data=sent, headers=her.headers)
    assert answer.status_code == 201, answer.text
    file_id = str(answer.get_json()["id"])
    said = {"body": "", "client_msg_id": "picture-1", "file_ids": [file_id]}
    _said(her, "POST", f"/topics/{topic_id}/messages", said)
    return file_id


def _uploaded_list(her: Caller, course_session_id: str) -> str:
    sent = {"file": (io.BytesIO(CSV), "list.csv")}
    answer = her.client.post(f"/org/courses/{course_session_id}/load", data=sent)
    assert answer.status_code in (302, 303), answer.text
    return str(answer.location).split("/load/")[1].split("/")[0]


def _asked_steward(her: Caller, organisation_id: str) -> str:
    path = f"/organisations/{organisation_id}"
    _said(her, "POST", f"{path}/stewards", {"email": "asked.steward@mail.example"})
    return str(_said(her, "GET", f"{path}/steward-invitations")["items"][0]["id"])


def _small(world: World) -> dict[str, str]:
    """One of everything in the small network, made as its own people would."""
    with unit_of_work():
        network = session().get_one(Network, world.ids["small_network_id"])
        ids = {
            "network_id": network.id,
            "small_network_id": network.id,
            "slug": network.slug,
            "organisation_id": network.organisation_id,
            "course_session_id": str(network.course_session_id),
            "version_id": str(network.rules_version_id),
            "agreement_id": session().get_one(AgreementVersion, str(network.rules_version_id)).agreement_id,
            "past_date": world.ids["past_date"],
        }
        cafe = select(Room.id).where(Room.network_id == network.id, Room.opening == "cafe")
        ids["room_id"] = ids["private_room_id"] = ids["direct_room_id"] = session().scalars(cafe).one()
    her, here = _caller(world, DEMO_ADDRESSES["partner_steward"]), f"/networks/{ids['network_id']}"
    made = {
        "topic_id": (f"/rooms/{ids['room_id']}/topics", {"title": "Tea", "body": "Hello"}),
        "goal_id": (f"{here}/goals", {"title": "Theirs", "why": "Because", "review_on": "2030-01-01"}),
        "meeting_id": (
            f"{here}/meetings",
            {
                "title": "An evening of theirs", "kind": "exchange", "starts_at": NEXT_WEEK.isoformat(),
                "time_zone": "Europe/Warsaw", "duration_minutes": 60,
            },
        ),
    }  # fmt: skip
    for name, (path, body) in made.items():
        ids[name] = _said(her, "POST", path, body)["id"]
    ids |= _decisions(her, here, user("kasia@people.example").id)
    ids["message_id"] = _said(her, "GET", f"/topics/{ids['topic_id']}/messages")["items"][0]["id"]
    ids["file_id"] = _carried(her, ids["network_id"], ids["topic_id"])
    ids["context"] = f"topic:{ids['topic_id']}"
    ids["user_id"] = user("kasia@people.example").id
    with unit_of_work():
        of_hers = select(Membership.id).where(Membership.user_id == ids["user_id"])
        ids["membership_id"] = session().scalars(of_hers).one()
    appointed = {"membership_id": ids["membership_id"], "role": "deputy", "capacity": "volunteer"}
    ids["appointment_id"] = _said(her, "POST", f"{here}/appointments", appointed)["id"]
    _said(her, "POST", f"{here}/invitations", {"email": "their.guest@mail.example"})
    with unit_of_work():
        waiting = select(Invitation.id).where(Invitation.email == "their.guest@mail.example")
        ids["invitation_id"] = session().scalars(waiting).one()
    others = {"meta_mentor": "lan@people.example", "deputy": DEMO_ADDRESSES["partner_steward"]}
    people = {name: user(address) for name, address in others.items()}
    kasia = user("kasia@people.example")
    add_talk(ids["network_id"], ids, kasia, people | {"member": kasia, "removed": people["meta_mentor"]})
    add_documents(ids["network_id"], ids, kasia)
    ids["application_id"] = _applied(her, _caller(world, "lan@people.example"), here)
    return ids


def _decisions(her: Caller, network: str, concerned: str) -> dict[str, str]:
    """One that is open with an objection to it, a draft, one about somebody, and one with answers."""
    body = {"kind": "consent", "question": "Shall we?", "closes_at": NEXT_WEEK.isoformat()}
    about = {**body, "kind": "person", "options": ["Yes", "No"], "concerned_user_id": concerned}
    ids = {
        name: str(_said(her, "POST", f"{network}/decisions", each)["id"])
        for name, each in (("decision_id", body), ("draft_decision_id", body), ("person_decision_id", about))
    }
    path = f"/decisions/{ids['decision_id']}"
    _said(her, "POST", f"{path}/opening", {"expected_version": 1})
    _said(her, "PUT", f"{path}/stance", {"stance": "objection", "reason": "It rains."})
    ids["decision_objection_id"] = _said(her, "GET", f"{path}/objections")["items"][0]["id"]
    choice = {**body, "kind": "choice", "options": ["Inside", "Outside"]}
    made = _said(her, "POST", f"{network}/decisions", choice)
    _said(her, "POST", f"/decisions/{made['id']}/opening", {"expected_version": 1})
    ids |= {"choice_decision_id": made["id"], "option_id": made["options"][0]["id"]}
    return {**ids, "closed_decision_id": ids["decision_id"]}


def _applied(her: Caller, applicant: Caller, network: str) -> str:
    """Somebody whom no row of the tables is about asks to join, while the network shows itself."""
    shown = _said(her, "GET", network)["version"]
    shown = _said(her, "PATCH", network, {"visibility": "listed", "expected_version": shown})["version"]
    asked = {"experience": "Ten years", "statement": "I would like to."}
    made = str(_said(applicant, "POST", f"{network}/applications", asked)["id"])
    _said(her, "PATCH", network, {"visibility": "private", "expected_version": shown})
    return made


def _versions(ids: Mapping[str, str]) -> dict[str, int]:
    tables = {
        "network": Network, "small_network": Network, "organisation": Organisation,
        "course_session": CourseSession, "room": Room, "topic": Topic, "message": Message, "goal": Goal,
        "membership": Membership, "appointment": Appointment,
    }  # fmt: skip
    with unit_of_work():
        found = {name: session().get_one(table, ids[f"{name}_id"]).version for name, table in tables.items()}
    return {
        **found,
        "meeting": 1,
        "application": 1,
        "invitation": 1,
        "version": 1,
        "user": 1,
        "decision": 2,
        "closed_decision": 2,
        "draft_decision": 1,
        "person_decision": 1,
        "other_room": 1,
    }


def _personal(world: World) -> dict[str, str]:
    """What somebody has for herself who is none of the actors: a talk of two, a device, a token, and a
    passkey that is written down because none can be made up."""
    owner = user(SOMEBODY)
    her, with_whom = _caller(world, SOMEBODY), [user("maria@people.example").id]
    room = _said(her, "POST", f"/networks/{world.ids['network_id']}/direct-rooms", {"user_ids": with_whom})
    said = {"title": "Between us two", "body": "Hello"}
    speaks = {"purpose": "audit", "reason": "Because."}
    topics = _said(her, "GET", f"/rooms/{room['id']}/topics")["items"]
    topic = topics[0] if topics else _said(her, "POST", f"/rooms/{room['id']}/topics", said)
    word = {"body": "Only between us two.", "client_msg_id": "tenants-1"}
    ids = {
        "room_id": room["id"],
        "direct_room_id": room["id"],
        "topic_id": topic["id"],
        "context": f"topic:{topic['id']}",
        "message_id": _said(her, "POST", f"/topics/{topic['id']}/messages", word)["id"],
        "file_id": _carried(her, world.ids["network_id"], topic["id"]),
        "session_id": make_session(owner)[0].id,
        "token_id": _said(her, "POST", "/tokens", {"name": "Script", "scopes": ["read"]})["id"],
        "objection_id": _said(her, "POST", "/me/objections", speaks)["id"],
        "passkey_id": new_untimed_id(),
        "subscription_id": new_untimed_id(),
    }
    save(
        Passkey(
            id=ids["passkey_id"], user_id=owner.id, name="Phone", credential_id="AAAA", public_key="AAAA",
            transports="internal", sign_count=1, synced=False, created_at=runtime.current().clock.now(),
        )
    )  # fmt: skip
    save(
        PushSubscription(
            id=ids["subscription_id"], user_id=owner.id, session_id=ids["session_id"], endpoint="AAAA",
            endpoint_hash="AAAA", public_key="AAAA", auth_secret="AAAA", brief=False,
            created_at=runtime.current().clock.now(),
        )
    )  # fmt: skip
    return ids
