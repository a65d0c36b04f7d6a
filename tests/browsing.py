"""A real browser for tests: people with pages open, with and without scripts, whose every tap is counted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    sync_playwright,
)

from tests.live_server import PASSWORD, LiveServer

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OFF = (
    # The list that is said last counts alone, so these are Playwright's: what would ask other machines, hold
    # back the first picture or try another scheme first.
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay",
    "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "TcpPortRandomizationWin", "ThirdPartyStoragePartitioning",
    # What an address bar would show below it: pages of their own, in a process of their own for each window.
    # Nobody sees the bar, and they took three quarters of the time of opening a window.
    "WebUIOmniboxAimPopup", "WebUIOmniboxPopup",
)  # fmt: skip
"""Parts of Chromium that tests do without."""

PHONE = {"width": 360, "height": 740}
SECONDS = 15.0  # to wait for one thing on a busy machine
Cookies = list[dict[str, Any]]
Theme = Literal["light", "dark"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one per worker."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    assert path is not None, "make setup-tests installs Chromium"
    with sync_playwright() as playwright:
        chosen = ["--no-sandbox", f"--disable-features={','.join(OFF)}"]
        started = playwright.chromium.launch(executable_path=path, args=chosen)
        yield started
        started.close()


@dataclass
class Layout:
    """How a page is laid out and coloured that is measured, not seen. It has its full size for layout, hits
    and media queries, and its picture next to none, because nobody looks at that and it is dear to draw."""

    page: Page
    height: int
    width: int = 0
    theme: str = ""
    _line: CDPSession | None = None

    def become(self, width: int, theme: Theme) -> None:
        """Change in place what is not so already."""
        if self._line is None:
            self._line = self.page.context.new_cdp_session(self.page)  # it holds as long as its line is open
        if self.width != width:
            size = {"width": width, "height": self.height, "deviceScaleFactor": 1, "mobile": False}
            self._line.send("Emulation.setDeviceMetricsOverride", size | {"scale": 0.02})
        if self.theme != theme:
            self.page.emulate_media(color_scheme=theme)
        self.width, self.theme = width, theme


@dataclass
class Visitor:
    """Somebody with a browser of her own; what went wrong in it is kept. `known` are other addresses of the
    same server."""

    server: LiveServer
    context: BrowserContext
    page: Page
    taps: int = 0
    complaints: list[str] = field(default_factory=list)
    strange_requests: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the server, or to a whole address out of a letter."""
        self.page.goto(path if "://" in path else self.server.address + path)
        return self.page

    def tap(self, what: Locator) -> None:
        """One tap of a finger, counted."""
        self.taps += 1
        what.click()

    def type(self, label: str, text: str) -> None:
        """Tap into a field and write."""
        box = self.page.get_by_label(label, exact=True)
        self.tap(box)
        box.fill(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def primary(self) -> Locator:
        """The one primary button of the screen, whatever it says."""
        return self.page.locator("#main .button.primary:visible")

    def heading(self) -> str:
        """The page's only h1."""
        return self.page.locator("h1").inner_text().strip()

    def sign_in(self, address: str, password: str = PASSWORD) -> Visitor:
        """Sign in without the page: for those whose signing in is not what the test is about."""
        answer = self.context.request.post(
            f"{self.server.address}/api/v1/session", data={"email": address, "password": password}
        )
        assert answer.status == 200, answer.text()
        return self

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = urlsplit(message.location.get("url", "")).path
            self.complaints.append(f"{message.text} ({where} on {urlsplit(self.page.url).path})")

    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.server.address, *self.known, "data:", "blob:")):
            self.strange_requests.append(request.url)


MakeVisitor = Callable[..., Visitor]


def visitor(browser: Browser, server: LiveServer, **options: Any) -> Visitor:
    """Open a browser window. `options` are Playwright's for a context."""
    options.setdefault("viewport", PHONE)
    options.setdefault("locale", "en-GB")
    context = browser.new_context(**options)
    context.set_default_timeout(SECONDS * 1000)
    made = Visitor(server, context, context.new_page())
    made.page.on("console", made.on_console)
    made.page.on("pageerror", lambda error: made.complaints.append(f"{error} ({made.page.url})"))
    made.page.on("request", made.on_request)
    return made


@pytest.fixture
def visit(browser: Browser) -> Iterator[MakeVisitor]:
    """`visit(server, **options)` opens a window; all are closed at the end, and none may have complained."""
    made: list[Visitor] = []

    def open_window(server: LiveServer, **options: Any) -> Visitor:
        made.append(visitor(browser, server, **options))
        return made[-1]

    yield open_window
    for one in made:
        one.context.close()
    assert [line for one in made for line in one.complaints] == []
    assert [address for one in made for address in one.strange_requests] == []
