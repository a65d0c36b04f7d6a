"""Decides which answers travel compressed: pages and JSON to our own visitors, as brotli or gzip.

Our pages carry secrets (the tokens against forged forms), and some repeat what stood in the address: whoever
makes a browser ask again and again, and sees how long the answers are, could guess at them (BREACH). Such
requests come from another site's page, and no person has tapped for each of them. The session's cookie does
not travel with them except when the whole window goes there (SameSite=Lax), and what another site asked for
without a tap is not compressed here. A form's token also has another signature each second, and is worth
nothing without it.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping

import brotli  # type: ignore[import-untyped]
from flask import Flask, Response, request

SMALLEST = 500
"""Bytes below which the headers weigh more than what is saved."""

QUALITY = 5
"""Of brotli's 11: a page of 50 kB in 0.7 ms; the next step up saves nothing, and 11 takes 50 ms."""

KINDS = frozenset({"text/html", "application/json", "application/problem+json", "text/csv", "image/svg+xml"})


def _brotli(data: bytes) -> bytes:
    packed: bytes = brotli.compress(data, mode=brotli.MODE_TEXT, quality=QUALITY)
    return packed


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=QUALITY, mtime=0)


WAYS: Mapping[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}
"""The better first."""


def install(app: Flask) -> None:
    """Compress what is worth it and is no stream."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in KINDS or response.is_streamed or response.direct_passthrough:
            return response
        response.vary.add("Accept-Encoding")
        if "Content-Encoding" in response.headers or _asked_by_another_site():
            return response
        way = next((name for name in WAYS if request.accept_encodings[name] > 0), None)
        if way is None or len(response.get_data()) < SMALLEST:
            return response
        response.set_data(WAYS[way](response.get_data()))
        response.headers["Content-Encoding"] = way
        etag, is_weak = response.get_etag()
        if etag is not None and not is_weak:
            response.set_etag(etag, weak=True)
        return response


def _asked_by_another_site() -> bool:
    headers = request.headers
    from_elsewhere = headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    return from_elsewhere and headers.get("Sec-Fetch-User") != "?1"
