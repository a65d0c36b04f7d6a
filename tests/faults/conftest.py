"""A network that keeps on, whatever breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.faults.forked import Loaded
from tests.faults.town import Town, town_on

Soaked = Callable[[Mapping[str, Any]], None]


@pytest.fixture
def soaked(record_property: Callable[[str, object], None]) -> Soaked:
    """Say what a long test counted, for docs/soak.md; figures with a comma are rounded."""

    def tell(counted: Mapping[str, Any]) -> None:
        for name, value in counted.items():
            record_property(name, round(value, 2) if isinstance(value, float) else value)

    return tell


@pytest.fixture(scope="session")
def loaded() -> Iterator[Loaded]:
    """What all servers of this worker are branched off."""
    made = Loaded()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A network on each kind of database."""
    with town_on(request.param, request, tmp_path) as made:
        yield made
