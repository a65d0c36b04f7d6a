"""Fixtures of the tests of the pages of agreements."""

from __future__ import annotations

import pytest

from network.kernel.runtime import Runtime
from tests.running import HandClock
from tests.web.agreements.circle import Circle, make_circle


@pytest.fixture
def circle(live: Runtime, clock: HandClock) -> Circle:
    """A large network with its people."""
    return make_circle(clock)
