"""The cookies of signing in, as the API needs them: the pages' own, so that both know one browser alike."""

from __future__ import annotations

from typing import Any, Protocol

from flask import current_app

from network.people import SignedIn, Visit


class Cookies(Protocol):
    """What the composition root hands over: `web/cookies.py`."""

    def visit(self, shared_device: bool = False) -> Visit:
        """How this request came to the door."""

    def keep_signed_in(self, response: Any, signed_in: SignedIn) -> Any:
        """Put the secrets of a new session into the browser."""

    def forget(self, response: Any) -> Any:
        """Take the session out of the browser, and what pages kept there."""


def cookies() -> Cookies:
    """The running application's."""
    handed_over: Cookies = current_app.extensions["cookies"]
    return handed_over
