"""How many threads live connections may hold at once, so that pages and operations always find one.

A thread serves one live connection that polls, for as long as it waits. Whoever comes beyond the share is
told to come back; nothing is lost by that, because all that the live channel tells can be fetched.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

RETRY_SECONDS = 10
_BODY = b'{"code":"busy"}'


class LiveReserve:
    """Stands in front of the application and counts who is inside under `path`."""

    def __init__(self, application: Application, path: str, most: int) -> None:
        self._application, self._path, self._most = application, path, most
        self._lock = threading.Lock()
        self.inside = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != self._path and not path.startswith(f"{self._path}/"):
            return self._application(environ, start_response)
        with self._lock:
            if self.inside >= self._most:
                return self._turn_away(start_response)
            self.inside += 1
        try:
            # The answer of a live connection is whole when the call is over.
            return self._application(environ, start_response)
        finally:
            with self._lock:
                self.inside -= 1

    @staticmethod
    def _turn_away(start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = [
            ("Content-Type", "application/json"), ("Content-Length", str(len(_BODY))),
            ("Retry-After", str(RETRY_SECONDS)), ("Cache-Control", "no-store"),
        ]  # fmt: skip
        start_response("503 Service Unavailable", headers)
        return [_BODY]
