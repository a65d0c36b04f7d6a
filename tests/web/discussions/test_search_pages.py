"""Looking for what somebody said: chosen from a list, by a name that is typed, and from her own page."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from network.discussions import post_message
from network.kernel.actor import Actor
from tests.factories.people import make_user
from tests.web.discussions.conftest import Cafe
from tests.web.discussions.visiting import Page, Visitor
from web import authors

Visits = Callable[..., Visitor]
NOBODY = "Nobody here has a name like that."


@pytest.fixture
def ola(cafe: Cafe) -> Actor:
    """Somebody who said the same as another did, and whose name is part of a third one's."""
    found = cafe.community.member(user=make_user(display_name="Öla"))
    cafe.community.member(user=make_user(display_name="Öla Berg"))
    post_message(found, cafe.topic.id, "Tulips of hers", "1")
    post_message(cafe.bob, cafe.topic.id, "Tulips of his", "2")
    return found


def says(page: Page) -> tuple[bool, bool]:
    """Whether hers and his were found."""
    return "of hers" in page.text, "of his" in page.text


def test_whose_words_are_looked_through_is_chosen_from_a_list(
    cafe: Cafe, ola: Actor, visitor: Visits
) -> None:
    ann = visitor(cafe.ann)
    page = ann.see("/search?q=tulips")
    assert says(page) == (True, True)
    assert f'<option value="{ola.user_id}">Öla</option>' in page.html
    assert f'value="{cafe.outsider.user_id}"' not in page.html
    page = ann.see(f"/search?q=tulips&from={ola.user_id}")
    assert says(page) == (True, False)
    assert f'<option value="{ola.user_id}" selected>Öla</option>' in page.html
    assert "Only what Öla wrote." in page.text
    secret = ann.see(f"/search?q=tulips&from={cafe.outsider.user_id}")
    assert says(secret) == (False, False)
    assert "Only what" not in secret.text, "no name is told by an id"


def test_in_a_large_network_a_name_is_typed(
    cafe: Cafe, ola: Actor, visitor: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "CHOSEN_FROM", 3)
    ann = visitor(cafe.ann)
    page = ann.see("/search?q=tulips&by=%C3%96LA")
    assert says(page) == (True, False), "she alone is called just so"
    assert "<option" not in page.html.partition('id="search-room"')[0]
    form = page.form("q", "by")
    assert (form.values["by"], form.values["from"]) == ("Öla", ola.user_id)
    again = ann.see(f"/search?q=tulips&by=%C3%96la&from={ola.user_id}")
    assert says(again) == (True, False)
    assert says(ann.see(f"/search?q=tulips&by=&from={ola.user_id}")) == (True, True), "taken away again"
    page = ann.see("/search?q=tulips&room=&by=l")
    assert says(page) == (False, False), "nothing before it is clear who is meant"
    [link] = re.findall(rf'href="(/search[^"]*from={ola.user_id}[^"]*)"', page.html)
    assert says(ann.see(unescape(link))) == (True, False)
    nobody = ann.see(f"/search?q=tulips&by=xyz&from={ola.user_id}")
    assert (nobody.status, NOBODY in nobody.text, says(nobody)) == (422, True, (False, False))


def test_a_profile_leads_to_what_she_wrote(cafe: Cafe, ola: Actor, visitor: Visits) -> None:
    ann = visitor(cafe.ann)
    page = ann.see(ann.see(f"/people/{ola.user_id}").link("Search in what Öla wrote"))
    assert "Only what Öla wrote." in page.text
    assert ann.see(f"/people/{cafe.ann.user_id}").link("Search in what you wrote")
