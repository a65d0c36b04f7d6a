"""A passkey from the first one to signing in with it, in a browser with a device built in."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browsing import MakeVisitor
from tests.live_server import LiveServer
from tests.pages.opened import sign_in_with_code

EMAIL = "passkey@mail.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_make_a_passkey_sign_out_and_sign_in_with_it(demo_server: LiveServer, visit: MakeVisitor) -> None:
    window = visit(demo_server)
    page, by_name = window.page, demo_server.address.replace("127.0.0.1", "localhost")
    window.known.append(by_name)  # the same server
    device = window.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in_with_code(window, EMAIL)
    window.open("/me/passkeys")
    expect(page.get_by_role("link", name=by_name)).to_be_visible()  # a number has no passkeys
    expect(window.button("Make a passkey")).to_be_hidden()
    cookies = window.context.cookies()
    window.context.add_cookies([{**cookie, "domain": "localhost"} for cookie in cookies])

    page.goto(f"{by_name}/me/passkeys")
    window.tap(window.button("Make a passkey"))
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert page.locator("main code").count() == 10
    page.goto(f"{by_name}/me")
    window.tap(window.button("Sign out"))
    page.goto(f"{by_name}/signin?next=/me/devices")
    window.tap(window.link("Sign in with a passkey"))
    window.tap(window.button("Sign in with a passkey"))
    expect(page).to_have_url(re.compile(r"/me/devices$"))
    expect(page.get_by_text("This device")).to_be_visible()
