"""New ids and secrets: UUIDv7 for things, v4 where time would tell, links and codes derived from the key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import uuid
from datetime import UTC, datetime

import uuid_utils

from network.kernel import runtime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


def new_id() -> str:
    """A UUIDv7 by the server's clock, so that ids sort by the time at which they were made."""
    since = runtime.current().clock.now() - _EPOCH
    nanoseconds = ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000
    return str(uuid_utils.uuid7(nanoseconds=nanoseconds))


def new_untimed_id() -> str:
    """A UUIDv4: for what must not tell when it was made."""
    return str(uuid.uuid4())


def is_id(text: str) -> bool:
    """True for the one written form of an id: lower case, with hyphens."""
    return _UUID.match(text) is not None


def new_secret() -> str:
    """256 random bits for a cookie or token, safe in a URL."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """The form in which a random secret is stored: SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def derived_secret(purpose: str, subject: str) -> str:
    """A 256-bit link secret bound to the server's key: the outbox need not hold it, nor the database."""
    return base64.urlsafe_b64encode(_keyed(purpose, subject)).rstrip(b"=").decode()


def derived_code(purpose: str, subject: str) -> str:
    """Six digits bound to the server's key."""
    return f"{int.from_bytes(_keyed(purpose, subject)[:8], 'big') % 1_000_000:06d}"


def keyed_digest(purpose: str, subject: str) -> str:
    """A digest that nobody without the server's key can compute, in hex."""
    return _keyed(purpose, subject).hex()


def same_secret(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _keyed(purpose: str, subject: str) -> bytes:
    key = runtime.current().secret_key
    return hmac.new(key, f"{purpose}\0{subject}".encode(), hashlib.sha256).digest()
