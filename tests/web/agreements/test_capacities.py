"""Signing for oneself and for an organisation, and how a version is said to stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from models.organisations import Steward
from network import agreements, discussions, organisations
from network.kernel import runtime
from network.kernel.actor import system_actor
from network.kernel.ids import new_id
from network.kernel.transaction import unit_of_work
from tests.factories.agreements import make_acceptance
from tests.factories.discussions import make_room, make_topic
from tests.factories.membership import again, make_membership, proven, standing_actor
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user, save
from tests.running import HandClock
from tests.web.agreements.circle import Circle, as_, page_of, send
from web.agreement_words import state_words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_who_acts_for_an_organisation_chooses_for_whom_she_signs(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    organisation = circle.network.organisation_id
    save(
        Steward(
            id=new_id(), organisation_id=organisation, user_id=circle.members[0].id, since=clock.now(),
            ended_at=None,
        )
    )  # fmt: skip
    with unit_of_work():
        name = organisations.organisations_by_id([organisation])[organisation]["name"]
    made = circle.signing(organisations=[organisation])
    here = f"{circle.here}/v/{made['id']}"
    as_(client, circle.members[0])
    page = page_of(client, here)
    assert f"Sign for {name}" in page
    page = page_of(client, f"{here}/sign?organisation_id={organisation}")
    assert f"It takes these signatures: 2 members and {name}." in page
    assert "0 of 3 members have signed" in page and f"{name} has not signed yet." in page
    assert "For whom do you sign?" in page and "For myself" in page and f"Sign for {name}" in page
    assert "Sign as Amina" in page_of(client, f"{here}/sign")
    signed = send(client, f"{here}/sign?organisation_id={organisation}", read="y")
    assert signed.status_code == 302
    twice = send(client, f"{here}/sign?organisation_id={organisation}", read="y")
    assert twice.status_code == 302, "a double click is no fault"
    assert circle.read(made["id"])["counts"]["signed"] == 1
    page = page_of(client, here)
    assert f"You signed it for {name}" in page and "Your signature is missing" in page
    assert "For whom do you sign?" not in page_of(client, f"{here}/sign")
    as_(client, circle.members[1])
    forged = send(client, f"{here}/sign?organisation_id={organisation}", read="y")
    assert forged.status_code == 403
    assert circle.read(made["id"])["counts"]["signed"] == 1
    as_(client, circle.meta)
    early = send(client, f"{here}/steps/activation")
    assert early.status_code == 409, "the organisation alone is not half of the members"
    assert "0 members have signed, it takes 2." in early.text and f"{name} has signed." in early.text
    for actor in (circle.members[0], circle.meta):
        agreements.sign_version(proven(actor), made["id"], made["text_hash"], "member")
    assert send(client, f"{here}/steps/activation").status_code == 302
    paper = agreements.issue_document(again(circle.meta), made["id"])
    assert paper.content.startswith(b"%PDF")
    page = page_of(client, here)
    assert f"It came into force with these signatures: 2 members and {name}." in page
    assert "2 of 3 members have signed" in page and "Can be signed until" not in page
    record = page_of(client, f"{here}/signatures")
    assert record.count("Amina") >= 2 and name in record


def test_an_organisation_outside_the_network_signs_from_its_own_page(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    partner, user = make_organisation(name="River House"), make_user()
    held = {"organisation_id": partner.id, "user_id": user.id, "since": clock.now(), "ended_at": None}
    save(Steward(id=new_id(), **held))
    made = circle.signing(organisations=[partner.id])
    at = f"/org/{partner.id}/sign/{made['id']}"
    as_(client, circle.meta)
    page_of(client, at, 404)
    as_(client, standing_actor(user))
    shown = page_of(client, f"/org/{partner.id}")
    assert "Waits for your signature" in shown and "Nothing waits for you here." not in shown
    page_of(client, f"{circle.here}/v/{made['id']}", 404)
    page_of(client, f"/org/{circle.network.organisation_id}/sign/{made['id']}", 404)
    page = page_of(client, at)
    assert (
        "What is said here stays here." in page and "Sign for River House" in page and "Lindenstadt" in page
    )
    assert "Omid" not in page, "nobody's name is told outside"
    assert send(client, at).status_code == 422, "not without the tick"
    stale = send(client, at, read="y", text_hash="0" * 64)
    assert stale.status_code == 409 and circle.read(made["id"])["counts"]["signed"] == 0
    assert send(client, at, act="decline").status_code == 303
    assert "You can change your mind" in page_of(client, at)
    assert send(client, at, read="y").status_code == 303
    page = page_of(client, at)
    assert "River House has signed." in page and "Sign for" not in page
    assert client.get(f"/agreement-versions/{made['id']}/document.pdf").data.startswith(b"%PDF")
    assert "Waits for your signature" not in page_of(client, f"/org/{partner.id}")


TABLE = [
    ("draft", {}, "is being written", "wird geschrieben"),
    ("deliberation", {"deliberation_until": 1}, "is being talked about", "wird besprochen"),
    (
        "deliberation",
        {"deliberation_until": -1},
        "talked about, not fixed yet",
        "besprochen, steht noch nicht fest",
    ),
    ("frozen", {"deliberation_until": -1}, "waits for the decision", "wartet auf die Entscheidung"),
    ("signing", {"deliberation_until": -1}, "is being signed", "wird unterschrieben"),
    ("in_force", {"deliberation_until": -1, "valid_until": 1}, "in force", "gilt"),
    ("in_force", {"valid_until": -1}, "in force until new ones come", "gilt, bis neue kommen"),
    ("superseded", {"deliberation_until": -1}, "replaced", "ersetzt"),
    ("expired", {"deliberation_until": -1, "valid_until": -1}, "has run out", "abgelaufen"),
    ("terminated", {"valid_until": -1}, "ended", "beendet"),
    ("abandoned", {"deliberation_until": -1}, "given up", "aufgegeben"),
    ("failed", {"deliberation_until": -1}, "did not come about", "kam nicht zustande"),
]
"""A state, its days in days from now, the words in both languages; only rules go on after their last day."""


@pytest.mark.parametrize(("state", "days", "english", "german"), TABLE)
def test_a_version_is_said_to_stand_as_it_stands(
    client: FlaskClient, app: Flask, state: str, days: dict[str, int], english: str, german: str
) -> None:
    now = runtime.current().clock.now()
    version: dict[str, Any] = {"state": state, "deliberation_until": None, "valid_until": None}
    for name, many in days.items():
        moment = now + timedelta(days=many)
        version[name] = moment if name == "deliberation_until" else moment.date()
    for locale, words in (("en", english), ("de", german)):
        with app.test_request_context(), force_locale(locale):
            assert state_words(version) == words


def test_each_page_says_when_the_talk_is_over(client: FlaskClient, circle: Circle, clock: HandClock) -> None:
    made = circle.talked_about()
    as_(client, circle.members[0])
    for page in (circle.here, f"{circle.here}/v/{made['id']}"):
        assert "is being talked about" in page_of(client, page)
    clock.forward(days=8)
    as_(client, circle.members[0])
    for page in (circle.here, f"{circle.here}/v/{made['id']}"):
        seen = page_of(client, page)
        assert "is being talked about" not in seen and "talked about, not fixed yet" in seen
    assert "The talk is over" in seen


def test_after_thirty_days_a_newcomer_reads_and_writes_again_when_she_signs(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    room = make_room(circle.network)
    topic = make_topic(room, circle.meta)
    discussions.change_room(again(circle.meta), room.id, expected_version=1, needs_agreement=True)
    held = circle.in_force(signers=[circle.meta, circle.members[0]], read_only_after=30)
    user = make_user(display_name="Nadia", language="en")
    make_acceptance(circle.rules, make_membership(circle.network, user))
    newcomer = standing_actor(user)
    agreements.request_of_newcomer(system_actor("tests"), circle.network.id, user.id)
    clock.forward(days=29, hours=23)
    as_(client, newcomer)
    at, way = f"/talk/t/{topic.id}", f"{circle.here}/v/{held['id']}/sign"
    assert "<textarea" in page_of(client, at) and way not in page_of(client, at)
    discussions.post_message(again(newcomer), topic.id, "I still have an hour.", "n-1")
    clock.forward(hours=1, seconds=1)
    as_(client, newcomer)
    page = page_of(client, at)
    assert "In this room you can write once you have signed the agreement." in page
    assert f'href="{way}"' in page and "Read and sign" in page and "I still have an hour." in page
    with pytest.raises(agreements.AgreementNotSigned) as refusal:
        discussions.post_message(again(newcomer), topic.id, "Too late.", "n-2")
    assert refusal.value.code == "agreement_not_signed"
    discussions.post_message(
        again(newcomer), make_topic(make_room(circle.network), circle.meta).id, "Here.", "n-3"
    )
    assert send(client, way, read="y").status_code == 302
    page = page_of(client, at)
    assert "you can write once you have signed" not in page and "<textarea" in page
    discussions.post_message(again(newcomer), topic.id, "Now.", "n-2")


def test_three_members_write_together(client: FlaskClient, circle: Circle) -> None:
    third = make_user(display_name="Nadia", language="en")
    make_acceptance(circle.rules, make_membership(circle.network, third))
    as_(client, circle.members[0])
    assert f"{circle.here}/new" in page_of(client, circle.here)
    page = page_of(client, f"{circle.here}/new")
    assert "choose at least two" in page and "Nadia" in page and "Omid" in page
    named = {"kind": "network_agreement", "title": "Ours", "language": "en"}
    alone = send(client, f"{circle.here}/new", **named)
    assert alone.status_code == 422 and 'value="Ours"' in alone.text, "one alone writes nothing"
    assert "Three members can draft this together" in alone.text
    with_whom = {"together_with": [circle.members[1].id, third.id]}
    begun = send(client, f"{circle.here}/new", **named, **with_whom)
    assert begun.status_code == 302
    assert page_of(client, begun.location).count(" checked") >= 2, "they are not asked for twice"
    made = send(
        client, begun.location, start="blank", members="2/3", deliberation_until="2027-01-10",
        signing_until="2027-02-10", **with_whom,
    )  # fmt: skip
    assert made.status_code == 302
    assert "You write it together: " in page_of(client, made.location)
    as_(client, circle.members[1])
    part = made.location.removesuffix("/draft") + "/parts/new"
    assert send(client, part, heading="Time", text="Once a month.").status_code == 302
    outside = make_user(display_name="Zoe", language="en")
    make_acceptance(circle.rules, make_membership(circle.network, outside))
    as_(client, standing_actor(outside))
    assert "Once a month." in page_of(client, made.location.removesuffix("/draft"))
    assert client.get(part).status_code == 403


def test_what_did_not_come_about_says_why(client: FlaskClient, circle: Circle, clock: HandClock) -> None:
    fixed, signing = circle.frozen(), circle.signing(circle.document("office_charter"))
    clock.forward(days=90)
    as_(client, circle.members[0])
    page = page_of(client, f"{circle.here}/v/{fixed['id']}")
    assert "the members did not say yes to it in time" in page
    page = page_of(client, f"{circle.here}/v/{signing['id']}")
    assert "not enough signed it in time" in page
