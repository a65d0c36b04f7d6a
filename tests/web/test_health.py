"""Alive, ready, and how it is doing: for those who run it, and for nobody else."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from config import ROOT
from models import Base
from models.event_log import Consequence
from network.kernel import runtime
from network.kernel.failures import count_failure
from tests import probe
from tests.commands import environment
from tests.factories.people import actor_of, make_user, save, sign_in
from web import health, jobs
from web.health import alembic_config

TOKEN = "a-long-token-for-metrics"


@contextmanager
def migrated(folder: Path, **settings: str) -> Iterator[Flask]:
    with probe.probed(folder, metrics_token=TOKEN, **settings) as made:
        engine = runtime.current().database.engine
        Base.metadata.drop_all(engine)
        config = alembic_config()
        config.attributes["engine"] = engine
        command.upgrade(config, "head")
        yield made


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    with migrated(tmp_path) as made:
        yield made


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def figures(client: FlaskClient) -> dict[str, float]:
    body = client.get("/metrics").get_data(as_text=True)
    return {name: float(value) for name, value in re.findall(r"^(mentornet_\S+) (\S+)$", body, re.MULTILINE)}


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ready", "faults": []})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_watchers_may_ask_under_any_name_and_as_often_as_they_like(client: FlaskClient, path: str) -> None:
    for _ in range(320):
        assert client.get(path, headers={"Host": "10.0.0.7:5000"}).status_code == 200


def test_migrations_out_of_step_are_said(client: FlaskClient) -> None:
    with runtime.current().database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    reason = f"at older, need {health.expected_revision()}"
    assert answer.get_json() == {"status": "not_ready", "faults": [{"part": "migrations", "reason": reason}]}


def test_b16_a_bus_that_does_not_answer_is_said(tmp_path: Path, redis_url: str) -> None:
    """Asked by a word that goes out to Redis and has to come back, not only by whether somebody is there."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        closed = f"redis://127.0.0.1:{door.getsockname()[1]}/0"
    for url, faults in ((redis_url, []), (closed, [{"part": "bus", "reason": "Redis does not answer"}])):
        folder = tmp_path / str(len(faults))
        folder.mkdir()
        with migrated(folder, redis_url=url) as site:
            began = time.monotonic()
            answer = site.test_client().get("/readyz")
            assert time.monotonic() - began < health.BUS_PATIENCE + 1
            assert answer.status_code == (503 if faults else 200)
            assert answer.get_json()["faults"] == faults
            site.extensions["live"].close()


def test_b16_a_bus_without_its_package_stops_the_start(tmp_path: Path) -> None:
    """Otherwise every process would speak to itself alone, and nobody would notice."""
    blocked = "import sys; sys.modules['redis'] = None; import wsgi; sys.exit(wsgi.main(['serve']))"
    done = subprocess.run(
        [sys.executable, "-c", blocked], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        env=environment(tmp_path, {"REDIS_URL": "redis://127.0.0.1:1/0"}),
    )  # fmt: skip
    said = "mentornet: MENTORNET_REDIS_URL is set, but the package redis is not installed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert list(tmp_path.iterdir()) == []


def test_the_figures_move(site: Flask, client: FlaskClient) -> None:
    before = figures(client)
    sign_in(client, make_user().id)
    for _ in range(3):
        client.get("/api/v1/nothing")
    probe.make(actor_of(make_user()), "mina@mail.example")
    jobs.beat()
    site.extensions[health.SOCKET_COUNTER] = lambda: 7
    after = figures(client)
    missing = 'mentornet_requests_total{method="GET",status="404"}'
    assert after[missing] - before.get(missing, 0) == 3
    assert after["mentornet_request_seconds_count"] > before["mentornet_request_seconds_count"]
    assert after["mentornet_sockets"] == 7
    assert after['mentornet_mails{state="waiting"}'] == 1
    assert 0 <= after["mentornet_jobs_age_seconds"] < 60


def test_what_fails_behind_an_answer_is_told(client: FlaskClient) -> None:
    before = figures(client)
    count_failure("subscriber")
    now = runtime.current().clock.now()
    for attempts in (0, 3, 4):
        save(Consequence(event_id=1, subscriber="x.y", attempts=attempts, next_attempt_at=now, error=None))
    after = figures(client)
    failed = 'mentornet_failures_total{part="subscriber"}'
    assert after[failed] - before.get(failed, 0) == 1
    assert after['mentornet_consequences{state="waiting"}'] == 1
    assert after['mentornet_consequences{state="failing"}'] == 2


def test_made_up_methods_make_no_time_series(client: FlaskClient) -> None:
    for number in range(5):
        client.open("/", method=f"INVENTED{number}")
    assert not any("INVENTED" in name for name in figures(client))


def test_figures_are_for_this_machine_or_a_token(client: FlaskClient) -> None:
    away = {"REMOTE_ADDR": "192.0.2.9"}
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_overrides=away).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 404
    assert client.get("/metrics", headers={"Host": "mentors.example"}).status_code == 404
    assert client.get("/metrics", headers={"Host": "[::1"}).status_code == 404
    good = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=good, environ_overrides=away).status_code == 200
    for bad in ("Bearer ", "Bearer x", TOKEN, "Bearer é"):
        answer = client.get("/metrics", headers={"Authorization": bad}, environ_overrides=away)
        assert answer.status_code == 404


def test_without_a_token_nothing_opens_the_figures_from_elsewhere(tmp_path: Path) -> None:
    with probe.probed(tmp_path, base_url="https://mentors.example") as site:
        client = site.test_client()
        assert client.get("/metrics").status_code == 404, "our own name is not this machine's"
        for said in ("Bearer ", "Bearer", ""):
            assert client.get("/metrics", headers={"Authorization": said}).status_code == 404
