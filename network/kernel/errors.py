"""What can go wrong in the domain: five kinds with stable codes; situations are small subclasses elsewhere.

Each class carries its `code` and its `message`, an English sentence that surfaces translate and fill with the
error's `params`. No HTTP number stands here: each surface has its own table.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from network.kernel.translation import mark as _


class DomainError(Exception):
    """The root; never raised itself."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = ""

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params


class NotFound(DomainError):
    """Unknown, or not visible to the one who asks: both look the same."""

    code = "not_found"
    message = _("This does not exist, or it is not open to you.")


class Forbidden(DomainError):
    """Visible, but not allowed."""

    code = "forbidden"
    message = _("You may not do this.")


class Conflict(DomainError):
    """Allowed in itself, but not in the current state."""

    code = "conflict"
    message = _("This is not possible right now.")


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field: an English sentence to be translated, and what fills it."""

    message: str
    params: Mapping[str, Any]

    @classmethod
    def of(cls, message: str, **params: Any) -> FieldFault:
        """A fault whose sentence is filled with `params`."""
        return cls(message, params)


class Invalid(DomainError):
    """What was sent cannot be taken. `faults` names each field and what is wrong with it."""

    code = "validation_failed"
    message = _("Please look at the marked fields again.")

    def __init__(self, faults: Mapping[str, FieldFault] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self.faults = dict(faults or {})


class TooMany(DomainError):
    """Too often; `retry_after` says in how many seconds it may be tried again."""

    code = "too_many_requests"
    message = _("That was too often. Please wait a moment.")

    def __init__(self, retry_after: int, **params: Any) -> None:
        super().__init__(**params)
        self.retry_after = max(1, retry_after)


class Unauthenticated(DomainError):
    """Nobody is signed in. A surface's word for a refusal that signing in could lift."""

    code = "not_signed_in"
    message = _("Please sign in first.")


class ProofRequired(Forbidden):
    """A weighty act, and the last proof of identity is older than an hour."""

    code = "proof_required"
    message = _("Please show once more that it is you.")


class SecondFactorNeeded(Forbidden):
    """A weighty act; who runs the platform or acts for an organisation needs a second factor for it."""

    code = "second_factor_needed"
    message = _("For this you need a second factor. Please set one up first, under your profile.")


class InsufficientScope(Forbidden):
    """The bearer token does not carry the scope that this takes."""

    code = "insufficient_scope"
    message = _("This token does not allow that.")


class VersionConflict(Conflict):
    """Somebody else changed the thing in the meantime; `current` is what it looks like now."""

    code = "version_conflict"
    message = _("Somebody changed this in the meantime. Please look at it again.")

    def __init__(self, current: Mapping[str, Any] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self.current = current


class InvalidTransition(Conflict):
    """The thing's state does not allow this step."""

    code = "invalid_transition"
    message = _("This step is not possible in the current state.")


class FeatureOff(Conflict):
    """The network has this feature switched off."""

    code = "feature_off"
    message = _("Your network does not use this.")


class IdempotencyConflict(Conflict):
    """The same key came with another content."""

    code = "idempotency_conflict"
    message = _("This key was already used for something else.")


class DatabaseBusy(Exception):
    """The database did not take the write in time; nothing was changed, trying again helps."""


class StorageFull(Exception):
    """There is no room left on the disk; nothing was changed."""


def is_full(error: Exception) -> bool:
    """True when a file took nothing more: no room on the disk, none for this user, none for this file."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
