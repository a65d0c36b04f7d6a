"""Who reads German finds no English on any page that links lead to, as a visitor, member, host or steward."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.exceptions import NotFound

from deploy.setup.translations import read
from models.discussions import Message, Topic
from models.networks import Network
from models.people import User
from models.profiles import Profile
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, session, unit_of_work
from tests.conftest import _create_tables
from tests.factories.membership import make_invitation
from tests.factories.people import sign_in
from tests.running import running
from tests.translations.pages import HEARD
from web.demo.loader import fill_when_empty
from wsgi import create_app

READERS = {
    "visitor": None,
    "member": "mentor@demo.example",
    "host": "meta@demo.example",
    "steward": "steward@demo.example",
    "operator": "operator@demo.example",
}
STARTS = (
    "/",
    "/about",
    "/sign-in",
    "/home",
    "/talk",
    "/people",
    "/me",
    "/org",
    "/admin/organisations",
    "/no-such-page",
)
LEADS_OUT = re.compile(
    r"^/(?:api|static|assets|faces|demo/enter|language|theme)|\.(?:svg|ico|webmanifest|csv|xml|js)$"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo's networks; everybody in them reads German."""
    folder: Path = tmp_path_factory.mktemp("german")
    url = f"sqlite:///{folder}/demo.db"
    _create_tables(url)
    with running(url, folder, demo=True, rate_limits="off") as runtime:
        app = create_app(runtime.settings, runtime)
        fill_when_empty()
        _read_german()
        with unit_of_work():
            network = session().scalars(select(Network)).first()
            assert network is not None
            session().expunge(network)
        _invitation, secret = make_invitation(network, "new@mail.example")
        app.config["INVITED"] = f"/i/{secret}"
        yield app


@pytest.mark.parametrize("reader", READERS)
def test_pages_are_german_throughout(demo: Flask, reader: str) -> None:
    client = demo.test_client()
    address = READERS[reader]
    if address:
        with unit_of_work():
            person = session().scalars(select(User.id).where(User.address == address)).one()
        sign_in(client, person)
    pages = dict(_pages(client))
    assert len(pages) > (3 if address is None else 8)
    left = [f"{path}: {text!r}" for path, page in pages.items() for text in page.texts if _is_english(text)]
    assert not left, "\n".join(left)
    assert {page.language for page in pages.values()} == {"de"}


def test_english_on_a_page_would_be_found() -> None:
    page = _Page()
    page.feed(
        '<html lang="de"><p>Say hello</p><p title="My profile">Hallo</p><p>3 members</p><p>Mitglied</p>'
    )
    assert [text for text in page.texts if _is_english(text)] == ["Say hello", "My profile", "3 members"]


class _Page(HTMLParser):
    """The language, texts and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.texts: list[str] = []
        self.links: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag in ("script", "style", "option"):
            self._silent = tag  # the names of countries and languages come from elsewhere
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        self.texts += [value for name, value in attrs if name in HEARD and value]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self._silent:
            self.texts.append(text)


def _pages(client: FlaskClient) -> Iterator[tuple[str, _Page]]:
    waiting = [*STARTS, client.application.config["INVITED"]]
    seen = set(waiting)
    kinds: dict[str, int] = {}
    while waiting:
        path = waiting.pop(0)
        # Two of each kind are enough: a topic is a topic.
        kind = _kind(client, path)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > 2:
            continue
        answer = client.get(path, headers={"Accept-Language": "de"}, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        page = _Page()
        page.feed(answer.text)
        yield path, page
        for link in page.links:
            target = urldefrag(link).url
            parts = urlsplit(target)
            if parts.netloc or not target.startswith("/") or LEADS_OUT.search(parts.path) or target in seen:
                continue
            seen.add(target)
            waiting.append(target)


def _kind(client: FlaskClient, path: str) -> str:
    try:
        return client.application.url_map.bind("localhost").match(path.partition("?")[0])[0]
    except NotFound:
        return path


@command
def _read_german() -> None:
    """Everybody reads German; what they wrote, in whatever language, is no matter here."""
    require(ALLOWED)
    for change in (
        update(User).values(language="de"),
        update(Topic).values(title="Xyz"),
        update(Message).values(body="Xyz", html="<p>Xyz</p>"),
        update(Profile).values(introduction="Xyz"),
    ):
        session().execute(change)


def _is_english(text: str) -> bool:
    plain, filled = _english()
    return text in plain or filled.fullmatch(text) is not None


@cache
def _english() -> tuple[frozenset[str], re.Pattern[str]]:
    """Each text whose German differs, as it is and as it looks with its values filled in."""
    plain, filled = set(), []
    for message in read("de"):
        if not message.id:
            continue
        forms = message.id if isinstance(message.id, list | tuple) else [str(message.id)]
        said = message.string if isinstance(message.string, list | tuple) else [str(message.string)]
        for text in forms:
            pieces = re.split(r"%\(\w+\)s|\{\w+\}", text)
            if text in said or not any(re.search(r"[^\W\d_]{2,}", piece) for piece in pieces):
                continue
            plain.add(text)
            if len(pieces) > 1:
                filled.append(".+".join(map(re.escape, pieces)))
    return frozenset(plain), re.compile("|".join(filled))
