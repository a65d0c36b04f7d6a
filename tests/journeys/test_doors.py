"""The doors of the house: in by a mailed code, proof before what weighs, checks that keep a network safe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browsing import MakeVisitor, Visitor
from tests.live_server import PASSWORD, LiveServer
from tests.pages.opened import call, sign_in_with_code

pytestmark = pytest.mark.browser


def path_of(who: Visitor) -> str:
    return urlsplit(who.page.url).path


def network_of(server: LiveServer, slug: str) -> str:
    return str(server.one("SELECT id FROM networks WHERE slug = ?", slug))


def join(server: LiveServer, inviter: Visitor, who: Visitor, network: str, email: str) -> None:
    """Be invited by hand and accept on the pages."""
    call(inviter, "post", f"/api/v1/networks/{network}/invitations", {"email": email})
    who.open(server.link(email))
    who.primary().click()
    who.page.locator("#display_name").fill("Selin")
    who.primary().click()
    who.primary().click()
    who.page.wait_for_url("**/talk/r/*")


def test_in_by_a_mailed_code(demo_server: LiveServer, visit: MakeVisitor) -> None:
    who = visit(demo_server)
    page = who.open("/signin")
    page.locator("#email").fill("anna.code@mail.example")
    who.primary().click()
    code = demo_server.code("anna.code@mail.example")
    wrong = "000000" if code != "000000" else "111111"
    page.locator("#code").fill(wrong)
    who.primary().click()
    expect(page.locator("#code-error")).to_be_visible()
    who.complaints.clear()  # the browser notes the answer that said no
    page.locator("#code").fill(code)
    who.primary().click()
    page.wait_for_url("**/welcome*")
    page.locator("#display_name").fill("Anna")
    who.primary().click()
    page.wait_for_url("**/home*")
    again = visit(demo_server)
    sign_in_with_code(again, "anna.code@mail.example")
    assert demo_server.rows("SELECT 1 FROM users WHERE address = 'anna.code@mail.example'") == [(1,)]


def test_proof_by_a_mailed_code(demo_server: LiveServer, visit: MakeVisitor) -> None:
    who = visit(demo_server)
    sign_in_with_code(who, "berta.proof@mail.example")
    page = who.open("/signin/proof?next=/me/password")
    page.locator("form[action^='/signin/proof/code'] button").click()
    page.locator("#code").fill(demo_server.code("berta.proof@mail.example", 2))
    who.primary().click()
    page.wait_for_url("**/me/password")
    page.locator("#password").fill("seven cups of warm tea")
    who.primary().click()
    page.wait_for_url("**/me")
    visit(demo_server).sign_in("berta.proof@mail.example", "seven cups of warm tea")


def test_time_passes(own_server: LiveServer, visit: MakeVisitor) -> None:
    """After a month an invitation has run out and is renewed by its page; after an hour a proof has."""
    own_server.start()
    steward = visit(own_server).sign_in("steward@demo.example")
    network = network_of(own_server, "netzwerk-lindenstadt")
    call(steward, "post", f"/api/v1/networks/{network}/invitations", {"email": "emil.late@mail.example"})
    old = own_server.link("emil.late@mail.example")
    own_server.set_clock(datetime.now(UTC) + timedelta(days=31))
    who = visit(own_server)
    page = who.open(old)
    who.primary().click()
    expect(page.locator("h1")).to_be_visible()
    new = own_server.link("emil.late@mail.example", 2)
    assert new != old
    who.complaints.clear()  # 410: it ran out
    assert who.page.goto(old).status == 404  # type: ignore[union-attr]
    who.complaints.clear()
    who.open(new)
    who.primary().click()
    page.locator("#display_name").fill("Emil")
    who.primary().click()
    who.primary().click()
    page.wait_for_url("**/talk/r/*")

    organisation = own_server.one("SELECT organisation_id FROM networks WHERE id = ?", network)
    page = steward.open(f"/org/{organisation}/contacts")
    assert path_of(steward) == "/signin/proof"
    page.locator("#password").fill(PASSWORD)
    steward.primary().click()
    page.wait_for_url("**/contacts")


def test_a_role_a_break_and_leaving(demo_server: LiveServer, visit: MakeVisitor) -> None:
    """The life of a membership on its own pages: appointed, paused, back, and gone."""
    network, slug = network_of(demo_server, "netzwerk-lindenstadt"), "netzwerk-lindenstadt"
    steward = visit(demo_server).sign_in("steward@demo.example")
    who = visit(demo_server)
    join(demo_server, steward, who, network, "selin.life@mail.example")
    [(person, membership)] = demo_server.rows(
        "SELECT u.id, m.id FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.address = ?",
        "selin.life@mail.example",
    )

    page = steward.open(f"/network/{slug}/roles/new")
    page.locator("#membership_id").select_option(membership)
    page.locator("input[name=role][value=meta_mentor]").check()
    steward.primary().click()
    page.wait_for_url(f"**/network/{slug}/roles")
    expect(page.locator("#main")).to_contain_text("Selin")
    demo_server.letter("selin.life@mail.example", 2)  # she is told
    assert who.open(f"/network/{slug}/applications").locator("h1").count() == 1, "the role counts at once"

    def state() -> str:
        return str(demo_server.one("SELECT state FROM memberships WHERE id = ?", membership))

    who.open(f"/network/{slug}/membership")
    who.page.locator("form[action$='/membership/pause'] button[type=submit]").click()
    expect(who.page.locator("form[action$='/membership/return'] button")).to_be_visible()
    assert state() == "paused"
    who.page.locator("form[action$='/membership/return'] button").click()
    expect(who.page.locator("form[action$='/membership/pause']")).to_be_visible()
    assert state() == "active"

    who.page.locator("#leave ~ * details.confirm summary, section details.confirm summary").last.click()
    who.page.locator("form[action$='/membership/end'] button[type=submit]").click()
    who.page.wait_for_load_state()
    assert state() == "left"
    answer = who.page.goto(f"{demo_server.address}/network/{slug}/applications")
    assert answer is not None and answer.status in (403, 404)
    who.complaints.clear()
    running = "SELECT 1 FROM appointments WHERE user_id = ? AND ended_at IS NULL"
    assert demo_server.rows(running, person) == []
