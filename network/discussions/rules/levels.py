"""How much somebody can want to hear of a place."""

from __future__ import annotations

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

ALL, MENTIONS, MUTED = "all", "mentions", "muted"
LEVELS = (ALL, MENTIONS, MUTED)
"""Everything; only where she is named or answered; nothing."""


def check_level(level: str | None) -> str | None:
    """The level, or None for whatever holds around the place. Raises Invalid."""
    if level is not None and level not in LEVELS:
        raise Invalid({"level": FieldFault.of(_("Please choose how much you want to hear."))})
    return level
