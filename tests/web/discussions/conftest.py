"""A network that talks, and its people at their browsers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from models.discussions import Room, Topic
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from tests.factories.discussions import (
    Community,
    make_community,
    make_messages,
    make_room,
    make_topic,
)
from tests.web.discussions.visiting import Visitor

RULES = "01a20000-0000-7000-8000-000000000001"


@dataclass
class Cafe:
    """A room with a topic, who is in the network, and a room of another network as noise."""

    community: Community
    ann: Actor
    bob: Actor
    meta: Actor
    outsider: Actor
    room: Room
    topic: Topic
    noise: Topic


@pytest.fixture
def cafe(live: Runtime) -> Cafe:
    """Two members, a meta-mentor, a member of another network."""
    assert live
    community, other = make_community(rules_version_id=RULES), make_community(rules_version_id=RULES)
    ann, bob = (community.member() for _ in range(2))
    meta = community.member("meta_mentor")
    outsider = other.member()
    room = make_room(community.network, name="Café", opening="cafe", purpose="Everything on our minds.")
    noise = make_topic(make_room(other.network), outsider, title="Elsewhere")
    make_messages(noise, outsider, 3)
    return Cafe(community, ann, bob, meta, outsider, room, make_topic(room, ann, title="Forms"), noise)


@pytest.fixture
def visitor(make_client: Callable[[], FlaskClient]) -> Callable[..., Visitor]:
    """Another browser each time, signed in as the actor."""
    return lambda actor=None: Visitor(make_client(), actor)
