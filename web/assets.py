"""Names of built files: a logical name in, the address with the content's hash out."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.headers import Headers

import orjson

DIST = Path(__file__).parent / "static" / "dist"
_HASHED = re.compile(r"\.[0-9A-Za-z]{8,}\.(?:css|js|svg|woff2|map)\Z")


@lru_cache(maxsize=1)
def _manifest(_modified: int) -> dict[str, str]:
    names: dict[str, str] = orjson.loads((DIST / "manifest.json").read_bytes())
    return names


def asset(name: str) -> str:
    """The address of a built file. Raises KeyError for a name that the build did not make."""
    return "/static/" + _manifest((DIST / "manifest.json").stat().st_mtime_ns)[name]


def is_immutable(_path: str, url: str) -> bool:
    """True for files whose name carries the hash of their content: they may be kept for ever."""
    return _HASHED.search(urlsplit(url).path) is not None


def add_headers(headers: Headers, _path: str, _url: str) -> None:
    """What goes with every built file: it is what it says, and only our own pages load it."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
