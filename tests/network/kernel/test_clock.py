"""The server's time, and the demo's file that moves it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from network.kernel.clock import Clock


def near(left: datetime, right: datetime) -> bool:
    return abs(left - right) < timedelta(seconds=5)


def test_without_a_file_it_is_the_real_time() -> None:
    assert near(Clock().now(), datetime.now(UTC))
    assert Clock().now().tzinfo is UTC


def test_a_file_moves_the_time_and_time_goes_on_from_its_modification(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = Clock(file)
    file.write_text("2027-03-01T08:00:00Z\n")
    assert near(clock.now(), datetime(2027, 3, 1, 8, tzinfo=UTC))
    an_hour_ago = datetime.now(UTC).timestamp() - 3600
    os.utime(file, (an_hour_ago, an_hour_ago))
    assert near(clock.now(), datetime(2027, 3, 1, 9, tzinfo=UTC))


def test_every_change_is_obeyed_at_once_and_taking_the_file_away_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("2027-03-01T08:00:00+02:00")
    clock = Clock(file)
    assert near(clock.now(), datetime(2027, 3, 1, 6, tzinfo=UTC))
    file.write_text("2020-01-01T00:00:00Z")
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 1))
    assert clock.now().year == 2020
    file.unlink()
    assert near(clock.now(), datetime.now(UTC))


@pytest.mark.parametrize("content", ["", "tomorrow", "2027-13-01", "\x00"])
def test_what_cannot_be_read_means_the_real_time(tmp_path: Path, content: str) -> None:
    file = tmp_path / "clock"
    file.write_text(content)
    assert near(Clock(file).now(), datetime.now(UTC))


def test_at_holds_within_its_block_only() -> None:
    clock, moment = Clock(), datetime(2020, 5, 5, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
    assert near(clock.now(), datetime.now(UTC))
