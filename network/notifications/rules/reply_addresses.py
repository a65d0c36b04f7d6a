"""The address to which a letter is answered: whose notice it is about, sealed with the server's key.

The notice is one person's and about one message, so the address needs to hold nothing else. A mailbox has at
most 64 octets before the `@` (RFC 5321), in letters that mail servers may turn into small ones.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import timedelta

PURPOSE = "reply address"
COUNTS = timedelta(days=30)
"""So long after the notice a letter can be answered."""

TOKEN = "[a-z2-7]{42}"  # noqa: S105 - the shape of one
"""As it stands in an address, in small letters."""

_SEAL_BYTES = 10


def written(notice_id: str, seal: str) -> str:
    """The token of a notice; of `seal`, the keyed digest of its id in hex, it holds 80 bits."""
    content = uuid.UUID(notice_id).bytes + bytes.fromhex(seal)[:_SEAL_BYTES]
    return base64.b32encode(content).decode().rstrip("=").lower()


def notice_in(token: str) -> str | None:
    """The id of the notice that a token names, whether its seal is right or not; None where it names none."""
    try:
        content = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    return str(uuid.UUID(bytes=content[:16])) if len(content) == 16 + _SEAL_BYTES else None


def address_with(reply_address: str, token: str) -> str:
    """`reply@mentors.example` as the address of one letter."""
    local, _, domain = reply_address.rpartition("@")
    return f"{local}+{token}@{domain}"
