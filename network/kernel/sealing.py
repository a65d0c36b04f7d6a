"""Words that lie under a key of their own, itself under the server's: who destroys it destroys the words.

The server's part follows from the key file beside the database that nobody renews, so neither the database
nor its backup opens anything by itself. Loaded on the first seal: what it needs is heavy.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib
import os
from functools import cache
from typing import Any

from network.kernel import runtime

NONCE, KEY = 12, 32


def new_key(owner: str) -> bytes:
    """A new random key that is `owner`'s, closed by the server's."""
    return _closed(_server_key(), os.urandom(KEY), owner)


def seal(closed_key: bytes, owner: str, words: str) -> bytes:
    """Words under the owner's key; the same words never look alike. Raises ValueError where the key is not
    hers, or the server's key is another one by now."""
    return _closed(_opened(_server_key(), closed_key, owner), words.encode(), owner)


def unseal(closed_key: bytes, owner: str, sealed: bytes) -> str:
    """The words again. Raises ValueError where they were changed, are not the owner's, or the server's key is
    another one by now."""
    return _opened(_opened(_server_key(), closed_key, owner), sealed, owner).decode()


def _server_key() -> bytes:
    return hmac.new(runtime.current().audit_key, b"sealed words", hashlib.sha256).digest()


def _closed(key: bytes, content: bytes, owner: str) -> bytes:
    nonce = os.urandom(NONCE)
    made: bytes = _cipher()(key).encrypt(nonce, content, owner.encode())
    return nonce + made


def _opened(key: bytes, closed: bytes, owner: str) -> bytes:
    try:
        content: bytes = _cipher()(key).decrypt(closed[:NONCE], closed[NONCE:], owner.encode())
    except Exception as error:  # InvalidTag, or what is too short to be anything
        raise ValueError("not under this key") from error
    return content


@cache
def _cipher() -> Any:
    return importlib.import_module("cryptography.hazmat.primitives.ciphers.aead").AESGCM
