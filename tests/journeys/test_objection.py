"""An objection on the bus: said on a phone, seen at once by who is writing, met in a second round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browsing import MakeVisitor
from tests.live_server import LiveServer
from tests.pages.opened import call

pytestmark = pytest.mark.browser

QUESTION = "We meet in the park every Sunday."
BETTER = "We meet in the park every Sunday, and in the library when it rains."


def test_an_objection_is_said_on_a_phone_seen_at_once_and_met_in_a_second_round(
    demo_server: LiveServer, visit: MakeVisitor
) -> None:
    meta, mentor, helper = (
        visit(demo_server).sign_in(f"{name}@demo.example") for name in ("meta", "mentor", "helper")
    )
    network = demo_server.one("SELECT id FROM networks WHERE phase = 'organisation'")
    ends = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    asked = {"kind": "consent", "question": QUESTION, "closes_at": ends, "quorum": "0/1"}
    made = call(meta, "post", f"/api/v1/networks/{network}/decisions", asked)
    opened = call(meta, "post", f"/api/v1/decisions/{made['id']}/opening", {"expected_version": 1})
    at = f"/decide/{opened['id']}"

    # Somebody writes down her concern meanwhile.
    helper.open(at)
    helper.tap(helper.page.get_by_label("I agree with a concern"))
    helper.page.get_by_label("What is your concern?").fill("Bring a blanket")

    mentor.open("/home")
    mentor.tap(mentor.page.get_by_role("link", name=QUESTION))
    expect(mentor.page.get_by_label("Was müsste anders sein?")).to_be_hidden()
    mentor.tap(mentor.page.locator('input[value="objection"]'))
    mentor.tap(mentor.button("Antworten"))
    expect(mentor.page.get_by_role("alert")).to_be_visible()
    mentor.complaints.clear()  # the browser's, about the refusal
    mentor.page.get_by_label("Was ist dein Bedenken?").fill("It rains in November.")
    mentor.page.get_by_label("Was müsste anders sein?").fill("A roof.")
    mentor.tap(mentor.button("Antworten"))
    expect(mentor.page.get_by_text("Du hast gesagt: Einwand")).to_be_visible()

    expect(helper.page.get_by_text("It rains in November.")).to_be_visible()
    expect(helper.page.get_by_label("What is your concern?")).to_have_value("Bring a blanket")

    meta.open(at)
    meta.tap(meta.page.get_by_role("link", name="Sagen, wie man darauf eingehen könnte"))
    meta.page.get_by_label("Wie kann man darauf eingehen?").fill("We take the library.")
    meta.tap(meta.button("Das vorschlagen"))
    expect(meta.page.get_by_text("We take the library.")).to_be_visible()
    meta.tap(meta.page.get_by_role("link", name="Mit anderen Worten noch einmal fragen"))
    meta.page.get_by_label("Worauf einigen wir uns?").fill(BETTER)
    meta.tap(meta.button("Die nächste Runde beginnen"))
    expect(meta.page.locator("ins")).to_contain_text("in the library when it rains")

    mentor.open("/home")
    mentor.tap(mentor.page.get_by_role("link", name=BETTER))
    expect(mentor.page.locator("del")).to_contain_text(QUESTION)
    mentor.tap(mentor.page.locator('input[value="consent"]'))
    mentor.tap(mentor.button("Antworten"))
    expect(mentor.page.locator("p.saying", has_text="hat geantwortet")).to_be_visible()

    meta.page.reload()
    meta.tap(meta.page.get_by_role("link", name="Die Frage zurücknehmen"))
    meta.page.get_by_label("Warum?").fill("The demo stays as it was.")
    meta.tap(meta.page.locator("#main .button.danger"))
    expect(meta.page.get_by_text("Diese Frage wurde zurückgenommen")).to_be_visible()
