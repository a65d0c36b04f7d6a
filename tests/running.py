"""A runtime for tests: a clock that the test moves, letters that are kept instead of sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from config import Settings
from network import membership
from network.kernel import clock, runtime
from network.kernel.clock import Clock
from tests.databases import open_database

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class HandClock(Clock):
    """A clock that stands still until the test moves it."""

    def __init__(self, moment: datetime = START) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        """The moment at which the test set it; each look is a microsecond later, as in life. While the demo's
        past is lived through, that moment of it."""
        self.moment += timedelta(microseconds=1)
        lived_through = clock._moved.get()
        if lived_through is not None:
            return lived_through
        return self.moment

    def forward(self, **span: float) -> datetime:
        """Move on by days, hours, minutes …"""
        self.moment += timedelta(**span)
        return self.moment


class LetterBox:
    """Takes letters instead of a mail server."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    def __call__(self, message: EmailMessage) -> None:
        self.letters.append(message)

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to one address, oldest first."""
        return [letter for letter in self.letters if letter["To"] == address]


@contextmanager
def running(database_url: str, data_dir: Path, **settings: object) -> Iterator[runtime.Runtime]:
    """Install a runtime over the tables at `database_url`; its connections are closed at the end."""
    settings.setdefault("base_url", "http://localhost")  # where Flask's test client lives
    settings.setdefault("second_factor", "offered")  # who asks for it says so
    settings.setdefault("second_factor_grace_days", 0)
    chosen = Settings(data_dir=data_dir, database_url=database_url, **settings)  # type: ignore[arg-type]
    database = open_database(chosen.database_url, chosen.database_wait_seconds)
    made = runtime.Runtime(
        settings=chosen,
        database=database,
        clock=HandClock(),
        secret_key=b"s" * 32,
        audit_key=b"a" * 32,
        deliver=LetterBox(),
        look_again=membership.look_again,
    )
    runtime.install(made)
    try:
        yield made
    finally:
        database.close()
