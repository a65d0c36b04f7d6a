"""The style pages: no violation of WCAG 2.2 AA, nothing too wide, nothing refused by the policy."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import brotli
import pytest
from playwright.sync_api import Browser

from tests.browsing import Layout, Theme
from tests.web.style_page.pages import DIST, PAGES, ROOT, render
from web.pictures.faces import drawn_face_file

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-sample'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TALL = 6000
"""Pixels: no bar that sticks to the bottom lies over a line under test."""
pytestmark = pytest.mark.browser


class _Handler(http.server.BaseHTTPRequestHandler):
    """Serves rendered pages, built files and faces under the policy of the real pages."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/static/"):
            kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
            file = DIST / path.removeprefix("/static/")
            body, kind = file.read_bytes(), kinds.get(file.suffix, "font/woff2")
        elif path.startswith("/faces/"):
            body, kind = drawn_face_file(Path(path).stem), "image/svg+xml"
        else:
            arguments = dict(parse_qsl(query))
            body, kind = render(path.strip("/"), **arguments).encode(), "text/html; charset=utf-8"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(303)
        self.send_header("Location", "/home")
        self.end_headers()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


WIDER = """() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1
    && e.getBoundingClientRect().width > 0 && !e.closest(".filters, .table-scroll, .sr, .skip"))
    .map((e) => e.outerHTML.slice(0, 90));
}"""
AXE = """(rules) => axe.run(document, {runOnly: {type: "tag", values: rules}}).then((result) =>
  result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(", ")}`))"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page_name", PAGES)
def test_style_pages_have_no_violation(browser: Browser, address: str, page_name: str, theme: Theme) -> None:
    page = browser.new_page(viewport={"width": 320, "height": TALL})
    layout = Layout(page, TALL)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/{page_name}?theme={theme}")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text())
    for width in (320, 1280):
        layout.become(width, "light")  # the page itself says its theme, whatever the reader's system has
        assert page.evaluate("window.innerWidth") == width
        assert page.evaluate(WIDER) == []
        assert page.evaluate(AXE, RULES) == []
    assert said == []
    page.close()


@pytest.mark.parametrize("page_name", ["components", "topic"])
def test_style_pages_hold_from_right_to_left(browser: Browser, address: str, page_name: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": TALL})
    page.goto(f"{address}/{page_name}?direction=rtl&language=ar")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    lefts = page.locator(".bubble, .card").evaluate_all(
        "all => all.map((e) => e.getBoundingClientRect().left)"
    )
    assert min(lefts) >= 0
    page.close()


def test_menus_open_without_a_script_and_close_on_escape_with_one(browser: Browser, address: str) -> None:
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}).new_page()
    plain.goto(f"{address}/home")
    plain.locator("summary.network-switch").click()
    assert plain.get_by_role("link", name="Sieć mentorów Małopolska").is_visible()
    plain.context.close()

    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{address}/home")
    page.locator("summary.network-switch").click()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Sieć mentorów Małopolska").is_visible()
    assert page.evaluate("document.activeElement.matches('summary.network-switch')")
    page.close()


def test_typed_text_outlives_a_reload_and_goes_with_the_sending(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{address}/topic")
    page.get_by_role("textbox", name="Your message").fill("Two sentences are enough.")
    page.reload(wait_until="networkidle")
    assert page.get_by_role("textbox", name="Your message").input_value() == "Two sentences are enough."
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/home")
    page.goto(f"{address}/topic")
    assert page.get_by_role("textbox", name="Your message").input_value() == ""
    page.close()


def test_a_first_visit_of_the_home_page_weighs_less_than_60_kilobytes() -> None:
    """Everything but photos and faces, as it travels: texts in brotli, all Latin cuts of the font."""
    # The files of this build; those of the week before may still stand beside them.
    built = json.loads((DIST / "manifest.json").read_text())
    packed = {
        name: (DIST / f"{path}.br").stat().st_size for name, path in built.items() if "woff2" not in name
    }
    sheet, scripts = packed["app.css"] + packed["pages.css"], packed["app.js"]
    signs = packed["sprite.svg"] + packed["icon.svg"]
    fonts = sum((DIST / path).stat().st_size for name, path in built.items() if "woff2" in name)
    html = len(brotli.compress(render("home").encode(), quality=5))
    assert 0 < sheet <= 10 * 1024
    assert 0 < scripts <= 3 * 1024
    assert html + sheet + scripts + signs + fonts <= 60 * 1024
