"""The main job, walked in a real browser: from a course's list to an answer that is seen live."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browsing import MakeVisitor, Visitor
from tests.live_server import PASSWORD, LiveServer

pytestmark = pytest.mark.browser

LIST = Path(__file__).parents[1] / "samples" / "moodle-course-completion-en.csv"
MOST_TAPS = 12
DESK = {"width": 1280, "height": 900}


def test_the_whole_way_from_a_list_to_an_answer(demo_server: LiveServer, visit: MakeVisitor) -> None:
    steward = visit(demo_server, viewport=DESK, locale="de-DE")
    sign_in_by_page(steward, "steward@demo.example")
    organisation_id = demo_server.one("SELECT id FROM organisations WHERE country = 'DE'")
    course_id = enter_course(steward, organisation_id)
    slug = found_network(steward, organisation_id, course_id)
    done_before = steps_done(steward, slug)
    take_in_list(steward, course_id)
    invite(steward, course_id, slug)
    invited = {row[0] for row in demo_server.rows(
        "SELECT address FROM invitations WHERE network_id = (SELECT id FROM networks WHERE slug = ?)", slug
    )}  # fmt: skip
    assert "amara.okafor@mail.example" in invited
    assert "chiara.deluca@mail.example" not in invited, "she did not finish the course"
    assert steps_done(steward, slug) - done_before == {"graduates_invited"}

    # Two are there already: one sits before the open room, the third has no JavaScript.
    first = visit(demo_server, locale="de-DE")
    join(first, "emile.lefevre@mail.example")
    room = first.page.url.partition("#")[0]
    third = visit(demo_server, locale="de-DE", java_script_enabled=False)
    join(third, "dimitra.p@mail.example")
    assert third.page.url.partition("#")[0] == room
    first.page.evaluate("window.notReloaded = true")

    graduate = visit(demo_server, locale="de-DE")
    join(graduate, "amara.okafor@mail.example")
    hello = "Hallo, ich bin Amara und begleite eine Familie in Lindenstadt."
    expect(graduate.page.locator("#new")).to_be_in_viewport()
    graduate.tap(graduate.page.locator("#new textarea"))
    graduate.page.keyboard.type(hello)
    if not graduate.page.locator("#new input[name=title]").input_value():
        graduate.tap(graduate.page.locator("#new input[name=title]"))
        graduate.page.keyboard.type("Amara ist da")
    graduate.tap(graduate.page.locator("#new .button.primary"))
    expect(graduate.page.locator(".message .body").last).to_contain_text(hello)
    speaks_german(graduate)
    assert graduate.taps <= MOST_TAPS

    # Who sits before the room sees it without reloading.
    row = first.page.locator("[data-region=topics] a", has_text=topic_title(graduate))
    expect(row).to_be_visible()
    assert first.page.evaluate("window.notReloaded") is True
    row.click()
    expect(first.page.locator(".message .body", has_text=hello)).to_be_visible()
    expect(first.page.locator("#composer-body")).to_be_visible()
    first.page.evaluate("window.notReloaded = true")

    # Who has no JavaScript reads and answers.
    answer = "Willkommen, Amara! Ich freue mich auf dich."
    third.open("/talk")
    third.page.locator("#main a", has_text=topic_title(graduate)).first.click()
    expect(third.page.locator(".message .body", has_text=hello)).to_be_visible()
    third.page.locator("#composer-body").fill(answer)
    third.page.locator(".composer .send").click()
    expect(third.page.locator(".message.own .body", has_text=answer)).to_be_visible()

    # Both who have the topic open see the answer live.
    for reader in (first, graduate):
        expect(reader.page.locator(".message .body", has_text=answer)).to_be_visible()
    assert first.page.evaluate("window.notReloaded") is True

    # The roadmap shows two steps more than before the list: invited, and introduced.
    assert steps_done(steward, slug) - done_before == {"graduates_invited", "introductions"}


def sign_in_by_page(who: Visitor, address: str) -> None:
    who.open("/signin/password")
    who.page.locator("#email").fill(address)
    who.page.locator("#password").fill(PASSWORD)
    who.primary().click()
    who.page.wait_for_url("**/home*")
    speaks_german(who)


def enter_course(steward: Visitor, organisation_id: str) -> str:
    page = steward.open(f"/org/{organisation_id}/courses/new")
    today = date.today()  # noqa: DTZ011 - a course that ended weeks ago, in whatever zone
    page.locator("#title").fill("Menschen beim Ankommen begleiten, zweiter Kurs")
    page.locator("#platform").fill("Moodle")
    page.locator("#language").select_option("de")
    page.locator("#starts_on").fill((today - timedelta(days=90)).isoformat())
    page.locator("#ends_on").fill((today - timedelta(days=20)).isoformat())
    page.locator("#contact_ground").fill("Alle haben bei der Anmeldung zugestimmt.")
    steward.primary().click()
    page.wait_for_url("**/load")
    return page.url.split("/")[-2]


def found_network(steward: Visitor, organisation_id: str, course_id: str) -> str:
    """The wizard, from its first question to the roadmap of the new network."""
    page = steward.open(f"/org/{organisation_id}/found")
    page.locator("#name").fill("Netzwerk Seeblick")
    page.locator("#purpose").fill("Wir sind Mentorinnen und Mentoren am See und helfen einander.")
    steward.primary().click()
    page.locator("#title").fill("Alle kennen zwei andere beim Namen")
    steward.primary().click()
    page.locator("#main_language").select_option("de")
    page.locator("#country").select_option("DE")
    steward.primary().click()
    page.locator(f"input[value='{course_id}']").check()
    steward.primary().click()
    page.locator("#meeting_place").fill("Café am See")
    steward.primary().click()
    page.locator("#rules_accepted").check()
    steward.primary().click()
    page.wait_for_url("**/network/*")
    speaks_german(steward)
    return page.url.rpartition("/")[2]


def take_in_list(steward: Visitor, course_id: str) -> None:
    """Choose the file, look at what was read in it, take it in."""
    page = steward.open(f"/org/courses/{course_id}/load")
    page.locator("input[type=file]").set_input_files(LIST)
    steward.primary().click()
    preview = page.locator("table")
    expect(preview).to_contain_text("Amara Okafor")
    expect(preview).to_contain_text("emile.lefevre@mail.example")
    assert steward.server.rows("SELECT 1 FROM completions WHERE course_session_id = ?", course_id) == []
    steward.primary().click()
    page.wait_for_url("**/invite")
    taken = steward.server.one("SELECT count(*) FROM completions WHERE course_session_id = ?", course_id)
    assert taken == len(LIST.read_text(encoding="utf-8-sig").strip().splitlines()) - 1


def invite(steward: Visitor, course_id: str, slug: str) -> None:
    page = steward.open(f"/org/courses/{course_id}/invite")
    network_id = steward.server.one("SELECT id FROM networks WHERE slug = ?", slug)
    page.locator(f"input[value='{network_id}']").check()
    page.locator("#message").fill("Ihr habt im Kurs so gut gefragt. Kommt zu uns an den Tisch!")
    steward.primary().click()
    page.wait_for_url(f"**/org/courses/{course_id}")


def join(who: Visitor, address: str) -> None:
    """From the letter to the welcome room, in German all the way, with as few taps as there are pages."""
    letter = who.server.letter(address)
    assert "Netzwerk Seeblick" in letter
    assert "Kommt zu uns an den Tisch!" in letter
    who.open(who.server.link(address))
    who.taps += 1  # the link in the letter
    expect(who.page.locator("h1")).to_contain_text("Netzwerk Seeblick")
    for page_of_the_way in ("invitation", "name", "rules"):
        speaks_german(who)
        assert who.page.evaluate("document.documentElement.scrollWidth") <= 360, page_of_the_way
        who.tap(who.primary())
    who.page.wait_for_url("**/talk/r/*")
    speaks_german(who)


def speaks_german(who: Visitor) -> None:
    assert who.page.locator("html").get_attribute("lang") == "de"
    shown = who.page.locator("body").inner_text()
    english = {"Sign in", "Continue", "Send", "Home", "People", "Talk", "Your", "You", "The", "and", "with"}
    words = {word.strip(".,:;!?“”") for word in shown.split()}
    assert not words & english, f"English on {who.page.url}: {sorted(words & english)}"


def topic_title(graduate: Visitor) -> str:
    return graduate.page.locator("h1").inner_text().strip()


def steps_done(steward: Visitor, slug: str) -> set[str]:
    """The keys of the steps that the roadmap shows as done."""
    steps = steward.open(f"/network/{slug}").locator(".step.done")
    return {str(step.get_attribute("id")).removeprefix("step-") for step in steps.all()}
