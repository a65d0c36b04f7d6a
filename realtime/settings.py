"""What the live channel must be told, and the figures that nobody sets."""

from __future__ import annotations

from typing import Protocol

PATH = "/socket.io"
PACKETS = "12345"  # the first signs of what a client of Engine.IO may send
BACKLOG_PACKETS = 1_000  # waiting for one slow reader
BACKLOG_BYTES = 1_048_576
MEMORY_OF_EACH = 131_072  # bytes of the machine for each connection; 7 kB measured, more for slow readers
CATCH_UP = 500  # events that a subscription brings; who is further behind fetches afresh
SCOPES_PER_SOCKET = 200
SCOPES_AT_ONCE = 100
SECONDS_TO_CONNECT = 8  # an open line on which nobody says who she is, is closed (trust, A2: within 10)
SECONDS_TO_UPGRADE = 8  # a websocket that is to take a polling line over, and does not, is closed
HEADS_EVERY = 30.0
SWEEP_EVERY = 60.0
TRY_AGAIN_AFTER = 1.0  # a connection whose rights could not be looked up
TAIL_EVERY = 0.4  # how soon what another process did is seen here
FLOOD = 3  # so many times over its rate, a socket is closed


class Settings(Protocol):
    """The settings that the live channel reads; `config.Settings` has them."""

    @property
    def base_url(self) -> str: ...
    @property
    def redis_url(self) -> str: ...
    @property
    def origins(self) -> frozenset[str]: ...
    @property
    def cookie_name(self) -> str: ...
    @property
    def rate_limits(self) -> str: ...
    @property
    def live_transport(self) -> str: ...
    @property
    def socket_message_max_bytes(self) -> int: ...
    @property
    def socket_events_per_second(self) -> int: ...
    @property
    def socket_events_burst(self) -> int: ...
    @property
    def sockets_per_process(self) -> int: ...
    @property
    def sockets_per_person(self) -> int: ...
    @property
    def handshakes_per_minute(self) -> int: ...
