"""What the pages of conversations show, to whom, and that looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from network import discussions
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.web.discussions.conftest import RULES, Cafe
from tests.web.discussions.visiting import Visitor

Visits = Callable[..., Visitor]


def unread(actor: object, topic_id: str) -> int:
    with unit_of_work():
        return discussions.get_topic(actor, topic_id)["unread"]  # type: ignore[arg-type]


def test_the_list_has_what_is_unread_first_and_nothing_of_others(cafe: Cafe, visitor: Visits) -> None:
    old = make_topic(cafe.room, cafe.bob, title="Read long ago")
    make_messages(old, cafe.bob, 1)
    make_messages(cafe.topic, cafe.bob, 2)
    ann = visitor(cafe.ann)
    discussions.mark_read(cafe.ann, old.id, 10**6)
    page = ann.see("/talk")
    assert page.status == 200
    new = page.text.index("New since you were here")
    assert new < page.text.index("Forms") < page.text.index("Earlier")
    assert page.text.index("Earlier") < page.text.index("Read long ago") < page.text.index("Everything on")
    assert "Person" in page.text and ": Word 0" in page.text, "who wrote, and how what is new begins"
    assert "Elsewhere" not in page.text
    assert page.offers("Write")


def test_the_filters_of_the_list(cafe: Cafe, visitor: Visits) -> None:
    make_messages(cafe.topic, cafe.bob, 2)
    ann = visitor(cafe.ann)
    only = ann.see("/talk?show=unread")
    assert "Forms" in only.text
    assert '<section class="card flush only-wide" aria-labelledby="rooms">' in only.html, "beside, not below"
    rooms = ann.see("/talk?show=rooms")
    assert "Everything on our minds" in rooms.text
    assert "Forms" not in rooms.text
    ann.send(only.form(said="Everything read"))
    assert unread(cafe.ann, cafe.topic.id) == 0
    assert unread(cafe.bob, cafe.topic.id) == 0
    assert "You have read everything." in ann.see("/talk?show=unread").text


def test_a_network_in_which_nobody_has_written(cafe: Cafe, visitor: Visits) -> None:
    community = make_community(rules_version_id=RULES)
    first = community.member()
    room = make_room(community.network)
    page = visitor(first).see("/talk")
    assert "Say hello – two sentences are enough." in page.text
    assert "Say hello – two sentences are enough." in visitor(first).see(f"/talk/r/{room.id}").text
    assert "Say hello – two sentences are enough." not in visitor(cafe.ann).see("/talk").text


def test_everything_read_spares_rooms_that_are_quiet(cafe: Cafe, visitor: Visits) -> None:
    make_messages(cafe.topic, cafe.bob, 2)
    ann = visitor(cafe.ann)
    room = ann.see(f"/talk/r/{cafe.room.id}")
    said = ann.send(room.form("level", said="Nothing"))
    assert "It is quiet here for you now." in said.text
    page = ann.see("/talk")
    assert "Unread 2" not in page.text
    assert "quiet for you" in page.text
    assert page.text.index("Earlier") < page.text.index("Forms")
    again = ann.send(said.form("level", said="Everything"))
    assert "You hear everything from here." in again.text
    assert "Everything read" in ann.see("/talk").text


def test_a_topic_shows_its_last_fifty_and_leads_to_the_others(cafe: Cafe, visitor: Visits) -> None:
    make_messages(cafe.topic, cafe.bob, 120)
    ann = visitor(cafe.ann)
    page = ann.see(f"/talk/t/{cafe.topic.id}")
    assert page.messages == [f"Word {n}" for n in range(70, 120)]
    older = ann.see(page.link("Older messages").partition("#")[0])
    assert older.messages == [f"Word {n}" for n in range(20, 70)]
    assert older.has_box
    oldest = ann.see(older.link("Older messages").partition("#")[0])
    assert oldest.messages == [f"Word {n}" for n in range(20)]
    assert not oldest.offers("Older messages")
    assert "newer message" not in page.text
    assert ann.see(oldest.link("100 newer messages")).messages == older.messages
    assert ann.see(older.link("50 newer messages")).messages == page.messages


def test_c58_the_first_unread_message_is_found_however_much_came(cafe: Cafe, visitor: Visits) -> None:
    make_messages(cafe.topic, cafe.bob, 30)
    discussions.mark_read(cafe.ann, cafe.topic.id, 10**6)
    make_messages(cafe.topic, cafe.bob, 100)
    ann = visitor(cafe.ann)
    page = ann.see(f"/talk/t/{cafe.topic.id}")  # the last fifty, as ever
    assert page.messages == [f"Word {n}" for n in range(50, 100)]
    assert 'id="unread"' not in page.html
    link = f"/talk/t/{cafe.topic.id}?from=unread#unread"
    assert page.link("To the first new message") == link
    assert ann.see("/talk").html.count(link) == ann.see(f"/talk/r/{cafe.room.id}").html.count(link) == 1
    part = ann.see(link)
    assert part.messages == [f"Word {n}" for n in (*range(25, 30), *range(45))]
    assert part.html[: part.html.index('id="unread"')].count("<article") == 5
    assert "100 new messages" in part.text
    assert part.offers("Older messages")
    assert part.offers("55 newer messages")
    # each time on to what is left, until nothing is
    following = ann.send(part.form(action=f"/talk/t/{cafe.topic.id}/read"))
    assert unread(cafe.ann, cafe.topic.id) == 55
    assert following.messages == [f"Word {n}" for n in range(40, 85)] + [f"Word {n}" for n in range(85, 90)]
    last = ann.send(following.form(action=f"/talk/t/{cafe.topic.id}/read"))
    assert last.messages == [f"Word {n}" for n in range(50, 100)]
    assert 'data-live="topic"' in last.html
    ann.send(last.form(action=f"/talk/t/{cafe.topic.id}/read"))
    assert unread(cafe.ann, cafe.topic.id) == 0
    assert not ann.see(link).offers("To the first new message")


def test_a22_looking_changes_nothing_and_the_button_marks(cafe: Cafe, visitor: Visits) -> None:
    make_messages(cafe.topic, cafe.bob, 3)
    ann = visitor(cafe.ann)
    page = ann.see(f"/talk/t/{cafe.topic.id}")
    assert "3 new messages" in page.text
    assert unread(cafe.ann, cafe.topic.id) == 3
    make_messages(cafe.topic, cafe.bob, 1)  # said while she reads
    after = ann.send(page.form(action=f"/talk/t/{cafe.topic.id}/read"))
    assert unread(cafe.ann, cafe.topic.id) == 1
    assert "1 new message" in after.text
    assert unread(cafe.meta, cafe.topic.id) == 4


def test_the_new_begins_at_the_first_unread_message_of_others(cafe: Cafe, visitor: Visits) -> None:
    make_messages(cafe.topic, cafe.bob, 2)
    discussions.mark_read(cafe.ann, cafe.topic.id, 10**6)
    make_messages(cafe.topic, cafe.bob, 1)
    make_messages(cafe.topic, cafe.ann, 1)
    make_messages(cafe.topic, cafe.bob, 1)
    html = visitor(cafe.ann).see(f"/talk/t/{cafe.topic.id}").html
    before = html[: html.index('id="unread"')]
    assert before.count('<article class="message"') == 2


def test_unread_from_here_on(cafe: Cafe, visitor: Visits) -> None:
    make_messages(cafe.topic, cafe.bob, 3)
    discussions.mark_read(cafe.ann, cafe.topic.id, 10**6)
    ann = visitor(cafe.ann)
    page = ann.see(f"/talk/t/{cafe.topic.id}")
    last = [form for form in page.forms if form.action.endswith("/unread")][-1]
    assert "The topic is marked as unread." in ann.send(last).text
    assert unread(cafe.ann, cafe.topic.id) == 1


def test_a_room_shows_its_topics_and_the_last_fifty_messages(cafe: Cafe, visitor: Visits) -> None:
    other = make_topic(cafe.room, cafe.bob, title="Offices")
    make_messages(cafe.topic, cafe.bob, 60)
    make_messages(other, cafe.bob, 5)
    page = visitor(cafe.ann).see(f"/talk/r/{cafe.room.id}")
    assert "Everything on our minds." in page.text
    assert page.text.index("Offices") < page.text.index("Forms")
    assert page.messages[:5] == [f"Word {n}" for n in range(4, -1, -1)]
    assert page.messages[5:] == [f"Word {n}" for n in range(59, 14, -1)], "fifty in all"


def test_what_was_said_last_names_its_topic_behind_many_pinned_ones(cafe: Cafe, visitor: Visits) -> None:
    make_messages(make_topic(cafe.room, cafe.bob, title="Lively"), cafe.bob, 1)
    for number in range(50):
        make_topic(cafe.room, cafe.bob, title=f"Pinned {number}.", pinned=1, last_seq=1000 + number)
    page = visitor(cafe.ann).see(f"/talk/r/{cafe.room.id}")
    assert page.messages == ["Word 0"]
    assert "Lively" in page.text


def test_a_room_with_many_topics_pages_them(cafe: Cafe, visitor: Visits) -> None:
    for number in range(55):
        make_messages(make_topic(cafe.room, cafe.bob, title=f"Subject {number}."), cafe.bob, 1)
    ann = visitor(cafe.ann)
    page = ann.see(f"/talk/r/{cafe.room.id}")
    older = ann.see(page.link("Older topics"))
    assert "Subject 3." in older.text
    assert "Subject 3." not in page.text
    assert "Forms" in older.text


def test_the_lasting_address_of_a_message_finds_it_wherever_it_is(cafe: Cafe, visitor: Visits) -> None:
    first = discussions.post_message(cafe.bob, cafe.topic.id, "The first word", "one").message
    make_messages(cafe.topic, cafe.bob, 120)
    page = visitor(cafe.ann).see(f"/talk/m/{first['id']}")
    assert page.messages == ["The first word", *[f"Word {n}" for n in range(29)]]
    assert page.link("Link to this message") == f"/talk/m/{first['id']}", "in the menu of the first"
    with unit_of_work():
        newest = discussions.list_messages(cafe.ann, cafe.topic.id)["items"][3]
    answer = visitor(cafe.ann).client.get(f"/talk/m/{newest['id']}")
    assert answer.location == f"/talk/t/{cafe.topic.id}#message-{newest['id']}"


def test_messages_show_who_spoke_what_she_answers_and_what_is_gone(cafe: Cafe, visitor: Visits) -> None:
    topic = cafe.topic.id
    one = discussions.post_message(cafe.bob, topic, "Where is **the form**?", "1").message
    two = discussions.post_message(cafe.meta, topic, "On the desk.", "2", reply_to=one["id"]).message
    three = discussions.post_message(cafe.bob, topic, "Secret words", "3").message
    discussions.delete_message(cafe.bob, three["id"])
    discussions.edit_message(cafe.meta, two["id"], "On my desk.", expected_version=1)
    page = visitor(cafe.ann).see(f"/talk/t/{topic}")
    assert page.messages == ["Where is the form ?", "On my desk."]
    assert "<strong>the form</strong>" in page.html
    assert "Meta-mentor" in page.text
    assert f"{cafe.bob.name} Where is the form? On my desk." in page.text
    assert "This message was deleted." in page.text
    assert "Secret words" not in page.html
    assert visitor(cafe.ann).see(page.link("changed")).text.count("On the desk.") == 1


def test_nothing_that_is_written_becomes_part_of_the_page(cafe: Cafe, visitor: Visits) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3))"
    discussions.open_topic(cafe.bob, cafe.room.id, f"T{attack}", attack, "1")
    ann = visitor(cafe.ann)
    for path in ("/talk", f"/talk/r/{cafe.room.id}", f"/talk/t/{cafe.topic.id}"):
        html = ann.see(path).html
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html


@pytest.mark.parametrize(
    "path", ["/talk/t/{topic}", "/talk/r/{room}", "/talk/m/{message}", "/talk/t/{topic}/title"]
)
def test_who_does_not_belong_sees_nothing(cafe: Cafe, visitor: Visits, path: str) -> None:
    message = discussions.post_message(cafe.bob, cafe.topic.id, "Inside", "1").message
    address = path.format(topic=cafe.topic.id, room=cafe.room.id, message=message["id"])
    assert visitor(cafe.outsider).see(address).status == 404
    assert visitor(cafe.ann).see(address).status == 200
    anonymous = visitor().client.get(address)
    assert anonymous.status_code == 302
    assert anonymous.location.startswith("/signin?next=")


def test_a_private_room_is_for_its_people(cafe: Cafe, visitor: Visits) -> None:
    room = make_room(cafe.community.network, [cafe.ann, cafe.meta], name="Quiet corner")
    assert visitor(cafe.ann).see(f"/talk/r/{room.id}").status == 200
    assert visitor(cafe.bob).see(f"/talk/r/{room.id}").status == 404
    assert "Quiet corner" not in visitor(cafe.bob).see("/talk").text


@pytest.mark.parametrize(
    "path", ["/talk", "/talk/r/{room}", "/talk/t/{topic}", "/talk/new", "/talk/side", "/inbox"]
)
def test_the_number_of_statements_does_not_grow(
    cafe: Cafe, visitor: Visits, app: Flask, live: Runtime, path: str
) -> None:
    address = path.format(topic=cafe.topic.id, room=cafe.room.id)
    ann, seen = visitor(cafe.ann), []
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    make_messages(cafe.topic, cafe.bob, 2)

    def statements() -> int:
        seen.clear()
        assert ann.see(address).status == 200
        return len(seen)

    few = statements()
    answered = discussions.post_message(cafe.bob, cafe.topic.id, "Asked", "q").message
    for number in range(8):
        room = make_room(cafe.community.network)
        for _ in range(3):
            make_messages(make_topic(room, cafe.bob), cafe.meta, 2)
        discussions.post_message(
            cafe.meta, cafe.topic.id, f"Said {number}", f"s{number}", reply_to=answered["id"]
        )
        make_messages(make_topic(cafe.room, cafe.bob), cafe.bob, 3)
    assert statements() <= few + 1  # once for answers to what is not on the page
    assert few <= 26
