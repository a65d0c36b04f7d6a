"""A network that talks, on a running server."""

from __future__ import annotations

import inspect
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.discussions import Room, Topic
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from tests.factories.discussions import Community, make_community, make_room, make_topic
from tests.ports import free_port
from tests.realtime.second import second
from tests.realtime.serving import Served, serving
from tests.running import running


@pytest.fixture
def port() -> int:
    """Where the server will listen."""
    return free_port()


@pytest.fixture
def settings() -> dict[str, object]:
    """What differs from the default settings."""
    return {}


TWO = os.environ.get("TEST_PROCESSES") == "2"
LOOKS_INSIDE = (
    "server.live", "server.app", "server.runtime", "monkeypatch", "server.line(", "object.__setattr__",
    "too_many_requests",  # each process counts sends for itself
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `make test-two`: what looks into this process, or changes it, cannot be asked of another one. Many
    processes have PostgreSQL."""
    if not TWO:
        return
    apart = [item for item in items if not _can_be_two(item)]
    items[:] = [item for item in items if _can_be_two(item)]
    config.hook.pytest_deselected(items=apart)


def _can_be_two(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    return (
        {"server", "cafe"} <= asked
        and "postgresql" in item.name
        and not any(
            word in inspect.getsource(item.function)  # type: ignore[attr-defined]
            for word in LOOKS_INSIDE
        )
    )


@pytest.fixture
def live(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, port: int, settings: dict[str, object]
) -> Iterator[Runtime]:
    """The runtime of a site that is reached at the server's port."""
    if TWO:
        settings = {**settings, "redis_url": request.getfixturevalue("redis_url")}
    with running(database_url, tmp_path, base_url=f"http://127.0.0.1:{port}", **settings) as runtime:
        yield runtime


@pytest.fixture
def server(live: Runtime, port: int) -> Iterator[Served]:
    """The running server."""
    with serving(live, port) as served:
        if not TWO:
            yield served
            return
        with second(live) as elsewhere:
            served.turns = itertools.cycle([elsewhere, served.url])
            yield served


@dataclass
class Cafe:
    """An open room with a topic, its people, and a room of another network."""

    community: Community
    ann: Actor
    bob: Actor
    meta: Actor
    outsider: Actor
    room: Room
    topic: Topic
    noise: Topic

    @property
    def scope(self) -> str:
        """The room's scope."""
        return f"room:{self.room.id}"


@pytest.fixture
def cafe(live: Runtime) -> Cafe:
    """Two members, a meta-mentor, a member of another network."""
    assert live
    return make_cafe()


def make_cafe() -> Cafe:
    """The same over the runtime that is installed."""
    community, other = make_community(), make_community()
    ann, bob, meta = community.member(), community.member(), community.member("meta_mentor")
    room, outsider = make_room(community.network), other.member()
    noise = make_topic(make_room(other.network), outsider)
    return Cafe(community, ann, bob, meta, outsider, room, make_topic(room, ann), noise)
