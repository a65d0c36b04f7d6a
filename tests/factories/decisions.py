"""Makes towns: networks whose members decide things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from models.agreements import AgreementVersion
from models.networks import Network
from models.people import User
from network import decisions, membership
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.events import LogEntry, entries_after
from network.kernel.paging import PageRequest
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, unit_of_work
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.membership import again, make_appointment, make_membership, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user


@dataclass
class Town:
    """A network with members who joined a month ago and accepted the rules; the first is its meta-mentor."""

    network: Network
    rules: AgreementVersion
    people: list[Actor]

    def joins(self, **over: Any) -> Actor:
        """One more, just now or as told."""
        user = make_user()
        make_acceptance(self.rules, make_membership(self.network, user, **over))
        actor = standing_actor(user)
        self.people.append(actor)
        return actor

    def leaves(self, actor: Actor) -> None:
        """She leaves as people do."""
        with unit_of_work():
            now = membership.with_standings(actor)
            own = membership.get_membership(now, now.standings[self.network.id].membership_id or "")
        membership.leave_membership(now, own["id"], own["version"])

    def comes_back(self, actor: Actor) -> Actor:
        """With a new membership."""
        person = SimpleNamespace(id=actor.user_id)
        accepted = {"rules_version_id": self.rules.id, "rules_accepted_at": now()}
        make_membership(self.network, person, **accepted)  # type: ignore[arg-type]
        return again(actor)

    def draft(self, kind: str = "consent", by: int = 0, **over: Any) -> decisions.OwnDecisionView:
        """Written down by one of them; ends in three days."""
        values: dict[str, Any] = {"question": "Shall we?", "closes_at": now() + timedelta(days=3), **over}
        return decisions.draft_decision(self.people[by], self.network.id, kind=kind, **values)

    def asks(self, kind: str = "consent", by: int = 0, **over: Any) -> decisions.OwnDecisionView:
        """Written down and opened."""
        made = self.draft(kind, by, **over)
        return decisions.open_decision(self.people[by], made["id"], made["version"])

    def facts(self) -> list[LogEntry]:
        """What the network was told."""
        with unit_of_work():
            return entries_after(f"network:{self.network.id}", 0, 1000)

    def told(self) -> list[str]:
        """The same, by their types."""
        return [entry.type for entry in self.facts()]


def make_town(members: int = 4, **over: Any) -> Town:
    """A town of some members."""
    network = make_network(**over)
    town = Town(network, make_version(network), [])
    accepted = {"rules_version_id": town.rules.id, "rules_accepted_at": now()}
    users = _all_at_once(members, network, since=now() - timedelta(days=30), **accepted)
    town.people = [standing_actor(user) for user in users]
    return town


@command
def _all_at_once(members: int, network: Network, **over: Any) -> list[User]:
    """In one transaction: a hundred of them would take seconds one by one."""
    require(anyone(system_actor("test"), None))
    users = [make_user() for _ in range(members)]
    for number, user in enumerate(users):
        joined = make_membership(network, user, **over)
        if number == 0:
            make_appointment(joined, "meta_mentor")
    return users


def now() -> datetime:
    """By the test's clock."""
    return runtime.current().clock.now()


def see(actor: Actor, decision_id: str) -> decisions.OwnDecisionView:
    """A decision as she sees it."""
    with unit_of_work():
        return decisions.get_decision(actor, decision_id)


def result_of(actor: Actor, decision_id: str) -> decisions.ResultOut:
    """What came of it."""
    with unit_of_work():
        return decisions.get_result(actor, decision_id)


def objections_to(actor: Actor, decision_id: str) -> list[decisions.OwnObjectionView]:
    """What was objected."""
    with unit_of_work():
        return list(decisions.list_objections(actor, decision_id, PageRequest()).items)
