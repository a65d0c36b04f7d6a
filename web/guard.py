"""What stands before every page and every operation: hosts, origins, limits, headers.

Rows A15 and A22 of the abuse cases; the limits are the contract's.
"""

from __future__ import annotations

import ipaddress
import secrets
import time
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_login import current_user
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from config import Settings, is_loopback
from network.kernel.errors import Forbidden, TooMany
from network.kernel.translation import mark as _

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
UNLIMITED = ("/healthz", "/readyz", "/metrics")
FORWARDING = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip")


class ForeignOrigin(Forbidden):
    """Another site's page sent this with the person's cookie."""

    code = "foreign_origin"
    message = _("This came from another website, so it was not done.")


def install(app: Flask, settings: Settings) -> None:
    """Put the guards on the application."""
    origins = allowed_origins(settings)
    hosts = {urlsplit(origin).netloc for origin in origins}
    policy = (
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self' {sockets}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'; media-src 'self'"
    )
    sockets = " ".join(sorted(origin.replace("http", "ws", 1) for origin in origins))

    @app.before_request
    def check_host_and_origin() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)
        if request.host not in hosts:
            raise BadRequest()
        if request.method in UNSAFE:
            origin = request.headers.get("Origin")
            if origin is not None and origin not in origins:
                raise ForeignOrigin()
            if origin is None and request.headers.get("Sec-Fetch-Site") == "cross-site":
                raise ForeignOrigin()
            limit = settings.request_max_bytes
            if request.mimetype not in ("multipart/form-data", "text/csv"):
                request.max_content_length = limit
                if (request.content_length or 0) > limit:
                    raise RequestEntityTooLarge()

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault(
            "Content-Security-Policy", policy.format(nonce=g.get("csp_nonce", ""), sockets=sockets)
        )
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        # What may be kept says so itself; everything else is somebody's.
        headers.setdefault("Cache-Control", "no-store")
        if settings.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response

    _limit(app, settings)


def allowed_origins(settings: Settings) -> frozenset[str]:
    """The origins whose pages may send: our own, and on loopback its twin names with the same port."""
    parts = urlsplit(settings.base_url)
    origins = {settings.base_url}
    if is_loopback(parts.hostname):
        port = f":{parts.port}" if parts.port else ""
        origins |= {f"{parts.scheme}://{name}{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    return frozenset(origins)


def came_from_this_machine() -> bool:
    """True for a peer on loopback whose request was not handed on by a proxy: the demo's doors."""
    host = urlsplit(f"//{request.host}").hostname
    forwarded = any(name in request.headers for name in FORWARDING)
    return is_loopback(request.remote_addr) and is_loopback(host) and not forwarded


def peer_address() -> str:
    """The caller's address for limits: IPv6 by its /64, which one subscriber has as a whole."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)


def _limit(app: Flask, settings: Settings) -> None:
    def who() -> str:
        actor = current_user.actor
        return f"person:{actor.user_id}" if actor.is_person else f"address:{peer_address()}"

    def how_often() -> str:
        if current_user.actor.is_person:
            return f"{settings.requests_per_five_minutes} per 5 minutes"
        return f"{settings.handshakes_per_minute} per minute"

    limiter = Limiter(
        who,
        default_limits=[how_often],
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback_enabled=bool(settings.redis_url),
        strategy="moving-window",
        enabled=settings.rate_limits == "on",
        headers_enabled=True,
        default_limits_exempt_when=lambda: request.path in UNLIMITED,
        on_breach=_breach,
    )
    limiter.init_app(app)


def _breach(limit: object) -> None:
    reset = getattr(limit, "reset_at", None)
    raise TooMany(retry_after=max(1, int((reset or 0) - time.time())))
