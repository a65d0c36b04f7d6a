"""What stands before every page and every operation: hosts, origins, limits, headers, the demo's doors.

Rows A15, A20 and A22 of the abuse cases; the limits are the contract's.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from werkzeug import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from config import Settings, is_loopback
from network.kernel.errors import Forbidden, TooMany
from network.kernel.throttle import subscriber_of
from network.kernel.translation import mark as _
from network.people import SignInRefused, is_demo_address
from web.edges import TRANSPORT
from web.rates import Rates

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FOR_OPERATORS = ("/healthz", "/readyz", "/metrics")
"""Asked by machines that watch, under whatever name they reach us; not limited."""

ROUND_AN_UPLOAD = 65_536  # the other fields of its form
FORM_WITH_FILES, FILES_IN_A_FORM = "discussions.topic", 3
"""Without a script the files of a message come with its words: from who is signed in as much as so many of
the largest have. The proxies in deploy/ let as much through."""
UNUSED_FEATURES = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "midi",
    "payment", "usb", "xr-spatial-tracking",
)  # fmt: skip
UPLOADS = ("multipart/form-data", "text/csv")
FORWARDING = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip"}
)
PASSWORD_DOORS = frozenset({"api_sessions.sign_in", "people.sign_in_password"})


class ForeignOrigin(Forbidden):
    """Another site's page sent this with the person's cookie."""

    code = "foreign_origin"
    message = _("This came from another website, so it was not done.")


def install(app: Flask, settings: Settings) -> None:
    """Put the guards on the application, in this order: name and origin, how often, how much."""
    origins = settings.origins
    hosts = {urlsplit(origin).netloc for origin in origins}
    app.extensions["rates"] = Rates(settings.redis_url)

    @app.before_request
    def check_host_and_origin() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)
        if request.path not in FOR_OPERATORS and request.host not in hosts:
            raise BadRequest()
        if request.method in UNSAFE:
            _check_origin(origins)

    @app.before_request
    def check_how_often() -> None:
        if settings.rate_limits == "on" and request.path not in FOR_OPERATORS:
            _count(app.extensions["rates"], settings)

    @app.before_request
    def check_how_much() -> None:
        if request.method in UNSAFE:
            _check_size(settings)

    @app.before_request
    def keep_demo_accounts_here() -> None:
        if request.endpoint in PASSWORD_DOORS and request.method == "POST" and not is_demo_open():
            said = request.get_json(silent=True) if request.is_json else request.form
            email = said.get("email") if isinstance(said, dict) else None
            if isinstance(email, str) and is_demo_address(email):
                raise SignInRefused()

    _add_headers(app, settings, origins)


def _check_origin(origins: frozenset[str]) -> None:
    origin = request.headers.get("Origin")
    if origin is not None and origin not in origins:
        raise ForeignOrigin()
    if origin is None and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise ForeignOrigin()


def _check_size(settings: Settings) -> None:
    most = settings.request_max_bytes
    if request.mimetype in UPLOADS:
        most = settings.upload_max_bytes + ROUND_AN_UPLOAD
        if request.endpoint == FORM_WITH_FILES and current_user.actor.is_person:
            most = most_in_a_form(settings) + ROUND_AN_UPLOAD
    request.max_content_length = most
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge()
    if request.content_length is None and request.headers.get("Transfer-Encoding"):
        # In chunks nobody says beforehand how much comes; werkzeug would cut it off without a word.
        request.max_content_length = most + 1
        if len(request.get_data()) > most:
            raise RequestEntityTooLarge()


def most_in_a_form(settings: Settings) -> int:
    """How many bytes the files of one message may have together that come with its form."""
    return FILES_IN_A_FORM * settings.upload_max_bytes


def _count(rates: Rates, settings: Settings) -> None:
    actor = current_user.actor
    if actor.is_person:
        key, most, seconds = f"person:{actor.user_id}", settings.requests_per_five_minutes, 300
    else:
        key, most, seconds = f"address:{peer_address()}", settings.handshakes_per_minute, 60
    counted = rates.take(key, most, seconds)
    g.rate = (most, counted.remaining)
    if counted.wait:
        raise TooMany(retry_after=counted.wait)


def _add_headers(app: Flask, settings: Settings, origins: frozenset[str]) -> None:
    policy = (
        "default-src 'none'; object-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
        "img-src 'self'; font-src 'self'; connect-src 'self' {sockets}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'; media-src 'self'"
    )
    sockets = " ".join(sorted(o.replace("http", "ws", 1) for o in origins if "[" not in o))  # no IPv6 in CSP

    always = [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        # Voice notes are recorded on our own pages and nowhere else.
        ("Permissions-Policy", ", ".join([*(f"{each}=()" for each in UNUSED_FEATURES), "microphone=(self)"])),
        # What may be kept says so itself; everything else is somebody's.
        ("Cache-Control", "no-store"),
    ]
    if settings.is_https:
        always.append(TRANSPORT)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        said = {name.lower() for name, _value in headers}
        for name, value in always:
            if name.lower() not in said:
                headers.add(name, value)
        if "content-security-policy" not in said:
            nonce = g.get("csp_nonce") or secrets.token_urlsafe(16)
            headers.add("Content-Security-Policy", policy.format(nonce=nonce, sockets=sockets))
        if "rate" in g:
            headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"] = map(str, g.rate)
        return response


class DemoStaysHere:
    """In front of the live channel of a running demo: its accounts are for those who sit at this machine."""

    def __init__(self, application: Any, path: str, settings: Settings) -> None:
        self._application, self._path, self._settings = application, path, settings

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        asked = Request(environ)
        if asked.path.startswith(self._path) and not _came_from_here(asked, self._settings):
            return BadRequest()(environ, start_response)
        return self._application(environ, start_response)


def came_from_this_machine() -> bool:
    """True when the peer, the name it used and our own address are loopback and no proxy handed the request
    on: what the demo's doors and a token-less `/metrics` ask for."""
    return _came_from_here(request, current_app.config["SETTINGS"])


def _came_from_here(request: Request, settings: Settings) -> bool:
    names = [name.lower() for name in request.headers.keys()]  # noqa: SIM118 - its iterator gives pairs
    if any(name in FORWARDING or name.startswith("x-forwarded") for name in names):
        return False
    try:
        asked = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    return all(
        is_loopback(place) for place in (request.remote_addr, asked, urlsplit(settings.base_url).hostname)
    )


def is_demo_open() -> bool:
    """True when the demo runs and the one who asks sits at this machine."""
    return bool(current_app.config["SETTINGS"].demo) and came_from_this_machine()


def peer_address() -> str:
    """The caller's address for limits."""
    return subscriber_of(request.remote_addr)
