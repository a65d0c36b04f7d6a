"""A partner's way: from nothing to a prepared network, and after the verification to its first invitation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.browsing import MakeVisitor, Visitor
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser

PARTNER, GRADUATE = "ewa.partner@mail.example", "dora.river@mail.example"
MOST_TAPS, MOST_PAGES, MOST_FIELDS = 40, 20, 15
SECONDS_EACH, MOST_MINUTES = 20, 15
"""So long somebody takes for a page or a field on the average, and for the whole way at most."""

LIST = b"Name,Email\nDora,dora.river@mail.example\nTomek,tomek.river@mail.example\n"


class Way:
    """What a person does on it, counted: pages that she goes through, fields that she fills in, taps."""

    def __init__(self, who: Visitor) -> None:
        self.who, self.pages, self.fields = who, 1, 0

    def fill(self, **typed: str) -> None:
        for name, text in typed.items():
            box = self.who.page.locator(f"#{name}")
            self.who.tap(box)
            box.fill(text)
            self.fields += 1

    def choose(self, **chosen: str) -> None:
        for name, value in chosen.items():
            self.who.taps += 2
            self.who.page.locator(f"#{name}").select_option(value)
            self.fields += 1

    def go(self, what: Locator | None = None) -> None:
        """On to the next page, by the one primary button where nothing else is named."""
        before = self.who.page.url
        self.who.tap(what or self.who.primary())
        self.who.page.wait_for_function("(before) => location.href !== before", arg=before)
        self.pages += 1


def test_a_partner_prepares_everything_and_the_invitations_leave_by_themselves(
    demo_server: LiveServer, visit: MakeVisitor
) -> None:
    partner = visit(demo_server, locale="de-DE")
    way, page, today = Way(partner), partner.open("/"), date.today()  # noqa: DTZ011 - in whatever zone
    way.go(page.locator("#main a[href='/org']").first)
    way.fill(email=PARTNER)
    way.go()
    way.fill(code=demo_server.code(PARTNER))
    way.go()
    way.fill(display_name="Ewa")
    way.go()

    assert page.url.endswith("/org"), "she is where she wanted to go"
    way.fill(name="Haus am Fluss e. V.")
    way.choose(country="PL")
    way.go()
    expect(page.locator("#main")).to_contain_text("spätestens an diesem Tag")
    way.go()  # enter a course
    way.fill(
        title="Kurs am Fluss", starts_on=(today - timedelta(days=90)).isoformat(),
        ends_on=(today - timedelta(days=20)).isoformat(), contact_ground="Alle haben zugestimmt.",
    )  # fmt: skip
    way.go()
    page.locator("input[type=file]").set_input_files(
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": LIST}
    )
    partner.taps += 2
    way.fields += 1
    way.go()
    way.go()  # it was read as it is
    way.go(page.locator("#main .button.primary"))  # there is no network yet: found one
    way.fill(name="Netzwerk am Fluss", purpose="Wir sind Mentorinnen und Mentoren am Fluss.")
    way.go()
    way.fill(title="Alle kennen zwei andere beim Namen")
    way.go()
    way.go()  # country and language are known
    way.go()  # the only course is chosen
    way.fill(meeting_place="Im Haus am Fluss")
    way.go()
    partner.tap(page.locator("#rules_accepted"))
    way.go()
    slug = page.url.rpartition("/")[2]
    way.go(page.locator("#main a.button[href*='/org/courses/']").first)
    way.fill(message="Kommt zu uns an den Fluss!")
    way.go()
    expect(page.locator("body")).to_contain_text("2 Personen sind eingeladen.")
    assert demo_server.letters(GRADUATE) == []
    network = demo_server.one("SELECT id FROM networks WHERE slug = ?", slug)
    assert demo_server.rows("SELECT state, sent_at FROM invitations WHERE network_id = ?", network) == [
        ("open", None)
    ] * 2  # fmt: skip
    assert partner.taps <= MOST_TAPS
    assert way.pages <= MOST_PAGES
    assert way.fields <= MOST_FIELDS
    assert (way.pages + way.fields) * SECONDS_EACH <= MOST_MINUTES * 60

    operator = visit(demo_server).sign_in("operator@demo.example")
    card = operator.open("/admin/organisations").locator("form.card", has_text="Haus am Fluss")
    expect(card).to_contain_text("Antwort bis")
    card.locator("button[value=verified]").click()
    expect(operator.page.locator("form.card", has_text="Haus am Fluss")).to_have_count(0)

    # Nobody presses anything, and the letters are there.
    assert "Kommt zu uns an den Fluss!" in demo_server.letter(GRADUATE)
    assert "/i/" in demo_server.link(GRADUATE)
    demo_server.letter(PARTNER, 2)  # she is told
    graduate = visit(demo_server, locale="de-DE")
    graduate.open(demo_server.link(GRADUATE))
    expect(graduate.page.locator("h1")).to_contain_text("Netzwerk am Fluss")
