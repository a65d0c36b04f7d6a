"""Every refusal of the API as RFC 9457 problem+json: one table from the domain's kinds to HTTP statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from flask import Response, g
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from network.kernel.errors import (
    Conflict,
    DatabaseBusy,
    DomainError,
    FieldFault,
    Forbidden,
    Invalid,
    NotFound,
    StorageFull,
    TooMany,
    Unauthenticated,
    VersionConflict,
)
from network.kernel.translation import mark as _

log = structlog.get_logger("api")

CONTENT_TYPE = "application/problem+json"

STATUS_BY_KIND: tuple[tuple[type[DomainError], int], ...] = (
    (Unauthenticated, 401),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (TooMany, 429),
)

STATUS_BY_CODE = {
    "invitation_expired": 410,
    "second_factor_required": 401,
    "wrong_credentials": 401,
    "file_too_large": 413,
    "list_too_large": 413,
    "photo_too_large": 413,
    "unsupported_file_type": 415,
}
"""Situations whose status the contract fixes away from their kind's."""

TITLES = {
    400: ("malformed_request", _("This request could not be read.")),
    401: ("not_signed_in", _("Please sign in first.")),
    403: ("forbidden", _("You may not do this.")),
    404: ("not_found", _("This does not exist, or it is not open to you.")),
    405: ("method_not_allowed", _("This address does not answer that method.")),
    408: ("request_timeout", _("The request took too long to arrive.")),
    409: ("conflict", _("This is not possible right now.")),
    410: ("gone", _("This is no longer here.")),
    413: ("too_large", _("This is too large.")),
    415: ("unsupported_media_type", _("This kind of content is not taken here. Send JSON.")),
    422: ("validation_failed", _("Please look at the marked fields again.")),
    429: ("too_many_requests", _("That was too often. Please wait a moment.")),
    500: (
        "internal_error",
        _("Something went wrong on our side. Please tell us this number: %(request_id)s"),
    ),
    503: ("busy", _("There is a lot going on right now. Please try again in a moment.")),
    507: ("storage_full", _("There is no room left to store this. The operator has been told.")),
}

# What the schema library says, as patterns, and what we say instead, in the reader's language.
_SCHEMA_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"Missing data for required field\.", _("This is needed.")),
        (r"Field may not be null\.", _("This is needed.")),
        (r"Unknown field\.", _("There is no such field.")),
        (r"Not a valid (?:string|text)\.", _("This must be text.")),
        (r"Not a valid (?:integer|number|whole number)\.", _("This must be a whole number.")),
        (r"Number too large\.", _("This number is too large.")),
        (r"Not a valid boolean\.", _("This must be true or false.")),
        (r"Not a valid (?:aware )?(?:date|datetime|time)\.", _("This is not a date that we can read.")),
        (r"Not a valid list\.", _("This must be a list.")),
        (r"Not a valid mapping type\.", _("This must be an object.")),
        (r"Invalid (?:input )?type\.", _("This must be an object.")),
        (r"Not a valid UUID\.", _("This is not a valid id.")),
        (r"Must be one of: (?P<choices>.*)\.", _("This must be one of: %(choices)s.")),
        (r"Shorter than minimum length (?P<min>\d+)\.", _("At least %(min)s characters, please.")),
        (r"Longer than maximum length (?P<max>\d+)\.", _("At most %(max)s characters, please.")),
        (r"Length must be between (?P<min>\d+) and (?P<max>\d+)\.",
         _("Between %(min)s and %(max)s characters, please.")),
        (r"Must be greater than or equal to (?P<min>-?\d+)(?: and less than or equal to (?P<max>-?\d+))?\.",
         _("This number is too small or too large.")),
        (r"Must be less than or equal to (?P<max>-?\d+)\.", _("This number is too large.")),
    )
)  # fmt: skip


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    title: str | None = None,
    retry_after: int | None = None,
    **more: Any,
) -> Response:
    """An answer in problem+json. `detail` is already in the caller's language."""
    body = {
        "type": "about:blank" if code == "internal_error" else f"/api/docs/problems#problem-{code}",
        "title": title or gettext(TITLES.get(status, TITLES[400])[1], request_id=""),
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    content = orjson.dumps(body, default=_as_object, option=orjson.OPT_UTC_Z)
    response = Response(content, status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def status_of(error: DomainError | type[DomainError]) -> int:
    """The HTTP status of a domain error or of a kind of them."""
    fixed = STATUS_BY_CODE.get(error.code)
    if fixed is not None:
        return fixed
    kind = error if isinstance(error, type) else type(error)
    return next((status for known, status in STATUS_BY_KIND if issubclass(kind, known)), 500)


def handle_domain_error(error: DomainError) -> Response:
    """A refusal of the domain, in the caller's language."""
    more: dict[str, Any] = {}
    if isinstance(error, Invalid):
        more["errors"] = {field: [_said(fault)] for field, fault in error.faults.items()}
    if isinstance(error, VersionConflict) and error.current is not None:
        more["current"] = error.current
    shown = {name: value for name, value in error.params.items() if name not in ("type", "title", "detail")}
    more = {**shown, **more}
    retry_after = error.retry_after if isinstance(error, TooMany) else None
    detail = gettext(error.message, **error.params) if error.message else ""
    return problem(status_of(error), error.code, detail, title=detail, retry_after=retry_after, **more)


def handle_http_error(error: HTTPException) -> Any:
    """What the framework refused: malformed, too large, unknown address, fields that do not fit."""
    status = error.code or 500
    if 300 <= status < 400:
        return error
    if status not in TITLES:
        status = 400 if status < 500 else 500
    code, text = TITLES[status]
    more: dict[str, Any] = {}
    if status == 422:
        more["errors"] = _fields(getattr(error, "data", {}).get("messages", {}))
    retry_after = 5 if status == 503 else None
    if status == 429:
        retry_after = 60
    if status == 500:
        return handle_unexpected(error)
    response = problem(status, code, gettext(text), retry_after=retry_after, **more)
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def handle_unavailable(error: DatabaseBusy | StorageFull) -> Response:
    """The store did not take it; nothing was changed."""
    status = 507 if isinstance(error, StorageFull) else 503
    code, text = TITLES[status]
    log.error("store_unavailable", code=code)
    return problem(status, code, gettext(text), retry_after=5 if status == 503 else None)


def handle_unexpected(error: BaseException) -> Response:
    """A fault of ours: logged with the request's id, which the answer shows; never what the database said."""
    request_id = getattr(g, "request_id", "-")
    log.error("unexpected_error", exc_info=error, request_id=request_id)
    code, text = TITLES[500]
    return problem(500, code, gettext(text, request_id=request_id), request_id=request_id)


def _as_object(value: Any) -> Any:
    """What a view holds of named parts, such as a piece of a difference, as its operation answers it."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    raise TypeError


def _said(fault: FieldFault) -> str:
    return gettext(fault.message, **fault.params) if fault.params else gettext(fault.message)


def _fields(messages: Any) -> dict[str, list[str]]:
    """Flatten the library's messages by location and field into {field: [message]}."""
    found: dict[str, list[str]] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                walk(inner, f"{path}.{key}" if path else str(key))
        elif isinstance(value, list):
            found.setdefault(path or "_schema", []).extend(_schema_message(str(text)) for text in value)
        else:
            found.setdefault(path or "_schema", []).append(_schema_message(str(value)))

    if isinstance(messages, Mapping):
        for location, inner in messages.items():
            if location in ("json", "query", "query_string", "headers", "files", "form", "path"):
                walk(inner, "")
            else:
                walk({location: inner}, "")
    else:
        walk(messages, "")
    return {field.removesuffix("._schema"): texts for field, texts in found.items()}


def _schema_message(text: str) -> str:
    for pattern, ours in _SCHEMA_MESSAGES:
        match = pattern.fullmatch(text)
        if match is not None:
            values = {name: value for name, value in match.groupdict().items() if value is not None}
            return gettext(ours, **values)
    return gettext(text)
