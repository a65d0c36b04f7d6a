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
ABSENT = "01a207a2-3280-7bd4-8b4b-4497e8c4b6a2"


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
    usual = {
        "mails": {"reminders": "at_once", "notices": "at_once", "digest": "at_once"},
        "quiet_hours": {"on": True, "from": 21, "until": 8}, "digest": {"weekday": 6, "hour": 18},
        "time_zone": "UTC", "networks": [],
    }  # fmt: skip
    assert ask("get", path).json == usual == ask("put", path, {}).json
    for body in (
        {"mails": {"invitations": "none"}}, {"mails": {"reminders": "weekly"}},
        {"quiet_hours": {"from": 24}}, {"quiet_hours": {"from": 8, "until": 8}}, {"digest": {"weekday": 7}},
        {"digest": {"hour": True}}, {"networks": [{"network_id": ABSENT, "level": "some"}]},
    ):  # fmt: skip
        assert ask("put", path, body).status_code == 422
    unseen = {"networks": [{"network_id": ABSENT, "level": "muted"}]}
    assert ask("put", path, unseen).status_code == 404
    chosen = {"quiet_hours": {"on": False, "from": 22, "until": 6}, "digest": {"weekday": 0, "hour": 7}}
    assert ask("put", path, chosen).json == usual | chosen
    assert ask("put", path, {"mails": {"reminders": "none"}}).json["mails"]["reminders"] == "none"
    assert not arrived(letterbox, "test_reminder")
    assert arrived(letterbox, "test_notice")
    ask("put", path, {"mails": {"reminders": "at_once"}})
    assert arrived(letterbox, "test_reminder")


def test_chosen_on_a_page(live: Runtime, client: FlaskClient, letterbox: LetterBox) -> None:
    sign_in(client, make_user(email=EMAIL).id)
    ticked = 'name="reminders" value="y" checked'
    assert ticked in client.get("/me/mails").text
    assert send(client, "/me/mails", without="reminders", quiet_from="22").location == "/me/mails"
    page = client.get("/me/mails").text
    assert ticked not in page
    assert '<option selected value="22">22:00</option>' in page
    refused = send(client, "/me/mails", quiet_from="9", quiet_until="9", hour="7")
    assert refused.status_code == 422
    assert "Please choose an end that is not the beginning." in refused.text
    assert '<option selected value="7">07:00</option>' in refused.text, "what was chosen is kept"
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
    done = "That is done already."
    for again in range(2):
        one_click = client.post(link[1], data={"List-Unsubscribe": "One-Click"})
        assert (one_click.status_code, done in one_click.text) == (200, bool(again))
    opened_again = client.get(link[1])
    assert opened_again.status_code == 200 and done in opened_again.text
    assert "<form" not in opened_again.text, "there is nothing left to press"
    assert not arrived(letterbox, "test_reminder")
    assert arrived(letterbox, "test_notice")
    assert letterbox.letters[-1]["List-Unsubscribe"] is None
