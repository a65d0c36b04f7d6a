"""A network that talks, with one person in each role."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from models.discussions import Room, Topic
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from tests.factories.discussions import Community, make_community, make_room, make_topic, stranger


@dataclass
class Cafe:
    """An open room with a topic; the noise beside it belongs to another network and must stay as it is."""

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
    community, other = make_community(), make_community()
    ann, bob, meta = community.member(), community.member(), community.member("meta_mentor")
    room = make_room(community.network)
    outsider = other.member()
    noise = make_topic(make_room(other.network), outsider)
    return Cafe(community, ann, bob, meta, outsider, room, make_topic(room, ann), noise)


@pytest.fixture
def nobody(live: Runtime) -> Actor:
    """Signed in, a member of nothing."""
    assert live
    return stranger()
