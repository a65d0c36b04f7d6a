"""The live channel: Socket.IO over the same faces that API and pages ask."""

from __future__ import annotations

from flask import Flask
from flask_socketio import SocketIO

from realtime.discussions import EVENTS
from realtime.live import Live
from realtime.origins import OriginGuard
from realtime.settings import PATH, Settings
from realtime.transport import Codec, bound


def create_socketio(app: Flask, settings: Settings) -> SocketIO:
    """Put the live channel on the application: `app.extensions["socketio"]`, and `["live"]` for what it
    holds. Events of one socket are handled one after the other, so that they keep their order."""
    socketio = SocketIO(
        app,
        path=PATH,
        async_mode="threading",
        async_handlers=False,
        cookie=None,
        cors_allowed_origins=sorted(settings.origins),
        json=Codec,
        manage_session=False,
        max_http_buffer_size=settings.socket_message_max_bytes,
        http_compression=False,
    )
    bound(socketio.server.eio, settings.socket_message_max_bytes, settings.live_transport)
    live = app.extensions["live"] = Live(socketio, settings, EVENTS)
    app.wsgi_app = OriginGuard(app.wsgi_app, settings, live.is_full)  # type: ignore[method-assign]
    return socketio


__all__ = ["EVENTS", "Live", "create_socketio"]
