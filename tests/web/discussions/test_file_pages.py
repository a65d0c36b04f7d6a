"""Files on the pages of conversations, without a script: sent with the form, shown in their place, saved."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from network import discussions, files
from network.kernel.runtime import Runtime
from tests.factories import files as made
from tests.web.discussions.conftest import Cafe
from tests.web.discussions.visiting import Page, Visitor

Visits = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _without_limits(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")


def send(ann: Visitor, path: str, *chosen: tuple[str, str], page: Page | None = None, **typed: str) -> Page:
    form = (page or ann.see(path)).form("body")
    values: dict[str, Any] = form.values | typed
    if chosen:
        values["file"] = [(io.BytesIO(made.GOOD[kind][0]), name) for kind, name in chosen]
    sent = ann.client.post(path, data=values, content_type="multipart/form-data", follow_redirects=True)
    return Page(sent)


def test_a_form_with_files_is_a_message_that_shows_them(cafe: Cafe, visitor: Visits) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    chosen = (("png", "table.png"), ("pdf", "../../plan.pdf"), ("opus in ogg", "note.ogg"))
    page = send(ann, path, *chosen, body="", alt="Our table")
    assert page.status == 200
    shown = re.search(r'<img src="(/files/[^"]+/preview)" width="60" height="40" alt="Our table"', page.html)
    heard = re.search(r'<audio controls preload="none" src="(/files/[^"]+)">', page.html)
    saved = re.search(r'<a class="file" href="(/files/[^"]+)">', page.html)
    assert shown and heard and saved and "plan.pdf" in page.text and "PDF · 1 kB" in page.text
    bob = visitor(cafe.bob)
    picture = bob.client.get(shown[1])
    assert (picture.content_type, picture.status_code) == ("image/webp", 200)
    text = bob.client.get(saved[1])
    assert text.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert text.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert text.headers["X-Content-Type-Options"] == "nosniff"
    part = bob.client.get(heard[1], headers={"Range": "bytes=4-9"})
    whole = bob.client.get(heard[1])
    assert (part.status_code, part.data) == (206, whole.data[4:10])
    assert (whole.content_type, whole.headers["Accept-Ranges"]) == ("audio/ogg", "bytes")
    again = bob.client.get(shown[1], headers={"If-None-Match": picture.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    outsider = visitor(cafe.outsider)
    for address in (shown[1], saved[1], heard[1]):
        assert outsider.client.get(address).status_code == 404
        refused = outsider.client.get(address, headers={"If-None-Match": picture.headers["ETag"]})
        assert refused.status_code == 404


def test_a_form_may_have_as_much_as_it_says_and_says_what_to_do_with_more(
    cafe: Cafe, visitor: Visits, make_client: Callable[[], FlaskClient]
) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    page = ann.see(path)
    assert re.search(r"<noscript>[^<]*<p[^>]*>[^<]*together may have 30 MB\. With more, [^<]*gone", page.html)
    plans = [
        FileStorage(io.BytesIO(made.pdf(b"%" + bytes(6_000_000) + name.encode())), name)
        for name in ("a.pdf", "b.pdf", "c.pdf")
    ]
    # Encoded here: the test client would leave a temporary file of a large body open.
    values: dict[str, Any] = page.form("body").values | {"body": "Plans"}
    boundary, data = encode_multipart(MultiDict([*values.items(), *(("file", plan) for plan in plans)]))
    kind = f"multipart/form-data; boundary={boundary}"
    sent = Page(ann.client.post(path, data=data, content_type=kind, follow_redirects=True))
    assert sent.status == 200 and "Plans" in sent.text and sent.html.count('class="file"') == 3
    too_much = {"CONTENT_LENGTH": str(3 * 10 * 2**20 + 65_537)}
    refused = ann.client.post(path, content_type=kind, environ_overrides=too_much)
    assert refused.status_code == 413 and "some of them at a time" in refused.text
    # As much is taken from who is signed in, in this one form.
    assert (elsewhere := ann.client.post("/me", data=data, content_type=kind)).status_code == 413
    assert "some of them" not in elsewhere.text
    assert make_client().post(path, data=data, content_type=kind).status_code == 413


def test_a_form_with_a_file_sent_twice_is_one_message(cafe: Cafe, visitor: Visits) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    page = ann.see(path)
    for _ in range(2):
        assert send(ann, path, ("png", "a.png"), page=page, body="Look").status == 200
    assert len(re.findall('class="picture"', ann.see(path).html)) == 1


def test_what_was_chosen_stays_where_something_else_is_wrong(cafe: Cafe, visitor: Visits) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    page = send(ann, path, ("png", "a.png"), ("pdf", "b.pdf"), body="x" * 10_001)
    assert page.status == 422 and "too long" in page.text and page.html.count("data-file=") == 2
    kept = re.findall(r'name="file_ids" value="([^"]+)"', page.html)
    form = page.form("body").values | {"body": "Now", "file_ids": [kept[1]]}
    for _ in range(2):  # and twice is once here too
        sent = Page(ann.client.post(path, data=form, follow_redirects=True))
        assert sent.status == 200 and sent.messages == ["Now"]
        assert "b.pdf" in sent.text and "a.png" not in sent.text


def test_a_file_that_is_not_taken_says_so_and_what_was_typed_stays(cafe: Cafe, visitor: Visits) -> None:
    ann, path = visitor(cafe.ann), f"/talk/t/{cafe.topic.id}"
    values = ann.see(path).form("body").values | {"body": "Look"}
    svg = (io.BytesIO(made.REFUSED["svg"]), "a.png")
    page = Page(
        ann.client.post(path, data=values | {"file": svg}, content_type="multipart/form-data")
    )  # fmt: skip
    assert page.status == 422 and "not taken here" in page.text
    assert page.form("body").values["body"] == "Look"
    previewed = send(ann, path, ("png", "a.png"), body="*Look*", preview="1")
    assert "<em>Look</em>" in previewed.html and previewed.html.count("data-file=") == 1


def test_a_message_that_is_nothing_but_a_file_is_quoted_and_listed_in_words(
    cafe: Cafe, visitor: Visits
) -> None:
    note = files.upload_file(cafe.ann, cafe.community.network.id, made.ogg(12), "a.ogg")
    said = discussions.post_message(cafe.ann, cafe.topic.id, "", "1", file_ids=[note["id"]]).message
    discussions.post_message(cafe.bob, cafe.topic.id, "Thanks", "2", reply_to=said["id"])
    bob = visitor(cafe.bob)
    page = bob.see(f"/talk/t/{cafe.topic.id}")
    assert re.search(r"<blockquote.*?>Voice note</a></blockquote>", page.html, re.S)
    assert "0:12" in page.text
    fragment = bob.see(f"/talk/m/{said['id']}/files").html
    assert "<audio" in fragment and "<html" not in fragment
    assert visitor(cafe.outsider).see(f"/talk/m/{said['id']}/files").status == 404
    discussions.delete_message(cafe.ann, said["id"])
    assert bob.see(f"/talk/m/{said['id']}/files").html.strip() == ""
    assert bob.client.get(f"/files/{note['id']}").status_code == 404
