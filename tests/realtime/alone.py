"""The transport alone: rooms without rules, people or a database, served in this process or by gunicorn."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from werkzeug.serving import make_server

from config import Settings
from realtime.settings import PATH
from realtime.transport import Codec, bound, end_all, kept_of, tell
from web.serving import serve_web

LONGEST = 65_536


class Rooms:
    """Who joined which room hears what is said there. What the live channel does with lines, without its
    rules."""

    def __init__(self, app: Flask, kind: str, **options: Any) -> None:
        socketio = SocketIO(
            app,
            path=PATH,
            async_mode="threading",
            async_handlers=False,
            cookie=None,
            cors_allowed_origins=[],
            json=Codec,
            manage_session=False,
            max_http_buffer_size=LONGEST,
            http_compression=False,
            **options,
        )
        self.server = socketio.server
        self.engine = self.server.eio
        bound(self.engine, LONGEST, kind)
        self.said = 0
        self._rooms: dict[str, set[str]] = {}
        self._lock = threading.Lock()
        self._note_open = self.engine.handlers["connect"]
        self._note_closed = self.engine.handlers["disconnect"]
        self.engine.on("connect", lambda eio_sid, environ: self._note_open(eio_sid, kept_of(environ)))
        self.engine.on("disconnect", self._closed)
        self.server.on("join", self._join)
        self.server.on("say", self._say)
        self.server.on("back", lambda _sid, *data: data)

    def tell(self, room: str, event: str, data: Any) -> None:
        """Send an event to all in a room, as the live channel does."""
        with self._lock:
            lines = list(self._rooms.get(room, ()))
        tell(self.engine, lines, f"2{Codec.dumps([event, data])}")

    def queue(self, sid: str) -> Any:
        """What waits for one connection."""
        return self.engine.sockets[self.server.manager.eio_sid_from_sid(sid, "/")].queue

    def close(self) -> None:
        """End every line, as the live channel does."""
        end_all(self.engine)

    def _closed(self, eio_sid: str, reason: Any) -> Any:
        self.engine.sockets.pop(eio_sid, None)
        with self._lock:
            for members in self._rooms.values():
                members.discard(eio_sid)
        return self._note_closed(eio_sid, reason)

    def _join(self, sid: str, room: str) -> str:
        with self._lock:
            self._rooms.setdefault(room, set()).add(self.server.manager.eio_sid_from_sid(sid, "/"))
        return sid

    def _say(self, _sid: str, data: dict[str, Any]) -> None:
        with self._lock:
            self.said += 1
            number = self.said
        author = {"id": 4, "name": "Ada Lovelace", "avatar": "/a/4.png"}
        more = {"id": number, "author": author, "at": "2026-11-22T13:32:01.123456Z", "reactions": []}
        self.tell(data["room"], "said", data | more)


def make_rooms(kind: str, **options: Any) -> Flask:
    """The application; `app.extensions["live"]` holds its rooms."""
    app = Flask("rooms")
    app.extensions["live"] = Rooms(app, kind, **options)
    app.add_url_rule("/healthz", view_func=lambda: "ok")
    return app


@dataclass
class Alone:
    """Rooms on a real port of this process."""

    rooms: Rooms
    port: int

    @property
    def url(self) -> str:
        """Where they are."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def alone(kind: str = "lines", **options: Any) -> Iterator[Alone]:
    """Serve rooms in threads until the block ends."""
    app = make_rooms(kind, **options)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Alone(app.extensions["live"], server.server_port)
    finally:
        app.extensions["live"].close()
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    """Serve rooms as the product is served: gunicorn, one process, on a port, by a kind of transport."""
    port, kind = sys.argv[1:3]
    with tempfile.TemporaryDirectory(prefix="mentornet-rooms-") as folder:
        settings = Settings(data_dir=Path(folder), port=int(port), log_level="WARNING")
        serve_web(settings, lambda _settings: make_rooms(kind))


if __name__ == "__main__":
    main()
