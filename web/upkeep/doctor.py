"""What `mentornet doctor` looks at, and what it says to do: each row is fine, to be looked at, or broken."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from config import BadSetting, Settings, is_loopback
from network.kernel import audit
from network.kernel.clock import Clock
from network.kernel.transaction import unit_of_work
from web import delivery, health, jobs
from web.incoming import mailbox
from web.job_runs import last_runs
from web.upkeep import reaching
from web.upkeep.backup import last_backup
from web.upkeep.stores import store_of

OK, WARN, FAIL = "OK", "WARN", "FAIL"

LITTLE_DISK, NO_DISK = 2 << 30, 256 << 20
JOBS_LATE, JOBS_GONE = 5 * 60, 30 * 60
BACKUP_LATE, BACKUP_GONE = 26, 8 * 24
"""Hours: a night's backup has two hours to be made; after a week nobody looks after it."""
CERTIFICATE_SOON, CERTIFICATE_NOW = 21, 5
CLOCK_APART = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One finding: what was looked at, how it is, and what to do about it."""

    what: str
    state: str
    said: str
    remedy: str = ""


Check = Callable[[Settings], Iterator[Row]]


def examine(settings: Settings, create_runtime: Callable[[Settings], Any]) -> list[Row]:
    """Look at everything; a check that cannot be done is a finding like any other. Changes nothing and sends
    nothing."""
    rows = list(_guarded("database", check_database, settings))
    if all(row.state != FAIL for row in rows):
        made = create_runtime(settings)
        try:
            for check in (check_jobs, check_audit):
                rows += _guarded(check.__name__.removeprefix("check_"), check, settings)
        finally:
            made.database.close()
    for check in (
        check_address,
        check_mail,
        check_answers,
        check_disk,
        check_backup,
        check_secrets,
        check_proxy,
        check_clock,
    ):
        rows += _guarded(check.__name__.removeprefix("check_"), check, settings)
    return rows


def _guarded(what: str, check: Check, settings: Settings) -> Iterator[Row]:
    try:
        yield from check(settings)
    except (OSError, ValueError, sqlite3.Error, psycopg.Error, SQLAlchemyError, BadSetting) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        yield Row(what, FAIL, cause or type(error).__name__, "mend this first and ask again")


def check_database(settings: Settings) -> Iterator[Row]:
    """It can be read, is whole, and stands at this version's migrations."""
    store = store_of(settings.database_url)
    if store.is_empty():
        yield Row("database", FAIL, "it is empty", "run `mentornet upgrade`")
        return
    fault = store.fault()
    if fault is not None:
        yield Row(
            "database", FAIL, f"it is damaged: {fault}",
            "stop the server, keep a copy of the data directory, `mentornet restore --replace BACKUP`",
        )  # fmt: skip
        return
    yield Row("database", OK, f"{store.version()}, {store.size() / (1 << 20):.1f} MB, whole")
    found, wanted = store.revision(), health.expected_revision()
    if found != wanted:
        yield Row("migrations", FAIL, f"at {found}, this version needs {wanted}", "run `mentornet upgrade`")
    else:
        yield Row("migrations", OK, f"at {found}")


def check_jobs(settings: Settings) -> Iterator[Row]:
    """Letters, reminders and tidying are done by a process that shows every minute that it is there."""
    age = jobs.seconds_since_beat()
    remedy = "`mentornet serve` runs them; with --no-jobs start `mentornet jobs` too"
    if age is None:
        yield Row("jobs", FAIL, "they never ran", remedy)
    elif age > JOBS_LATE:
        yield Row(
            "jobs", FAIL if age > JOBS_GONE else WARN, f"they last ran {age / 60:.0f} minutes ago", remedy
        )
    else:
        yield Row("jobs", OK, f"they ran {age:.0f} seconds ago")
    for run in last_runs(settings.data_dir / "jobs"):
        if run.failed_in_a_row:
            yield Row(
                "jobs", WARN, f"{run.name} failed {run.failed_in_a_row} times in a row ({run.error})",
                "the log says why under `job_failed`; `mentornet jobs --once` tries again",
            )  # fmt: skip


def check_audit(settings: Settings) -> Iterator[Row]:
    """Nobody changed the audit trail."""
    with unit_of_work():
        bad = audit.verify(jobs.published_head(settings.data_dir))
    if bad is None:
        yield Row("audit trail", OK, "as it was written")
    else:
        yield Row("audit trail", FAIL, f"changed at row {bad}", "see docs/operations.md, “The audit trail”")


def check_address(settings: Settings) -> Iterator[Row]:
    """What people type leads here, by a certificate that lasts."""
    parts = urlsplit(settings.base_url)
    if is_loopback(parts.hostname):
        yield Row(
            "address", WARN, f"{settings.base_url} is reached from this machine only",
            "set MENTORNET_BASE_URL to the address that people type",
        )  # fmt: skip
    found = reaching.ask(f"{settings.base_url}/healthz", _now(settings))
    if found.fault is not None:
        yield Row(
            "address", FAIL, f"{settings.base_url} does not answer: {found.fault}",
            "is the server running, does the name lead to this machine, does the web server in front hand on "
            f"to {settings.host}:{settings.port}?",
        )  # fmt: skip
        return
    if found.certificate_days is not None:
        state = OK if found.certificate_days > CERTIFICATE_SOON else WARN
        state = FAIL if found.certificate_days < CERTIFICATE_NOW else state
        remedy = "" if state == OK else "the web server in front renews it: look at its log"
        yield Row("certificate", state, f"good for {found.certificate_days:.0f} days", remedy)
    if found.body != {"status": "alive"}:
        yield Row(
            "address", FAIL, f"something else than mentorNET answers at {settings.base_url}",
            "look at the web server in front",
        )  # fmt: skip
    else:
        yield Row("address", OK, f"{settings.base_url} answers after {found.milliseconds:.0f} ms")
    if found.seconds_apart is not None and abs(found.seconds_apart) > CLOCK_APART:
        yield Row(
            "clock", WARN, f"the web server in front is {found.seconds_apart:.0f} s off", "check both clocks"
        )


def check_mail(settings: Settings) -> Iterator[Row]:
    """The mail server lets us in; nothing is sent."""
    if not settings.smtp_url:
        state = OK if settings.demo else WARN
        yield Row(
            "mail", state, f"letters are put into {settings.data_dir / 'outbox'} and go no further",
            "" if settings.demo else "set MENTORNET_SMTP_URL",
        )  # fmt: skip
        return
    fault = delivery.fault_of_server(settings.smtp_url)
    if fault is not None:
        yield Row("mail", FAIL, f"the mail server does not let us in: {fault}", "check MENTORNET_SMTP_URL")
        return
    yield Row("mail", OK, "the mail server lets us in; `mentornet doctor --mail ADDRESS` sends a test")
    sender = settings.mail_from.rpartition("@")[2].strip("<> ")
    if sender.endswith(".example"):
        yield Row("mail", FAIL, f"the sender is {settings.mail_from}", "set MENTORNET_MAIL_FROM to your own")


def check_answers(settings: Settings) -> Iterator[Row]:
    """The mailbox to which letters are answered can be read, where one is set."""
    if not settings.imap_url:
        return
    fault = mailbox.fault_of(settings.imap_url)
    if fault is not None:
        yield Row("answers", FAIL, f"the mailbox cannot be read: {fault}", "check MENTORNET_IMAP_URL")
    else:
        yield Row("answers", OK, f"the mailbox behind {settings.reply_address} can be read")


def check_disk(settings: Settings) -> Iterator[Row]:
    """There is room to write."""
    free = shutil.disk_usage(settings.data_dir).free
    said = f"{free / (1 << 30):.1f} GB free at {settings.data_dir}"
    state = FAIL if free < NO_DISK else WARN if free < LITTLE_DISK else OK
    yield Row("disk", state, said, "" if state == OK else "make room, or give the machine a larger disk")


def check_backup(settings: Settings) -> Iterator[Row]:
    """There is a backup, and it is young."""
    last, remedy = last_backup(settings.data_dir), "`mentornet backup FOLDER --keys FILE`, by a nightly timer"
    if last is None:
        yield Row("backup", WARN, "there is none yet", remedy)
        return
    hours = (_now(settings) - last[0]).total_seconds() / 3600
    state = FAIL if hours > BACKUP_GONE else WARN if hours > BACKUP_LATE else OK
    said = f"the last one is {hours:.0f} hours old, {last[1] / (1 << 20):.1f} MB"
    yield Row("backup", state, said, "" if state == OK else remedy)


def check_secrets(settings: Settings) -> Iterator[Row]:
    """Keys are there, long enough, and nobody else's to read."""
    loose = [
        path
        for path in (settings.data_dir, *(settings.data_dir / "keys").glob("*"))
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if loose:
        yield Row("keys", FAIL, f"others can read {loose[0]}", f"chmod -R go= {settings.data_dir}")
        return
    where = "MENTORNET_SECRET_KEY" if settings.secret_key else f"{settings.data_dir / 'keys'}"
    yield Row("keys", OK, f"in {where}, readable by their owner alone")


def check_proxy(settings: Settings) -> Iterator[Row]:
    """What the web server in front says about who asks is believed as often as there are such servers."""
    https, open_to_all = settings.is_https, not is_loopback(settings.host)
    if https and not settings.trusted_proxies:
        yield Row(
            "proxy", FAIL, "everybody seems to come from the web server in front and shares its limits",
            "set MENTORNET_TRUSTED_PROXIES=1",
        )  # fmt: skip
    elif settings.trusted_proxies and open_to_all:
        yield Row(
            "proxy", WARN, f"whoever reaches {settings.host}:{settings.port} can pretend to be anybody",
            "set MENTORNET_HOST=127.0.0.1, or let a firewall pass the web server in front alone",
        )  # fmt: skip
    else:
        yield Row("proxy", OK, f"{settings.trusted_proxies} in front")


def check_clock(settings: Settings) -> Iterator[Row]:
    """The machine knows what time it is."""
    if settings.clock_file:
        yield Row("clock", WARN, f"{settings.clock_file} says what time it is", "unset MENTORNET_CLOCK_FILE")
        return
    newest = max((path.stat().st_mtime for path in Path(__file__).parents[1].glob("*.py")), default=0.0)
    now = _now(settings)
    if now.timestamp() < newest - 24 * 3600:
        yield Row(
            "clock", FAIL, f"it says {now:%Y-%m-%d %H:%M} UTC, which is past", "`timedatectl set-ntp true`"
        )
        return
    synchronised = reaching.clock_is_synchronised()
    said = f"{now:%Y-%m-%d %H:%M:%S} UTC; the machine's zone is {now.astimezone():%Z}"
    if synchronised is False:
        yield Row("clock", WARN, f"{said}; nobody sets it", "`timedatectl set-ntp true`")
    else:
        yield Row("clock", OK, said)


def _now(settings: Settings) -> datetime:
    return Clock(Path(settings.clock_file) if settings.clock_file else None).now()


def as_json(rows: list[Row]) -> list[dict[str, str]]:
    """The findings as plain objects."""
    return [dataclasses.asdict(row) for row in rows]
