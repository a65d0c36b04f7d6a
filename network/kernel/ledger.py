"""The ledger beside the database: what somebody decided about herself, and no backup takes back.

A line stands on the disk before its decision commits; it holds numbers and codes, no name and no word.
Whoever keeps such a promise writes it down and says how it is done again on a database that knows nothing of
it (docs/decisions/0010).
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import orjson

from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import is_system, require
from network.kernel.restores import LEDGER, after_restore
from network.kernel.transaction import before_commit, command, session

FILE = "decisions.jsonl"
KEPT = timedelta(days=36)
"""A day more than any backup is kept (contract: 35 days): nothing older can come back."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person (a number; empty where there is no account) decided: the `kind`, what it is `about`, and
    what was `chosen`. Of several about the same thing the last one counts."""

    kind: str
    user_id: str
    about: str
    chosen: str
    at: datetime


Again = Callable[[Decision], object]

_again: dict[str, Again] = {}


def done_again(kind: str) -> Callable[[Again], Again]:
    """Register how decisions of a kind are done again after a restore: within a command of the system that
    the function joins, and only where the database does not know of it already; it may run twice."""

    def decorate(function: Again) -> Again:
        _again[kind] = function
        return function

    return decorate


def note_decision(kind: str, user_id: str, about: str = "", chosen: str = "") -> None:
    """Write a decision down within the command that carries it out. Raises OSError as that commits where it
    does not fit on the disk: then it is not carried out either."""
    decided = Decision(kind, user_id, about, chosen, runtime.current().clock.now())
    before_commit(partial(append_line, FILE, _as_line(decided)))


@after_restore("kernel.do_again")
def do_again() -> None:
    """Do every decision again that was made since the backup."""
    for decided in last_decisions():
        _do_again(system_actor("restore"), decided)


@command
def _do_again(actor: Actor, decided: Decision) -> None:
    require(is_system(actor, None))
    known = not decided.user_id or session().get(User, decided.user_id) is not None
    if known and decided.kind in _again:
        _again[decided.kind](decided)


def last_decisions() -> list[Decision]:
    """The last decision about each thing, the oldest first. Raises ValueError for a ledger that cannot be
    read."""
    found: dict[tuple[str, str, str], Decision] = {}
    for decided in sorted(_read(lines_of(FILE)), key=lambda one: one.at):
        found.pop((decided.kind, decided.user_id, decided.about), None)
        found[decided.kind, decided.user_id, decided.about] = decided
    return list(found.values())


@job("kernel.forget_decisions", every_minutes=24 * 60)
def forget_decisions() -> int:
    """Forget decisions of which every backup that there is knows; how many."""
    before = runtime.current().clock.now() - KEPT
    with _held() as folder:
        decided = list(_read(lines_of(FILE)))
        kept = [one for one in decided if one.at > before]
        if len(kept) < len(decided):
            draft = folder / f".{FILE}"
            draft.write_bytes(b"".join(map(_as_line, kept)))
            draft.chmod(0o600)
            _sync(draft)
            os.replace(draft, folder / FILE)
            _sync(folder)
    return len(decided) - len(kept)


def append_line(name: str, line: bytes) -> None:
    """Add a line to a file of the ledger; it stands on the disk when this returns. Raises OSError where it
    does not fit there."""
    with _held() as folder:
        file = folder / name
        is_new = not file.exists()
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            # What a power cut left half is ended, so that it spoils no line but its own.
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            whole = (b"\n" if torn else b"") + line
            if os.write(descriptor, whole) < len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            for above in (folder, folder.parent):  # a file whose name is lost is lost as well
                _sync(above)


def lines_of(name: str) -> list[bytes]:
    """The whole lines of a file of the ledger. One that a power cut left half is none: what it told was not
    committed, and was begun again."""
    file = _folder() / name
    return _whole_lines(file.read_bytes()) if file.exists() else []


def merged(ours: bytes, theirs: bytes) -> bytes:
    """One file of the ledger out of two: ours as it is, and the lines of theirs that it has not got."""
    there = set(_whole_lines(ours))
    more = [line for line in _whole_lines(theirs) if line not in there]
    torn = b"\n" if more and ours and not ours.endswith(b"\n") else b""
    return ours + torn + b"".join(line + b"\n" for line in more)


def _whole_lines(content: bytes) -> list[bytes]:
    return [line for line in content.splitlines() if line.rstrip().endswith(b"}")]


def _read(lines: Iterable[bytes]) -> Iterator[Decision]:
    for line in lines:
        said = orjson.loads(line)
        yield Decision(
            str(said["kind"]), str(said["user_id"]), str(said["about"]), str(said["chosen"]),
            datetime.fromisoformat(said["at"]),
        )  # fmt: skip


def _as_line(decided: Decision) -> bytes:
    return orjson.dumps(asdict(decided), option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


@contextmanager
def _held() -> Iterator[Path]:
    """The folder, for as long as nobody else writes in it: other processes do as well."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folder() -> Path:
    return runtime.current().settings.data_dir / LEDGER
