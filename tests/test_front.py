"""The front of `make run-two`: who has a session stays with one worker, and what a connection carries gets
through."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread

import pytest

from tests.front import Front


def answer(door: socket.socket, name: bytes) -> None:
    """Tell each visitor who is asked and what she said, then echo whatever follows."""
    while True:
        try:
            line, _ = door.accept()
        except OSError:
            return
        with line:
            head = line.recv(65_536)
            if not head:
                continue
            line.sendall(b"HTTP/1.1 200 OK\r\nWorker: " + name + b"\r\n\r\n" + head)
            if b"upgrade:" in head.lower():
                while more := line.recv(65_536):
                    line.sendall(more)


@contextmanager
def serving(place: socket.socket | Front) -> Iterator[int]:
    if isinstance(place, Front):
        thread = Thread(target=place.serve_forever, kwargs={"poll_interval": 0.01})
        port = int(place.server_address[1])
    else:
        port = int(place.getsockname()[1])
        thread = Thread(target=answer, args=(place, str(port).encode()))
    thread.start()
    try:
        yield port
    finally:
        if isinstance(place, Front):
            place.shutdown()
            place.server_close()
        else:
            end(place)
        thread.join()


def end(door: socket.socket) -> None:
    """Listen no more, and wake who waits for a visitor; nothing the second time."""
    with contextlib.suppress(OSError):
        door.shutdown(socket.SHUT_RDWR)
    door.close()


@pytest.fixture
def workers() -> Iterator[list[tuple[socket.socket, int]]]:
    with ExitStack() as stack:
        doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        yield [(door, stack.enter_context(serving(door))) for door in doors]


@pytest.fixture
def front(workers: list[tuple[socket.socket, int]]) -> Iterator[int]:
    with serving(Front(0, [port for _, port in workers])) as port:
        yield port


def visit(port: int, *headers: str) -> tuple[bytes, bytes]:
    """Who answered, and what the worker was told."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall("\r\n".join(["GET / HTTP/1.1", "Host: x", *headers, "", ""]).encode())
        said = b"".join(iter(lambda: line.recv(65_536), b""))
    head, _, told = said.partition(b"\r\n\r\n")
    return head.rpartition(b" ")[2], told


def test_each_session_stays_with_one_worker_and_all_are_asked(front: int) -> None:
    seen = {}
    for number in range(12):
        cookie = f"Cookie: a=b; mentornet_session=person-{number}; c=d"
        (seen[number],) = {visit(front, cookie, f"X: {turn}")[0] for turn in range(2)}
    assert len(set(seen.values())) == 2


def test_each_request_comes_alone_and_a_websocket_goes_on(front: int) -> None:
    _, told = visit(front, "Connection: keep-alive")
    assert b"Connection: close" in told and b"keep-alive" not in told
    with socket.create_connection(("127.0.0.1", front), timeout=10) as line:
        line.sendall(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        assert b"Connection: Upgrade" in line.recv(65_536)
        for word in (b"one", b"two"):
            line.sendall(word)
            assert line.recv(100) == word


def test_when_a_worker_is_gone_the_other_is_asked(
    front: int, workers: list[tuple[socket.socket, int]]
) -> None:
    end(workers[0][0])
    left = str(workers[1][1]).encode()
    assert {visit(front, f"Cookie: mentornet_session={n}")[0] for n in range(8)} == {left}
