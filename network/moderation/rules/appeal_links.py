"""The link in a letter by which somebody asks to look at a measure again: which measure, sealed.

It needs no row: the measure is in it, the measure says whose it is, and what it opens ends with the time for
an appeal.
"""

from __future__ import annotations

import base64
import binascii
import uuid

PURPOSE = "appeal"
"""What the seal is derived for."""
_SEAL_BYTES = 16
_LENGTH = 16 + _SEAL_BYTES


def appeal_path(token: str) -> str:
    """The page on which a letter about a measure is answered."""
    return f"/appeal/{token}"


def written(sanction_id: str, seal: str) -> str:
    """The token of a measure; of `seal`, the keyed digest of its number in hex, it holds 128 bits."""
    content = uuid.UUID(sanction_id).bytes + bytes.fromhex(seal)[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def named_in(token: str) -> str | None:
    """The measure that a token names, whether its seal is right or not; None where it names none."""
    try:
        padded = token.encode() + b"=" * (-len(token) % 4)
        content = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return str(uuid.UUID(bytes=content[:16])) if len(content) == _LENGTH else None
