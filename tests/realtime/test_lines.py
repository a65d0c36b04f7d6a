"""Lines that cost no thread each: conversations, the way up from polling, ends of every kind."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import engineio
import pytest
import socketio
import websocket
from websocket import ABNF

from config import ROOT
from realtime.frames import GOING_AWAY, NORMAL, NOT_TEXT, PROTOCOL, TOO_BIG
from realtime.lines import loop
from realtime.settings import BACKLOG_PACKETS
from tests.ports import free_port
from tests.realtime.alone import LONGEST, Alone, alone
from tests.realtime.serving import PATIENCE, wait_for

FLOW = 600
SOCKET_IO = "/socket.io/?EIO=4&transport="


_lines: list[websocket.WebSocket] = []


@pytest.fixture(autouse=True)
def shut() -> Iterator[None]:
    """No line is left open, whatever becomes of a test."""
    yield
    while _lines:
        _lines.pop().shutdown()


@pytest.fixture
def here() -> Iterator[Alone]:
    with alone() as served:
        yield served


def bare(port: int, sid: str = "") -> websocket.WebSocket:
    """A bare websocket: a new line, or the way up for one that polls."""
    more = f"&sid={sid}" if sid else ""
    address = f"ws://127.0.0.1:{port}{SOCKET_IO}websocket{more}"
    line = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
    _lines.append(line)
    return line


def joined(port: int, room: str = "r") -> websocket.WebSocket:
    """A bare websocket that listens to a room."""
    line = bare(port)
    line.recv()
    line.send("40")
    line.recv()
    line.send(f'420["join","{room}"]')
    assert line.recv().startswith("430[")
    return line


def ended_with(line: websocket.WebSocket) -> int:
    """The code with which the server ends a line."""
    while True:
        kind, data = line.recv_data(control_frame=True)
        if kind == ABNF.OPCODE_CLOSE:
            return int(struct.unpack("!H", data[:2])[0])


class Polling:
    """A client that polls, by hand."""

    def __init__(self, port: int) -> None:
        self.port, self.sid = port, ""
        self.sid = json.loads(self.get()[0][1:])["sid"]

    def ask(self, method: str, body: str | None = None) -> str:
        """One request's answer."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            line.request(method, f"{SOCKET_IO}polling" + (f"&sid={self.sid}" if self.sid else ""), body)
            answer = line.getresponse()
            text = answer.read().decode()
            assert answer.status == 200, text
            return text

    def get(self) -> list[str]:
        """The packets that one poll brings."""
        return self.ask("GET").split("\x1e")


@pytest.mark.parametrize("kind", ["lines", "threads"])
@pytest.mark.parametrize("transports", [["websocket"], ["polling", "websocket"], ["polling"]])
def test_the_same_conversation_whatever_serves_it(kind: str, transports: list[str]) -> None:
    with alone(kind) as served:
        client = socketio.Client(reconnection=False, handle_sigint=False)
        heard: list[dict[str, Any]] = []
        gone = threading.Event()
        client.on("said", heard.append)
        client.on("disconnect", lambda *_: gone.set())
        client.connect(served.url, transports=transports, wait_timeout=PATIENCE)
        assert client.transport() == transports[-1]
        said = {"word": "łódź", "long": "ü" * 30_000}
        assert client.call("back", said, timeout=PATIENCE) == said
        client.call("join", "r", timeout=PATIENCE)
        for number in range(12):  # more than sixteen packets at once nobody takes by polling
            client.emit("say", {"room": "r", "number": number})
        wait_for(lambda: len(heard) == 12)
        assert [said["number"] for said in heard] == list(range(12))
        served.rooms.close()
        assert gone.wait(PATIENCE)
        assert not served.rooms.engine.sockets
        if client.eio.ws is not None:
            client.eio.ws.shutdown()


@pytest.mark.parametrize("kind", ["lines", "threads"])
def test_another_client_changes_over_while_messages_flow(kind: str) -> None:
    with alone(kind) as served:
        engine = served.rooms.engine
        engine.on("connect", lambda sid, _environ: threading.Thread(target=flow, args=(sid,)).start())

        def flow(sid: str) -> None:
            line = engine.sockets[sid]
            for number in range(FLOW):
                engine.send(sid, str(number))
                if number == 9:  # more at once it does not take with the answer to its handshake
                    wait_for(lambda: line.upgrading or line.upgraded)

        heard: list[str] = []
        client = engineio.Client(handle_sigint=False)
        gone = threading.Event()
        client.on("message", heard.append)
        client.on("disconnect", lambda *_: gone.set())
        client.connect(served.url, transports=["polling", "websocket"], engineio_path="socket.io")
        assert client.transport() == "websocket"
        wait_for(lambda: len(heard) >= FLOW)
        assert heard == [str(number) for number in range(FLOW)]
        served.rooms.close()
        assert gone.wait(PATIENCE)
        client.ws.shutdown()


def test_a_poll_is_let_go_when_a_line_takes_its_place(here: Alone) -> None:
    polling = Polling(here.port)
    engine, sid = here.rooms.engine, polling.sid
    heard: list[str] = []
    stop = threading.Event()

    def flow() -> None:
        for number in range(FLOW):
            wait_for(lambda n=number: n - len(heard) < 50)  # type: ignore[misc]
            engine.send(sid, str(number))

    sender = threading.Thread(target=flow)
    sender.start()

    def poll() -> None:
        while not stop.is_set():
            got = polling.get()
            heard.extend(packet[1:] for packet in got if packet[0] == "4")
            if "6" in got:
                return

    while len(heard) < FLOW // 3:
        heard.extend(packet[1:] for packet in polling.get())
    poller = threading.Thread(target=poll)
    poller.start()
    line = bare(here.port, sid)
    line.send("2probe")
    assert line.recv() == "3probe"
    poller.join()
    assert len(heard) < FLOW
    line.send("5")
    while len(heard) < FLOW:
        heard.extend(packet[1:] for packet in [line.recv()] if packet != "6")
    sender.join()
    assert heard == [str(number) for number in range(FLOW)]


@pytest.mark.parametrize(
    ("said", "code"),
    [("4hello", PROTOCOL), ("2other", PROTOCOL), ("", None)],
    ids=["no probe", "other", "gone"],
)
def test_polling_goes_on_where_the_way_up_fails(here: Alone, said: str, code: int | None) -> None:
    polling = Polling(here.port)
    line = bare(here.port, polling.sid)
    if code is None:
        line.send("2probe")
        assert line.recv() == "3probe"
        line.shutdown()
    else:
        line.send(said)
        assert ended_with(line) == code
    wait_for(lambda: not here.rooms.engine.sockets[polling.sid].upgrading)
    assert polling.ask("POST", "40") == "OK"
    got: list[str] = []
    while not any(packet.startswith("40") for packet in got):
        got += polling.get()
    polling.ask("POST", '429["back",1]')
    assert polling.get() == ["439[1]"]


@pytest.mark.parametrize("kind", ["lines", "threads"])
@pytest.mark.parametrize("said", [[], ["2probe"]], ids=["silent", "stuck"])
def test_the_way_up_takes_so_long_and_no_longer(
    kind: str, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise whoever polls could open websockets without an end: no limit counts them."""
    monkeypatch.setattr("realtime.handover.SECONDS_TO_UPGRADE", 0.3)
    monkeypatch.setattr("realtime.transport.SECONDS_TO_UPGRADE", 0.3)
    with alone(kind) as served:
        polling = Polling(served.port)
        line = bare(served.port, polling.sid)
        for packet in said:
            line.send(packet)
            assert line.recv() == "3probe"
        if kind == "lines":
            with pytest.raises(websocket.WebSocketBadStatusException) as refused:
                bare(served.port, polling.sid)
            assert refused.value.status_code == 400
        with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
            line.recv()
        wait_for(lambda: not served.rooms.engine.sockets[polling.sid].upgrading)
        assert polling.ask("POST", "40") == "OK"


@pytest.mark.parametrize(
    "headers",
    [
        {"Version": "12", "Key": "dGhlIHNhbXBsZSBub25jZQ=="},
        {"Version": "13", "Key": "short"},
        {"Version": "13"},
    ],
    ids=["version", "key", "no key"],
)
def test_what_is_no_handshake_is_refused(here: Alone, headers: dict[str, str]) -> None:
    sent = {f"Sec-WebSocket-{name}": value for name, value in headers.items()}
    with closing(HTTPConnection("127.0.0.1", here.port, timeout=PATIENCE)) as line:
        line.request(
            "GET", f"{SOCKET_IO}websocket", headers={"Connection": "Upgrade", "Upgrade": "websocket"} | sent
        )
        assert line.getresponse().status == 400
    assert not here.rooms.engine.sockets
    joined(here.port)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x05hello", PROTOCOL),
        (b"\xc1\x80" + bytes(4), PROTOCOL),
        (b"\x81\xff" + struct.pack("!Q", LONGEST + 1), TOO_BIG),
        (b"\x81\x81" + bytes(4) + b"\xff", NOT_TEXT),
        (b"\x88\x82" + bytes(4) + struct.pack("!H", NORMAL), NORMAL),
    ],
    ids=["not masked", "compressed", "too long", "not text", "an end"],
)
def test_a_fault_ends_the_line_and_says_which(here: Alone, data: bytes, code: int) -> None:
    line, other = joined(here.port), joined(here.port)
    line.sock.sendall(data)
    assert ended_with(line) == code
    wait_for(lambda: len(here.rooms.engine.sockets) == 1)
    other.send('428["back",1]')
    assert other.recv() == "438[1]"


def test_bytes_that_no_packet_of_ours_is_end_the_line_in_its_turn(here: Alone) -> None:
    line = joined(here.port)
    line.send('421["back",1]')
    line.send_binary(b"4hello")
    line.send('422["back",2]')
    assert line.recv() == "431[1]"
    assert ended_with(line) == PROTOCOL
    wait_for(lambda: not here.rooms.engine.sockets)


def test_whoever_does_not_answer_is_let_go_and_who_does_stays() -> None:
    with alone(ping_interval=0.1, ping_timeout=0.3) as served:
        silent, awake = joined(served.port), joined(served.port)
        for _ in range(8):
            assert awake.recv() == "2"
            awake.send("3")
        assert ended_with(silent) == NORMAL
        wait_for(lambda: len(served.rooms.engine.sockets) == 1)


def test_many_lines_take_no_threads(here: Alone) -> None:
    first = joined(here.port)
    wait_for(lambda: threading.active_count() == _at_rest())
    before = threading.active_count()
    lines = [joined(here.port) for _ in range(200)]
    wait_for(lambda: _handshakes() == 0)
    assert threading.active_count() <= before + 8  # the workers, who come as they are needed
    here.rooms.tell("r", "said", "all")
    assert {line.recv() for line in [first, *lines]} == {'42["said","all"]'}
    for line in [first, *lines]:
        line.shutdown()
    wait_for(lambda: not here.rooms.engine.sockets)
    assert len(loop()) == 0


def _handshakes() -> int:
    return sum("process_request_thread" in thread.name for thread in threading.enumerate())


def _at_rest() -> int:
    return threading.active_count() - _handshakes()


@pytest.mark.parametrize("kind", ["lines", "threads"])
def test_gunicorn_hands_its_connections_over_and_ends_them_when_told_to(kind: str) -> None:
    port = free_port()
    around = {name: value for name, value in os.environ.items() if not name.startswith("MENTORNET_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.realtime.alone", str(port), kind], cwd=ROOT, env=around
    )
    try:
        lines = [wait_for(lambda: _opened(port), 30), *(joined(port) for _ in range(20))]
        for number in range(BACKLOG_PACKETS):
            lines[0].send(f'42["say",{{"room":"r","number":{number}}}]')
        for line in lines:
            heard = [json.loads(line.recv()[2:])[1]["number"] for _ in range(BACKLOG_PACKETS)]
            assert heard == list(range(BACKLOG_PACKETS))
        process.send_signal(signal.SIGTERM)
        codes = {ended_with(line) for line in lines}
        assert codes == ({GOING_AWAY} if kind == "lines" else {NORMAL})
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


def _opened(port: int) -> websocket.WebSocket | None:
    try:
        return joined(port)
    except OSError:
        return None
