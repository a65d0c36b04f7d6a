"""The link in a letter by which somebody answers a decision: whose it is and about what, sealed.

It needs no row: whom it stands for and the decision are in it, and what it opens ends with the decision.
"""

from __future__ import annotations

import base64
import binascii
import uuid

PURPOSE = "decision answer"
"""What the seal is derived for."""
_SEAL_BYTES = 16
_LENGTH = 16 + 16 + _SEAL_BYTES


def answer_path(token: str) -> str:
    """The short page on which a letter is answered."""
    return f"/d/{token}"


def written(user_id: str, decision_id: str, seal: str) -> str:
    """The token of a person and a decision; of `seal`, the keyed digest of both in hex, it holds 128 bits."""
    content = uuid.UUID(user_id).bytes + uuid.UUID(decision_id).bytes + bytes.fromhex(seal)[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(content).decode()


def named_in(token: str) -> tuple[str, str] | None:
    """The person and the decision that a token names, whether its seal is right or not; None where it names
    none."""
    try:
        content = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) != _LENGTH:
        return None
    return str(uuid.UUID(bytes=content[:16])), str(uuid.UUID(bytes=content[16:32]))
