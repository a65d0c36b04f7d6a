"""The live channel: Socket.IO over the same faces that API and pages ask."""

from __future__ import annotations

from flask import Flask
from flask_socketio import SocketIO

from config import Settings


def create_socketio(app: Flask, settings: Settings) -> SocketIO:
    """Put the live channel on the application."""
    return SocketIO(app, async_mode="threading", cors_allowed_origins=[settings.base_url])
