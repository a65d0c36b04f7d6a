"""Is it alive, is it ready, how is it doing: for those who run it."""

from __future__ import annotations

import time
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
from sqlalchemy import text

from config import Settings
from network.kernel.errors import NotFound
from network.kernel.ids import same_secret
from network.kernel.transaction import session
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


def observe(response: Response) -> None:
    """Count an answer and log it: path pattern and status, no bodies, tokens or addresses."""
    spent = time.perf_counter() - g.get("began", time.perf_counter())
    REQUESTS.labels(request.method, response.status_code).inc()
    SECONDS.observe(spent)
    rule = request.url_rule.rule if request.url_rule is not None else "-"
    log.info(
        "request", method=request.method, route=rule, status=response.status_code,
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
        faults = _faults(expected, app)
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
        _count_mails()
        return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def expected_revision() -> str | None:
    """The newest migration in the checkout."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def alembic_config() -> Config:
    """Where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parents[1] / "migrations"))
    return config


def _faults(expected: str | None, app: Flask) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = []
    try:
        session().execute(text("SELECT 1"))
        found = MigrationContext.configure(session().connection()).get_current_revision()
        if found != expected:
            faults.append({"part": "migrations", "reason": f"at {found}, need {expected}"})
    except Exception:
        log.exception("database_unreachable")
        faults.append({"part": "database", "reason": "cannot be reached"})
    bus = app.extensions.get("mentornet_bus_fault")
    if bus is not None and (reason := bus()):
        faults.append({"part": "bus", "reason": reason})
    return faults


def _count_mails() -> None:
    MAILS.clear()
    rows = session().execute(text("SELECT state, count(*) FROM outbox_mails GROUP BY state"))
    for state, number in rows:
        MAILS.labels(state).set(number)
