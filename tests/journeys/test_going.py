"""A member takes her data along and has herself erased; who has a page open reads no name any more."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from network import privacy
from network.kernel import outbox
from network.kernel.runtime import Runtime
from tests.factories.discussions import make_messages, make_topic
from tests.factories.people import make_user
from tests.running import HandClock, LetterBox
from tests.web.discussions.conftest import Cafe, cafe
from tests.web.discussions.test_live_pages import Opens, chromium, contexts, live, opens, server
from wsgi import load_capabilities

__all__ = ["cafe", "chromium", "contexts", "live", "opens", "server"]  # fixtures

pytestmark = pytest.mark.browser


class Hand:
    """Taps on a page, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, role: str, name: str) -> None:
        self.page.locator("#main, header").get_by_role(role, name=re.compile(name)).first.click()  # type: ignore[arg-type]
        self.taps += 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_member_exports_and_erases_herself(
    cafe: Cafe, opens: Opens, live: Runtime, clock: HandClock, letterbox: LetterBox
) -> None:
    load_capabilities()
    amina = cafe.community.member(user=make_user(display_name="Amina Okafor", email="amina@mail.example"))
    topic = make_topic(cafe.room, cafe.bob, title="Forms")
    make_messages(topic, amina, 1)
    reader = opens(cafe.bob, f"/talk/t/{topic.id}", width=1280)
    expect(reader.locator("[role=log]")).to_contain_text("Amina Okafor")

    hand = Hand(opens(amina, "/me"))
    hand.tap("link", "Export my data")
    with hand.page.expect_download() as downloading:
        hand.tap("button", "Get my data")
    with zipfile.ZipFile(io.BytesIO(downloading.value.path().read_bytes())) as packed:
        assert "Amina Okafor" in packed.read("index.html").decode()
    assert hand.taps == 2

    hand = Hand(hand.page)
    hand.page.goto("/me")
    hand.tap("link", "Erase my account")
    hand.tap("button", "Erase my account")
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("Your account is off")
    assert hand.taps == 2, "trust.md, D.4 (25): at most three"
    outbox.drain()
    (letter,) = letterbox.to("amina@mail.example")
    way_back = re.search(r"/erasure/[\w-]{43}", letter.as_string().replace("=\n", ""))
    assert way_back is not None
    hand.page.goto("/home")
    expect(hand.page).to_have_url(re.compile("/signin"))

    clock.forward(days=7)
    assert privacy.erase_due() == 1
    expect(reader.locator("[role=log]")).to_contain_text("Former member")
    expect(reader.locator("body")).not_to_contain_text("Amina")
    hand.page.goto(way_back[0])
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
