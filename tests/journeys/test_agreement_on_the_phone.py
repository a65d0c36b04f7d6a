"""A member at her phone: she reads what changed, proposes other words, and later signs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from network.agreements import ClauseIn
from network.kernel.runtime import Runtime
from tests.browsing import PHONE
from tests.running import HandClock
from tests.web.agreements.circle import Circle, make_circle
from tests.web.discussions.test_live_pages import Opens, chromium, contexts, live, opens, server

__all__ = ["chromium", "contexts", "live", "opens", "server"]  # fixtures

pytestmark = pytest.mark.browser

MOST_TAPS_TO_SIGN = 3


def test_reading_proposing_signing(live: Runtime, clock: HandClock, opens: Opens) -> None:
    circle: Circle = make_circle(clock)
    held = circle.in_force(signers=[circle.meta, circle.members[0]])
    kept = [ClauseIn(one["heading"], one["text"], one["short"], one["id"]) for one in held["clauses"]]
    other = ClauseIn("Time", "Everybody comes to two of three meetings.", None, kept[0].id)
    talked = circle.talked_about(
        document=held["agreement_id"], from_version=held["id"], clauses=[other, kept[1]]
    )
    page = opens(circle.members[0], f"{circle.here}/v/{talked['id']}/changes")
    page.set_viewport_size(PHONE)
    expect(page.locator("h1")).to_have_text("1 thing is new")
    expect(page.locator(".changed ins, .diff ins").first).to_contain_text("two of three")

    # Other words for one part, with the difference shown before they are sent.
    page.goto(f"{circle.here}/v/{talked['id']}/talk")
    page.get_by_role("link", name="Propose other words").first.click()
    page.locator("#text").fill("Everybody comes to one of two meetings.")
    page.locator("#reason").fill("I work in the evening.")
    page.locator("#main .button.primary").click()
    expect(page.locator("#difference + .changed ins").first).to_contain_text("one")
    page.locator("#main .button.primary").click()
    expect(page.locator("#main")).to_contain_text("waits for an answer")

    # Later: it was taken, the network said yes, and home leads to the signature.
    circle.take_proposals(talked["id"])
    decided = circle.agree(talked["id"])
    page = opens(circle.members[0], "/home")
    page.set_viewport_size(PHONE)
    taps = [
        page.get_by_role("link", name="Read and sign"),
        page.locator("#read"),
        page.locator(".sticky-actions .button.primary"),
    ]
    for tap in taps:
        tap.click()
    page.wait_for_url(f"**/v/{decided['id']}")
    assert len(taps) <= MOST_TAPS_TO_SIGN
    expect(page.locator("#main")).to_contain_text("You signed it: Today")
    assert circle.read(decided["id"])["counts"]["signed"] == 1
