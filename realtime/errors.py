"""What an acknowledgement says when something was refused: one table from the domain's errors to codes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
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
from network.kernel.translation import mark as _
from network.kernel.translation import translate

log = structlog.get_logger("realtime")

Ack = dict[str, Any]

SENTENCES = {
    "malformed": _("This request could not be read."),
    "unknown_event": _("There is no such event."),
    "not_signed_in": _("Please sign in first."),
    "validation_failed": _("Please look at the marked fields again."),
    "too_many_requests": _("That was too often. Please wait a moment."),
    "database_busy": _("There is a lot going on right now. Please try again in a moment."),
    "storage_full": _("There is no room left to store this. The operator has been told."),
    "internal_error": _("Something went wrong on our side. Please tell us this number: %(request_id)s"),
}
"""What the live channel refuses by itself, in the source's words."""

# What the schema library says, and what we say instead.
_OF_SCHEMAS = {
    "Missing data for required field.": _("This is needed."),
    "Field may not be null.": _("This is needed."),
    "Unknown field.": _("There is no such field."),
    "Not a valid string.": _("This must be text."),
    "Not a valid integer.": _("This must be a whole number."),
    "Number too large.": _("This number is too large."),
    "Not a valid list.": _("This must be a list."),
    "Not a valid mapping type.": _("This must be an object."),
    "Invalid input type.": _("This must be an object."),
}

_NO_FIELDS = ("key", "value", "_schema")
"""The library's words for the halves of what a mapping holds, and for the whole of it."""


def refused(code: str, language: str, *, retryable: bool = False, **more: Any) -> Ack:
    """An acknowledgement that says no: `code`, whether trying again helps, the sentence in `language`."""
    message = translate(language, SENTENCES[code], more or None)
    return {"ok": False, "code": code, "retryable": retryable, "message": message, **more}


def refusal_of(error: Exception, language: str) -> Ack:
    """How an exception is acknowledged: as `refused` says, and what is known of the state. Only an error of
    ours is logged, under the number that the answer shows."""
    if isinstance(error, DomainError):
        return {"ok": False, "code": error.code, "retryable": False, **_details(error, language)}
    if isinstance(error, ValidationError):
        return {**refused("validation_failed", language), "errors": _said(error.messages, language)}
    if isinstance(error, DatabaseBusy | OperationalError):
        return refused("database_busy", language, retryable=True)
    if isinstance(error, StorageFull):
        return refused("storage_full", language, retryable=True)
    request_id = secrets.token_hex(8)
    log.error("socket_event_failed", exc_info=error, request_id=request_id)
    return refused("internal_error", language, retryable=True, request_id=request_id)


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


def _said(messages: Any, language: str) -> dict[str, list[str]]:
    """The library's nested messages as {field: [sentence]}, the way to the field joined by points."""
    found: dict[str, list[str]] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                walk(inner, path if key in _NO_FIELDS and path else f"{path}.{key}".lstrip("."))
        elif isinstance(value, list):
            found.setdefault(path, []).extend(
                translate(language, _OF_SCHEMAS.get(str(text), str(text))) for text in value
            )

    walk(messages, "")
    return found
