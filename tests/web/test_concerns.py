"""Danger and worries on pages: the numbers first, whether anybody is there, the receipt, the way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.concerns import Concern
from network import concerns
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.people import sign_in
from tests.network.concerns.stage import CANARY, Stage, set_stage

Door = Callable[[Actor], FlaskClient]


@pytest.fixture
def stage(live: Runtime) -> Stage:
    return set_stage()


@pytest.fixture
def door(make_client: Callable[[], FlaskClient]) -> Door:
    def enter(actor: Actor) -> FlaskClient:
        client = make_client()
        sign_in(client, actor.user_id or "")
        return client

    return enter


def send(client: FlaskClient, path: str, form: str = "", **typed: Any) -> TestResponse:
    """Send a form as the page `form` or the same page holds it."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(form or path).text)
    assert token is not None
    names = {name.replace("note_", "note-"): value for name, value in typed.items()}
    return client.post(path, data={"csrf_token": token[1], **names})


def count() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(Concern)) or 0


def test_numbers_are_there_for_everybody_and_without_a_script(client: FlaskClient, live: Runtime) -> None:
    page = client.get("/emergency?country=AT", headers={"Accept-Language": "de"}).text
    for words in (
        'href="tel:112"',
        'href="tel:133"',
        "Österreich",
        "Rat auf Draht",
        "Nobody here is on duty",
    ):
        assert words in page or words == "Nobody here is on duty"
    assert "/emergency" in client.get("/").text
    assert client.get("/emergency?country=<b>").status_code == 200
    neutral = client.get("/tea").text
    assert "mentornet" not in neutral.lower().replace("/static/", "")


def test_a_worry_is_raised_and_its_receipt_says_what_comes_next(stage: Stage, door: Door) -> None:
    client = door(stage.member)
    asked = client.get("/concern").text
    assert asked.index("tel:112") < asked.index("<textarea"), "the number comes first"
    assert stage.lead.name in asked
    assert 'href="/concern"' in client.get("/me").text, "the header of every page leads there"
    assert "data-exit" in asked
    assert "data-keep" not in asked, "nothing that is typed stays in the browser"
    typed = {
        "network": stage.network.id,
        "what": CANARY,
        "people": [stage.id_of("deputy")],
        "names": "Aunt Ruth\n",
        "danger": "y",
    }
    sent = client.get(send(client, "/concern", **typed).headers["Location"])
    assert sent.status_code == 200
    assert CANARY in sent.text
    assert sent.text.index("tel:112") < sent.text.index(CANARY)
    assert stage.lead.name in sent.text
    assert f"{stage.deputy.name} was told" not in sent.text
    assert client.get("/concern").headers["Cache-Control"] == "no-store"
    handler = door(stage.lead)
    listed = handler.get("/concerns").text
    assert CANARY not in listed
    path = listed.partition('href="/concerns/')[2].partition('"')[0]
    record = handler.get(f"/concerns/{path}").text
    assert CANARY in record
    assert f"{stage.lead.name} looked" in record
    assert send(handler, f"/concerns/{path}", note_kind="told", note_what="The youth office.").location
    noted = handler.get(f"/concerns/{path}")
    assert "The youth office." in noted.text
    assert "The youth office." not in client.get(f"/concerns/{path}").text
    for named in (stage.deputy, stage.meta_mentor):
        assert door(named).get(f"/concerns/{path}").status_code == 404


def test_a_page_without_anybody_says_so_before_somebody_types(live: Runtime, door: Door) -> None:
    alone = set_stage(lead=False, deputy=False)
    client = door(alone.member)
    page = client.get("/concern").text
    assert "<textarea" not in page
    assert "nobody has the role" in page
    assert "Telefonseelsorge" in page, "professionals of the network's country instead"
    assert send(client, "/concern", form="/me", what=CANARY, network=alone.network.id).status_code == 422
    assert count() == 0


def test_where_both_are_named_the_words_stay_in_the_form_and_nowhere_else(stage: Stage, door: Door) -> None:
    client = door(stage.member)
    both = [stage.id_of("lead"), stage.id_of("deputy")]
    answer = send(client, "/concern", network=stage.network.id, what=CANARY, people=both)
    assert answer.status_code == 422
    assert CANARY in answer.text
    assert concerns.NobodyAppointed.message.split(".")[0] in answer.text
    assert count() == 0


def test_who_runs_the_platform_keeps_the_list_of_a_country(stage: Stage, door: Door) -> None:
    client = door(stage.operator)
    there = client.get("/admin/contacts?country=DE").text
    assert "nobody here has checked them" in there
    assert send(client, "/admin/contacts/take-over", "/admin/contacts?country=DE", country="DE").location
    said = {"country": "DE", "kind": "other", "name": "Our lawyers", "phone": "0341 000000"}
    assert send(client, "/admin/contacts/new", **said, url="http://x.example").status_code == 422
    assert send(client, "/admin/contacts/new", **said).status_code == 302
    with unit_of_work():
        kept = {one["name"]: one for one in concerns.list_contacts("DE")}
    assert kept["Our lawyers"]["checked_on"] is not None
    assert kept["Telefonseelsorge"]["checked_on"] is None
    one = kept["Our lawyers"]
    way = f"/admin/contacts/{one['id']}"
    changed = {**said, "phone": "112 11", "expected_version": one["version"]}
    assert send(client, way, **changed).status_code == 302
    assert "112 11" in client.get("/emergency?country=DE").text
    assert send(client, f"{way}/remove", form=way).status_code == 302
    assert "Our lawyers" not in client.get("/emergency?country=DE").text
    assert door(stage.member).get("/admin/contacts").status_code == 404
