"""Which answers travel compressed, and for whom."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask import Flask, Response

from web import compression

LONG = "<p>Willkommen im Café</p>" * 100


@pytest.fixture
def small_app() -> Flask:
    app = Flask(__name__)
    compression.install(app)
    answers = {
        "page": Response(LONG, mimetype="text/html"),
        "json": Response(LONG, mimetype="application/json"),
        "problem": Response(LONG, mimetype="application/problem+json"),
        "short": Response("<p>short</p>", mimetype="text/html"),
        "font": Response(LONG, mimetype="font/woff2"),
        "packed": Response(LONG, mimetype="text/html", headers={"Content-Encoding": "br"}),
        "stream": Response((part for part in [LONG]), mimetype="text/html"),
    }
    answers["json"].set_etag("abc")
    for name, answer in answers.items():
        app.add_url_rule(f"/{name}", name, lambda answer=answer: answer)
    return app


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("br;q=0, gzip;q=0", None),
        (None, None),
    ],
)
def test_what_the_browser_can_read(small_app: Flask, accepted: str | None, expected: str | None) -> None:
    headers = {"Accept-Encoding": accepted} if accepted else {}
    answer = small_app.test_client().get("/page", headers=headers)
    assert answer.headers.get("Content-Encoding") == expected
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[expected]
    assert unpack(answer.data).decode() == LONG
    assert answer.content_length == len(answer.data)
    assert "Accept-Encoding" in answer.vary


@pytest.mark.parametrize(
    ("path", "compressed"),
    [
        ("page", True), ("json", True), ("problem", True), ("short", False), ("font", False),
        ("stream", False),
    ],
)  # fmt: skip
def test_what_is_worth_it(small_app: Flask, path: str, compressed: bool) -> None:
    answer = small_app.test_client().get(f"/{path}", headers={"Accept-Encoding": "br"})
    assert ("Content-Encoding" in answer.headers) is compressed
    assert (len(answer.data) < len(LONG) / 5) is compressed or path == "short"


def test_what_is_packed_is_left_alone(small_app: Flask) -> None:
    assert small_app.test_client().get("/packed", headers={"Accept-Encoding": "br"}).text == LONG


def test_an_etag_names_the_content_not_its_bytes(small_app: Flask) -> None:
    answer = small_app.test_client().get("/json", headers={"Accept-Encoding": "gzip"})
    assert answer.get_etag() == ("abc", True)


@pytest.mark.parametrize(
    ("headers", "compressed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-User": "?1"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-User": "?1"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)
def test_another_site_learns_nothing_from_lengths(
    small_app: Flask, headers: dict[str, str], compressed: bool
) -> None:
    answer = small_app.test_client().get("/page", headers={"Accept-Encoding": "br", **headers})
    assert ("Content-Encoding" in answer.headers) is compressed
