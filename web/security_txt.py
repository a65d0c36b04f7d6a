"""`/.well-known/security.txt`: whom to tell about a hole, in the form of RFC 9116."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import quote

from flask import Flask, Response

from config import Settings
from network.kernel import runtime
from network.kernel.translation import LANGUAGES

GOOD_FOR = timedelta(days=180)
"""RFC 9116 advises less than a year; computed anew each day, it never runs out on a living server."""


def install(app: Flask, settings: Settings) -> None:
    """Answer to everybody, signed in or not."""

    @app.get("/.well-known/security.txt")
    def security_txt() -> Response:
        midnight = runtime.current().clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        lines = (
            f"Contact: {contact(settings)}",
            f"Expires: {midnight + GOOD_FOR:%Y-%m-%dT%H:%M:%SZ}",
            f"Preferred-Languages: {', '.join(LANGUAGES)}",
            f"Canonical: {settings.base_url}/.well-known/security.txt",
        )
        return Response("\n".join((*lines, "")), content_type="text/plain; charset=utf-8")


def contact(settings: Settings) -> str:
    """The setting as an address of the web, `mailto:` for one of mail; that of our mail's sender where
    nothing is set."""
    said = settings.security_contact or parseaddr(settings.mail_from)[1]
    if said.startswith(("https://", "mailto:", "tel:")):
        return said
    return f"mailto:{quote(said, safe='@')}"
