"""A network with people of each kind, for tests of its meetings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

import network.meetings.mails
import network.meetings.subscriptions
from models.meetings import Meeting
from models.networks import Network
from network.kernel.actor import Actor
from network.kernel.events import LogEntry, entries_after
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.meetings import DateView, list_agenda
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.membership import make_membership, member_of, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def member(network: Network) -> Actor:
    """An active member who accepted the rules."""
    user = make_user(display_name="Olena", time_zone="Europe/Berlin")
    make_acceptance(make_version(network), make_membership(network, user))
    return standing_actor(user)


@pytest.fixture
def host(network: Network) -> Actor:
    """The meta-mentor."""
    return member_of(network, "meta_mentor", user=make_user(display_name="Fatma"))


Facts = Callable[[], list[LogEntry]]


@pytest.fixture
def facts(network: Network) -> Facts:
    """What was told in the network's scope."""

    def told() -> list[LogEntry]:
        with unit_of_work():
            return entries_after(f"network:{network.id}", 0, 100)

    return told


def all_meetings(network: Network) -> list[Meeting]:
    """The rows of a network's meetings, the earliest beginning first."""
    with unit_of_work():
        rows = session().scalars(
            select(Meeting).where(Meeting.network_id == network.id).order_by(Meeting.starts_at)
        )
        found = list(rows)
        session().expunge_all()
        return found


def agenda(actor: Actor, network: Network, first: datetime, last: datetime) -> list[DateView]:
    """The dates of a span of time."""
    with unit_of_work():
        return list_agenda(actor, network.id, PageRequest(limit=200), first, last).items
