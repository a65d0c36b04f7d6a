"""How long somebody who wants to be erased can still take it back."""

from __future__ import annotations

from datetime import datetime, timedelta

WAIT = timedelta(days=7)
"""Trust.md, D.1."""


def erases_at(now: datetime, *, at_once: bool) -> datetime:
    """When the account is erased that somebody wants to be erased now."""
    return now if at_once else now + WAIT
