"""Names of built files: a logical name in, the address with the content's hash out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.headers import Headers

import orjson
from whitenoise import WhiteNoise

DIST = Path(__file__).parent / "static" / "dist"
PREFIX = "/static/"
FAVICON = "/favicon.ico"
"""Where browsers look for our sign when a page names none: a file, a feed, an answer in JSON."""
_HASHED = re.compile(r"\.[0-9A-Za-z]{8,}\.(?:css|js|svg|woff2|map)\Z")


@lru_cache(maxsize=1)
def _manifest(_modified: int) -> dict[str, str]:
    names: dict[str, str] = orjson.loads((DIST / "manifest.json").read_bytes())
    return names


def asset(name: str) -> str:
    """The address of a built file. Raises KeyError for a name that the build did not make."""
    return PREFIX + _manifest(_built_at(DIST))[name]


def built_file(name: str) -> str:
    """What stands in a built file. Raises KeyError for a name that the build did not make."""
    return (DIST / _manifest(_built_at(DIST))[name]).read_text("utf-8")


def is_immutable(_path: str, url: str) -> bool:
    """True for files whose name carries the hash of their content: they may be kept for ever."""
    return _HASHED.search(urlsplit(url).path) is not None


def add_headers(headers: Headers, _path: str, url: str) -> None:
    """What goes with every built file: it is what it says, and only our own pages load it."""
    if url == FAVICON:
        headers["Content-Type"] = "image/svg+xml"
        headers["Cache-Control"] = "max-age=86400, public"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


class BuiltFiles(WhiteNoise):
    """Hands out the built files in front of the application. It reads the folder once, and again when
    something is asked for that a later build made: nobody restarts a server for another style sheet."""

    files: dict[str, Any]

    def __init__(self, application: Any, folder: Path = DIST) -> None:
        self._folder, self._read = folder, 0
        super().__init__(
            application, immutable_file_test=is_immutable, allow_all_origins=False,
            add_headers_function=add_headers,
        )  # fmt: skip
        self._look()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX) and path not in self.files:
            self._look()
        answer: Iterable[bytes] = super().__call__(environ, start_response)
        return answer

    def _look(self) -> None:
        built = _built_at(self._folder)
        if built != self._read:
            self.files = {}
            self.add_files(self._folder, PREFIX)
            names: dict[str, str] = orjson.loads((self._folder / "manifest.json").read_bytes())
            if sign := names.get("icon.svg"):
                self.add_file_to_dictionary(FAVICON, str(self._folder / sign))
            self._read = built


def _built_at(folder: Path) -> int:
    return (folder / "manifest.json").stat().st_mtime_ns
