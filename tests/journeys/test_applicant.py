"""An experienced mentor's way: from the poster on the wall to being a member."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from werkzeug.test import TestResponse

from network.kernel import outbox
from network.kernel.runtime import Runtime
from network.membership import mails
from tests.browsing import MakeVisitor
from tests.factories.membership import member_of, standing_actor
from tests.factories.people import make_user, sign_in
from tests.live_server import LiveServer
from tests.pages.opened import call
from tests.running import LetterBox
from tests.web.invitations.community import found
from tests.web.people.browsing import forms

assert mails  # they register themselves

MOST_TAPS = 16


def fill(client: FlaskClient, path: str, action: str = "", **typed: str) -> TestResponse:
    """Open a page and send the form that goes to `action`, with these texts typed in."""
    form = next(form for form in forms(client.get(path)) if form.action == action)
    return client.post(action or path, data=form.values | typed)


def main(page: TestResponse) -> str:
    """What a page says; around it stand its own address and what is new for each answer."""
    found = re.search(r"<main.*</main>", page.text, re.DOTALL)
    assert found is not None
    return found[0]


def test_from_the_poster_to_being_a_member(
    live: Runtime, letterbox: LetterBox, make_client: Callable[[], FlaskClient]
) -> None:
    founded = found()  # shows itself to nobody
    slug = founded.network.slug
    host, visitor = make_client(), make_client()
    sign_in(host, member_of(founded.network, "meta_mentor").user_id or "")
    host.post(f"/network/{slug}/poster/hang", data=forms(host.get(f"/network/{slug}/poster"))[0].values)
    poster = host.get(f"/network/{slug}/poster").text
    open_link = re.search(r"/join/[\w-]{22}", poster)
    assert open_link is not None and "<svg" in poster

    # What the phone shows tells nothing, for this link and for none.
    other = visitor.get("/join/no-such-poster").text
    assert "Come and join" in other and founded.network.name not in visitor.get(open_link[0]).text
    said = fill(visitor, open_link[0], email="jo@mail.example")
    assert said.status_code == 202
    assert main(said) == main(fill(visitor, "/join/no-such-poster", email="jo@mail.example"))
    outbox.drain()
    letter = next(one for one in letterbox.letters if one["To"] == "jo@mail.example")
    body = letter.get_body(("plain",))
    assert body is not None and f"{open_link[0]}/apply" in body.get_content()

    person = make_user(email="jo@mail.example", display_name="Jo Berg")
    sign_in(visitor, person.id)
    waiting = fill(visitor, f"{open_link[0]}/apply", experience="Ten years.", statement="To go on.").location
    assert "Somebody answers you by" in visitor.get(waiting).text

    deciding = host.get(waiting).location
    assert fill(host, deciding, reason="Welcome!", decision="accept").status_code == 302
    assert "You are in." in visitor.get(waiting).text
    assert standing_actor(person).standings[founded.network.id].state == "active"


@pytest.mark.browser
def test_the_way_is_short_on_a_phone(demo_server: LiveServer, visit: MakeVisitor) -> None:
    host, email = visit(demo_server).sign_in("steward@demo.example"), "jo.berg@mail.example"
    founded = call(host, "post", "/api/v1/networks", {
        "name": "Netzwerk Hafen", "purpose": "Wir helfen einander.", "languages": ["de"], "country": "DE",
        "organisation_id": demo_server.one("SELECT id FROM organisations WHERE country = 'DE'"),
        "first_goal": {"title": "Wir kennen uns", "why": "", "review_on": "2030-01-01"},
    })  # fmt: skip
    poster = call(host, "post", f"/api/v1/networks/{founded['id']}/poster", {})

    visitor = visit(demo_server)
    page = visitor.open(poster["url"])
    visitor.taps += 1  # at the code on the wall
    visitor.type("Your mail address", email)
    visitor.tap(visitor.primary())
    expect(page.locator("h1")).to_have_text("Look into your mail")
    visitor.open(demo_server.link(email))
    visitor.taps += 1  # at the link in the letter
    visitor.tap(page.locator("#email"))
    page.locator("#email").fill(email)
    visitor.tap(visitor.primary())
    visitor.tap(page.locator("#code"))
    page.locator("#code").fill(demo_server.code(email, 2))
    visitor.tap(visitor.primary())
    visitor.tap(page.locator("#display_name"))
    page.locator("#display_name").fill("Jo Berg")
    visitor.tap(visitor.primary())
    visitor.tap(page.locator("#experience"))
    page.locator("#experience").fill("Ten years beside families who arrive.")
    visitor.tap(page.locator("#statement"))
    page.locator("#statement").fill("To go on, and not alone.")
    visitor.tap(visitor.primary())
    page.wait_for_url("**/applications/*")
    expect(page.locator("#main")).to_contain_text("Somebody answers you by")
    assert visitor.taps <= MOST_TAPS

    host.open(f"/network/{founded['slug']}/applications").locator("a", has_text="Jo Berg").click()
    host.page.locator("#reason").fill("Willkommen!")
    host.page.locator("button[value=accept]").click()
    host.page.wait_for_url("**/applications")
    page.reload()
    expect(page.locator("#main")).to_contain_text("You are in.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
