"""Ports for the servers of tests."""

from __future__ import annotations

import random
import socket

_OURS = range(12_000, 30_000)
"""Below those that a system gives to connections that go out: one of these could take a port between the
moment when it is found free and that when its server listens."""

_chance = random.SystemRandom()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    while True:
        port = _chance.choice(_OURS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
