"""The scheduler: huey runs the registered jobs and sends letters as soon as they are promised."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import structlog
from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from config import Settings
from network.kernel import audit, outbox, runtime
from network.kernel.jobs import Job, all_jobs, job
from network.kernel.transaction import unit_of_work

log = structlog.get_logger("jobs")

AUDIT_HEAD = "audit-head.json"
HEARTBEAT = "heartbeat"
DAY = 24 * 60
LAST_TASK_SECONDS = 5.0  # what is being done at the stop gets this long


def create_huey(settings: Settings) -> Any:
    """The queue: Redis where it is set, else a file beside the database."""
    if settings.redis_url:
        return RedisHuey("mentornet", url=settings.redis_url, results=False)
    folder = settings.data_dir / "jobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return SqliteHuey("mentornet", filename=str(folder / "queue.db"), results=False, fsync=False)


def wake_on_post(settings: Settings) -> None:
    """Have the commit that promises letters ask the jobs' process to send them now. One asking that still
    waits is enough for all: it looks at what is due when its turn comes."""
    huey = create_huey(settings)
    send_letters = _letters(huey)

    def wake() -> None:
        if huey.pending_count() == 0:
            send_letters()

    outbox.on_post(wake)


def register(huey: MemoryHuey) -> None:
    """Give every job its rhythm."""
    _letters(huey)

    @huey.periodic_task(crontab(minute="*"), name="send_letters_late")
    def send_letters_late() -> None:
        beat()
        outbox.drain()

    for known in all_jobs():
        _schedule(huey, known)


def _letters(huey: MemoryHuey) -> Any:
    @huey.task(name="send_letters")
    def send_letters() -> None:
        outbox.drain()

    return send_letters


def _schedule(huey: MemoryHuey, known: Job) -> None:
    minutes = known.every_minutes
    if minutes < 60:
        rhythm = crontab(minute=f"*/{minutes}")
    elif minutes < DAY:
        rhythm = crontab(minute="7", hour=f"*/{minutes // 60}")
    else:
        rhythm = crontab(minute="17", hour="3")

    @huey.periodic_task(rhythm, name=known.name)
    def run() -> None:
        run_job(known)


def run_job(known: Job) -> bool:
    """Run one job; its failure is logged, told by False, and does not stop the others."""
    try:
        with unit_of_work():
            known.run()
    except Exception:
        log.exception("job_failed", job=known.name)
        return False
    return True


def run_once() -> list[str]:
    """Everything that is due, in this process: `mentornet jobs --once`. Returns the names of what failed."""
    failed = [known.name for known in all_jobs() if not run_job(known)]
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
    folder = Path(runtime.current().settings.data_dir) / "jobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / HEARTBEAT).write_text(runtime.current().clock.now().isoformat(), encoding="ascii")


def seconds_since_beat() -> float | None:
    """How long ago the jobs ran last; None when they never did."""
    path = Path(runtime.current().settings.data_dir) / "jobs" / HEARTBEAT
    try:
        beaten = datetime.fromisoformat(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return max(0.0, (runtime.current().clock.now() - beaten).total_seconds())


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
