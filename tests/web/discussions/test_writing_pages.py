"""What can be sent from the pages of conversations, without a script: once, without losing what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from network import discussions
from network.kernel.actor import Actor
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.web.discussions.conftest import Cafe
from tests.web.discussions.visiting import Page, Visitor

Visits = Callable[..., Visitor]


def said(actor: Actor, topic_id: str) -> list[str | None]:
    with unit_of_work():
        found = discussions.list_messages(actor, topic_id)["items"]
    return [message["body"] for message in reversed(found)]


def topic_state(actor: Actor, topic_id: str) -> str:
    with unit_of_work():
        return discussions.get_topic(actor, topic_id)["state"]


def test_a_message_is_posted_and_marks_what_the_page_showed(cafe: Cafe, visitor: Visits) -> None:
    make_messages(cafe.topic, cafe.bob, 2)
    ann = visitor(cafe.ann)
    form = ann.see(f"/talk/t/{cafe.topic.id}").form("body")
    make_messages(cafe.topic, cafe.bob, 1)  # said while she writes
    page = ann.send(form, f"/talk/t/{cafe.topic.id}", body="  I know that **office**.  ")
    assert page.status == 200
    assert page.messages[-1] == "I know that office ."
    assert '<div class="body" dir="auto" lang="en">' in page.html
    assert page.form("body").values["body"] == ""
    assert "1 new message" in page.text
    assert said(cafe.ann, cafe.topic.id)[-1] == "I know that **office**."


def test_c55_a_form_sent_twice_is_one_message(cafe: Cafe, visitor: Visits) -> None:
    ann = visitor(cafe.ann)
    path = f"/talk/t/{cafe.topic.id}"
    form = ann.see(path).form("body")
    for _ in range(2):
        assert ann.send(form, path, body="Once").status == 200
    assert said(cafe.ann, cafe.topic.id) == ["Once"]


def test_going_back_and_writing_something_else_is_asked_about_and_then_another_message(
    cafe: Cafe, visitor: Visits
) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    form = ann.see(path).form("body")
    ann.send(form, path, body="First")
    page = ann.send(form, path, body="Second")
    assert page.status == 409
    assert "Send this one as well?" in page.text
    assert page.form("body").values["body"] == "Second"
    ann.send(page.form("body"), path)
    assert said(cafe.ann, cafe.topic.id) == ["First", "Second"]


@pytest.mark.parametrize(
    ("body", "why"),
    [(" \n ", "Please write something."), ("x" * 10_001, "This is too long: at most 10000 characters.")],
)
def test_what_cannot_be_taken_is_said_and_stays_typed(
    cafe: Cafe, visitor: Visits, body: str, why: str
) -> None:
    page = visitor(cafe.ann).say(cafe.topic.id, body)
    assert page.status == 422
    assert why in page.text
    assert page.form("body").values["body"].strip() == body.strip()
    assert said(cafe.ann, cafe.topic.id) == []


@pytest.mark.parametrize("place", ["topic", "room"])
def test_c59_a_lock_while_somebody_writes_keeps_her_text(cafe: Cafe, visitor: Visits, place: str) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    form = ann.see(path).form("body")
    if place == "topic":
        discussions.lock_topic(cafe.meta, cafe.topic.id, expected_version=1)
    else:
        discussions.lock_room(cafe.meta, cafe.room.id, expected_version=1)
    page = ann.send(form, path, body="Long and thoughtful")
    assert page.status == 409
    assert f"This {place} is locked." in page.text
    assert page.form("body").values["body"] == "Long and thoughtful"
    fresh = ann.see(path)
    assert f"This {place} is locked. Nobody can write here at the moment." in fresh.text
    assert not fresh.has_box
    assert said(cafe.ann, cafe.topic.id) == []


def test_the_rules_come_first_and_the_page_leads_there_and_back(cafe: Cafe, visitor: Visits) -> None:
    new = cafe.community.member(rules_accepted=False)
    path = f"/talk/t/{cafe.topic.id}"
    page = visitor(new).see(path)
    assert "Please accept the rules of this network first." in page.text
    assert page.link("Read the rules") == f"/network/{cafe.community.network.slug}/rules?next={path}"
    hasty = visitor(new)
    token = hasty.see(path).form("level").values["csrf_token"]
    said_early = {"csrf_token": token, "body": "Hello already", "client_msg_id": "one"}
    sent = Page(hasty.client.post(path, data=said_early))
    assert sent.status == 403
    assert sent.form("body").values["body"] == "Hello already"
    for other in (f"/talk/r/{cafe.room.id}", "/talk/new"):
        assert "Please accept the rules of this network first." in hasty.see(other).text
    assert said(cafe.ann, cafe.topic.id) == []


def test_who_has_a_break_reads_and_is_led_back(cafe: Cafe, visitor: Visits) -> None:
    resting = cafe.community.member(state="paused")
    make_messages(cafe.topic, cafe.bob, 1)
    page = visitor(resting).see(f"/talk/t/{cafe.topic.id}")
    assert page.messages == ["Word 0"]
    assert "You have a break. Come back to write." in page.text
    assert page.link("Come back") == f"/network/{cafe.community.network.slug}/membership"
    assert not page.has_box


def test_a_steward_reads_along_and_members_only_read_announcements(cafe: Cafe, visitor: Visits) -> None:
    steward = visitor(cafe.community.steward())
    assert "To write, join the network" in steward.see(f"/talk/t/{cafe.topic.id}").text
    news = make_room(cafe.community.network, kind="announcement", posting="meta_mentors", name="News")
    assert "only the meta-mentors write" in visitor(cafe.ann).see(f"/talk/r/{news.id}").text
    assert "News" not in visitor(cafe.ann).see("/talk/new").text
    assert visitor(cafe.meta).see(f"/talk/r/{news.id}").form("title", "body")


def test_answering_shows_whom_and_quotes_her(cafe: Cafe, visitor: Visits) -> None:
    asked = discussions.post_message(cafe.bob, cafe.topic.id, "Who has the form?", "1").message
    ann = visitor(cafe.ann)
    page = ann.see(ann.see(f"/talk/t/{cafe.topic.id}").link("Answer").partition("#")[0])
    assert f"Answer to {cafe.bob.name}" in page.text
    answered = ann.send(page.form("body"), f"/talk/t/{cafe.topic.id}", body="I do.")
    assert f"{cafe.bob.name} Who has the form? I do." in answered.text
    with unit_of_work():
        newest = discussions.list_messages(cafe.ann, cafe.topic.id)["items"][0]
    assert newest["reply_to"] == asked["id"]


def test_an_answer_to_a_message_of_another_topic_is_refused(cafe: Cafe, visitor: Visits) -> None:
    elsewhere = make_topic(cafe.room, cafe.bob)
    asked = discussions.post_message(cafe.bob, elsewhere.id, "Here?", "1").message
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    page = ann.send(ann.see(path).form("body"), path, body="There.", reply_to=asked["id"])
    assert page.status == 422
    assert page.form("body").values["body"] == "There."
    assert "Here?" not in page.messages


def test_opening_a_topic_in_a_room_and_from_the_list(cafe: Cafe, visitor: Visits) -> None:
    ann = visitor(cafe.ann)
    room = f"/talk/r/{cafe.room.id}"
    form = ann.see(room).form("title", "body")
    for _ in range(2):
        page = ann.send(form, room, title="School places", body="Mid-year, who knows?")
        assert page.messages == ["Mid-year, who knows?"]
    other = make_room(cafe.community.network, name="Offices")
    page = ann.send(
        ann.see("/talk/new").form("room"), "/talk/new", title="Forms", body="Which?", room=other.id
    )
    assert page.messages == ["Which?"]
    assert "Offices" in page.text
    with unit_of_work():
        assert [topic["title"] for topic in discussions.list_topics(cafe.ann, other.id).items] == ["Forms"]
        assert len(discussions.list_topics(cafe.ann, cafe.room.id).items) == 2


def test_a_topic_without_a_title_keeps_the_text(cafe: Cafe, visitor: Visits) -> None:
    ann, room = visitor(cafe.ann), f"/talk/r/{cafe.room.id}"
    page = ann.send(ann.see(room).form("title"), room, title="", body="A long thought")
    assert page.status == 422
    assert "Please give it a title." in page.text
    assert page.form("title").values["body"] == "A long thought"


def test_the_first_hello_has_its_title_already(cafe: Cafe, visitor: Visits) -> None:
    welcome = make_room(cafe.community.network, opening="welcome", name="Welcome")
    ann, room = visitor(cafe.ann), f"/talk/r/{welcome.id}"
    form = ann.see(room).form("title")
    assert form.values["title"] == f"Hello from {cafe.ann.name}"
    page = ann.send(form, room, body="I am Ann, and I support a family from Aleppo.")
    assert f"Hello from {cafe.ann.name}" in page.text
    again = ann.see(room)
    assert again.form("title").values["title"] == ""
    assert "Two sentences are enough" not in again.text


def test_changing_ones_own_words(cafe: Cafe, visitor: Visits) -> None:
    ann = visitor(cafe.ann)
    page = ann.say(cafe.topic.id, "Tuesday at six")
    change = page.link("Change")
    form = ann.see(change).form("body")
    assert form.values["body"] == "Tuesday at six"
    after = ann.send(form, change, body="Wednesday at six")
    assert after.messages == ["Wednesday at six"]
    assert "Tuesday at six" in ann.see(after.link("changed")).text
    stale = ann.send(form, change, body="Friday at six")
    assert stale.status == 422
    assert "Somebody changed this in the meantime." in stale.text
    assert "Wednesday at six" in stale.text
    assert stale.form("body").values["body"] == "Friday at six"
    changed = ann.send(stale.form("body"), change)
    assert changed.messages == ["Friday at six"]
    earlier = ann.see(changed.link("changed")).text
    assert "Version 1, " in earlier
    assert "Version 2, " in earlier, "two versions of one minute are told apart"
    bob = visitor(cafe.bob)
    assert bob.see(change).status == 403
    assert not bob.see(f"/talk/t/{cafe.topic.id}").offers("Change")


def test_taking_ones_own_words_back(cafe: Cafe, visitor: Visits) -> None:
    ann = visitor(cafe.ann)
    page = ann.say(cafe.topic.id, "Said too fast")
    address = page.link("Delete")
    asked = ann.see(address)
    assert "This cannot be taken back." in asked.text
    assert said(cafe.ann, cafe.topic.id) == ["Said too fast"]
    question = next(form for form in asked.forms if "Delete" in form.said)
    assert visitor(cafe.bob).see(address).status == 403
    gone = ann.send(question, address)
    assert gone.messages == []
    assert "This message was deleted." in gone.text
    assert said(cafe.bob, cafe.topic.id) == [None]
    assert ann.see(address).status == 404
    assert "This message was deleted." in ann.see(address.replace("/delete", "/history")).text


@pytest.mark.parametrize(
    ("who", "changes", "locks"), [("ann", True, False), ("bob", False, False), ("meta", True, True)]
)
def test_who_looks_after_a_topic(cafe: Cafe, visitor: Visits, who: str, changes: bool, locks: bool) -> None:
    visiting = visitor(getattr(cafe, who))
    path = f"/talk/t/{cafe.topic.id}"
    page = visiting.see(path)
    assert page.offers("Change the title") is changes
    assert page.offers("Mark as solved") is changes
    assert page.offers("Lock the topic") is locks
    assert (visiting.see(f"{path}/title").status == 200) is changes
    token = page.form("level").values["csrf_token"]
    for step, may, left in (("resolve", changes, "resolved"), ("lock", locks, "locked")):
        before = topic_state(cafe.ann, cafe.topic.id)
        with unit_of_work():
            version = discussions.get_topic(cafe.ann, cafe.topic.id)["version"]
        sent = {"csrf_token": token, "step": step, "expected_version": version}
        answer = visiting.client.post(f"{path}/state", data=sent)
        assert answer.status_code == (303 if may else 403)
        assert topic_state(cafe.ann, cafe.topic.id) == (left if may else before)


def test_a_topic_gets_another_title_and_is_solved_and_open_again(cafe: Cafe, visitor: Visits) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    form = ann.see(f"{path}/title").form("title")
    assert "<h1>Which form?</h1>" in ann.send(form, f"{path}/title", title="Which form?").html
    stale = ann.send(form, f"{path}/title", title="Another")
    assert stale.status == 422
    assert stale.form("title").values["title"] == "Another"
    empty = ann.send(stale.form("title"), f"{path}/title", title=" ")
    assert empty.status == 422
    solved = ann.send(ann.see(path).form("step", said="Mark as solved"))
    assert "The topic is marked as solved." in solved.text
    assert "Café · solved" in solved.text
    ann.send(solved.form("step", said="Not solved yet"))
    assert topic_state(cafe.ann, cafe.topic.id) == "open"


@pytest.mark.parametrize(
    "path",
    [
        "/talk/read", "/talk/t/{topic}", "/talk/t/{topic}/read", "/talk/t/{topic}/state",
        "/talk/t/{topic}/title", "/talk/t/{topic}/unread", "/talk/r/{room}", "/talk/r/{room}/level",
        "/talk/new", "/talk/m/{message}/edit", "/talk/m/{message}/delete",
    ],
)  # fmt: skip
def test_a22_nothing_is_done_without_the_forms_hidden_token(cafe: Cafe, visitor: Visits, path: str) -> None:
    message = discussions.post_message(cafe.ann, cafe.topic.id, "Stays", "1").message
    address = path.format(topic=cafe.topic.id, room=cafe.room.id, message=message["id"])
    sent = {
        "body": "x", "title": "x", "seq": "1", "step": "resolve", "expected_version": "1",
        "room": cafe.room.id, "level": "muted", "client_msg_id": "2",
    }  # fmt: skip
    assert visitor(cafe.ann).client.post(address, data=sent).status_code == 403
    assert said(cafe.ann, cafe.topic.id) == ["Stays"]
    assert topic_state(cafe.ann, cafe.topic.id) == "open"


def test_who_is_called_is_typed_by_name_and_stays_so_in_the_form(
    cafe: Cafe, visitor: Callable[..., Visitor]
) -> None:
    ann = visitor(cafe.ann)
    page = ann.say(cafe.topic.id, f"Look @{cafe.bob.name}")
    assert f'class="mention" href="/people/{cafe.bob.user_id}"' in page.html
    message = re.search(r'data-message="([^"]+)"', page.html)
    assert message is not None
    form = ann.see(f"/talk/m/{message[1]}/edit").form("body")
    assert form.values["body"] == f"Look @{cafe.bob.name}"
    ann.send(form, f"/talk/m/{message[1]}/edit", body=f"{form.values['body']}!")
    history = visitor(cafe.bob).see(f"/talk/m/{message[1]}/history")
    assert f"Look @{cafe.bob.name}!" in history.text
    assert "user:" not in history.html
    assert 'class="mention me"' in visitor(cafe.bob).see(f"/talk/t/{cafe.topic.id}").html


def test_reacting_without_a_script_and_taking_it_back(cafe: Cafe, visitor: Callable[..., Visitor]) -> None:
    said = discussions.post_message(cafe.bob, cafe.topic.id, "Monday?", "1").message["id"]
    ann, path = visitor(cafe.ann), f"/talk/m/{said}/reactions"
    assert ann.see(f"/talk/t/{cafe.topic.id}").offers("React")
    page = ann.send(ann.see(path).form(action="", said="Thank you"), path, emoji="\u2764")
    assert page.form("emoji", action=path, said="1").values | {"emoji": ""}
    whose = visitor(cafe.meta).see(path)
    assert f"{cafe.ann.name} Thank you" in whose.text
    wrong = ann.send(ann.see(path).form("emoji", said="React"), path, emoji="hello")
    assert wrong.status == 422
    assert "Please choose one sign" in wrong.text
    again = ann.send(page.form("emoji", action=path), path, emoji="\u2764\ufe0f")
    assert "Thank you," not in again.text
    discussions.lock_room(cafe.meta, cafe.room.id, expected_version=1)
    assert not ann.see(path).offers("Good")


def test_a_preview_keeps_what_was_typed_and_sends_nothing(
    cafe: Cafe, visitor: Callable[..., Visitor]
) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    typed = {"body": "Hello **you**", "translation": "from Polish", "language": "de", "preview": "1"}
    page = ann.send(ann.see(path).form("body"), path, **typed)
    assert "<strong>you</strong>" in page.html
    assert page.messages == []
    form = page.form("body")
    assert (form.values["body"], form.values["translation"]) == ("Hello **you**", "from Polish")
    sent = ann.send(form, path, language="de")
    assert sent.messages == ["Hello you"]
    assert "Translated: from Polish" in sent.text
    assert 'lang="de"' in sent.html
    wrong = ann.send(sent.form("body"), path, body="Hello", language="x")
    assert "This is not a language code" in wrong.text


def test_what_waits_to_be_sent_stands_in_the_box_of_each_device(
    cafe: Cafe, visitor: Callable[..., Visitor]
) -> None:
    path, context = f"/talk/t/{cafe.topic.id}", discussions.topic_context(cafe.topic.id)
    discussions.save_draft(cafe.ann, context, "On the phone", "m1", expected_version=0)
    discussions.save_draft(cafe.ann, context, "At the desk", "m2", expected_version=0)
    ann = visitor(cafe.ann)
    page = ann.see(path)
    form = page.form("body")
    assert (form.values["body"], form.values["client_msg_id"]) == ("At the desk", "m2")
    assert ann.send(form, path).form("body").values["body"] == "On the phone"
    assert visitor(cafe.bob).see(path).form("body").values["body"] == ""


def test_a_new_topic_goes_on_on_each_device_in_the_room_it_was_typed_for(
    cafe: Cafe, visitor: Callable[..., Visitor]
) -> None:
    quiet = make_room(cafe.community.network, name="Library")
    context = discussions.room_context(quiet.id)
    discussions.save_draft(cafe.ann, context, "Books\nWhich ones?\nAnd why?", "m1", expected_version=0)
    ann = visitor(cafe.ann)
    for path in ("/talk/new", f"/talk/new?room={quiet.id}", f"/talk/r/{quiet.id}"):
        form = ann.see(path).form("title", "body")
        assert (form.values["title"], form.values["body"]) == ("Books", "Which ones?\nAnd why?")
        assert form.values["client_msg_id"] == "m1"
    assert ann.see(f"/talk/r/{cafe.room.id}").form("title", "body").values["title"] == ""
    form = ann.see("/talk/new").form("title", "body")
    assert form.values["room"] == quiet.id
    sent = ann.send(form, "/talk/new")
    assert sent.messages == ["Which ones? And why?"]
    assert ann.see("/talk/new").form("title").values["title"] == ""
