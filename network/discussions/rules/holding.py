"""How long a first message waits at most, and what it cannot carry."""

from __future__ import annotations

from datetime import datetime, timedelta

from network.kernel.errors import Conflict
from network.kernel.translation import mark as _

LONGEST = timedelta(hours=48)
"""Then it is let through by itself: where nobody looks, nobody is silenced (decision 26)."""

KEPT = timedelta(days=30)
"""What cannot appear by then, because its place is closed or its author gone, is forgotten."""


class FilesLater(Conflict):
    """A first message that waits carries no files: whoever looks at it could not see them."""

    code = "files_later"
    message = _(
        "Before others see your first message here, somebody looks at it. Please send it without files, and "
        "the files later."
    )


class HeldStays(Conflict):
    """The message cannot appear now: its place is closed, or its author may not speak there any more."""

    code = "held_stays"
    message = _("It cannot appear now: the conversation is closed, or its author is not there any more.")


def held_until(now: datetime) -> datetime:
    """When a message that is held now is let through by itself."""
    return now + LONGEST
