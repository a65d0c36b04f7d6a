"""Which mails one gets: over the API, on a page, by the link in a mail, and by the mail program alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from network.kernel import outbox
from network.kernel.actor import ANONYMOUS
from network.kernel.outbox import Letter, composes, drain, post
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command
from tests.api.callers import Caller
from tests.factories.people import make_user, sign_in
from tests.running import LetterBox
from tests.web.people.browsing import send

EMAIL = "amina@mail.example"


@pytest.fixture(autouse=True)
def letters() -> Iterator[None]:
    """Two kinds of letters: one of a group, one that comes in any case."""

    def compose(_language: str, _params: dict[str, Any]) -> Letter:
        return Letter(subject="Hello", paragraphs=["Hello"])

    composes("test_reminder", group="reminders")(compose)
    composes("test_notice")(compose)
    yield
    for kind in ("test_reminder", "test_notice"):
        outbox._composers.pop(kind)
        outbox._optional.pop(kind, None)


@command
def write(kind: str) -> None:
    require(anyone(ANONYMOUS, None))
    post(kind, EMAIL, "en")


def arrived(letterbox: LetterBox, kind: str) -> bool:
    before = len(letterbox.letters)
    write(kind)
    drain()
    return len(letterbox.letters) > before


def test_chosen_over_the_api(
    live: Runtime, make_client: Callable[[], FlaskClient], letterbox: LetterBox
) -> None:
    ask, path = Caller(make_client, make_user(email=EMAIL).id), "/me/notification-settings"
    assert ask("get", path).json == {"mails": {"reminders": "at_once"}}
    for body in ({}, {"mails": {"invitations": "none"}}, {"mails": {"reminders": "weekly"}}):
        assert ask("put", path, body).status_code == 422
    assert ask("put", path, {"mails": {"reminders": "none"}}).json == {"mails": {"reminders": "none"}}
    assert not arrived(letterbox, "test_reminder")
    assert arrived(letterbox, "test_notice")
    ask("put", path, {"mails": {"reminders": "at_once"}})
    assert arrived(letterbox, "test_reminder")


def test_chosen_on_a_page(live: Runtime, client: FlaskClient, letterbox: LetterBox) -> None:
    sign_in(client, make_user(email=EMAIL).id)
    assert "checked" in client.get("/me/mails").text
    assert send(client, "/me/mails", without="reminders").location == "/me/mails"
    assert "checked" not in client.get("/me/mails").text
    assert not arrived(letterbox, "test_reminder")


def test_the_link_in_a_mail_ends_them(live: Runtime, client: FlaskClient, letterbox: LetterBox) -> None:
    make_user(email=EMAIL)
    assert arrived(letterbox, "test_reminder")
    letter = letterbox.letters[-1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"<http://localhost(/mails/[^>]+)>", letter["List-Unsubscribe"])
    assert link
    assert link[1] in letter.get_body(("plain",)).get_content()
    assert client.get(link[1]).status_code == 200, "looking ahead ends nothing"
    assert arrived(letterbox, "test_reminder")
    wrong = link[1][:-1] + ("x" if link[1][-1] != "x" else "y")
    assert client.get(wrong).status_code == client.post(wrong).status_code == 404
    for _again in range(2):
        one_click = client.post(link[1], data={"List-Unsubscribe": "One-Click"})
        assert one_click.status_code == 200
    assert not arrived(letterbox, "test_reminder")
    assert arrived(letterbox, "test_notice")
    assert letterbox.letters[-1]["List-Unsubscribe"] is None
