"""Whoever a worry about safety names has no way to it: by no address, list, count, search, event, letter or
export, and were she everything at once: meta-mentor, safeguarding lead, steward and operator."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models.audit import AuditRow
from models.concerns import Concern, ConcernTold
from models.event_log import Event
from models.membership import Membership
from models.organisations import Steward
from models.outbox import OutboxMail
from models.people import User
from network import concerns, membership
from network.concerns.commands.watching import ask_for_review, tell_overdue
from network.kernel import runtime
from network.kernel.actor import system_actor
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.membership import make_appointment
from tests.factories.people import actor_of, save
from tests.matrix.asking import address_of, methods_of, request_options
from tests.matrix.test_canaries import answers
from tests.matrix.world import DEMO_ADDRESSES, SOMEBODY, WORRY, World, make_world, user

NAMED = "meta_mentor"
WORD = WORRY.split()[0]
WITH_ITS_ID = {"api_concerns.read_concern", "concerns.concern", "api_concerns.note_concern"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone, as in the table of routes."""
    with make_world(tmp_path_factory.mktemp("named")) as made:
        made.reset()
        _give_her_everything(made)
        yield made


@command
def _give_her_everything(world: World) -> None:
    require(ALLOWED)
    named = user(DEMO_ADDRESSES[NAMED])
    own = (Membership.network_id == world.ids["network_id"], Membership.user_id == named.id)
    make_appointment(session().scalars(select(Membership).where(*own)).one(), "safeguarding_lead")
    save(
        Steward(
            id=new_id(), organisation_id=world.ids["organisation_id"], user_id=named.id,
            since=runtime.current().clock.now(), ended_at=None,
        )
    )  # fmt: skip
    session().execute(update(User).where(User.id == named.id).values(is_operator=True))


def browser(world: World, token: str) -> FlaskClient:
    client = world.app.test_client()
    client.set_cookie(world.app.config["SESSION_NAME"], token)
    return client


def test_no_address_shows_it_to_her(world: World) -> None:
    seen = 0
    for path, answer in answers(world, NAMED):
        seen += "Uwe" in answer or "/network/" in answer
        if world.ids["concern_id"] not in path:
            assert world.ids["concern_id"] not in answer, path
        assert WORD not in answer, path
    assert seen > 50, "she reads a lot"
    reader = " ".join(answer for _path, answer in answers(world, "member"))
    assert WORD in reader and world.ids["concern_id"] in reader, "who raised it finds it"


def test_its_addresses_answer_her_as_if_it_were_not_there(world: World) -> None:
    client, asked = browser(world, world.tokens[NAMED]), 0
    absent = new_untimed_id()
    for rule in world.app.url_map.iter_rules():
        if "concern_id" not in rule.arguments:
            continue
        for method in methods_of(rule):
            found = []
            for concern_id in (world.ids["concern_id"], absent):
                path = address_of(world, rule, method, {"concern_id": concern_id})
                options = {} if method == "GET" else request_options(world, rule)
                answer = client.open(path, method=method, headers=world.csrf(NAMED), **options)
                text = re.sub(r"[0-9a-f]{16}", "", answer.text.replace(concern_id, ""))
                found.append((answer.status_code, text.replace(path, "")))
            assert found[0][0] == found[1][0] == 404, (rule.endpoint, method)
            assert len(found[0][1]) == len(found[1][1]), (rule.endpoint, method)
            asked += 1
    assert asked >= len(WITH_ITS_ID)


def test_no_list_count_or_search_knows_it(world: World) -> None:
    client = browser(world, world.tokens[NAMED])
    assert client.get("/api/v1/concerns").get_json() == {"items": [], "next": None}
    with unit_of_work():
        named = membership.with_standings(actor_of(user(DEMO_ADDRESSES[NAMED])))
        somebody = membership.with_standings(actor_of(user(SOMEBODY)))
        assert (concerns.count_waiting(named), concerns.count_waiting(somebody)) == (0, 1)
    found = client.get(f"/api/v1/networks/{world.ids['network_id']}/search?q={WORD}")
    assert WORD not in found.text


def test_neither_letters_nor_events_nor_the_trail_reach_her(world: World) -> None:
    with runtime.current().database.engine.begin() as connection:
        early = runtime.current().clock.now() - timedelta(days=3)
        connection.execute(update(Concern).values(waiting_since=early, review_at=early))
    actor = system_actor("test")
    assert (tell_overdue(actor), ask_for_review(actor)) == (1, 1)
    named = user(DEMO_ADDRESSES[NAMED])
    with unit_of_work():
        told = set(session().scalars(select(ConcernTold.user_id)))
        letters = session().execute(
            select(OutboxMail.address, OutboxMail.params).where(OutboxMail.kind == "duty_waits")
        )
        addresses = {row[0] for row in letters}
        facts = " ".join(str(row) for row in session().execute(select(Event.entity_id, Event.codes)))
        trail = " ".join(str(row) for row in session().scalars(select(AuditRow.entity_id)))
    assert told and named.id not in told
    assert addresses and named.email not in addresses
    assert world.ids["concern_id"] not in facts + trail


def test_her_export_does_not_hold_it_and_that_of_who_raised_it_does(world: World) -> None:
    held = {}
    for who in (NAMED, "member"):
        client = browser(world, world.tokens[who])
        assert client.post("/api/v1/me/export", headers=world.csrf(who)).status_code == 202
        archive = zipfile.ZipFile(io.BytesIO(client.get("/api/v1/me/export").data))
        held[who] = b" ".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    assert WORD in held["member"]
    assert WORD not in held[NAMED] and world.ids["concern_id"] not in held[NAMED]
