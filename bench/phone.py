"""A conversation opened on a throttled phone (150 ms round trip, 1.6 Mbit/s, a quarter of the CPU): when its
first message is there to be read, on the first visit and on one after it."""

from __future__ import annotations

import shutil
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.measuring import Figure
from bench.servers import PYTHON, free_port, serving
from bench.world import TOKEN, World, world
from config import ROOT
from tests.browsing import BROWSERS, OFF, PHONE

TIMES = 5
GOAL_MS = 2_000
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
SLOWER = 4
CONNECTING_MS = 300
"""Two round trips by which a phone comes to TLS; the slow line of a browser has one for each request only."""
SEEN = """selector => new Promise(done => {
  const look = () => {
    const found = [...document.querySelectorAll(selector)].some(each => {
      const box = each.getBoundingClientRect();
      return box.height > 0 && box.top < innerHeight && box.bottom > 0;
    });
    // What is there in one picture has been drawn by the next one.
    if (found) requestAnimationFrame(() => done(performance.now()));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


def run() -> list[Figure]:
    """A topic and its room, each with an empty cache and with what an earlier visit left there."""
    port = free_port()
    address = f"http://localhost:{port}"
    with world(1_000) as place:
        settings = {
            "PORT": str(port), "MENTORNET_DATA_DIR": str(place.runtime.settings.data_dir),
            "MENTORNET_BASE_URL": address, "MENTORNET_RATE_LIMITS": "off", "MENTORNET_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        with serving([PYTHON, ROOT / "wsgi.py", "serve", "--no-jobs"], port, **settings):
            return _seen(place, address)


def _seen(place: World, address: str) -> list[Figure]:
    figures = []
    pages = {
        "a topic": (f"/talk/t/{place.topic_id}", ".message"),
        "a room": (f"/talk/r/{place.room_id}", ".rows .row, .message"),
    }
    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", f"--disable-features={','.join(OFF)}"]
        )
        for name, (where, what) in pages.items():
            taken = [_visits(browser, address, where, what) for _ in range(TIMES)]
            for visit, values in zip(("first visit", "again"), zip(*taken, strict=True), strict=True):
                beside = f"the best of {TIMES}; {median(values):.0f} ms in the middle"
                connecting = CONNECTING_MS if visit == "first visit" else 0
                seen = min(values) + connecting
                figures.append(Figure(f"{name} on a phone, {visit}: seen after", seen, "ms", GOAL_MS, beside))
        browser.close()
    return figures


def _visits(browser: Browser, address: str, where: str, what: str) -> tuple[float, float]:
    context = browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, device_scale_factor=2, is_mobile=True
    )
    context.add_cookies([{"name": "mentornet_session", "value": TOKEN, "url": address}])
    try:
        return _visit(context, address + where, what), _visit(context, address + where, what)
    finally:
        context.close()


def _visit(context: Any, address: str, what: str) -> float:
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    seen = float(page.evaluate(SEEN, what))
    page.wait_for_load_state("load")
    page.close()
    return seen
