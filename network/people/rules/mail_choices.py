"""Which letters people can do without, and which come in any case."""

from __future__ import annotations

MAILS = ("reminders", "notices", "digest")
"""Groups of letters that people choose about; everything else is about their account or was asked for."""
AT_ONCE, NONE = "at_once", "none"
WAYS = (AT_ONCE, NONE)
PURPOSE = "unsubscribe"
"""What the secret of the link that ends a group of letters is derived for."""


def end_path(mails: str, user_id: str, secret: str) -> str:
    """The page on which a group of letters is ended, and where a mail program ends it by itself."""
    return f"/mails/{mails}/{user_id}/{secret}"
