"""Being asked before something is posted, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from network import hints
from tests.web.discussions.conftest import Cafe, cafe
from tests.web.discussions.test_live_pages import (
    Opens,
    bubble,
    chromium,
    contexts,
    live,
    opens,
    say,
    server,
    topic_of,
)

__all__ = ["cafe", "chromium", "contexts", "live", "opens", "server"]  # fixtures

pytestmark = pytest.mark.browser
TEXT = "Frau Meier: 0176 1234567"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_line_asks_too_and_nothing_typed_is_lost(cafe: Cafe, opens: Opens) -> None:
    ann, bob = opens(cafe.ann, topic_of(cafe)), opens(cafe.bob, topic_of(cafe))
    say(ann, TEXT)
    asked = ann.locator("[data-asked]")
    expect(asked.locator("mark")).to_have_text(["Frau Meier", "0176 1234567"])
    expect(ann.locator("#composer-body")).to_have_value(TEXT)
    expect(bubble(bob, TEXT)).to_have_count(0)
    ann.locator("#composer-body").fill("She has 0176 1234567 now")
    asked.get_by_role("button", name="Post it all the same").click()
    expect(bubble(bob, "She has 0176 1234567 now")).to_be_visible()
    expect(bubble(ann, "She has 0176 1234567 now")).to_be_visible()
    expect(asked).to_have_count(0)
    expect(ann.locator("#composer-body")).to_have_value("")
    # The next one is asked about anew; what is harmless goes through at once.
    say(ann, "Thank you")
    expect(bubble(bob, "Thank you")).to_be_visible()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_writes_for_the_first_time_sees_that_it_waits(cafe: Cafe, opens: Opens) -> None:
    hints.change_hints(cafe.meta, cafe.community.network.id, holds_first=True, expected_version=0)
    ann, bob = opens(cafe.ann, topic_of(cafe)), opens(cafe.bob, topic_of(cafe))
    say(ann, "Hello everybody")
    expect(ann.get_by_role("region", name="Your message waits")).to_contain_text("Hello everybody")
    expect(ann.locator("#composer-body")).to_have_value("")
    expect(bubble(bob, "Hello everybody")).to_have_count(0)
