"""The composition root: puts settings, rules and surfaces together. The only file that knows every shelf."""

from __future__ import annotations

import contextlib
import importlib
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
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import api
import web
from api import documentation, problems
from config import Settings, from_environment
from network import membership, people
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.clock import Clock
from network.kernel.database import Database
from network.kernel.errors import DatabaseBusy, DomainError, Invalid, StorageFull, is_full
from network.kernel.transaction import let_go, unit_of_work
from realtime import create_socketio
from realtime.settings import PATH as LIVE_PATH
from web import (
    compression,
    console,
    cookies,
    delivery,
    errors,
    guard,
    health,
    jobs,
    languages,
    push_delivery,
    security_txt,
    serving,
)
from web.edges import Edges
from web.keys import load_keys
from web.logs import configure_logs
from web.reserve import LiveReserve
from web.routing import IdConverter, LateRule

DATABASE_CONNECTIONS = 24
"""Kept open; more are made while many write at once. A thread holds one only while it answers."""

CAPABILITIES_THAT_WAKE = ("mails", "subscriptions")
"""Rooms that are loaded for what they register: who writes letters, who is woken by facts."""


class FastJSON(JSONProvider):
    """orjson, with times in UTC as `Z`."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        return orjson.loads(s)


class Application(Flask):
    """Flask that does not write addresses of pages into its log: some of them are secrets."""

    url_rule_class = LateRule

    def log_exception(self, exc_info: Any) -> None:
        """The place and kind of what went wrong, as `web/logs.py` tells it."""
        structlog.get_logger("web").error("error_while_answering", exc_info=exc_info)


class SignedIn(UserMixin):
    """A signed-in person, as Flask-Login wants to see her."""

    def __init__(self, actor: Actor) -> None:
        self.id, self.actor = actor.user_id, actor


class Nobody(AnonymousUserMixin):
    """Nobody is signed in."""

    actor = ANONYMOUS


def create_runtime(settings: Settings) -> runtime.Runtime:
    """Open the database, read the keys, choose how mail leaves; make it the one that rules use."""
    serving.make_private(settings)
    keys = load_keys(settings.data_dir, settings.secret_key)
    clock = Clock(Path(settings.clock_file) if settings.clock_file else None)
    made = runtime.Runtime(
        settings=settings,
        database=Database(
            settings.database_url, pool_size=DATABASE_CONNECTIONS, wait_seconds=settings.database_wait_seconds
        ),
        clock=clock,
        secret_key=keys.secret,
        audit_key=keys.audit,
        deliver=delivery.choose(settings.smtp_url, settings.data_dir / "outbox"),
        look_again=membership.look_again,
        send_push=push_delivery.choose(settings),
    )
    runtime.install(made)
    load_capabilities()
    jobs.wake_on_post(settings)
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
    chosen = settings or serving.checked(from_environment())
    configure_logs(chosen.log_level)
    running = made or create_runtime(chosen)
    app = Application("web", root_path=str(Path(__file__).parent / "web"), static_folder=None)
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
        REMEMBER_COOKIE_NAME="",  # Flask-Login's own way in; another site's cookie of that name is not asked
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,  # web/guard.py asks for the origin; not everybody sends a referrer
    )
    _open_units_of_work(app)
    compression.install(app)
    guard.install(app, chosen)
    _know_people(app, chosen)
    Babel(
        app,
        locale_selector=languages.choose_locale,
        timezone_selector=languages.choose_time_zone,
        default_translation_directories=str(Path(__file__).parent / "translations"),
    )
    smorest = api.register_api(app, cookies)
    documentation.register_documentation(app, smorest)
    web.register_web(app, chosen)
    health.install(app, chosen)
    security_txt.install(app, chosen)
    _dispatch_errors(app)
    create_socketio(app, chosen)
    live = app.extensions["live"]
    app.extensions[health.SOCKET_COUNTER] = lambda: len(live.connections)
    app.wsgi_app = LiveReserve(app.wsgi_app, LIVE_PATH, chosen.live_threads)  # type: ignore[method-assign]
    if chosen.demo:
        app.wsgi_app = guard.DemoStaysHere(app.wsgi_app, LIVE_PATH, chosen)  # type: ignore[method-assign]
    app.wsgi_app = web.assets.BuiltFiles(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = Edges(app.wsgi_app, is_https=chosen.is_https)  # type: ignore[method-assign]
    if chosen.trusted_proxies:
        # The outermost: the live channel, too, must see who really asks.
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
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
        if g.get("asking_who_failed"):
            # The page that says what went wrong is shown to nobody in particular.
            return None
        try:
            found = known()
        except Exception:
            g.asking_who_failed = True
            raise
        if request.method in guard.UNSAFE:
            let_go()  # what they send may trickle in: until it is there it keeps no connection from others
        return found

    def known() -> SignedIn | None:
        authorization = request.headers.get("Authorization", "")
        if authorization[:7].lower() == "bearer ":
            actor = people.find_bearer(authorization[7:].strip())
        else:
            token = request.cookies.get(settings.cookie_name)
            actor = people.find_session(token) if token else None
        if actor is None or (people.is_demo_address(actor.email) and not guard.is_demo_open()):
            return None
        return SignedIn(membership.with_standings_when_asked(actor))


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
    @app.errorhandler(InterfaceError)
    @app.errorhandler(NoConnectionFree)
    def database(error: Exception) -> Any:
        # Reading failed: locked beyond patience, the server is away, or all connections are taken.
        structlog.get_logger("web").warning("database_unavailable", exc_info=error)
        return unavailable(DatabaseBusy())

    @app.errorhandler(DataError)
    @app.errorhandler(OverflowError)
    @app.errorhandler(UnicodeEncodeError)
    def unstorable(error: Exception) -> Any:
        # Schemas and forms let nothing through that a database cannot hold; where one does, that is a fault
        # of ours to mend, and still no reason to answer what somebody sent with "our fault".
        structlog.get_logger("web").error("unstorable_input", exc_info=error)
        return domain(Invalid())

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Any:
        if is_full(error):  # a form too large for memory is put down in a file while it is read, for one
            return unavailable(StorageFull())
        return problems.handle_unexpected(error) if of_api() else errors.handle_unexpected(error)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `mentornet`."""
    return console.main(
        console.Root(
            read_settings=lambda: serving.checked(from_environment()),
            create_runtime=create_runtime,
            create_app=create_app,
            configure_logs=configure_logs,
        ),
        arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
