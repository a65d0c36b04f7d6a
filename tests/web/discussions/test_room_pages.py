"""Setting up rooms and looking after them, by those who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.audit import AuditRow
from models.networks import Network
from network import discussions
from network.kernel.actor import Actor
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.web.discussions.conftest import RULES, Cafe
from tests.web.discussions.visiting import Visitor

Visits = Callable[..., Visitor]


@command
def _set_features(actor: Actor, network_id: str, features: dict[str, bool]) -> None:
    require(anyone(actor, None))
    session().get_one(Network, network_id).features = features


def set_feature(cafe: Cafe, **features: bool) -> None:
    _set_features(cafe.meta, cafe.community.network.id, features)


def state_of(cafe: Cafe) -> str:
    with unit_of_work():
        return discussions.get_room(cafe.ann, cafe.room.id)["state"]


def test_a_host_sets_up_a_room_and_everybody_finds_it(cafe: Cafe, visitor: Visits) -> None:
    meta = visitor(cafe.meta)
    path = meta.see("/talk").link("Set up a room")
    form = meta.see(path).form("name", "purpose")
    page = meta.send(form, path, name="Offices", purpose="Letters and forms.", posting="members")
    assert "The room is open." in page.text
    assert "Letters and forms." in page.text
    assert "Offices" in visitor(cafe.ann).see("/talk").text
    assert "Offices" not in visitor(cafe.outsider).see("/talk").text


def test_a_room_without_a_name_keeps_what_was_typed(cafe: Cafe, visitor: Visits) -> None:
    meta = visitor(cafe.meta)
    form = meta.see("/talk/rooms/new").form("name")
    page = meta.send(form, "/talk/rooms/new", name="", purpose="A purpose", posting="members")
    assert page.status == 422
    assert page.form("name").values["purpose"] == "A purpose"


def test_a_room_in_which_only_the_hosts_write_is_for_announcements(cafe: Cafe, visitor: Visits) -> None:
    meta = visitor(cafe.meta)
    form = meta.see("/talk/rooms/new").form("name")
    meta.send(form, "/talk/rooms/new", name="News", posting="meta_mentors")
    with unit_of_work():
        news = discussions.list_rooms(cafe.ann, cafe.community.network.id).items[-1]
    assert (news["name"], news["kind"]) == ("News", "announcement")


def test_a_room_is_renamed_locked_opened_and_closed(cafe: Cafe, visitor: Visits) -> None:
    meta, path = visitor(cafe.meta), f"/talk/r/{cafe.room.id}/change"
    form = meta.see(path).form("name")
    assert "Kitchen" in meta.send(form, path, name="Kitchen").text
    stale = meta.send(form, path, name="Garden")
    assert stale.status == 422
    assert stale.form("name").values["name"] == "Garden"
    meta.send(meta.see(path).form("step", said="Lock the room"), reason="Let us sleep over it.")
    assert state_of(cafe) == "locked"
    with unit_of_work():
        reasons = session().scalars(select(AuditRow.reason).where(AuditRow.action == "room.lock")).all()
    assert reasons == ["Let us sleep over it."]
    meta.send(meta.see(path).form("step", said="Open it again"))
    assert state_of(cafe) == "open"
    closed = meta.send(meta.see(path).form("step", said="Yes, close it"))
    assert state_of(cafe) == "archived"
    assert "This room is closed. You can read what was said." in closed.text
    again = meta.send(meta.see(closed.link("Change the room")).form("step", said="Open it again"))
    assert "The room is open again." in again.text
    assert state_of(cafe) == "open"


@pytest.mark.parametrize("who", ["ann", "steward"])
def test_others_do_not_look_after_rooms_that_have_a_host(cafe: Cafe, visitor: Visits, who: str) -> None:
    actor = cafe.ann if who == "ann" else cafe.community.steward()
    visiting = visitor(actor)
    page = visiting.see(f"/talk/r/{cafe.room.id}")
    assert not page.offers("Change the room")
    assert not visiting.see("/talk").offers("Set up a room")
    assert visiting.see(f"/talk/r/{cafe.room.id}/change").status == 403
    token = page.form("level").values["csrf_token"]
    sent = {"csrf_token": token, "step": "lock", "expected_version": "1"}
    assert visiting.client.post(f"/talk/r/{cafe.room.id}/state", data=sent).status_code == 403
    opened = {"csrf_token": token, "name": "Mine", "posting": "members"}
    assert visiting.client.post("/talk/rooms/new", data=opened).status_code == 403
    assert state_of(cafe) == "open"


def test_the_steward_looks_after_the_rooms_while_there_is_no_host(cafe: Cafe, visitor: Visits) -> None:
    community = make_community(rules_version_id=RULES)
    steward = visitor(community.steward())
    room = make_room(community.network)
    assert steward.see(f"/talk/r/{room.id}").offers("Change the room")
    assert steward.see("/talk").offers("Set up a room")
    assert visitor(cafe.meta).see(f"/talk/r/{room.id}/change").status == 404


def test_a_host_makes_a_room_slow_and_the_box_says_so(cafe: Cafe, visitor: Visits) -> None:
    meta, path = visitor(cafe.meta), f"/talk/r/{cafe.room.id}/change"
    form = meta.see(path).form("seconds")
    assert "The room is slow now." in meta.send(form, seconds="300", reason="Let us breathe.").text
    stale = meta.send(form, seconds="60", reason="Again")
    assert stale.status == 422
    assert stale.form("seconds").values["reason"] == "Again"
    ann = visitor(cafe.ann)
    page = ann.say(cafe.topic.id, "One")
    assert "Slow mode: you can write again in 300 s." in page.text
    refused = ann.send(page.form("body"), f"/talk/t/{cafe.topic.id}", body="Two")
    assert refused.status == 429
    assert refused.form("body").values["body"] == "Two"
    assert "This room is in slow mode. You can write again in" in refused.text
    assert "Slow mode: one message every 5 min." in visitor(cafe.bob).see(f"/talk/t/{cafe.topic.id}").text
    opened = ann.see(f"/talk/r/{cafe.room.id}").form("title", "body")
    refused = ann.send(opened, f"/talk/r/{cafe.room.id}", title="T", body="Three")
    assert (refused.status, refused.form("title").values["body"]) == (429, "Three")
    assert "Slow mode is over." in meta.send(meta.see(path).form("seconds"), seconds="0").text
    set_feature(cafe, slow_mode=False)
    assert "Slow mode" not in meta.see(path).text
    assert meta.send(form, seconds="30").status == 409


def test_rooms_are_put_in_order_without_a_script(cafe: Cafe, visitor: Visits) -> None:
    rooms = [cafe.room, *[make_room(cafe.community.network, name=name) for name in ("Garden", "Office")]]
    meta = visitor(cafe.meta)
    path = f"/talk/r/{rooms[1].id}/change"
    page = meta.send(meta.see(path).form("step", said="One place up"))
    assert not page.offers("One place up")
    page = meta.send(page.form("step", said="One place down"))
    page = meta.send(page.form("step", said="One place down"))
    assert not page.offers("One place down")
    with unit_of_work():
        placed = discussions.list_rooms(cafe.ann, cafe.community.network.id).items
    assert [room["name"] for room in placed] == ["Café", "Office", "Garden"]


def test_a_private_room_and_its_people(cafe: Cafe, visitor: Visits) -> None:
    meta = visitor(cafe.meta)
    form = meta.see("/talk/rooms/new").form("name", "seen_by")
    page = meta.send(form, "/talk/rooms/new", name="Three of us", posting="members", seen_by="chosen")
    assert "Only these people see this room." in page.text
    path = page.response.request.path
    found = meta.see(f"{path}?q={cafe.ann.name}")
    page = meta.send(found.form("inside", said="Take in"))
    assert f"{cafe.ann.name} is in the room now." in page.text
    ann = visitor(cafe.ann)
    assert not ann.see(path).offers("Take out")
    assert "Three of us" in ann.see("/talk?show=rooms").text
    assert "Three of us" not in visitor(cafe.bob).see("/talk?show=rooms").text
    assert visitor(cafe.bob).see(path).status == 404
    assert meta.see(f"/talk/r/{cafe.room.id}/people").status == 404
    page = meta.send(page.form("inside", said="Take out"))
    assert "This person is not in the room any more." in page.text
    assert ann.see(path).status == 404
    meta.send(meta.see(f"{path}?q={cafe.ann.name}").form("inside", said="Take in"))
    assert "You have left the room." in ann.send(ann.see(path).form("inside", said="Yes, leave")).text


def test_a_topic_is_pinned_and_moved(cafe: Cafe, visitor: Visits) -> None:
    garden = make_room(cafe.community.network, name="Garden")
    make_messages(cafe.topic, cafe.bob, 3)
    make_messages(make_topic(cafe.room, cafe.bob, title="Newer"), cafe.bob, 1)
    meta, here = visitor(cafe.meta), f"/talk/t/{cafe.topic.id}"
    page = meta.send(meta.see(here).form("step", said="Pin"))
    assert "The topic stands before the others now." in page.text
    room = visitor(cafe.ann).see(f"/talk/r/{cafe.room.id}")
    assert room.text.index("Forms pinned") < room.text.index("Newer")
    form = meta.see(meta.see(here).link("Move to another room")).form("room_id")
    assert meta.send(form, f"{here}/move").status == 422
    stale = discussions.unpin_topic(cafe.meta, cafe.topic.id, expected_version=2)
    page = meta.send(form, f"{here}/move", room_id=garden.id, reason="Plants")
    assert (page.status, page.form("room_id").values["reason"]) == (422, "Plants")
    assert page.form("room_id").values["expected_version"] == str(stale["version"])
    page = meta.send(page.form("room_id"), f"{here}/move", room_id=garden.id)
    assert "The topic is in another room now." in page.text
    assert len(page.messages) == 3
    assert "Forms" in visitor(cafe.ann).see(f"/talk/r/{garden.id}").text
    assert visitor(cafe.ann).see(f"{here}/move").status == 403
    assert not visitor(cafe.ann).see(here).offers("Move to another room")
