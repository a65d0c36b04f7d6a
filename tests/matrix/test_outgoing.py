"""The server calls nobody whom somebody else names (A18): addresses are written into everything that takes
words, read by everybody, put into letters, and no connection is made, not even to this machine."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from network.kernel import outbox
from tests.matrix.asking import methods_of, properties_of
from tests.matrix.questions import body_of, path_values
from tests.matrix.test_canaries import answers
from tests.matrix.world import World, make_world
from wsgi import load_capabilities

FORMS = (
    "http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://localhost:{port}/a.png",
    "http://127.1:{port}/", "http://0:{port}/", "http://0.0.0.0:{port}/", "http://2130706433:{port}/",
    "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/", "http://0x7f.0.0.1:{port}/",
    "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[0:0:0:0:0:ffff:7f00:1]:{port}/",
    "http://[::]:{port}/", "http://127。0。0。1:{port}/", "http://①②⑦.⓪.⓪.①:{port}/",
    "http://LOCALHOST:{port}/", "http://localhost.:{port}/", "http://somebody@127.0.0.1:{port}/",
    "http://mail.example@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@mail.example/",
    "http://127.0.0.1.rebinding.example:{port}/", "http://mail.example/go?to=http://127.0.0.1:{port}/",
    "//127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_GET",
    "file:///etc/hostname", "![a picture](http://127.0.0.1:{port}/a.png)",
    "<img src=http://127.0.0.1:{port}/a.png>", "[a link](http://169.254.169.254/latest/)",
    "http://127.0.0.1:{port}/calendar.ics", "http://127.0.0.1:{port}/.well-known/openid-configuration",
)  # fmt: skip
TAKES_ADDRESSES = {"link", "website"}
"""Fields that hold an address and nothing else: each form is tried."""
KEPT = {"email", "expected_version", "client_msg_id", "country", "language", "time_zone", "password"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone, as in the table of routes: it needs no connection of its own."""
    with make_world(tmp_path_factory.mktemp("outgoing")) as made:
        yield made


class Ears:
    """Listens where the addresses point, and hears each attempt to look a name up or to connect."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.setblocking(False)
        self.port = self.listening.getsockname()[1]
        self.attempts: list[Any] = []
        for where, name in (
            (socket.socket, "connect"), (socket.socket, "connect_ex"), (socket, "getaddrinfo"),
            (socket, "gethostbyname"), (socket, "create_connection"),
        ):  # fmt: skip
            monkeypatch.setattr(where, name, self._refuse)

    def _refuse(self, *asked: Any, **_more: Any) -> None:
        self.attempts.append(asked)
        raise OSError("nobody is called")

    def hits(self) -> int:
        try:
            self.listening.accept()
        except BlockingIOError:
            return 0
        return 1


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ears]:
    made = Ears(monkeypatch)
    yield made
    made.listening.close()


def word_fields(document: dict[str, Any], rule: Rule, method: str) -> list[str]:
    """The fields of an operation that take words of one's own."""
    found = []
    for name, said in properties_of(document, rule, method).items():
        kinds = said.get("type")
        is_text = "string" in (kinds if isinstance(kinds, list) else [kinds])
        if is_text and "enum" not in said and "format" not in said and name not in KEPT:
            found.append(name)
    return found


def write_everywhere(world: World, port: int) -> int:
    """How often somebody's words with addresses in them were taken."""
    document = world.app.test_client().get("/api/v1/openapi.json").get_json()
    forms = itertools.cycle(form.format(port=port) for form in FORMS)
    taken = 0
    for rule in world.app.url_map.iter_rules():
        for method in set(methods_of(rule)) - {"GET"} if rule.endpoint.startswith("api_") else ():
            fields = word_fields(document, rule, method)
            rounds = len(FORMS) if TAKES_ADDRESSES & set(fields) else 3
            for _turn in range(rounds if fields else 0):
                body = (body_of(world, rule.endpoint) or {}) | {name: next(forms) for name in fields}
                for actor in ("meta_mentor", "steward"):
                    taken += send(world, rule, method, actor, body) < 300
    return taken


def send(world: World, rule: Rule, method: str, actor: str, body: Any) -> int:
    client = world.app.test_client()
    if actor in world.tokens:
        client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[actor])
    path = world.app.url_map.bind("localhost").build(rule.endpoint, path_values(world, rule), method=method)
    return client.open(path, method=method, json=body, headers=world.csrf(actor)).status_code


def test_a18_no_address_that_somebody_writes_is_called(world: World, ears: Ears) -> None:
    load_capabilities()  # with it the letters
    assert write_everywhere(world, ears.port) > 60
    read = [answer for _path, answer in answers(world, "steward")]
    assert sum(str(ears.port) in answer for answer in read) > 10, "what was written is shown"
    assert outbox.drain() > 0
    assert ears.attempts == []
    assert ears.hits() == 0


def test_a18_no_test_reaches_further_than_this_machine() -> None:
    outside = socket.socket()
    with pytest.raises(UserWarning, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))
    outside.close()
