"""Who may open a line, and with what: trust, A1, A2."""

from __future__ import annotations

import json
import resource
from dataclasses import replace
from typing import Any

import pytest
import requests
import websocket

from network import people
from network.kernel.actor import system_actor
from network.kernel.failures import counted_failures
from realtime.live import most_connections
from tests.realtime.conftest import Cafe
from tests.realtime.serving import HANDSHAKE, Refused, Served, connected, packets, wait_for

# The door knows no table: what the rows say is tested on both databases elsewhere.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def origins(server: Served) -> list[tuple[str | None, bool]]:
    port = server.url.rpartition(":")[2]
    return [
        (server.url, True), (f"http://localhost:{port}", True), (None, False), ("null", False),
        ("https://evil.example", False), (server.url + "0", False), ("http://127.0.0.1", False),
        (server.url.replace("http", "https"), False), (f"http://127.0.0.1.evil.example:{port}", False),
        (f"{server.url}/", False), (f"http://localhost.evil.example:{port}", False), ("*", False),
        (f"http://127.0.0.2:{port}", False),
    ]  # fmt: skip


@pytest.mark.parametrize("forged", [False, True])
def test_a1_only_our_own_pages_open_a_line(server: Served, cafe: Cafe, forged: bool) -> None:
    _, cookie = server.cookie(cafe.bob)
    for origin, allowed in origins(server):
        headers = {"Cookie": f"mentornet_session={cookie}"}
        if origin is not None:
            headers["Origin"] = origin
        if forged and origin:
            host = origin.partition("://")[2] or "evil.example"
            headers |= {
                "X-Forwarded-Host": host,
                "X-Forwarded-Proto": origin.partition(":")[0],
                "Forwarded": f"host={host}",
            }
        answer = requests.get(server.url + HANDSHAKE, headers=headers, timeout=10)
        assert answer.status_code == (200 if allowed else 400), origin
        assert ('"sid"' in answer.text) is allowed
        assert "Set-Cookie" not in answer.headers
        if allowed:
            server.line(cookie=cookie, origin=origin)
            continue
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            server.line(cookie=cookie, origin=origin)
        assert refused.value.status_code == 400
    assert "evil" not in str(
        requests.options(
            server.url + HANDSHAKE, headers={"Origin": "https://evil.example"}, timeout=10
        ).headers
    )


def test_a1_a_program_without_cookie_needs_no_origin(server: Served) -> None:
    assert requests.get(server.url + HANDSHAKE, timeout=10).status_code == 200
    other = {"Cookie": "another=1"}
    assert requests.get(server.url + HANDSHAKE, headers=other, timeout=10).status_code == 200
    foreign = {"Origin": "https://evil.example"}
    assert requests.get(server.url + HANDSHAKE, headers=foreign, timeout=10).status_code == 400


def test_a2_bad_credentials_are_refused_with_a_code(server: Served, cafe: Cafe) -> None:
    session_id, ended = server.cookie(cafe.bob)
    people.sign_out(replace(cafe.bob, session_id=session_id))
    _, expired = server.cookie(cafe.ann)
    with server.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE user_sessions SET expires_at = created_at WHERE user_id = '{cafe.ann.user_id}'"
        )
    _, closed = server.cookie(cafe.meta)
    people.close_account(system_actor("test"), cafe.meta.user_id or "", "asked for")
    bad = [
        ("", "40"), ("", "40{}"), ("forged", "40"), ("x" * 5000, "40"), (ended, "40"), (expired, "40"),
        (closed, "40"), ("", '40{"token":"forged"}'), ("", '40{"token":""}'),
        (closed, '40{"token":"forged"}'),
        ("", '40{"token":"' + "x" * 60_000 + '"}'),
    ]  # fmt: skip
    for cookie, packet in bad:
        assert refusal(server.line(cookie=cookie), packet) == {"code": "not_signed_in"}, packet[:40]
    assert len(server.live.connections) == 0
    with pytest.raises(Refused) as refused:
        server.tab(token="forged")
    assert refused.value.data == {"code": "not_signed_in"}


def refusal(line: websocket.WebSocket, packet: str) -> Any:
    """What a line is told that tries to connect with `packet`."""
    line.recv()
    line.send(packet)
    answer = packets(line, lambda packet: packet.startswith("44"))[-1]
    return json.loads(answer[answer.index("{") :])["data"]


@pytest.mark.parametrize(
    ("packet", "code"),
    [
        ("40/admin,", "not_found"), ('40/admin,{"token":"x"}', "not_found"), ("40/a?b=1,", "not_found"),
        ("40[1]", "malformed"), ('40{"token":', "malformed"), ("40" + "[" * 20_000, "malformed"),
        ('40{"token":7}', "not_signed_in"), ('40{"token":null}', "not_signed_in"),
    ],
)  # fmt: skip
def test_a2_a_refused_connect_says_why(server: Served, packet: str, code: str) -> None:
    assert refusal(server.line(), packet) == {"code": code}


def test_a2_lines_on_which_nobody_speaks_are_closed(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.live.SECONDS_TO_CONNECT", 60)
    lines = [server.line() for _ in range(5)]
    polls = [requests.get(server.url + HANDSHAKE, timeout=10) for _ in range(195)]
    assert all(answer.status_code == 200 for answer in polls)
    assert len(server.live.server.eio.sockets) == 200
    monkeypatch.setattr("realtime.live.SECONDS_TO_CONNECT", 0.5)
    wait_for(lambda: not server.live.server.eio.sockets)
    for line in lines:
        assert packets(line, lambda packet: packet in ("1", ""))


def test_a2_who_leaves_the_namespace_is_closed_too(
    server: Served, cafe: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.live.SECONDS_TO_CONNECT", 0.5)
    line = connected(server, cafe.bob)
    assert len(server.live.connections) == 1
    line.send("41")
    wait_for(lambda: not server.live.server.eio.sockets)
    assert len(server.live.connections) == 0


def test_a_person_has_so_many_sockets_and_no_more(server: Served, cafe: Cafe) -> None:
    object.__setattr__(server.runtime.settings, "sockets_per_person", 3)
    for _ in range(3):
        server.tab(cafe.bob)
    with pytest.raises(Refused) as refused:
        server.tab(cafe.bob)
    assert refused.value.data == {"code": "too_many_connections"}
    assert server.tab(cafe.ann).client.connected


def test_a_process_has_so_many_lines_and_no_more(server: Served, cafe: Cafe) -> None:
    """Also on which nobody has spoken yet; whoever is inside stays, and the process is as ready as before."""
    bob = server.tab(cafe.bob)
    server.live._most = 3
    first, _second = server.line(), server.line()
    before = counted_failures().get("connections_full", 0)
    answer = requests.get(server.url + HANDSHAKE, timeout=10)
    assert (answer.status_code, answer.json()) == (503, {"code": "busy"})
    assert int(answer.headers["Retry-After"]) >= 1
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        server.line(cookie=server.cookie(cafe.ann)[1])
    assert refused.value.status_code == 503
    assert counted_failures()["connections_full"] - before == 2
    assert "events" in bob.listen(cafe.scope)[cafe.scope]
    assert requests.get(f"{server.url}/healthz", timeout=10).status_code == 200
    first.close()
    wait_for(lambda: not server.live.is_full())
    assert server.tab(cafe.ann).client.connected


def test_how_many_lines_follows_from_the_machine(server: Served) -> None:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert 1 <= server.live._most <= files * 0.75 + 1
    assert most_connections() == server.live._most


def test_handshakes_are_counted_by_address(server: Served) -> None:
    """The guard's bucket holds 300; nobody else's line suffers."""
    answers = [
        requests.get(server.url + HANDSHAKE, headers={"Origin": "x"}, timeout=10).status_code
        for _ in range(5)
    ]
    assert answers == [400] * 5
    guard = _guard_of(server)
    for _ in range(300):
        guard._handshakes.wait("127.0.0.1")
    answer = requests.get(server.url + HANDSHAKE, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) >= 1


def test_handshakes_of_one_ipv6_subscriber_count_together(server: Served) -> None:
    """Each has a whole /64, as HTTP counts it too; who comes from the next one is not hurt."""

    def shake(address: str) -> int:
        client = server.app.test_client()
        return client.get(HANDSHAKE, environ_overrides={"REMOTE_ADDR": address}).status_code

    guard = _guard_of(server)
    for number in range(299):
        guard._refusal({"REMOTE_ADDR": f"2001:db8:0:7::{number:x}", "QUERY_STRING": "", "PATH_INFO": "/"})
    assert [shake(f"2001:db8:0:7:{end}::1") for end in ("a", "b")] == [200, 429]
    assert shake("2001:db8:0:8::1") == 200
    assert shake("::ffff:192.0.2.1") == 200


def _guard_of(server: Served) -> Any:
    layer: Any = server.app.wsgi_app
    while type(layer).__name__ != "OriginGuard":
        layer = getattr(layer, "_application", None) or getattr(layer, "application", None) or layer._app
    return layer
