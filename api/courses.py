"""Runs of the course, and their lists of graduates."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext
from flask_smorest import Blueprint

from api.operations import json_response, operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.courses import (
    CompletionOut,
    CompletionsQuery,
    CourseSessionChangeIn,
    CourseSessionIn,
    CourseSessionOut,
    ImportQuery,
    ImportReportOut,
)
from api.uploads import uploaded_file
from network import courses
from network.courses import FindingView
from network.kernel.actor import Actor

blueprint = Blueprint("courses", __name__, description="Runs of a course and the people who finished")

OF_ORGANISATION = "/organisations/<id:organisation_id>/course-sessions"
ONE = "/course-sessions/<id:course_session_id>"


@operation(
    blueprint, "POST", OF_ORGANISATION, out=CourseSessionOut, status=201, body=CourseSessionIn,
    problems=(404,), idempotent=True,
)  # fmt: skip
def create_course_session(actor: Actor, organisation_id: str, body: dict[str, Any]) -> Any:
    """Enter a run of the course, as a steward."""
    return courses.create_course_session(actor, organisation_id, **body)


@operation(
    blueprint, "GET", OF_ORGANISATION, out=page_of(CourseSessionOut), query=PageQuery, audience="anyone",
    problems=(404,),
)  # fmt: skip
def list_course_sessions(actor: Actor, organisation_id: str, query: dict[str, Any]) -> Any:
    """The organisation's runs of its course, the newest first."""
    return courses.list_course_sessions(actor, organisation_id, page_request(query))


@operation(blueprint, "GET", ONE, out=CourseSessionOut, audience="anyone", problems=(404,))
def get_course_session(actor: Actor, course_session_id: str) -> Any:
    """One run of the course."""
    return courses.get_course_session(actor, course_session_id)


@operation(blueprint, "PATCH", ONE, out=CourseSessionOut, body=CourseSessionChangeIn, problems=(404, 409))
def change_course_session(actor: Actor, course_session_id: str, body: dict[str, Any]) -> Any:
    """Change what is said of a run of the course, as a steward."""
    expected = body.pop("expected_version")
    return courses.change_course_session(actor, course_session_id, expected, body)


@operation(
    blueprint, "POST", f"{ONE}/completions", out=ImportReportOut, query=ImportQuery, raw=True,
    media_types=("text/csv", "multipart/form-data"), problems=(404, 409),
)  # fmt: skip
def import_completions(actor: Actor, course_session_id: str, query: dict[str, Any]) -> Response:
    """Take in a list of graduates, as a steward: the file as it came, as the body (`text/csv`, whatever its
    encoding and delimiter) or as the multipart field `file`. Good lines do not wait for bad ones, and the
    same list twice changes nothing. With `dry_run` the answer is the same and nothing is written."""
    report = courses.import_completions(
        actor, course_session_id, _uploaded(), query["dry_run"], query["mapping"], query["date_order"]
    )
    told = {name: [_told(finding) for finding in report[name]] for name in ("rejected", "warnings")}
    return json_response({**report, **told})


@operation(
    blueprint, "GET", f"{ONE}/completions", out=page_of(CompletionOut), query=CompletionsQuery,
    problems=(404,),
)  # fmt: skip
def list_completions(actor: Actor, course_session_id: str, query: dict[str, Any]) -> Any:
    """The people on the course's lists in the order of loading, as a steward."""
    return courses.list_completions(actor, course_session_id, page_request(query), query["state"])


def _uploaded() -> bytes:
    """The list's bytes. Raises Invalid where a form brings something else than one file."""
    if request.mimetype != "multipart/form-data":
        return request.get_data()
    return uploaded_file()


def _told(finding: FindingView) -> dict[str, Any]:
    return {
        "line": finding["line"], "column": finding["column"], "code": finding["code"],
        "message": gettext(finding["message"], **finding["params"]),
    }  # fmt: skip
