"""A network as it stands after founding: with rules, a welcome room and a steward who belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.networks import Network
from models.people import User
from network import roadmap
from network.kernel.transaction import session, unit_of_work
from tests.factories.membership import standing_actor
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user


@dataclass
class Founded:
    """The network and who founded it."""

    network: Network
    steward: User


def found(**over: Any) -> Founded:
    """Found a private Small network through the real command, with its founder as a member who accepted the
    rules."""
    steward = make_user(display_name="Henrik Vogt")
    house = make_organisation(steward, name="Bridge House")
    values: dict[str, Any] = {
        "name": "Circle of Lindenstadt", "purpose": "Mentors help each other.", "languages": ["en"],
        "country": "AT", "rules_accepted": True,
    }  # fmt: skip
    made = roadmap.found_network(standing_actor(steward), organisation_id=house.id, **values | over)
    with unit_of_work():
        network = session().get_one(Network, made["id"])
        session().expunge(network)
    return Founded(network, steward)
