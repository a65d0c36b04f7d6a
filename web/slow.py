"""What a page says about slow mode: how long is chosen, how long somebody waits."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from flask_babel import gettext as _

from network.kernel import runtime

CHOICES = (0, 10, 30, 60, 300, 900, 3600)
"""Seconds that a page offers; over the API it may be any number."""


def span(seconds: int) -> str:
    """A short span of time: 30 s, 5 min, 1 h."""
    if seconds < 60 or seconds % 60:
        return _("%(number)s s", number=seconds)
    if seconds < 3600 or seconds % 3600:
        return _("%(number)s min", number=seconds // 60)
    return _("%(number)s h", number=seconds // 3600)


def seconds_left(room: Mapping[str, Any]) -> int:
    """So many seconds the reader still waits before she can write in a room."""
    again = room["writes_again_at"]
    return 0 if again is None else max(0, ceil((again - runtime.current().clock.now()).total_seconds()))
