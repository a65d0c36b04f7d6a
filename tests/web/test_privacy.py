"""The pages under every page: what is stored, who runs this server, how well everybody can use it."""

from __future__ import annotations

import dataclasses
import importlib
import io
import zipfile
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from config import BadSetting, Settings
from network.kernel.runtime import Runtime
from network.kernel.translation import translate
from network.privacy import GROUNDS, PURPOSES
from tests.factories.people import make_user, sign_in
from tests.running import HandClock

LINKS = ("/about", "/privacy", "/imprint", "/accessibility")


def said(client: FlaskClient, path: str, language: str) -> str:
    client.get(f"/language/{language}")
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_purpose_is_told_in_the_readers_language(client: FlaskClient, language: str) -> None:
    text = said(client, "/privacy", language)
    for purpose in PURPOSES.values():
        for sentence in (purpose.title, purpose.what, purpose.kept, purpose.seen_by, GROUNDS[purpose.ground]):
            assert translate(language, sentence) in text


def test_the_links_stand_under_every_page_in_and_out(make_client: Callable[[], FlaskClient]) -> None:
    outside, inside = make_client(), make_client()
    sign_in(inside, make_user().id)
    for client, path in ((outside, "/"), (outside, "/sign-in"), (inside, "/home"), (inside, "/me")):
        text = client.get(path).get_data(as_text=True)
        assert all(f'href="{link}"' in text for link in LINKS), path


def test_the_imprint_says_who_runs_the_server(live: Runtime, client: FlaskClient) -> None:
    assert "has not said yet who they are" in said(client, "/imprint", "en")
    assert "post@mentornet.example" in said(client, "/accessibility", "en")
    named = dataclasses.replace(
        live.settings,  # type: ignore[type-var]
        operator_name="Verein der Mentorinnen",
        operator_address="Main Street 1; 12345 Town",
        operator_contact="office@mentors.example",
    )
    app = importlib.import_module("wsgi").create_app(named, live)
    text = said(app.test_client(), "/imprint", "en")
    for words in (
        "Verein der Mentorinnen",
        "<br>Main Street 1",
        "<br>12345 Town",
        "mailto:office@mentors.example",
    ):
        assert words in text
    assert "has not said yet" not in text


def test_ones_own_data_comes_as_a_file_after_a_proof(client: FlaskClient, clock: HandClock) -> None:
    sign_in(client, make_user(display_name="Ana Ilić").id)
    assert 'href="/me/export"' in client.get("/me").get_data(as_text=True)
    form = client.get("/me/export").get_data(as_text=True)
    hidden = {"csrf_token": form.partition('name="csrf_token" value="')[2].partition('"')[0]}
    answer = client.post("/me/export", data=hidden)
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as packed:
        assert "Ana Ilić" in packed.read("index.html").decode()
    clock.forward(minutes=61)
    for late in (client.get("/me/export"), client.post("/me/export", data=hidden)):
        assert late.headers["Location"].startswith("/signin/proof")


def test_a_contact_that_is_no_address_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="MENTORNET_OPERATOR_CONTACT"):
        Settings(operator_contact="the office")
