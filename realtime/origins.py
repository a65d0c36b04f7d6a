"""Who may open a line at all: our own pages by their Origin, and programs that bring a token and no cookie.

Another site's page could otherwise use the visitor's cookie (trust, A1). Asked before a session id is given
out, on both transports; no forwarded header is believed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson
from werkzeug.http import parse_cookie

from network.kernel.failures import count_failure
from network.kernel.throttle import TokenBuckets, subscriber_of
from realtime.settings import PATH, Settings

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_SEPARATOR = b"\x1e"
_MOST_PACKETS = 16
_WAITING = {429: "1", 503: "10"}  # seconds; the pages ask again by themselves
_STATUS = {400: "400 Bad Request", 413: "413 Content Too Large", 429: "429 Too Many Requests",
           503: "503 Service Unavailable"}  # fmt: skip


class OriginGuard:
    """Stands in front of the application and turns away what must not reach the live channel."""

    def __init__(
        self, application: Application, settings: Settings, is_full: Callable[[], bool] = lambda: False
    ) -> None:
        self._application, self._is_full = application, is_full
        self._settings = settings
        self._allowed = settings.origins
        self._handshakes = TokenBuckets(settings.handshakes_per_minute, settings.handshakes_per_minute)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != PATH and not path.startswith(f"{PATH}/"):
            return self._application(environ, start_response)
        refusal = self._refusal(environ)
        if refusal is not None:
            return _refuse(start_response, *refusal)
        # Compressing each frame costs twice the CPU and memory of what it saves here.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return self._application(environ, start_response)

    def _refusal(self, environ: dict[str, Any]) -> tuple[int, str] | None:
        origin = _once(environ.get("HTTP_ORIGIN"))
        if origin is not None:
            environ["HTTP_ORIGIN"] = origin
        if origin is not None and origin not in self._allowed:
            return 400, "origin_not_allowed"
        if origin is None and self._settings.cookie_name in parse_cookie(environ):
            return 400, "origin_missing"
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if "j" in query:
            return 400, "malformed"
        limited = "sid" not in query and self._settings.rate_limits != "off"
        if limited and self._handshakes.wait(subscriber_of(environ.get("REMOTE_ADDR"))) > 0:
            return 429, "too_many_requests"
        if limited and self._is_full():
            count_failure("connections_full")
            return 503, "busy"
        if environ.get("REQUEST_METHOD") == "POST":
            return self._fault_in_body(environ)
        return None

    def _fault_in_body(self, environ: dict[str, Any]) -> tuple[int, str] | None:
        """Read what was posted for long polling: packets of text, and not too many of them."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > self._settings.socket_message_max_bytes:
            return 413, "too_large"
        body = environ["wsgi.input"].read(int(length))
        packets = body.split(_SEPARATOR)
        if len(packets) > _MOST_PACKETS or not all(packet[:1] in _KINDS for packet in packets):
            return 400, "malformed"
        try:
            body.decode()
        except UnicodeDecodeError:
            return 400, "malformed"
        environ["wsgi.input"] = io.BytesIO(body)
        return None


_KINDS = (b"1", b"2", b"3", b"4")


def _refuse(start_response: StartResponse, status: int, code: str) -> Iterable[bytes]:
    body = orjson.dumps({"code": code})
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if status in _WAITING:
        headers.append(("Retry-After", _WAITING[status]))
    start_response(_STATUS[status], headers)
    return [body]


def _once(origin: str | None) -> str | None:
    """A client that names its own origin although its library does so too sends it twice: that is one."""
    if origin is None:
        return None
    parts = {part.strip() for part in origin.split(",")}
    return parts.pop() if len(parts) == 1 else origin
