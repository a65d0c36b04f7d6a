"""GDPR, Articles 12 to 14: whoever is asked for something about a person reads first, at the form and in her
language, what it is for, with the way to all about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from network.kernel.translation import translate
from network.privacy import PURPOSES
from tests.factories.people import make_user, sign_in

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
ABOUT_PEOPLE = frozenset({
    "email", "display_name", "experience", "statement", "references", "introduction", "region", "file",
    "offers", "availability", "objection",
})  # fmt: skip
"""Fields by which a form takes something about a person for the first time."""
TOLD = re.compile(r"""told\(_\((?P<quote>['"])(?P<sentence>.+?)(?P=quote)\), '(?P<purpose>\w+)'\)""")
TAKEN_IN = re.compile(r"""(?:import|include|extends|from) ["']([\w/]+\.html)["']""")
FIELD = re.compile(r"\b(?:field|ticks|tick|choice|errors_of)\(form\.(\w+)")


def pages() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text("utf-8")
        for path in TEMPLATES.rglob("*.html")
        if path.parent.name != "macros"
    }


def test_every_form_that_takes_something_about_a_person_says_what_for() -> None:
    found = pages()
    forms = {name: text for name, text in found.items() if "<form" in text}
    for name, text in forms.items():
        forms[name] = text + "".join(found.get(part, "") for part in TAKEN_IN.findall(text))
    taking = {name: text for name, text in forms.items() if ABOUT_PEOPLE & set(FIELD.findall(text))}
    silent = [name for name, text in taking.items() if not TOLD.search(text)]
    assert not silent, f"{silent}: use the macro `told` of macros/notices.html beside the button"
    assert len(taking) >= 14


def test_each_notice_leads_to_a_purpose_that_there_is_and_is_one_short_sentence_or_two() -> None:
    for name, text in pages().items():
        assert text.count("{{ told(") == len(TOLD.findall(text)), name
        for found in TOLD.finditer(text):
            assert found["purpose"] in PURPOSES, name
            assert len(found["sentence"].split()) <= 24, name


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("path", "signed_in", "purpose", "sentence"),
    [
        ("/signin", False, "account", "We use your address to let you in and for mails about your account."),
        ("/password", False, "signing_in", "We use the address for this one mail."),
        (
            "/join/no-such-poster", False, "invitations",
            "We use the address for this one mail. Nobody in the network sees it.",
        ),
        ("/org", True, "organisations", "We store who enters an organisation, so that it can be verified."),
        ("/welcome", True, "account", "People in your networks see your name and your language."),
    ],
)  # fmt: skip
def test_it_is_said_in_the_readers_language_and_the_link_leads_there(
    make_client: Callable[[], FlaskClient], language: str, path: str, signed_in: bool, purpose: str,
    sentence: str,
) -> None:  # fmt: skip
    client = make_client()
    if signed_in:
        sign_in(client, make_user(language=language).id)
    else:
        client.get(f"/language/{language}")
    page = unescape(client.get(path).get_data(as_text=True))
    assert translate(language, sentence) in page
    assert f'href="/privacy#{purpose}"' in page
    assert f'id="{purpose}"' in client.get("/privacy").get_data(as_text=True)
