"""The doctor: names what is wrong and how to mend it, sends nothing by itself, fails when something is."""

from __future__ import annotations

import dataclasses
import json
import os
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from config import Settings
from network.kernel import runtime
from network.kernel.actor import system_actor
from network.people import create_operator
from tests.commands import mentornet
from tests.web.test_delivery import MailServer
from tests.web.upkeep.test_backup import ON_SQLITE, Create, Make
from web import jobs
from web.job_runs import note_run
from web.upkeep import doctor
from web.upkeep.backup import back_up
from web.upkeep.doctor import FAIL, OK, WARN, Row

ALIVE = b'{"status":"alive"}'


def states(rows: list[Row]) -> dict[str, str]:
    return {row.what: row.state for row in rows}


def of(check: Callable[[Settings], Iterator[Row]], settings: Settings) -> tuple[str, str]:
    """The worst state that a check finds, and what it says to do."""
    rows = list(check(settings))
    worst = max(rows, key=lambda row: (OK, WARN, FAIL).index(row.state))
    return worst.state, worst.remedy


def moved(settings: Settings, **over: object) -> Settings:
    return dataclasses.replace(settings, **{"rate_limits": "on", **over})  # type: ignore[arg-type]


@contextmanager
def answering(body: bytes, certificate: Path | None = None) -> Iterator[int]:
    """A server on loopback that says the same to everybody."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_what: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def make_certificate(folder: Path, days: int) -> Path:
    file = folder / f"{days}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", str(file), "-out", str(folder / "c.pem"), "-days", str(days), "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + (folder / "c.pem").read_bytes())
    return file


def test_a_new_place_says_what_is_missing(make_place: Make, create_runtime: Create) -> None:
    rows = doctor.examine(make_place("new"), create_runtime)
    assert states(rows)["database"] == FAIL
    assert next(row.remedy for row in rows if row.what == "database") == "run `mentornet upgrade`"
    assert all(row.remedy for row in rows if row.state != OK)


def test_what_runs_well_is_said_to_be_well(place: Settings, create_runtime: Create, tmp_path: Path) -> None:
    create_operator(system_actor("test"), "op@mail.example")
    jobs.beat()
    back_up(place, tmp_path / "b.tar.gz")
    runtime.current().database.close()
    with answering(ALIVE) as port:
        rows = doctor.examine(moved(place, base_url=f"http://127.0.0.1:{port}", demo=True), create_runtime)
    found = states([row for row in rows if "this machine only" not in row.said])
    assert set(found) == {
        "database", "migrations", "jobs", "audit trail", "address", "mail", "disk", "backup", "keys",
        "proxy", "clock",
    }  # fmt: skip
    assert {name: state for name, state in found.items() if state != OK and name != "clock"} == {}


def test_migrations_out_of_step_are_said(place: Settings) -> None:
    engine = create_engine(place.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    assert of(doctor.check_database, place) == (FAIL, "run `mentornet upgrade`")


@ON_SQLITE
def test_a_damaged_database_is_said(place: Settings) -> None:
    runtime.current().database.close()
    file = place.data_dir / "mentornet.db"
    content = bytearray(file.read_bytes())
    content[8192:12288] = os.urandom(4096)
    file.write_bytes(content)
    state, remedy = of(doctor.check_database, place)
    assert state == FAIL
    assert "mentornet restore --replace" in remedy


def test_jobs_that_stopped_or_fail_are_said(place: Settings) -> None:
    assert of(doctor.check_jobs, place)[0] == FAIL
    jobs.beat()
    assert of(doctor.check_jobs, place) == (OK, "")
    heartbeat = place.data_dir / "jobs" / "heartbeat"
    for minutes, state in ((4, OK), (10, WARN), (31, FAIL)):
        heartbeat.write_text((runtime.current().clock.now() - timedelta(minutes=minutes)).isoformat())
        assert of(doctor.check_jobs, place)[0] == state
    jobs.beat()
    now = runtime.current().clock.now()
    for _ in range(3):
        note_run(place.data_dir / "jobs", "people.tidy", now, 0.1, "RuntimeError")
    (row,) = [row for row in doctor.check_jobs(place) if row.state == WARN]
    assert "people.tidy failed 3 times in a row (RuntimeError)" in row.said
    note_run(place.data_dir / "jobs", "people.tidy", now, 0.1)
    assert of(doctor.check_jobs, place) == (OK, "")


def test_a25_a_changed_trail_is_said(place: Settings) -> None:
    create_operator(system_actor("test"), "op@mail.example")
    jobs.publish_head()
    assert of(doctor.check_audit, place)[0] == OK
    (place.data_dir / "audit-head.json").write_text('{"seq": 1, "chain": "0"}')
    assert of(doctor.check_audit, place)[0] == FAIL


@ON_SQLITE
def test_an_address_that_leads_elsewhere_is_said(place: Settings) -> None:
    with answering(b"<h1>Welcome to nginx!</h1>") as port:
        (row,) = [
            r
            for r in doctor.check_address(moved(place, base_url=f"http://localhost:{port}"))
            if r.state == FAIL
        ]
    assert "something else than mentorNET" in row.said
    (row,) = [
        r for r in doctor.check_address(moved(place, base_url=f"http://localhost:{port}")) if r.state == FAIL
    ]
    assert "does not answer" in row.said and "hand on to 127.0.0.1:5000" in row.remedy


@ON_SQLITE
@pytest.mark.parametrize(("days", "state"), [(90, OK), (20, WARN), (3, FAIL)])
def test_the_days_of_the_certificate_are_counted(
    place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, state: str
) -> None:
    certificate = make_certificate(tmp_path, days)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with answering(ALIVE, certificate) as port:
        rows = list(doctor.check_address(moved(place, base_url=f"https://localhost:{port}")))
    assert states(rows)["certificate"] == state
    assert states([row for row in rows if "this machine only" not in row.said])["address"] == OK


@ON_SQLITE
def test_a_certificate_that_nobody_trusts_is_said(place: Settings, tmp_path: Path) -> None:
    with answering(ALIVE, make_certificate(tmp_path, 90)) as port:
        rows = list(doctor.check_address(moved(place, base_url=f"https://localhost:{port}")))
    assert any("its certificate is not good: self-signed certificate" in row.said for row in rows)


@ON_SQLITE
def test_the_mail_server_is_asked_and_nothing_is_sent(place: Settings) -> None:
    assert of(doctor.check_mail, place) == (WARN, "set MENTORNET_SMTP_URL")
    server = MailServer()
    url = f"smtp://127.0.0.1:{server.port}"
    assert of(doctor.check_mail, moved(place, smtp_url=url, mail_from="Us <post@mentors.org>"))[0] == OK
    server.close()
    assert not any(said.lower().startswith(("mail ", "rcpt ", "data")) for said in server.said)
    assert of(doctor.check_mail, moved(place, smtp_url=url))[0] == FAIL, "it is away now"


@ON_SQLITE
def test_an_old_backup_is_said(place: Settings, tmp_path: Path) -> None:
    assert of(doctor.check_backup, place)[0] == WARN
    back_up(place, tmp_path / "b.tar.gz")
    assert of(doctor.check_backup, place) == (OK, "")
    last = place.data_dir / "last-backup.json"
    for hours, state in ((25, OK), (27, WARN), (8 * 24 + 1, FAIL)):
        last.write_text(
            json.dumps({"at": (datetime.now(UTC) - timedelta(hours=hours)).isoformat(), "bytes": 1})
        )
        assert of(doctor.check_backup, place)[0] == state


@ON_SQLITE
def test_keys_that_others_can_read_are_said(place: Settings) -> None:
    assert of(doctor.check_secrets, place)[0] == OK
    (place.data_dir / "keys" / "audit.key").chmod(0o644)
    state, remedy = of(doctor.check_secrets, place)
    assert (state, remedy) == (FAIL, f"chmod -R go= {place.data_dir}")


@ON_SQLITE
@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"base_url": "https://m.example", "trusted_proxies": 1}, OK),
        ({"base_url": "https://m.example", "trusted_proxies": 0}, FAIL),
        ({"base_url": "https://m.example", "trusted_proxies": 1, "host": "0.0.0.0"}, WARN),
        ({}, OK),
    ],
)
def test_what_a_proxy_may_say_is_checked(place: Settings, settings: dict[str, object], state: str) -> None:
    assert of(doctor.check_proxy, moved(place, **settings))[0] == state


def test_the_command_fails_when_something_is_broken_and_speaks_json(place: Settings) -> None:
    said = {"DATA_DIR": str(place.data_dir), "DATABASE_URL": place.database_url, "PORT": "1"}
    done = mentornet("doctor", "--json", "--mail", "op@mail.example", **said)
    assert done.returncode == 1
    assert done.stderr == "mentornet: not well: address, jobs\n"
    rows = json.loads(done.stdout)
    assert {"what", "state", "said", "remedy"} == set(rows[0])
    assert rows[-1]["state"] == OK and "op@mail.example" in rows[-1]["said"]
    assert len(list((place.data_dir / "outbox").glob("*.eml"))) == 1
    plain = mentornet("doctor", **said)
    assert plain.returncode == 1
    assert "FAIL  jobs         they never ran\n" in plain.stdout
