"""How an account goes: switched off while it can still be taken back, then without a name for good."""

from __future__ import annotations

from network.kernel.errors import Unauthenticated
from network.kernel.translation import mark as _
from network.kernel.translation import reading_language, translate

ERASING, ERASED = "erasing", "erased"
"""The states of an account that waits to be erased, and of one that was."""

TAKE_BACK = "erasure"
"""What the secret in the link is for."""

FORMER_MEMBER = _("Former member")


class ErasureWaiting(Unauthenticated):
    """Code or password fit, but the account is off: it is erased at `erases_at` unless its owner takes that
    back with the secret `take_back`."""

    code = "erasure_waiting"
    message = _("This account is switched off and will be erased. You can still take that back.")


def shown_name(name: str, language: str | None = None) -> str:
    """What somebody is called: her name, or that she is gone, in `language` or in that of whoever reads."""
    if name:
        return name
    spoken = language or reading_language()
    return translate(spoken, FORMER_MEMBER)


def take_back_path(secret: str) -> str:
    """Where the link leads by which an erasure is taken back."""
    return f"/erasure/{secret}"
