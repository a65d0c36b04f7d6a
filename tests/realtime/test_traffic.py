"""What comes in on a line and goes out of it, and how much: trust, A6, A7, A8, A9."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from typing import Any

import pytest
import requests
import websocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.discussions import post_message
from network.kernel.ids import new_untimed_id
from tests.realtime.conftest import Cafe
from tests.realtime.serving import HANDSHAKE, Served, acked, connected, packets, wait_for

# A line knows no table: what the rows say is tested on both databases elsewhere.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


ODD = [
    ('427["nothing",{}]', "unknown_event"), ('427["connect",{}]', "unknown_event"),
    ('427["disconnect"]', "unknown_event"), ('427["*",{}]', "unknown_event"),
    ('427["__proto__",{}]', "unknown_event"), ('427["message",{}]', "unknown_event"),
    ('427["subscribe"]', "malformed"), ('427["subscribe",1]', "malformed"),
    ('427["subscribe",null]', "malformed"),
    ('427["subscribe",[]]', "malformed"), ('427["subscribe",{},{}]', "malformed"), ("427[]", "malformed"),
    ("427[1]", "malformed"), ('427[{"a":1}]', "malformed"), ("427", "malformed"), ("427{}", "malformed"),
    ('427["subscribe",{}]', "validation_failed"), ('427["subscribe",{"scopes":{}}]', "validation_failed"),
    ('427["subscribe",{"scopes":[]}]', "validation_failed"),
    ('427["subscribe",{"scopes":{"room:x":1}}]', "validation_failed"),
    ('427["subscribe",{"scopes":{"room:x":{"seq":-1}}}]', "validation_failed"),
    ('427["subscribe",{"scopes":{"room:x":{"seq":1.5}}}]', "validation_failed"),
    ('427["subscribe",{"scopes":{"room:x":{"seq":"1"}}}]', "validation_failed"),
    ('427["subscribe",{"scopes":{"room:x":{"seq":true}}}]', "validation_failed"),
    ('427["subscribe",{"scopes":{"room:x":{"seq":9e99}}}]', "validation_failed"),
    ('427["subscribe",{"scopes":{"room:x":{"seq":' + "9" * 200 + "}}}]", "validation_failed"),
    ('427["subscribe",{"scopes":{"room:x":{"seq":' + "9" * 50_000 + "}}}]", "malformed"),
    ('427["subscribe",' + "[" * 30_000 + "]", "malformed"),
    ('427["subscribe",' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "]", "malformed"),
    ('427["unsubscribe",{"scopes":"room:x"}]', "validation_failed"),
    ('427["message.send",{"topic_id":{"$ne":1},"body":"x","client_msg_id":"x"}]', "validation_failed"),
    ('427["message.send",{"topic_id":"x","body":"\\ud800","client_msg_id":"x"}]', "malformed"),
    ('427["typing",{"topic_id":"x","_placeholder":true,"num":0}]', "validation_failed"),
]  # fmt: skip


def test_a7_a9_every_odd_packet_is_answered(
    server: Served, cafe: Cafe, capfd: pytest.CaptureFixture[str]
) -> None:
    object.__setattr__(server.runtime.settings, "rate_limits", "off")
    server.live.gate._limited = False
    line = connected(server, cafe.bob)
    for packet, code in ODD:
        answer = acked(line, packet, 7)
        assert (answer["ok"], answer["code"]) == (False, code), packet[:80]
    assert acked(line, '428["unsubscribe",{"scopes":[]}]', 8) == {"ok": True}
    said = capfd.readouterr()
    assert "Traceback" not in said.err + said.out


@pytest.mark.parametrize(
    "packet",
    [
        b"binary", "451-7" + '["message.send",{"_placeholder":true,"num":0}]', "461-[]", "bAAAA", "x", "9",
        "0{}",
        '44{"message":"x"}', "48", "40", "4", "42" + "x" * 70_000, "x" * 200_000,
    ],
)  # fmt: skip
def test_a7_what_is_no_packet_of_ours_ends_the_line(
    server: Served, cafe: Cafe, packet: str | bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    line, noise = connected(server, cafe.bob), connected(server, cafe.ann)
    kind = websocket.ABNF.OPCODE_BINARY if isinstance(packet, bytes) else websocket.ABNF.OPCODE_TEXT
    with contextlib.suppress(OSError, websocket.WebSocketException):  # it may be over while we still send
        line.send(packet, kind)
    wait_for(lambda: len(server.live.connections) == 1)
    assert acked(noise, '428["unsubscribe",{"scopes":[]}]', 8) == {"ok": True}
    said = capfd.readouterr()
    assert "Traceback" not in said.err + said.out


@pytest.mark.parametrize(
    "packet",
    [
        "43" + "1" * 90 + '["x"]',
        "431[]",
        "431[1]",
        "43[]",
        "42" + "1" * 90 + '["subscribe",{}]',
        '42["nothing"]',
    ],
)
def test_a9_what_needs_no_answer_gets_none(server: Served, cafe: Cafe, packet: str) -> None:
    line = connected(server, cafe.bob)
    line.send(packet)
    line.send('428["unsubscribe",{"scopes":[]}]')
    assert packets(line, lambda packet: packet.startswith("438")) == ['438[{"ok":true}]']


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
_names = st.sampled_from(("subscribe", "unsubscribe", "message.send", "typing", "presence")) | st.text(
    max_size=12
)


@pytest.fixture
def odd_line(server: Served, cafe: Cafe) -> websocket.WebSocket:
    server.live.gate._limited = False
    return connected(server, cafe.bob)


@given(name=_names, payload=st.lists(_json, max_size=2))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a9_whatever_is_sent_is_answered(
    odd_line: websocket.WebSocket, name: str, payload: list[Any]
) -> None:
    begun = time.monotonic()
    answer = acked(odd_line, "427" + json.dumps([name, *payload]), 7)
    assert time.monotonic() - begun < 5
    assert isinstance(answer["ok"], bool)
    assert answer["ok"] or (isinstance(answer["code"], str) and answer["code"] != "internal_error")


def test_a6_a_flood_is_answered_then_closed(server: Served, cafe: Cafe) -> None:
    flood, noise = connected(server, cafe.bob), connected(server, cafe.ann)
    answers: list[str] = []
    for number in range(400):
        flood.send(f'42{number}["unsubscribe",{{"scopes":[]}}]')
        answer = flood.recv()
        if not str(answer).startswith("43"):
            break
        answers.append(str(answer))
    assert answer in ("", "1", "41")
    assert 30 <= sum('"ok":true' in answer for answer in answers) <= 60
    assert sum("too_many_requests" in answer for answer in answers) >= 30
    assert len(answers) < 300
    assert acked(noise, '428["unsubscribe",{"scopes":[]}]', 8) == {"ok": True}


def test_a7_long_polling_takes_packets_of_text_and_not_too_many(server: Served) -> None:
    sid = json.loads(requests.get(server.url + HANDSHAKE, timeout=10).text[1:])["sid"]
    address = f"{server.url}{HANDSHAKE}&sid={sid}"
    for body, status in (
        (b"4" * 70_000, 413), (b"bAAAA", 400), (b"d=4", 400), (b"\x1e".join([b"2"] * 17), 400),
        (b"4\xff", 400), (b"", 400),
    ):  # fmt: skip
        assert requests.post(address, data=body, timeout=10).status_code == status, body[:20]
    assert requests.get(f"{server.url}{HANDSHAKE}&j=1", timeout=10).status_code == 400
    assert requests.post(address, data=b"40", timeout=10).status_code == 200


def test_a8_who_does_not_read_is_let_go(server: Served, cafe: Cafe) -> None:
    object.__setattr__(server.runtime.settings, "rate_limits", "off")
    slow, noise = connected(server, cafe.bob), connected(server, cafe.ann)
    for line in (slow, noise):
        line.send(f'427["subscribe",{{"scopes":{{"{cafe.scope}":{{"seq":0}}}}}}]')
        packets(line, lambda packet: packet.startswith("437"))
    stop = threading.Event()

    def read() -> None:
        while (packet := noise.recv()) and not stop.is_set():
            if packet == "2":
                noise.send("3")

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    event = {"type": "message.posted", "scope": cafe.scope, "data": {"body": "x" * 10_000}}
    deadline = time.monotonic() + 30
    while len(server.live.connections) == 2 and time.monotonic() < deadline:
        for _ in range(10):
            server.live.server.emit("event", event, to=cafe.scope)
        threading.Event().wait(0.03)  # who reads keeps up with this
    assert [c.user_id for c in server.live.connections.everyone()] == [cafe.ann.user_id]
    stop.set()
    post_message(cafe.meta, cafe.topic.id, "Goes on", new_untimed_id())
    reader.join(timeout=5)
    assert not reader.is_alive()


def test_b8_compression_is_never_agreed(server: Served, cafe: Cafe) -> None:
    line = server.line(header=["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"])
    assert "sec-websocket-extensions" not in line.getheaders()
