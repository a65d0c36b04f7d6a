"""Is it alive, is it ready, how is it doing: for those who run it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response, g, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config import Settings
from network.kernel.errors import NotFound
from network.kernel.failures import counted_failures
from network.kernel.ids import same_secret
from network.kernel.transaction import session
from web import jobs
from web.guard import came_from_this_machine

log = structlog.get_logger("http")

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "mentornet_requests_total", "Answers by method and status", ["method", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "mentornet_request_seconds", "Time to answer", registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
SOCKETS = Gauge("mentornet_sockets", "Open live connections", registry=REGISTRY)
MAILS = Gauge("mentornet_mails", "Letters by state", ["state"], registry=REGISTRY)
CONSEQUENCES = Gauge(
    "mentornet_consequences", "What has still to follow from facts, by state", ["state"], registry=REGISTRY
)
JOBS = Gauge("mentornet_jobs_age_seconds", "Since the jobs last ran; NaN when never", registry=REGISTRY)


class Failures:
    """Tells what failed where nobody waits for an answer: the rules count it, which know no metrics."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """One figure for each part of this process in which something failed."""
        told = CounterMetricFamily("mentornet_failures", "What failed behind an answer", labels=["part"])
        for part, number in sorted(counted_failures().items()):
            told.add_metric([part], number)
        yield told


REGISTRY.register(Failures())
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_WAITING = text(
    "SELECT CASE WHEN attempts = 0 THEN 'waiting' ELSE 'failing' END, count(*) FROM consequences GROUP BY 1"
)
SOCKET_COUNTER = "mentornet_sockets"
"""What the live channel leaves in `app.extensions`: how many connections are open."""

BUS_PATIENCE = 2.0  # seconds until a word of our own is back by way of Redis (trust, B16)


def observe(response: Response) -> None:
    """Count an answer and log it: path pattern and status, no bodies, tokens or addresses."""
    spent = time.perf_counter() - g.get("began", time.perf_counter())
    # Whoever invents methods does not get a time series for each.
    method = request.method if request.method in METHODS else "OTHER"
    REQUESTS.labels(method, response.status_code).inc()
    SECONDS.observe(spent)
    rule = request.url_rule.rule if request.url_rule is not None else "-"
    log.info(
        "request", method=method, route=rule, status=response.status_code,
        milliseconds=round(spent * 1000, 1),
    )  # fmt: skip


def install(app: Flask, settings: Settings) -> None:
    """`/healthz`, `/readyz`, `/metrics`."""
    expected = expected_revision()

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "alive"})

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        faults = _faults(expected, app.extensions["live"].bus)
        status = 503 if faults else 200
        answer = jsonify({"status": "ready" if not faults else "not_ready", "faults": faults})
        if faults:
            answer.headers["Retry-After"] = "5"
        return answer, status

    @app.get("/metrics")
    def metrics() -> Response:
        authorization = request.headers.get("Authorization", "")
        wanted = f"Bearer {settings.metrics_token}"
        by_token = bool(settings.metrics_token) and same_secret(authorization, wanted)
        if not by_token and not came_from_this_machine():
            raise NotFound()
        _look_around(app)
        return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def expected_revision() -> str | None:
    """The newest migration in the checkout."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def alembic_config() -> Config:
    """Where the migrations are."""
    config = Config()
    folder = str(Path(__file__).resolve().parents[1] / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def migration_fault(expected: str | None) -> str | None:
    """Why the database is not at this version's migrations; None when it is."""
    found = MigrationContext.configure(session().connection()).get_current_revision()
    return None if found == expected else f"at {found}, need {expected}"


def _faults(expected: str | None, bus: Any) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = []
    try:
        session().execute(text("SELECT 1"))
        reason = migration_fault(expected)
        if reason is not None:
            faults.append({"part": "migrations", "reason": reason})
    except Exception:
        log.exception("database_unreachable")
        faults.append({"part": "database", "reason": "cannot be reached"})
    if bus is not None and not bus.comes_back(BUS_PATIENCE):
        faults.append({"part": "bus", "reason": "Redis does not answer"})
    return faults


def _look_around(app: Flask) -> None:
    count = app.extensions.get(SOCKET_COUNTER)
    SOCKETS.set(count() if count is not None else 0)
    age = jobs.seconds_since_beat()
    JOBS.set(math.nan if age is None else age)
    MAILS.clear()
    CONSEQUENCES.clear()
    try:
        rows = session().execute(text("SELECT state, count(*) FROM outbox_mails GROUP BY state"))
        for state, number in rows:
            MAILS.labels(state).set(number)
        for state, number in session().execute(_WAITING):
            CONSEQUENCES.labels(state).set(number)
    except DBAPIError:
        # The figures of this process are told all the same: just now somebody needs them.
        log.warning("mails_not_counted")
