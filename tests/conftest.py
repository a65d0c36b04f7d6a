"""Fixtures that every test may use."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest


from network.kernel.runtime import Runtime
from tests.running import HandClock, LetterBox, running

_numbers = itertools.count()


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: each test that touches tables runs on both kinds."""
    yield f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """The installed runtime over an empty database."""
    with running(database_url, tmp_path) as runtime:
        yield runtime


@pytest.fixture
def clock(live: Runtime) -> HandClock:
    """The test's clock; `forward` moves it."""
    assert isinstance(live.clock, HandClock)
    return live.clock


@pytest.fixture
def letterbox(live: Runtime) -> LetterBox:
    """The letters that left."""
    assert isinstance(live.deliver, LetterBox)
    return live.deliver
