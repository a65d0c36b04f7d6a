"""Writing to people directly, and what a block changes on the pages; without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from network import blocks, discussions
from network.kernel.transaction import unit_of_work
from tests.web.discussions.conftest import Cafe
from tests.web.discussions.visiting import Visitor

Visits = Callable[..., Visitor]
FOLDED = "A message of somebody you blocked"


def test_from_a_person_to_a_conversation_and_back_to_it(cafe: Cafe, visitor: Visits) -> None:
    ann = visitor(cafe.ann)
    path = ann.see(f"/people/{cafe.bob.id}").link(f"Write to {cafe.bob.name}")
    page = ann.send(ann.see(path).form("body"), path, body="Hello Bob")
    assert page.messages == ["Hello Bob"] and cafe.bob.name in page.text
    assert "data-draft" in page.html and "data-keep" not in page.html, "the server keeps it alone"
    assert ann.see(path).messages == ["Hello Bob"], "the second time it leads to what was said"
    bob = visitor(cafe.bob)
    listed = bob.see("/talk")
    assert "only between you" in listed.text and "Hello Bob" in listed.text
    again = page.response.request.path
    answered = bob.send(bob.see(f"/talk/dm/{cafe.ann.id}").form("body"), again, body="Hi")
    assert answered.messages == ["Hello Bob", "Hi"]
    for other in (cafe.meta, cafe.outsider):
        assert visitor(other).see(page.response.request.path).status == 404
        assert "Hello Bob" not in visitor(other).see("/talk").text
    assert visitor(cafe.outsider).see(path).status == 404
    assert ann.see(f"/talk/dm/{cafe.ann.id}").status == 404


def test_nothing_typed_is_lost(cafe: Cafe, visitor: Visits) -> None:
    ann, path = visitor(cafe.ann), f"/talk/dm/{cafe.bob.id}"
    empty = ann.send(ann.see(path).form("body"), path, body=" ")
    assert empty.status == 422 and "Please write something." in empty.text
    form = ann.see(path).form("body")
    blocks.block(cafe.bob, cafe.ann.id)
    refused = ann.send(form, path, body="Are you there?")
    assert refused.status == 403 and "takes no direct messages" in refused.text
    assert refused.form("body").values["body"] == "Are you there?"


def test_several_are_chosen_by_name_and_one_leaves(cafe: Cafe, visitor: Visits) -> None:
    ann = visitor(cafe.ann)
    found = ann.send(
        ann.see("/talk/dm").form("body"), "/talk/dm", to=cafe.bob.id, find_name=cafe.meta.name, find="y",
        body="Shall we?",
    )  # fmt: skip
    assert found.status == 200 and found.form("body").values["body"] == "Shall we?"
    assert cafe.bob.name in found.text and cafe.meta.name in found.text
    chosen = {**found.form("body").values, "to": [cafe.bob.id, cafe.meta.id], "body": "Shall we?"}
    answer = ann.client.post("/talk/dm", data=chosen)
    assert answer.status_code == 303
    page = ann.see(answer.location.partition("#")[0])
    leave = page.link("Leave this conversation")
    assert "You have left the conversation." in ann.send(ann.see(leave).forms[-1], leave).text
    assert ann.see(page.response.request.path).status == 404
    assert visitor(cafe.bob).see(page.response.request.path).status == 200


def test_a_block_folds_and_is_taken_back_from_the_list(cafe: Cafe, visitor: Visits) -> None:
    discussions.post_message(cafe.bob, cafe.topic.id, "Loud words", "m-1")
    ann, path = visitor(cafe.ann), f"/people/{cafe.bob.id}"
    ann.send(ann.see(path).form(action=f"{path}/block"))
    person = ann.see(path)
    assert "You blocked" in person.text and not person.offers("Write to")
    topic = ann.see(f"/talk/t/{cafe.topic.id}")
    assert FOLDED in topic.text and topic.messages == ["Loud words"]
    assert "<details" in topic.html and "Loud words" not in ann.see("/talk").text
    assert FOLDED not in visitor(cafe.meta).see(f"/talk/t/{cafe.topic.id}").text
    mine = ann.see("/me/blocks")
    assert cafe.bob.name in mine.text
    assert "blocked nobody" in ann.send(mine.form("blocked")).text
    with unit_of_work():
        assert blocks.list_blocks(cafe.ann).items == []


def test_direct_messages_are_switched_off_and_on(cafe: Cafe, visitor: Visits) -> None:
    ann, path = visitor(cafe.ann), f"/talk/dm/{cafe.bob.id}"
    form = ann.see("/me/blocks").form("direct_messages")
    form.values.pop("direct_messages")
    ann.send(form, "/me/blocks")
    own, others = ann.see(path), visitor(cafe.bob).see(f"/talk/dm/{cafe.ann.id}")
    assert not own.has_box and own.offers("Change it")
    assert not others.has_box and "takes no direct messages" in others.text
    ann.send(ann.see("/me/blocks").form("direct_messages"), "/me/blocks", direct_messages="y")
    assert ann.see(path).has_box
