"""Which cookies keep somebody signed in, and how a browser comes to the door: for pages and for the API."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from flask import session as form_session

from network.people import SignedIn, Visit

COOKIE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep any cookie; how long a session lives is the server's to say."""
YEAR = 365 * 24 * 3600


def visit(shared_device: bool = False) -> Visit:
    """How this request came to the door."""
    return Visit(
        peer=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        device_token=request.cookies.get(device_cookie()),
        shared_device=shared_device,
    )


def device_cookie() -> str:
    """The name of the cookie by which a device is known; `__Host-` over https like the session's."""
    name: str = current_app.config["SESSION_NAME"]
    return name.replace("mentornet_session", "mentornet_device")


def keep_signed_in(response: Any, signed_in: SignedIn) -> Any:
    """Put the secrets of a new session into the browser's cookies; on a device that others use they go when
    the browser is closed. The forms of before get new hidden tokens (A21)."""
    form_session.clear()
    age = COOKIE_SECONDS if signed_in.device_token else None
    _set(response, current_app.config["SESSION_NAME"], signed_in.token, age)
    if signed_in.device_token:
        _set(response, device_cookie(), signed_in.device_token, age)
    return response


def forget(response: Any) -> Any:
    """Take the session out of the browser, and what pages kept there (drafts, cached pages)."""
    form_session.clear()
    response.delete_cookie(
        current_app.config["SESSION_NAME"], path="/", httponly=True, samesite="Lax",
        secure=current_app.config["SETTINGS"].is_https,
    )  # fmt: skip
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = "no-store"
    return response


def remember(response: Any, name: str, value: str) -> Any:
    """Have the browser keep a choice that is no secret (language, colours, network) for a year."""
    _set(response, _own(name), value, YEAR)
    return response


def remembered(name: str) -> str:
    """The choice that the browser keeps, as it says; empty where there is none."""
    return request.cookies.get(_own(name), "")


def _own(name: str) -> str:
    """Over https, by a name that no other host of the domain can set (ASVS 3.3.3)."""
    return f"__Host-{name}" if current_app.config["SETTINGS"].is_https else name


def _set(response: Any, name: str, value: str, age: int | None) -> None:
    response.set_cookie(
        name, value, max_age=age, path="/", httponly=True, samesite="Lax",
        secure=current_app.config["SETTINGS"].is_https,
    )  # fmt: skip
