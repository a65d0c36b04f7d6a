"""The scheduler: huey runs the registered jobs and sends letters as soon as they are promised."""

from __future__ import annotations

from typing import Any

import structlog
from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from config import Settings
from network.kernel import outbox
from network.kernel.jobs import Job, all_jobs
from network.kernel.transaction import unit_of_work

log = structlog.get_logger("jobs")


def create_huey(settings: Settings) -> Any:
    """The queue: Redis where it is set, else a file beside the database."""
    if settings.redis_url:
        return RedisHuey("mentornet", url=settings.redis_url, results=False)
    folder = settings.data_dir / "jobs"
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("mentornet", filename=str(folder / "queue.db"), results=False, fsync=False)


def register(huey: MemoryHuey) -> Any:
    """Give every job its rhythm. Returns the task that sends letters now."""

    @huey.task(name="send_letters")
    def send_letters() -> None:
        outbox.drain()

    @huey.periodic_task(crontab(minute="*"), name="send_letters_late")
    def send_letters_late() -> None:
        outbox.drain()

    for job in all_jobs():
        _schedule(huey, job)
    return send_letters


def _schedule(huey: MemoryHuey, job: Job) -> None:
    minutes = job.every_minutes
    if minutes < 60:
        rhythm = crontab(minute=f"*/{minutes}")
    elif minutes < 24 * 60:
        rhythm = crontab(minute="7", hour=f"*/{minutes // 60}")
    else:
        rhythm = crontab(minute="17", hour="3")

    @huey.periodic_task(rhythm, name=job.name)
    def run() -> None:
        run_job(job)


def run_job(job: Job) -> None:
    """Run one job; its failure is logged and does not stop the others."""
    try:
        with unit_of_work():
            job.run()
    except Exception:
        log.exception("job_failed", job=job.name)


def run_once() -> None:
    """Everything that is due, in this process: `mentornet jobs --once`."""
    for job in all_jobs():
        run_job(job)
    outbox.drain()


def consume(settings: Settings) -> None:
    """Run jobs until the process is told to stop (SIGTERM, SIGINT)."""
    huey = create_huey(settings)
    register(huey)
    consumer: Consumer = huey.create_consumer(
        workers=2, periodic=True, initial_delay=0.05, backoff=1.2, max_delay=0.5, check_worker_health=True
    )
    consumer.run()
