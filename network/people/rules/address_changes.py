"""How long the links of a change of address count, and how often one may be asked for."""

from __future__ import annotations

from datetime import timedelta

CONFIRM = "address-change"
"""What the secret of the link to the new address is derived for."""
UNDO = "address-change-undo"
"""What that of the link to the old address is derived for."""
CONFIRM_WITHIN = timedelta(days=1)
UNDO_WITHIN = timedelta(days=7)
CHANGES_PER_HOUR = 3
CHANGES_PER_DAY = 5


def confirm_path(secret: str) -> str:
    """The page on which the new address is confirmed."""
    return f"/address/{secret}"


def undo_path(secret: str) -> str:
    """The page on which the old address is taken back."""
    return f"/address/{secret}/undo"
