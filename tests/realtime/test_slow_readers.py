"""Readers of unequal speed on lines: the quick ones are not disturbed, and no stream is ever corrupt."""

from __future__ import annotations

import socket
import threading
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import ExitStack
from itertools import accumulate

import websocket

from realtime.frames import frame
from realtime.lines import loop
from realtime.settings import BACKLOG_BYTES, BACKLOG_PACKETS
from realtime.transport import Codec, close_line
from tests.realtime.alone import Alone, alone
from tests.realtime.serving import PATIENCE, wait_for

MESSAGES = 10_000
READERS = 10
AHEAD = BACKLOG_PACKETS // 2
NEVER = {"ping_interval": 3600}  # a question between messages would be no message


class Reader:
    """A connection whose bytes are compared with those that should come."""

    def __init__(self, served: Alone, expected: bytes, *, window: int = 0) -> None:
        options = ((socket.SOL_SOCKET, socket.SO_RCVBUF, window),) if window else ()
        self._line = websocket.create_connection(
            f"ws://127.0.0.1:{served.port}/socket.io/?EIO=4&transport=websocket",
            timeout=PATIENCE, suppress_origin=True, sockopt=options,
        )  # fmt: skip
        self._line.recv()
        self._line.send("40")
        self._line.recv()
        self._line.send('420["join","r"]')
        self.sid = self._line.recv()[5:-2]
        self._expected, self.read, self.is_same = memoryview(expected), 0, True
        self.thread = threading.Thread(target=self.go_on)

    def go_on(self, most: int = 1 << 40) -> None:
        """Read until everything came, the line ends, or `most` bytes are there."""
        while self.is_same and self.read < min(len(self._expected), most):
            data = self._line.sock.recv(65_536)
            if not data:
                return
            self.is_same = data == self._expected[self.read : self.read + len(data)]
            self.read += len(data)

    def say(self, packets: Iterable[str]) -> None:
        """Send packets without waiting for anything."""
        for packet in packets:
            self._line.send(packet)

    def shut(self) -> None:
        """Close the socket."""
        self._line.shutdown()


def stream(texts: list[str]) -> bytes:
    """What a reader is sent who misses nothing."""
    return b"".join(frame(f"42{Codec.dumps(['said', text])}".encode()) for text in texts)


def told(served: Alone, texts: list[str], readers: list[Reader]) -> None:
    """Say all of it, never further ahead of the slowest of `readers` than a backlog holds."""
    ends = list(accumulate(len(stream([text])) for text in texts))

    def is_near(number: int) -> bool:
        low = min(reader.read for reader in readers)
        return number - bisect_right(ends, low) < AHEAD and ends[number] - low < BACKLOG_BYTES // 2

    for number, text in enumerate(texts):
        if not is_near(number):
            wait_for(lambda n=number: is_near(n))  # type: ignore[misc]
        served.rooms.tell("r", "said", text)


def test_a_hundred_thousand_deliveries_of_all_sizes_without_a_corrupt_frame() -> None:
    texts = [f"{number} " + "ł" * (number * 7919 % 400) for number in range(MESSAGES)]
    texts[100::1000] = ["x" * 70_000] * len(texts[100::1000])
    expected = stream(texts)
    with alone(**NEVER) as served, ExitStack() as stack:
        readers = [Reader(served, expected, window=65_536 if n < 2 else 0) for n in range(READERS)]
        for reader in readers:
            stack.callback(reader.shut)
            reader.thread.start()
        told(served, texts, readers)
        for reader in readers:
            reader.thread.join()
        assert [(reader.is_same, reader.read) for reader in readers] == [(True, len(expected))] * READERS
        assert not any(served.rooms.queue(reader.sid).overflowed for reader in readers)


def test_a_slow_reader_is_bounded_and_intact_and_disturbs_nobody() -> None:
    texts = [f"{number} " + "y" * 6_000 for number in range(1_500)]
    expected = stream(texts)
    with alone(**NEVER) as served, ExitStack() as stack:
        quick = [Reader(served, expected) for _ in range(3)]
        slow = Reader(served, expected, window=8_192)
        for reader in [*quick, slow]:
            stack.callback(reader.shut)
        for reader in quick:
            reader.thread.start()
        told(served, texts, quick)
        for reader in quick:
            reader.thread.join()
        assert [(reader.is_same, reader.read) for reader in quick] == [(True, len(expected))] * 3
        backlog = served.rooms.queue(slow.sid)
        assert backlog.overflowed
        assert backlog.bytes_free == 0 or backlog.line.waiting <= BACKLOG_BYTES
        assert backlog.line.waiting <= BACKLOG_BYTES + 65_536
        eio_sid = served.rooms.server.manager.eio_sid_from_sid(slow.sid, "/")
        close_line(served.rooms.engine, eio_sid, at_once=True)
        slow.go_on()
        assert slow.is_same
        assert 0 < slow.read < len(expected)


def test_who_falls_behind_and_comes_back_misses_nothing() -> None:
    texts = [f"{number} " + "z" * (5_000 + number * 31 % 2_000) for number in range(2_000)]
    expected, number = stream(texts), 0
    with alone(**NEVER) as served, ExitStack() as stack:
        reader = Reader(served, expected, window=8_192)
        stack.callback(reader.shut)
        line = served.rooms.queue(reader.sid).line
        while line.waiting < BACKLOG_BYTES // 3:  # what the system itself keeps is full
            served.rooms.tell("r", "said", texts[number])
            loop().settle(PATIENCE)
            number += 1
        sent = len(stream(texts[: number + 50]))
        reader.go_on(sent // 3)
        for text in texts[number : number + 50]:
            served.rooms.tell("r", "said", text)
        reader.go_on(sent)
        assert (reader.is_same, reader.read) == (True, sent)
        wait_for(lambda: line.waiting == 0)
        assert not line.overflowed


def test_who_sends_faster_than_anybody_handles_has_to_wait() -> None:
    with alone(**NEVER) as served, ExitStack() as stack:
        taken, go_on = [], threading.Event()

        def take(_sid: str, number: int) -> None:
            go_on.wait(PATIENCE)
            taken.append(number)

        served.rooms.server.on("count", take)
        reader = Reader(served, b"")
        stack.callback(reader.shut)
        line = served.rooms.queue(reader.sid).line
        packets = [f'42["count",{number}]' for number in range(20_000)]
        sender = threading.Thread(target=reader.say, args=[packets])
        sender.start()
        wait_for(lambda: not line.reading)
        assert len(line._arrived) < 65_536 / len('42["count",1]')
        go_on.set()
        sender.join()
        wait_for(lambda: len(taken) == 20_000)
        assert taken == list(range(20_000))
        assert line.reading
