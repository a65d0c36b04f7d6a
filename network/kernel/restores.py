"""What has to happen to a database that was brought back from a backup, before anybody sees it.

A backup knows nothing of what was decided after it was made: who was erased, which session was ended. Each
capability that keeps such a promise registers here what makes it true again; the restored database is put in
its place only when all of it went well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AfterRestore:
    """A function that may run twice. It finds the runtime installed over the restored database, and in
    `settings.data_dir` the uploads of the backup, the keys, and the folder LEDGER as it is known by now."""

    name: str
    run: Callable[[], object]


LEDGER = "ledger"
"""The folder of the data directory that no restore takes back: it tells what was decided since."""

_registered: dict[str, AfterRestore] = {}


def after_restore(name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function under a stable name; they run in the order of their names. One that raises stops
    the restore, and nothing is changed."""

    def decorate(function: Callable[[], object]) -> Callable[[], object]:
        _registered[name] = AfterRestore(name, function)
        return function

    return decorate


def all_after_restore() -> list[AfterRestore]:
    """Everything registered, by name."""
    return [_registered[name] for name in sorted(_registered)]
