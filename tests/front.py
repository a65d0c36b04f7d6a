"""A little sticky front for two workers on one machine: who has a session stays with one of them, as behind
nginx (deploy/many), whose place it takes where nobody wants to install it."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
import zlib
from collections.abc import Sequence

LONGEST_HEAD = 65_536
SESSION = re.compile(rb"(?:^|;\s*)(?:__Host-)?mentornet_session=([^;\s]+)")


class Front(socketserver.ThreadingTCPServer):
    """Hands each request on to the worker of its person; the next one is asked when that one is gone."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, port: int, workers: Sequence[int]) -> None:
        self.workers = workers
        super().__init__(("127.0.0.1", port), _Visit)


class _Visit(socketserver.BaseRequestHandler):
    server: Front

    def handle(self) -> None:
        head, rest = self._read_head()
        if not head:
            return
        worker = self._reach(_person(head, self.client_address[0]))
        if worker is None:
            self.request.sendall(
                b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            return
        with worker:
            worker.sendall(_alone(head) + rest)
            back = threading.Thread(target=_pour, args=(worker, self.request), daemon=True)
            back.start()
            _pour(self.request, worker)
            back.join()

    def _read_head(self) -> tuple[bytes, bytes]:
        read = b""
        while b"\r\n\r\n" not in read and len(read) < LONGEST_HEAD:
            more = self.request.recv(LONGEST_HEAD)
            if not more:
                return b"", b""
            read += more
        head, _, rest = read.partition(b"\r\n\r\n")
        return head, rest

    def _reach(self, person: bytes) -> socket.socket | None:
        ports = list(self.server.workers)
        first = zlib.crc32(person) % len(ports)
        for port in ports[first:] + ports[:first]:
            try:
                return socket.create_connection(("127.0.0.1", port))
            except ConnectionRefusedError:
                continue
        return None


def _person(head: bytes, address: str) -> bytes:
    cookies = re.search(rb"(?im)^cookie:\s*(.+?)\r?$", head)
    session = SESSION.search(cookies[1]) if cookies else None
    return session[1] if session else address.encode()


def _alone(head: bytes) -> bytes:
    """The head of a request that is the only one on its connection: the next may be another person's."""
    if re.search(rb"(?im)^upgrade:", head):
        return head + b"\r\n\r\n"
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n"


def _pour(source: socket.socket, into: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            into.sendall(data)
    with contextlib.suppress(OSError):
        into.shutdown(socket.SHUT_WR)
