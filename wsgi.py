"""The composition root: puts settings, rules and surfaces together. The only file that knows every shelf."""

from __future__ import annotations

import contextlib
import importlib
import logging
import secrets
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from flask.json.provider import JSONProvider
from flask_babel import Babel
from flask_login import AnonymousUserMixin, LoginManager, UserMixin
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter
from whitenoise import WhiteNoise

import api
import web
from api import documentation, problems
from config import Settings, from_environment
from network import membership, people
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.clock import Clock
from network.kernel.database import Database
from network.kernel.errors import DatabaseBusy, DomainError, StorageFull
from network.kernel.transaction import unit_of_work
from realtime import create_socketio
from web import console, delivery, errors, guard, health, languages
from web.keys import load_keys

CAPABILITIES_THAT_WAKE = ("mails", "subscriptions")
"""Rooms that are loaded for what they register: who writes letters, who is woken by facts."""


class IdConverter(BaseConverter):
    """An id in its one written form; anything else is an address that does not exist."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class FastJSON(JSONProvider):
    """orjson, with times in UTC as `Z`."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        return orjson.loads(s)


class SignedIn(UserMixin):  # type: ignore[misc]
    """A signed-in person, as Flask-Login wants to see her."""

    def __init__(self, actor: Actor) -> None:
        self.id, self.actor = actor.user_id, actor


class Nobody(AnonymousUserMixin):  # type: ignore[misc]
    """Nobody is signed in."""

    actor = ANONYMOUS


def create_runtime(settings: Settings) -> runtime.Runtime:
    """Open the database, read the keys, choose how mail leaves; make it the one that rules use."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    keys = load_keys(settings.data_dir, settings.secret_key)
    clock = Clock(Path(settings.clock_file) if settings.clock_file else None)
    made = runtime.Runtime(
        settings=settings,
        database=Database(settings.database_url, pool_size=max(10, settings.threads // 4)),
        clock=clock,
        secret_key=keys.secret,
        audit_key=keys.audit,
        deliver=delivery.choose(settings.smtp_url, settings.data_dir / "outbox"),
    )
    runtime.install(made)
    load_capabilities()
    return made


def load_capabilities() -> None:
    """Import the rooms of each capability that register something."""
    root = Path(__file__).parent / "network"
    for package in sorted(path.parent for path in root.glob("*/__init__.py")):
        for room in CAPABILITIES_THAT_WAKE:
            if (package / f"{room}.py").exists() or (package / room).is_dir():
                importlib.import_module(f"network.{package.name}.{room}")


def create_app(settings: Settings | None = None, made: runtime.Runtime | None = None) -> Flask:
    """The Flask application with every surface on it. `app.extensions["socketio"]` is the live channel."""
    chosen = settings or from_environment()
    configure_logs(chosen.log_level)
    running = made or create_runtime(chosen)
    app = Flask("web", root_path=str(Path(__file__).parent / "web"), static_folder=None)
    app.json = FastJSON(app)
    app.url_map.converters["id"] = IdConverter
    app.config.update(
        SECRET_KEY=running.secret_key,
        SESSION_COOKIE_NAME="__Host-mentornet_form" if chosen.is_https else "mentornet_form",
        SESSION_COOKIE_SECURE=chosen.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_NAME=chosen.cookie_name,
        MAX_CONTENT_LENGTH=chosen.upload_max_bytes + 65_536,
        MAX_FORM_MEMORY_SIZE=chosen.request_max_bytes,
        TRAP_BAD_REQUEST_ERRORS=False,
        SETTINGS=chosen,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    _open_units_of_work(app)
    guard.install(app, chosen)
    _know_people(app, chosen)
    Babel(
        app,
        locale_selector=languages.choose_language,
        timezone_selector=languages.choose_time_zone,
        default_translation_directories=str(Path(__file__).parent / "translations"),
    )
    smorest = api.register_api(app)
    documentation.register_documentation(app, smorest)
    web.register_web(app, chosen)
    health.install(app, chosen)
    _dispatch_errors(app)
    create_socketio(app, chosen)
    dist = Path(__file__).parent / "web" / "static" / "dist"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=dist, prefix="static/", immutable_file_test=web.assets.is_immutable
    )
    return app


def _open_units_of_work(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()
        g.unit = contextlib.ExitStack()
        g.unit.enter_context(unit_of_work())
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        health.observe(response)
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        stack = g.pop("unit", None)
        if stack is not None:
            stack.close()
        structlog.contextvars.clear_contextvars()


def _know_people(app: Flask, settings: Settings) -> None:
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = Nobody

    @manager.request_loader
    def load(_request: Any) -> SignedIn | None:
        authorization = request.headers.get("Authorization", "")
        if authorization[:7].lower() == "bearer ":
            actor = people.find_bearer(authorization[7:].strip())
        else:
            token = request.cookies.get(settings.cookie_name)
            actor = people.find_session(token) if token else None
        return SignedIn(membership.with_standings(actor)) if actor is not None else None


def _dispatch_errors(app: Flask) -> None:
    def of_api() -> bool:
        return request.path.startswith("/api/")

    @app.errorhandler(DomainError)
    def domain(error: DomainError) -> Any:
        return problems.handle_domain_error(error) if of_api() else errors.handle_domain_error(error)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        return problems.handle_http_error(error) if of_api() else errors.handle_http_error(error)

    @app.errorhandler(DatabaseBusy)
    @app.errorhandler(StorageFull)
    def unavailable(error: DatabaseBusy | StorageFull) -> Any:
        return problems.handle_unavailable(error) if of_api() else errors.handle_unavailable(error)

    @app.errorhandler(OperationalError)
    def database(_error: OperationalError) -> Any:
        # Reading failed: locked beyond patience, or the server is away.
        return unavailable(DatabaseBusy())

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Any:
        return problems.handle_unexpected(error) if of_api() else errors.handle_unexpected(error)


def configure_logs(level: str) -> None:
    """One JSON line per event on standard error: no bodies, tokens or addresses."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `mentornet`."""
    return console.main(
        console.Root(
            read_settings=from_environment,
            create_runtime=create_runtime,
            create_app=create_app,
            configure_logs=configure_logs,
        ),
        arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
