"""The key tasks without a script, and with the keyboard alone (experience.md: every page works without
JavaScript; WCAG 2.1.1 and 2.4.7)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing import MakeVisitor, Visitor
from tests.live_server import PASSWORD, LiveServer
from tests.pages.opened import call

pytestmark = pytest.mark.browser

ENOUGH_TABS = 40


def plain(visit: MakeVisitor, server: LiveServer, address: str | None = None) -> Visitor:
    """Somebody without a script, signed in when an address is given."""
    made = visit(server, java_script_enabled=False)
    return made.sign_in(address) if address else made


def cafe(server: LiveServer) -> str:
    return str(
        server.one(
            "SELECT r.id FROM rooms r JOIN networks n ON n.id = r.network_id"
            " WHERE r.opening = 'cafe' AND n.phase = 'organisation'"
        )
    )


def open_topic(who: Visitor, title: str) -> None:
    """Begin a topic of the test's own."""
    page = who.open(f"/talk/r/{cafe(who.server)}")
    page.locator("#new input[name=title]").fill(title)
    page.locator("#new textarea").fill("Das erste Wort")
    page.locator("#new .button.primary").click()
    expect(page.locator("h1")).to_have_text(title)


def choose_from_menu(message: Locator, path: str) -> None:
    """Open a message's menu and choose the entry that leads to `path`."""
    message.locator("details.menu summary").click()
    message.locator(f".menu-item[href$='{path}']").click()


def test_signing_in_and_out(demo_server: LiveServer, visit: MakeVisitor) -> None:
    who = plain(visit, demo_server)
    page = who.open("/talk")
    assert urlsplit(page.url).path == "/signin", "the door, and then on to where one wanted to go"
    page.locator("a[href^='/signin/password']").click()
    page.locator("#email").fill("mentor@demo.example")
    page.locator("#password").fill("wrong")
    who.complaints.clear()
    who.primary().click()
    expect(page.locator(".error-summary, .field .error").first).to_be_visible()
    assert page.locator("#email").input_value() == "mentor@demo.example", "what was typed is kept"
    assert page.locator("#password").input_value() == ""
    page.locator("#password").fill(PASSWORD)
    who.primary().click()
    assert urlsplit(page.url).path == "/talk"
    who.open("/me").locator("form[action='/signout'] button").click()
    assert urlsplit(who.open("/talk").url).path == "/signin"
    who.complaints.clear()  # the browser notes the answer that said no


def test_writing_reading_answering_changing_deleting(demo_server: LiveServer, visit: MakeVisitor) -> None:
    writer = plain(visit, demo_server, "helper@demo.example")
    open_topic(writer, "Ohne Skript geschrieben")
    topic = urlsplit(writer.page.url).path
    writer.page.locator("#composer-body").fill("Das zweite **Wort**")
    writer.page.locator(".composer .send").click()
    expect(writer.page.locator(".message.own .body strong")).to_have_text("Wort")

    reader = plain(visit, demo_server, "mentor@demo.example")
    reader.open("/talk?show=unread")
    row = reader.page.locator(f"#main a[href^='{topic}']").first
    expect(row).to_be_visible()
    row.click()
    expect(reader.page.locator("#unread")).to_be_visible()
    second = reader.page.locator(".message", has_text="Das zweite Wort")
    second.locator("details.menu summary").click()
    second.locator(".menu-item[href*='answer=']").click()
    expect(reader.page.locator(".answering")).to_be_visible()
    reader.page.locator("#composer-body").fill("Und eine Antwort")
    reader.page.locator(".composer .send").click()
    answer = reader.page.locator(".message.own", has_text="Und eine Antwort")
    expect(answer.locator(".quote")).to_contain_text("Das zweite")

    choose_from_menu(answer, "/edit")
    reader.page.locator("#body").fill("Und eine bessere Antwort")
    reader.primary().click()
    expect(reader.page.locator(".message.own .edited")).to_be_visible()
    choose_from_menu(reader.page.locator(".message.own", has_text="bessere"), "/history")
    expect(reader.page.locator("#main")).to_contain_text("Und eine Antwort")
    reader.open(topic)
    choose_from_menu(reader.page.locator(".message.own", has_text="bessere"), "/delete")
    reader.page.locator("#main form .button.danger").click()
    expect(reader.page.locator(".message.gone")).to_be_visible()
    expect(reader.page.get_by_text("bessere Antwort")).to_have_count(0)


def test_marking_as_read(demo_server: LiveServer, visit: MakeVisitor) -> None:
    writer = plain(visit, demo_server, "helper@demo.example")
    open_topic(writer, "Zum Lesen")
    topic = urlsplit(writer.page.url).path
    reader = plain(visit, demo_server, "newcomer@demo.example")

    def is_unread() -> bool:
        return reader.open("/talk?show=unread").locator(f"#main a[href^='{topic}']").count() > 0

    assert is_unread()
    reader.open(topic).locator("form[data-mark-read] button").click()
    assert not is_unread()


def test_accepting_an_invitation(demo_server: LiveServer, visit: MakeVisitor) -> None:
    network = demo_server.one("SELECT id FROM networks WHERE phase = 'organisation'")
    steward = plain(visit, demo_server, "steward@demo.example")
    call(steward, "post", f"/api/v1/networks/{network}/invitations", {"email": "ohne@mail.example"})
    who = plain(visit, demo_server)
    who.open(demo_server.link("ohne@mail.example"))
    who.primary().click()
    who.page.locator("#display_name").fill("Ohne Skript")
    who.primary().click()
    who.primary().click()
    assert urlsplit(who.page.url).path.startswith("/talk/r/")
    who.page.locator("#new textarea").fill("Hallo, ich bin neu.")
    who.page.locator("#new .button.primary").click()
    expect(who.page.locator(".message.own .body")).to_contain_text("ich bin neu")


def test_loading_a_list_and_mending_its_columns(demo_server: LiveServer, visit: MakeVisitor) -> None:
    organisation = demo_server.one("SELECT id FROM organisations WHERE country = 'DE'")
    who = plain(visit, demo_server, "steward@demo.example")
    made = call(who, "post", f"/api/v1/organisations/{organisation}/course-sessions", {
        "title": "Kurs mit zwei Adressen", "platform": "Moodle", "language": "de", "starts_on": "2026-01-10",
        "ends_on": "2026-03-10", "contact_ground": "Alle haben zugestimmt.",
    })  # fmt: skip
    page = who.open(f"/org/courses/{made['id']}/load")
    content = "Name;E-Mail;Zweite E-Mail\n" + "".join(
        f"Person {n};amt{n}@work.example;zuhause{n}@mail.example\n" for n in range(3)
    )
    chosen = {"name": "liste.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]
    who.primary().click()
    expect(page.locator("table")).to_contain_text("amt1@work.example")
    page.locator("#column_1").select_option("")
    for summary in page.locator("details:not([open]) > summary:has-text('Spalte')").all():
        summary.click()
    page.locator("#column_2").select_option("email")
    page.locator("button[name=go][value=again]").click()
    expect(page.locator("table")).to_contain_text("zuhause1@mail.example")
    page.locator("button[name=go][value=take_in]").click()
    assert urlsplit(page.url).path.endswith("/invite")
    taken = demo_server.rows(
        "SELECT address FROM completions WHERE course_session_id = ? ORDER BY address", made["id"]
    )
    assert taken == [(f"zuhause{n}@mail.example",) for n in range(3)]


def test_founding_a_network_and_giving_a_role(demo_server: LiveServer, visit: MakeVisitor) -> None:
    organisation = demo_server.one("SELECT id FROM organisations WHERE country = 'PL'")
    who = plain(visit, demo_server, "partner@demo.example")
    page = who.open(f"/org/{organisation}/found/name")
    page.locator("#name").fill("Mosty Gdynia")
    page.locator("#purpose").fill("We help each other by the sea.")
    who.primary().click()
    page.locator("#title").fill("")
    page.locator("#why").fill("So that nobody is alone.")
    who.primary().click()  # the page says what is missing and keeps the rest
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("#why")).to_have_value("So that nobody is alone.")
    page.locator("#title").fill("We know each other by name")
    who.primary().click()
    page.locator("#country").select_option("PL")
    who.primary().click()
    page.locator("input[value=none]").check()
    who.primary().click()
    expect(page.locator("#plan")).to_be_checked()  # next week in the evening, unless one says otherwise
    who.primary().click()
    page.locator("#rules_accepted").check()
    who.primary().click()
    assert urlsplit(page.url).path.startswith("/network/mosty-gdynia")
    who.complaints.clear()

    krakow = demo_server.one("SELECT id FROM networks WHERE slug = 'mosty-krakow'")
    person, membership = demo_server.rows(
        "SELECT u.id, m.id FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.network_id = ?"
        " AND m.state = 'active' AND u.email NOT LIKE '%demo.example' ORDER BY u.email", krakow
    )[0]  # fmt: skip
    page = who.open("/network/mosty-krakow/roles/new")
    page.locator("#membership_id").select_option(membership)
    page.locator("input[name=role][value=meta_mentor]").check()
    who.primary().click()
    assert urlsplit(page.url).path == "/network/mosty-krakow/roles"
    assert demo_server.rows(
        "SELECT role FROM appointments WHERE user_id = ? AND network_id = ? AND ended_at IS NULL",
        person, krakow,
    ) == [("meta_mentor",)]  # fmt: skip


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what is looked for; wherever it comes by, it is to be seen."""
    for _ in range(ENOUGH_TABS):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """(selector) => {
              const at = document.activeElement;
              const style = getComputedStyle(at);
              const box = at.closest(".choice label, .tick, .box") ?? at;
              const around = getComputedStyle(box);
              return {
                here: at.matches(selector),
                visible: [style, around].some(
                  (one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2,
                ),
                who: at.outerHTML.slice(0, 120),
              };
            }""",
            selector,
        )
        assert seen["visible"], f"the focus is not to be seen on {seen['who']}"
        if seen["here"]:
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key")


def test_by_the_keyboard_alone(demo_server: LiveServer, visit: MakeVisitor) -> None:
    who = visit(demo_server, viewport={"width": 1280, "height": 800})
    page = who.open("/signin/password")
    tab_to(page, "#email")
    page.keyboard.type("helper@demo.example")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/home*")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')"), "first of all the way to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    who.open(f"/talk/r/{cafe(demo_server)}")
    tab_to(page, "#new input[name=title]")
    page.keyboard.type("Mit der Tastatur")
    tab_to(page, "#new textarea")
    page.keyboard.type("Ganz ohne Maus.")
    tab_to(page, "#new .button.primary")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Mit der Tastatur")

    tab_to(page, ".message.own .menu summary")
    page.keyboard.press("Enter")
    tab_to(page, ".menu-item[href$='/edit']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")

    who.open("/people?q=Olena")
    tab_to(page, "input[type=search]")
    page.keyboard.press("Control+A")
    page.keyboard.type("Birgit")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=Birgit*")
    expect(page.locator("#main")).to_contain_text("Birgit")
    expect(page.locator("#main")).not_to_contain_text("Olena")
