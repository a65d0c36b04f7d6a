"""What every answer carries, also one that no page and no operation gave: built files, the live channel, what
was turned away before it came in. ASVS 5.0 V3.4."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
"""A year, as ASVS 3.4.1 asks; sent where people come by https."""

ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    # What may be kept says so itself; everything else is somebody's.
    ("Cache-Control", "no-store"),
)


class Edges:
    """The outermost layer: adds what an answer lacks and changes nothing that it has."""

    def __init__(self, application: Application, *, is_https: bool) -> None:
        self._application = application
        self._headers = [(name.lower(), (name, value)) for name, value in ALWAYS]
        if is_https:
            self._headers.append((TRANSPORT[0].lower(), TRANSPORT))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            there = {name.lower() for name, _ in headers}
            missing = [header for name, header in self._headers if name not in there]
            return start_response(status, [*headers, *missing], *more)

        return self._application(environ, start)
