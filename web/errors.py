"""What went wrong, as a page: one sentence, the way on, and for our own faults a number to tell us."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from network.kernel.errors import (
    Conflict,
    DatabaseBusy,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    ProofRequired,
    SecondFactorNeeded,
    StorageFull,
    TooMany,
    Unauthenticated,
)
from network.kernel.translation import mark as _
from web.guard import FORM_WITH_FILES

log = structlog.get_logger("web")

STATUS_BY_KIND: tuple[tuple[type[DomainError], int], ...] = (
    (Unauthenticated, 401),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (TooMany, 429),
)
HEADINGS = {
    400: _("This could not be read"),
    403: _("This is not open to you"),
    404: _("There is nothing here"),
    405: _("That did not work"),
    409: _("Not possible right now"),
    410: _("No longer here"),
    413: _("This is too large"),
    415: _("This kind of file is not taken"),
    422: _("Something is missing"),
    429: _("A moment, please"),
    500: _("Something went wrong on our side"),
    503: _("A lot is going on right now"),
    507: _("There is no room left"),
}
SENTENCES = {
    400: _("Please go back and try it once more."),
    404: _("The page does not exist, or it is not open to you. Perhaps the link is old."),
    405: _("This address does not answer that. Please go back and try again."),
    413: _("Please choose something smaller."),
    503: _("Please try again in a moment. What you typed is still in your browser: go back once."),
    507: _("It could not be stored. We have been told; please try again later."),
}


def handle_domain_error(error: DomainError) -> Any:
    """A refusal of the domain. Who is not signed in goes to the door and comes back; who has to show once
    more that it is her goes there and comes back."""
    if isinstance(error, Unauthenticated):
        return redirect(url_for("people.sign_in", next=_way_back()))
    if isinstance(error, ProofRequired):
        return redirect(url_for("people.prove", next=_way_back()))
    if isinstance(error, SecondFactorNeeded):
        return redirect(url_for("second_factor.second_factor", next=_way_back()))
    status = next((code for kind, code in STATUS_BY_KIND if isinstance(error, kind)), 500)
    if error.code == "invitation_expired":
        status = 410
    response = _page(status, gettext(error.message, **error.params) if error.message else None)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def handle_http_error(error: HTTPException) -> Any:
    """What the framework refused."""
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error
    if status >= 500:
        return handle_unexpected(error)
    sentence = None
    if status == 413 and request.endpoint == FORM_WITH_FILES:
        sentence = gettext("The files were too large together. Go back and send some of them at a time.")
    response = _page(status if status in HEADINGS else 400, sentence)
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def handle_unavailable(error: DatabaseBusy | StorageFull) -> Response:
    """The store did not take it; nothing was changed."""
    status = 507 if isinstance(error, StorageFull) else 503
    log.error("store_unavailable", status=status)
    response = _page(status, None)
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def handle_unexpected(error: BaseException) -> Response:
    """A fault of ours: logged with the request's id, which the page shows."""
    log.error("unexpected_error", exc_info=error, request_id=g.get("request_id", "-"))
    return _page(500, None)


def _page(status: int, sentence: str | None) -> Response:
    g.shell_failed = status >= 500
    text = sentence or gettext(SENTENCES.get(status, SENTENCES[400]))
    template = "errors/fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
    body = render_template(
        template, heading=gettext(HEADINGS[status]), sentence=text, status=status,
        request_id=g.get("request_id", "-"),
    )  # fmt: skip
    return make_response(body, status)


def _way_back() -> str:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    referrer = request.referrer or ""
    own = request.host_url.rstrip("/")
    return referrer.removeprefix(own) if referrer.startswith(own + "/") else "/home"
