"""A network with somebody in each role, and a worry about one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from models.networks import Network
from models.people import User
from network.kernel import outbox
from network.kernel.actor import Actor
from network.kernel.transaction import session, unit_of_work
from tests.factories.membership import member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.running import LetterBox

CANARY = "Zyglophon bruises"
"""Words of a concern that stand nowhere else."""


@dataclass
class Stage:
    """Who is there, by role."""

    network: Network
    people: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Actor:
        return self.people[role]

    def id_of(self, role: str) -> str:
        """The account of a role."""
        return self.people[role].user_id or ""


def set_stage(*, lead: bool = True, deputy: bool = True) -> Stage:
    """A network with a lead, a deputy, a meta-mentor, a steward, an operator and two members."""
    network = make_network()
    stage = Stage(network)
    stage.people["member"], stage.people["other"] = member_of(network), member_of(network)
    stage.people["meta_mentor"] = member_of(network, "meta_mentor")
    if lead:
        stage.people["lead"] = member_of(network, "safeguarding_lead")
    if deputy:
        stage.people["deputy"] = member_of(network, "safeguarding_deputy")
    stage.people["steward"] = steward_of_network(network)
    stage.people["operator"] = standing_actor(make_user(is_operator=True))
    return stage


def letters(box: LetterBox, *actors: Actor) -> list[int]:
    """How many letters left to each of them since the last time that somebody asked."""
    outbox.drain()
    with unit_of_work():
        addresses = [
            session().scalars(select(User.email).where(User.id == actor.user_id)).one() for actor in actors
        ]
    counted = [len(box.to(address or "")) for address in addresses]
    box.letters.clear()
    return counted
