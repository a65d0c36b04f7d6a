"""Being asked before something is posted, and first messages that wait: on the pages, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

from network import discussions, hints
from network.kernel.transaction import unit_of_work
from tests.web.discussions.conftest import Cafe
from tests.web.discussions.visiting import Form, Page, Visitor

Visits = Callable[..., Visitor]
TEXT = "Frau Meier: 0176 1234567"


def answered(page: Page, *names: str) -> Form:
    """The form that was asked about, with the answer that stands beside it."""
    form = page.form(*names)
    keys: object = re.findall(r'name="hints_seen" value="([0-9a-f]{16})" form="', page.html)
    form.values["hints_seen"] = keys  # type: ignore[assignment]
    return form


def test_a_member_is_asked_once_and_decides(cafe: Cafe, visitor: Visits) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    asked = ann.say(cafe.topic.id, TEXT)
    assert asked.status == 409 and asked.messages == []
    assert re.findall(r"<mark[^>]*>([^<]+)</mark>", asked.html) == ["Frau Meier", "0176 1234567"]
    assert asked.form("body").values["body"] == TEXT and asked.offers("Change it")
    changed = ann.send(answered(asked, "body", "client_msg_id"), path, body="It was Frau Meier.")
    assert changed.status == 200 and changed.messages == ["It was Frau Meier."]

    written = discussions.post_message(cafe.ann, cafe.topic.id, "Hello", "m-1").message
    edit = f"/talk/m/{written['id']}/edit"
    asked = ann.send(ann.see(edit).form("body"), edit, body=TEXT)
    assert asked.status == 409 and asked.form("body").values["body"] == TEXT
    assert TEXT in ann.send(answered(asked, "body", "expected_version"), edit).messages

    for where in (f"/talk/r/{cafe.room.id}", f"/talk/new?room={cafe.room.id}"):
        form = ann.see(where).form("title", "body")
        asked = ann.send(form, where, title="Mr Smith", body=TEXT, room=cafe.room.id)
        assert asked.status == 409 and "Mr Smith" in asked.form("title").values["title"]
        page = ann.send(answered(asked, "title", "body"), where, room=cafe.room.id)
        assert page.status == 200 and page.messages == [TEXT]


def test_the_hosts_write_the_list(cafe: Cafe, visitor: Visits) -> None:
    meta, ann = visitor(cafe.meta), visitor(cafe.ann)
    way = f"/network/{cafe.community.network.slug}/hints"
    page = meta.see(way)
    assert "Phone numbers" in page.text and page.text.count("None yet.") == 2
    form = meta.see(f"{way}/words").form("lines")
    saved = meta.send(form, f"{way}/words", lines="Camp Nord | Say: the camp.\r\n\r\nJugendamt")
    assert "Say: the camp." in saved.text and "Jugendamt" in saved.text
    late = meta.send(form, f"{way}/words", lines="Other")
    assert late.status == 422 and "Camp Nord | Say" in late.text
    assert late.form("lines").values["lines"] == "Other"
    wrong = meta.send(meta.see(f"{way}/patterns").form("lines"), f"{way}/patterns", lines="a*")
    assert wrong.status == 422 and "would fit too much" in wrong.text
    meta.send(wrong.form("lines"), f"{way}/patterns", lines="BG-####*")
    seen = ann.see(way)
    assert "BG-####*" in seen.text and not seen.offers("Change") and not seen.offers("Save")
    assert [ann.see(f"{way}/words").status, ann.see(f"{way[:-5]}held").status] == [403, 403]
    asked = ann.say(cafe.topic.id, "We met in Camp Nord, (BG-1234).")
    assert "Say: the camp." in asked.text and "BG-1234" in asked.text


def test_a_first_message_on_its_way_through(cafe: Cafe, visitor: Visits) -> None:
    meta, ann, bob = (visitor(one) for one in (cafe.meta, cafe.ann, cafe.bob))
    way = f"/network/{cafe.community.network.slug}"
    saved = meta.send(meta.see(f"{way}/hints").form("expected_version"), holds_first="y")
    assert "checked" in saved.html
    told = ann.say(cafe.topic.id, "Hello **all**")
    assert "Your first message here waits" in told.text and "Only you and the meta-mentors" in told.text
    assert told.messages == ["Hello all"] and bob.see(f"/talk/t/{cafe.topic.id}").messages == []
    room = f"/talk/r/{cafe.room.id}"
    asked = bob.send(bob.see(room).form("title"), room, title="New here", body="Hi")
    assert "New here" in asked.text and "New here" not in ann.see(room).text
    page = meta.see(meta.see(f"{way}/hints").link("2 first messages wait"))
    assert "Hello all" in page.messages and "new topic: New here" in page.text
    with unit_of_work():
        first, second = discussions.list_held(cafe.meta, cafe.community.network.id).items
    link = ann.see(f"/talk/m/{first['id']}")
    assert link.status == 200 and "Hello all" in link.text
    forms = [form for form in page.forms if form.action.endswith("/release")]
    assert ann.client.post(forms[0].action, data=forms[0].values).status_code in (400, 403)
    after = meta.send(forms[0])
    assert "Everybody can read it now." in after.text and len(after.messages) == 1
    assert bob.see(f"/talk/t/{cafe.topic.id}").messages == ["Hello all"]
    back = bob.send(bob.see(room).form(action=f"/talk/m/{second['id']}/take-back"))
    assert "New here" not in back.text
    assert "No first message waits." in meta.see(f"{way}/held").text


def test_files_come_later(cafe: Cafe, visitor: Visits) -> None:
    hints.change_hints(cafe.meta, cafe.community.network.id, holds_first=True, expected_version=0)
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    form = ann.see(path).form("body")
    refused = ann.send(form, path, body="See this", file_ids="0190a000-0000-7000-8000-000000000001")
    assert refused.status == 409 and "send it without files" in refused.text
    assert refused.form("body").values["body"] == "See this"
