"""What an acknowledgement says when something was refused: one table from the domain's errors to codes."""

from __future__ import annotations

from typing import Any

import structlog
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError

from network.kernel.errors import (
    DatabaseBusy,
    DomainError,
    Invalid,
    StorageFull,
    TooMany,
    VersionConflict,
)
from network.kernel.translation import translate

log = structlog.get_logger("realtime")

Ack = dict[str, Any]


def refused(code: str, *, retryable: bool = False, **more: Any) -> Ack:
    """An acknowledgement that says no."""
    return {"ok": False, "code": code, "retryable": retryable, **more}


def refusal_of(error: Exception, language: str) -> Ack:
    """How an exception is acknowledged: `code`, whether trying again helps, the sentence in the person's
    language, and what is known of the state. Only an error of ours is logged."""
    if isinstance(error, DomainError):
        return {**refused(error.code), **_details(error, language)}
    if isinstance(error, ValidationError):
        return refused("validation_failed", errors=error.normalized_messages())
    if isinstance(error, DatabaseBusy | OperationalError):
        return refused("database_busy", retryable=True)
    if isinstance(error, StorageFull):
        return refused("storage_full", retryable=True)
    log.exception("socket_event_failed", exc_info=error)
    return refused("internal_error", retryable=True)


def _details(error: DomainError, language: str) -> Ack:
    details: Ack = {"message": translate(language, error.message, error.params or None)}
    if "state" in error.params:
        details["state"] = error.params["state"]
    if isinstance(error, TooMany):
        details |= {"retryable": True, "retry_after": error.retry_after}
    if isinstance(error, VersionConflict) and error.current is not None:
        details["current"] = error.current
    if isinstance(error, Invalid):
        details["errors"] = {
            name: [translate(language, fault.message, fault.params)] for name, fault in error.faults.items()
        }
    return details
