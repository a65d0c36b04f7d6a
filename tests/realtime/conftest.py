"""A network that talks, on a running server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.discussions import Room, Topic
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from tests.factories.discussions import Community, make_community, make_room, make_topic
from tests.ports import free_port
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


@pytest.fixture
def live(database_url: str, tmp_path: Path, port: int, settings: dict[str, object]) -> Iterator[Runtime]:
    """The runtime of a site that is reached at the server's port."""
    with running(database_url, tmp_path, base_url=f"http://127.0.0.1:{port}", **settings) as runtime:
        yield runtime


@pytest.fixture
def server(live: Runtime, port: int) -> Iterator[Served]:
    """The running server."""
    with serving(live, port) as served:
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
