"""The scheduler: huey looks once a minute what is due, and sends letters as soon as they are promised."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog
from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from config import Settings
from network import notifications
from network.discussions.events import MessageEdited, MessagePosted
from network.kernel import audit, events, outbox, runtime
from network.kernel.erasures import Leaver, after_erasure
from network.kernel.events import LogEntry
from network.kernel.jobs import Job, all_jobs, job
from network.kernel.transaction import unit_of_work
from web import delivery
from web.incoming import answering, mailbox
from web.job_runs import note_run

log = structlog.get_logger("jobs")

AUDIT_HEAD = "audit-head.json"
HEARTBEAT = "heartbeat"
PLAN = "plan.json"
DAY = 24 * 60
TRIED_AGAIN_AFTER = 15  # minutes
HALF_A_LOOK = timedelta(seconds=30)  # we look once a minute: what is due until the next look is due now
LAST_TASK_SECONDS = 5.0  # what is being done at the stop gets this long

SAID = frozenset({MessagePosted.kind, MessageEdited.kind})
LOOKED_AFTER = 1  # second; what is said meanwhile is seen with it

WHILE_SOMEBODY_WAITS = 0.2  # seconds; what is not asked for is done within a minute all the same

_at_work = threading.Lock()
_listening: list[Callable[[], None]] = []


def create_huey(settings: Settings, *, patience: float = 5.0) -> Any:
    """The queue: Redis where it is set, which may take `patience` seconds to answer; else a file beside the
    database."""
    if url := settings.redis_url:
        url += ("&" if "?" in url else "?") + f"socket_timeout={patience}&socket_connect_timeout={patience}"
        return RedisHuey("mentornet", url=url, results=False)
    folder = settings.data_dir / "jobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return SqliteHuey("mentornet", filename=str(folder / "queue.db"), results=False, fsync=False)


def wake_on_post(settings: Settings) -> None:
    """Have the commit that promises letters ask the jobs' process to send them now. One asking that still
    waits is enough for all: it looks at what is due when its turn comes."""
    huey = create_huey(settings, patience=WHILE_SOMEBODY_WAITS)
    send_letters = _letters(huey)

    def wake() -> None:
        if huey.pending_count() == 0:
            send_letters()

    outbox.on_post(wake)
    _wake_on_words(huey, _notices(huey))


def _wake_on_words(huey: Any, look: Any) -> None:
    """Have the jobs' process look, a second after something was said, whom it concerns: one look for all that
    this process commits within that second."""
    asked_until = 0.0

    def heard(entries: Sequence[LogEntry]) -> None:
        nonlocal asked_until
        now = time.monotonic()
        if now >= asked_until and any(entry.type in SAID for entry in entries):
            asked_until = now + LOOKED_AFTER
            # Not by way of what is to be done at once: letters look there whether one of them is asked for.
            huey.add_schedule(look.s(delay=LOOKED_AFTER))

    while _listening:
        _listening.pop()()
    _listening.append(events.listen(heard))


def register(huey: MemoryHuey) -> None:
    """Give letters and jobs their rhythm: once a minute is looked what is due."""
    _letters(huey)
    _notices(huey)

    @huey.periodic_task(crontab(minute="*"), name="send_letters_late")
    def send_letters_late() -> None:
        beat()
        outbox.drain()

    @huey.periodic_task(crontab(minute="*"), name="run_due")
    def run_what_is_due() -> None:
        run_due()


def _letters(huey: MemoryHuey) -> Any:
    @huey.task(name="send_letters")
    def send_letters() -> None:
        outbox.drain()

    return send_letters


def _notices(huey: MemoryHuey) -> Any:
    @huey.task(name="derive_notices")
    def derive_notices() -> None:
        if notifications.derive_soon():
            huey.add_schedule(show_on_devices.s(delay=notifications.PUSH_AFTER.total_seconds()))

    @huey.task(name="show_on_devices")
    def show_on_devices() -> None:
        notifications.send_pushes()

    return derive_notices


def run_due() -> list[str]:
    """Run every job whose time has come, by the product's clock: a machine that was off at night, or a clock
    that was moved, only makes it late. What failed is tried again in a quarter of an hour. Returns the names
    of what ran; nothing while the last round is still at work."""
    if not _at_work.acquire(blocking=False):
        return []
    try:
        ran = []
        for known in all_jobs():
            if _is_due(known):
                _do(known)
                ran.append(known.name)
        return ran
    finally:
        _at_work.release()


def _is_due(known: Job) -> bool:
    due_at = _plan().get(known.name)
    if due_at is None:
        return True
    now = runtime.current().clock.now()
    set_back = due_at > now + timedelta(minutes=known.every_minutes)
    return now >= due_at - HALF_A_LOOK or set_back


def _do(known: Job) -> bool:
    began = runtime.current().clock.now()
    done = run_job(known)
    minutes = known.every_minutes if done else min(known.every_minutes, TRIED_AGAIN_AFTER)
    plan = {**_plan(), known.name: began + timedelta(minutes=minutes)}
    try:
        _replace(_folder() / PLAN, orjson.dumps(plan, option=orjson.OPT_UTC_Z))
    except OSError:
        # It runs once more in a minute, which is no harm.
        log.exception("plan_not_written", job=known.name)
    return done


def _plan() -> dict[str, datetime]:
    """When each job is due next; one that was never planned is due, and so is all after a damage."""
    try:
        said = orjson.loads((_folder() / PLAN).read_bytes())
        return {str(name): datetime.fromisoformat(at) for name, at in said.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def run_job(known: Job) -> bool:
    """Run one job; its failure is logged, told by False, and does not stop the others."""
    began, at, error = time.monotonic(), runtime.current().clock.now(), ""
    try:
        with unit_of_work():
            known.run()
    except Exception as failure:
        log.exception("job_failed", job=known.name)
        error = type(failure).__name__
    try:
        note_run(_folder(), known.name, at, time.monotonic() - began, error)
    except OSError:
        log.warning("job_run_not_noted", job=known.name)
    return not error


def run_once() -> list[str]:
    """Everything that is due, in this process: `mentornet jobs --once`. Returns the names of what failed."""
    failed = [known.name for known in all_jobs() if not _do(known)]
    outbox.drain()
    beat()
    return failed


def consume(settings: Settings) -> None:
    """Run jobs until the process is told to stop (SIGTERM, SIGINT); what runs then is finished first."""
    huey = create_huey(settings)
    register(huey)
    beat()
    consumer = Consumer(
        huey, workers=2, periodic=True, initial_delay=0.05, backoff=1.2, max_delay=0.5,
        check_worker_health=True, graceful_signal="TERM", shutdown_timeout=LAST_TASK_SECONDS,
    )  # fmt: skip
    consumer.run()


def beat() -> None:
    """Leave a sign that the jobs run: `/metrics` and those who look after the machine see its age."""
    (_folder() / HEARTBEAT).write_text(runtime.current().clock.now().isoformat(), encoding="ascii")


def _folder() -> Path:
    folder = Path(runtime.current().settings.data_dir) / "jobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def seconds_since_beat() -> float | None:
    """How long ago the jobs ran last; None when they never did."""
    path = Path(runtime.current().settings.data_dir) / "jobs" / HEARTBEAT
    try:
        beaten = datetime.fromisoformat(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return max(0.0, (runtime.current().clock.now() - beaten).total_seconds())


@job("mail_answers.fetch", every_minutes=1)
def fetch_answers() -> int:
    """Post what people answered to letters, where a mailbox for that is set; how many mails were looked at.
    Raises MailboxAway."""
    url = runtime.current().settings.imap_url
    return mailbox.fetch(url, answering.take).total() if url else 0


@job("mail_files.tidy", every_minutes=DAY)
def forget_mail_files() -> int:
    """Delete letters that lie in files because no mail server is set, when their time is over."""
    settings = runtime.current().settings
    kept = timedelta(days=settings.mail_files_kept_days)
    return delivery.forget_files(settings.data_dir / "outbox", runtime.current().clock.now() - kept)


@after_erasure("mail_files")
def forget_letters_to(leaver: Leaver) -> None:
    """Delete the letters to somebody who was erased, where they lie in files."""
    delivery.forget_files_to(runtime.current().settings.data_dir / "outbox", leaver.addresses)


@job("audit.publish_head", every_minutes=DAY)
def publish_head() -> None:
    """Write the end of the audit chain into a file outside the database (A25). A trail that does not fit to
    the head published before is not covered up by a new one: the old one stays as evidence."""
    folder = Path(runtime.current().settings.data_dir)
    found = audit.examine(published_head(folder))
    if found.bad is not None:
        log.error("audit_trail_changed", seq=found.bad)
        return
    seq, chain = found.head  # the very one that was looked at, whatever was written since
    if seq == 0:
        return
    at = runtime.current().clock.now()
    _replace(
        folder / AUDIT_HEAD, orjson.dumps({"seq": seq, "chain": chain, "at": at}, option=orjson.OPT_UTC_Z)
    )


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def published_head(folder: Path) -> tuple[int, str] | None:
    """The end of the audit chain as it was published last; None before the first time. Raises ValueError for
    a file that cannot be read."""
    path = folder / AUDIT_HEAD
    if not path.exists():
        return None
    try:
        said = orjson.loads(path.read_bytes())
        return int(said["seq"]), str(said["chain"])
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{path} cannot be read") from None
