"""Notices on a device: turned on, shown by the browser's worker, followed by a tap, turned off again."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import expect

from tests.browsing import MakeVisitor
from tests.factories.push import Browser
from tests.live_server import LiveServer

PUSHED = {
    "title": "mentorNET", "body": "Wien: somebody named you.", "path": "/n", "tag": "1", "language": "en",
}  # fmt: skip
# No push service answers in a test: the browser's part of it says what one would.
SUBSCRIBED = """
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (applicationServerKey.length !== 65) throw new Error("no key");
    return { toJSON: () => (%s) };
  };
"""
SHOWN = """() => self.registration.getNotifications()
  .then((all) => all.map(({ title, body, tag }) => [title, body, tag]))"""
TAPPED = """async () => {
  const [notification] = await self.registration.getNotifications();
  const led = new Promise((resolve) => { self.clients.openWindow = resolve; });  // only a finger may open one
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  return [await led, (await self.registration.getNotifications()).length];
}"""


def test_a_device_shows_notices_until_they_are_turned_off(
    demo_server: LiveServer, visit: MakeVisitor
) -> None:
    window = visit(demo_server)
    page, keys = window.page, Browser().keys
    window.context.grant_permissions(["notifications"], origin=demo_server.address)
    subscription = {"endpoint": f"https://web.push.apple.com/{keys['auth']}", "keys": keys}
    page.add_init_script(SUBSCRIBED % json.dumps(subscription))
    window.sign_in("helper@demo.example").open("/me/mails")
    registered: list[dict[str, Any]] = []
    line = window.context.new_cdp_session(page)
    line.on("ServiceWorker.workerRegistrationUpdated", lambda said: registered.extend(said["registrations"]))
    line.send("ServiceWorker.enable")
    expect(page.locator("[data-no-push]")).to_be_hidden()
    with window.context.expect_event("serviceworker") as started:
        window.tap(window.button("Show notices on this device"))
    expect(page.get_by_text("This device shows you notices from now on.")).to_be_visible()
    page.get_by_label("Say only that something waits, without the name of the network").check()
    window.tap(window.button("Use this for this device"))
    expect(page.get_by_text("It shows: “Something new waits for you.”")).to_be_visible()
    window.open("/me/devices")
    expect(page.get_by_text("Shows you notices")).to_be_visible()

    worker, sent = (
        started.value,
        {"origin": demo_server.address, "registrationId": registered[-1]["registrationId"]},
    )
    for _twice in range(2):
        line.send("ServiceWorker.deliverPushMessage", {**sent, "data": json.dumps(PUSHED)})
    page.wait_for_function(
        "async () => (await (await navigator.serviceWorker.ready).getNotifications()).length"
    )
    assert worker.evaluate(SHOWN) == [["mentorNET", "Wien: somebody named you.", "1"]]
    assert worker.evaluate(TAPPED) == [f"{demo_server.address}/n", 0]

    window.open("/me/mails")
    window.tap(window.page.get_by_role("button", name="Turn off on"))
    expect(page.get_by_text("That device shows no more notices.")).to_be_visible()
    expect(window.button("Show notices on this device")).to_be_visible()
