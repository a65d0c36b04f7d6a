"""A network with its people and documents, and the pages as they see them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from network import agreements
from network.agreements import ClauseIn, VersionView
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work
from tests.factories.membership import again
from tests.factories.people import sign_in
from tests.factories.stories import Story, make_story
from tests.running import HandClock

WORDS = (
    ("Time", "Everybody comes to every meeting.", "Every meeting"),
    ("Trust", "What is said here stays here.", "Stays here"),
)


class Circle(Story):
    """A story of three people, and where its pages are."""

    @property
    def here(self) -> str:
        """The page of its documents."""
        return f"/network/{self.network.slug}/agreements"

    def drafted(self, document: str | None = None, **over: Any) -> VersionView:
        """A draft of these two clauses, which half of the members must sign."""
        clauses = [ClauseIn(*words) for words in WORDS]
        return super().drafted(document, **{"clauses": clauses, "members": "1/2"} | over)

    def take_proposals(self, version_id: str) -> None:
        """The meta-mentor takes whatever is proposed for a version."""
        with unit_of_work():
            found = agreements.list_amendments(again(self.meta), version_id, PageRequest()).items
        for one in found:
            agreements.accept_amendment(again(self.meta), one["id"], one["version"])


def make_circle(clock: HandClock, **over: Any) -> Circle:
    """Who hosts, and two members."""
    made = make_story(clock, **{"name": "Lindenstadt", "names": ("Host", "Amina", "Omid"), **over})
    return Circle(**vars(made))


def page_of(client: FlaskClient, path: str, status: int = 200) -> str:
    """The words of a page and its tags, blanks as one."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(unescape(answer.text).split())


def send(client: FlaskClient, path: str, to: str = "", **typed: Any) -> TestResponse:
    """Open a page and send its form with these fields besides the hidden ones."""
    opened = client.get(path).text
    form = opened[opened.rindex("<form") if to == "last" else 0 :]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    version = re.search(r'name="expected_version"[^>]*value="(\d+)"', form)
    clause_hash = re.search(r'name="clause_hash"[^>]*value="([0-9a-f]+)"', form)
    if version is not None:
        hidden["expected_version"] = version[1]
    if clause_hash is not None:
        hidden["clause_hash"] = clause_hash[1]
    return client.post(to if to.startswith("/") else path, data={**hidden, **typed})


def as_(client: FlaskClient, actor: Actor) -> None:
    """Sign in as somebody, with a fresh proof."""
    sign_in(client, actor.id)


def token_of(client: FlaskClient, path: str) -> dict[str, str]:
    """The hidden token of a page, for a form that the test writes itself."""
    return dict(re.findall(r'name="(csrf_token)" value="([^"]+)"', client.get(path).text))
