"""How passwords are hashed and compared: argon2id in a pool of two, and never while a write is open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from network.kernel.errors import TooMany
from network.kernel.transaction import unit_of_work
from network.people.rules.passwords import clean_password

# OWASP's smaller profile: 37 ms here, where argon2-cffi's own figures take 211 (trust.md §0.8).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

POOL = 2
PATIENCE_SECONDS = 10.0
_slots = threading.BoundedSemaphore(POOL)


class HashingInsideWrite(RuntimeError):
    """A password would be hashed while a command holds the database's write lock: an error of the
    programme. Hash first, then open the command."""


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Wait for one of the two places at which passwords are hashed, without holding a connection while
    waiting. Raises TooMany when so many wait that none comes free in time."""
    with unit_of_work() as unit:
        if unit.writing:
            raise HashingInsideWrite()
        unit.session.rollback()
        if not _slots.acquire(timeout=PATIENCE_SECONDS):
            raise TooMany(retry_after=5)
        try:
            yield
        finally:
            _slots.release()


def hash_password(password: str) -> str:
    """The hash under which a password is kept; `check_password` is the caller's. Takes some 40 ms, so it
    is refused (HashingInsideWrite) within a command."""
    with hashing_slot():
        return hash_in_slot(password)


def hash_in_slot(password: str) -> str:
    """`hash_password` for whoever already has a slot."""
    return _HASHER.hash(_encoded(password))


def fits_in_slot(password: str, password_hash: str | None) -> bool:
    """True when the password is the one that was hashed. Where there is no hash it costs the same time as
    where there is one (A19). Only within `hashing_slot`."""
    try:
        _HASHER.verify(password_hash or _nobodys_hash(), _encoded(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """True when a hash was made with other figures than today's."""
    return _HASHER.check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _HASHER.hash("the password of nobody")


def _encoded(password: str) -> bytes:
    # Half a character pair can be typed by no keyboard but sent by a programme: wrong, not an error.
    return clean_password(password).encode("utf-8", "surrogatepass")
