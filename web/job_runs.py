"""How each job went when it ran last: one small file per job, for those who look after it."""

from __future__ import annotations

import dataclasses
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

FOLDER = "runs"


@dataclass(frozen=True, slots=True)
class Run:
    """The last run of a job. `error` is the kind of what went wrong; its text might quote people."""

    name: str
    at: datetime
    seconds: float
    succeeded_at: datetime | None = None
    failed_in_a_row: int = 0
    error: str = ""


def note_run(folder: Path, name: str, at: datetime, seconds: float, error: str = "") -> None:
    """Write down that a job ran; `error` is empty when all went well."""
    before = _read(_file(folder, name))
    run = Run(
        name, at, round(seconds, 3),
        at if not error else before.succeeded_at if before else None,
        0 if not error else (before.failed_in_a_row if before else 0) + 1,
        error,
    )  # fmt: skip
    file = _file(folder, name)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    draft.write_bytes(orjson.dumps(dataclasses.asdict(run), option=orjson.OPT_UTC_Z))
    os.replace(draft, file)


def last_runs(folder: Path) -> list[Run]:
    """How each job went last, by name, from the jobs' folder."""
    found = (_read(path) for path in sorted((folder / FOLDER).glob("*.json")))
    return [run for run in found if run is not None]


def _file(folder: Path, name: str) -> Path:
    return folder / FOLDER / f"{name}.json"


def _read(path: Path) -> Run | None:
    try:
        said = orjson.loads(path.read_bytes())
        for time in ("at", "succeeded_at"):
            said[time] = datetime.fromisoformat(said[time]) if said[time] else None
        return Run(**said)
    except (OSError, ValueError, KeyError, TypeError):
        return None
