"""Setting up rooms and looking after them, by those who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from network import discussions
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_community, make_room
from tests.web.discussions.conftest import RULES, Cafe
from tests.web.discussions.visiting import Visitor

Visits = Callable[..., Visitor]


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
    meta.send(meta.see(path).form("step", said="Lock the room"))
    assert state_of(cafe) == "locked"
    meta.send(meta.see(path).form("step", said="Open it again"))
    assert state_of(cafe) == "open"
    closed = meta.send(meta.see(path).form("step", said="Yes, close it"))
    assert state_of(cafe) == "archived"
    assert "This room is closed. You can read what was said." in closed.text
    assert not closed.offers("Change the room")


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
