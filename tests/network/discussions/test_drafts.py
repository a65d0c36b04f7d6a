"""What was typed and not sent: one for all devices, two texts where they part, gone with the sending."""

from __future__ import annotations

import pytest

from network import discussions
from network.discussions.rules.drafts import Texts, saved
from network.kernel.actor import system_actor
from network.kernel.errors import Invalid, NotFound
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.running import HandClock


def kept(cafe: Cafe) -> tuple[str, list[str], int]:
    with unit_of_work():
        found = discussions.get_draft(cafe.ann, place(cafe))
    return found["body"], found["set_aside"], found["version"]


def place(cafe: Cafe) -> str:
    return discussions.topic_context(cafe.topic.id)


def save(cafe: Cafe, body: str, version: int, known_as: str | None = "m1") -> discussions.DraftView:
    return discussions.save_draft(cafe.ann, place(cafe), body, known_as, expected_version=version)


@pytest.mark.parametrize(
    ("stored", "body", "knew", "left"),
    [
        (Texts("Hello"), "Hello you", True, Texts("Hello you")),
        (Texts("Hello"), "Bye", True, Texts("Bye")),  # she wrote it anew, knowing what stood there
        (Texts("Hello"), "Bye", False, Texts("Bye", ("Hello",))),
        (Texts("Hello"), "Hello you", False, Texts("Hello you")),  # it only went on
        (Texts("Bye", ("Hello",)), "Third", False, Texts("Third", ("Bye", "Hello"))),
        (Texts("Bye", ("Hello",)), "Hello", False, Texts("Hello", ("Bye",))),
        (Texts("Bye", ("Hello",)), "", True, Texts("Hello")),
        (Texts("Hello"), "", False, Texts("Hello")),  # nobody erases what she has not seen
        (Texts("Hello"), "", True, Texts("")),
    ],
)
def test_d15_nothing_typed_is_lost(stored: Texts, body: str, knew: bool, left: Texts) -> None:
    assert saved(stored, body, knew=knew) == left


def test_one_device_goes_on_from_the_other(cafe: Cafe) -> None:
    assert kept(cafe) == ("", [], 0)
    first = save(cafe, "Hello ", 0)
    assert (first["body"], first["client_msg_id"]) == ("Hello ", "m1")
    assert save(cafe, "Hello you", first["version"])["version"] == 2
    assert kept(cafe) == ("Hello you", [], 2)
    save(cafe, "", 2)
    assert kept(cafe) == ("", [], 0)


def test_a_new_topic_is_kept_for_its_room_until_it_is_sent(cafe: Cafe, clock: HandClock) -> None:
    context, other = discussions.room_context(cafe.room.id), make_room(cafe.community.network)
    with unit_of_work():
        assert discussions.last_opening(cafe.ann) is None
    discussions.save_draft(cafe.ann, context, "Tea\nWho comes?", "m1", expected_version=0)
    clock.forward(minutes=5)
    second = discussions.room_context(other.id)
    discussions.save_draft(cafe.ann, second, "Books\n", "m2", expected_version=0)
    save(cafe, "In the topic", 0, "m3")
    with unit_of_work():
        assert discussions.last_opening(cafe.ann) == other.id
        assert discussions.last_opening(cafe.bob) is None
        assert discussions.get_draft(cafe.bob, context)["version"] == 0
    discussions.open_topic(cafe.ann, cafe.room.id, "Tea", "Who comes?", "m1")
    with unit_of_work():
        assert discussions.get_draft(cafe.ann, context)["version"] == 0
        assert discussions.get_draft(cafe.ann, second)["body"] == "Books\n"
    # What was on its way when it was sent brings it back under no id.
    for known_as in ("m1", "m9"):
        late = discussions.save_draft(cafe.ann, context, "Tea\nWho comes?", known_as, expected_version=0)
        assert late["version"] == 0
    for nobody, where in (
        (cafe.outsider, context),
        (cafe.ann, f"room:{cafe.topic.id}"),
        (cafe.ann, "room:1"),
    ):
        with pytest.raises(NotFound):
            discussions.save_draft(nobody, where, "Tea\n", "m4", expected_version=0)
    with pytest.raises(Invalid):
        discussions.save_draft(cafe.ann, context, "T\nx", "m5", cafe.topic.id, expected_version=0)


def test_d15_two_devices_that_part_keep_both(cafe: Cafe) -> None:
    save(cafe, "On the phone", 0)
    both = save(cafe, "At the desk", 0, "m2")
    assert (both["body"], both["set_aside"]) == ("At the desk", ["On the phone"])
    discussions.post_message(cafe.ann, cafe.topic.id, "At the desk", "m2")
    assert kept(cafe)[:2] == ("On the phone", [])
    # Versions began again: an old tab that believes it knows what stands there does not erase it.
    assert save(cafe, "Old tab", kept(cafe)[2], "m3")["set_aside"] == ["On the phone"]


def test_d15_what_parts_is_another_message_and_only_what_was_said_goes(cafe: Cafe) -> None:
    save(cafe, "Old", 0)
    save(cafe, "Old one", 1)
    other = save(cafe, "Old two", 1)  # a second device that saw "Old" only
    assert other["set_aside"] == ["Old one"]
    assert other["client_msg_id"] not in ("m1", None)
    front = save(cafe, "Old one more", 2)  # the first one goes on: its own words stand in front again
    assert (front["body"], front["set_aside"]) == ("Old one more", ["Old two", "Old one"])
    discussions.post_message(cafe.ann, cafe.topic.id, "Old two", str(other["client_msg_id"]))
    with unit_of_work():
        assert discussions.get_draft(cafe.ann, place(cafe)) == {**front, "set_aside": ["Old one"]}
    discussions.post_message(cafe.ann, cafe.topic.id, "Old", "m1")
    # Sent under the id meanwhile, in other words: these are kept, as another message.
    late = save(cafe, "Old three", front["version"], "m1")
    assert late["body"] == "Old three" and late["client_msg_id"] != "m1"


def test_it_goes_with_the_sending_and_does_not_come_back(cafe: Cafe) -> None:
    save(cafe, "Ready", 0)
    discussions.post_message(cafe.ann, cafe.topic.id, "Something else", "m0")
    assert kept(cafe)[0] == "Ready"
    discussions.post_message(cafe.ann, cafe.topic.id, "Ready!", "m1")
    assert kept(cafe) == ("", [], 0)
    save(cafe, "Ready", 1)  # was on its way while it was sent
    assert kept(cafe) == ("", [], 0)
    discussions.lock_room(cafe.meta, cafe.room.id, expected_version=1)
    assert save(cafe, "Too late", 0, "m4")["body"] == "Too late"


def test_what_was_sent_from_a_page_loaded_anew_does_not_come_back(cafe: Cafe, clock: HandClock) -> None:
    save(cafe, "Half a thought ", 0, "before")
    discussions.post_message(cafe.ann, cafe.topic.id, "Half a thought", "after")
    assert kept(cafe)[0] == ""
    assert save(cafe, "Half a thought", 0, "before")["body"] == "", "it was on its way"
    clock.forward(minutes=2)
    assert save(cafe, "Half a thought", 0, "anew")["body"] == "Half a thought"


def test_it_is_hers_alone_and_only_for_what_she_sees(cafe: Cafe) -> None:
    save(cafe, "Secret", 0)
    with unit_of_work():
        assert discussions.get_draft(cafe.bob, place(cafe))["body"] == ""
    inner = make_topic(make_room(cafe.community.network, [cafe.bob]), cafe.bob)
    for context in (discussions.topic_context(inner.id), "topic:x", "room:1", ""):
        with pytest.raises(NotFound):
            discussions.save_draft(cafe.ann, context, "Hello", expected_version=0)
    with pytest.raises(Invalid):
        save(cafe, "x" * 10_001, 1)


def test_what_nobody_sent_is_forgotten_after_three_months(cafe: Cafe, clock: HandClock) -> None:
    save(cafe, "Never", 0)
    tidy = system_actor("discussions.tidy")
    assert discussions.forget_drafts(tidy) == 0
    clock.forward(days=90, minutes=1)
    assert discussions.forget_drafts(tidy) == 1
    assert kept(cafe) == ("", [], 0)
