"""Makes towns, networks whose members decide things, and lets them decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import network.goals.subscriptions
import network.roadmap.subscriptions
from models.agreements import AgreementVersion
from models.decisions import Decision
from models.networks import Network
from network import decisions, membership
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import LogEntry, entries_after
from network.kernel.paging import PageRequest
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.membership import again, make_appointment, make_membership, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user, together
from tests.running import HandClock

assert network.goals.subscriptions, "effects are registered"
assert network.roadmap.subscriptions, "effects are registered"


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
        return _draft(self.people[by], self.network, kind=kind, **over)

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
    """A town of some members; the first is its meta-mentor."""
    return Town(*found_town(members, since=now() - timedelta(days=30), **over))


@together
def found_town(
    members: int, since: datetime, names: Sequence[str] = (), **over: Any
) -> tuple[Network, AgreementVersion, list[Actor]]:
    """A network, its rules, and as many members who accepted them; the first is its meta-mentor."""
    network = make_network(**over)
    rules = make_version(network)
    accepted = {"rules_version_id": rules.id, "rules_accepted_at": now()}
    users = [make_user(**named) for named in [{"display_name": name} for name in names] or [{}] * members]
    for user in users:
        joined = make_membership(network, user, since=since, **accepted)
        if user is users[0]:
            make_appointment(joined, "meta_mentor")
    return network, rules, [standing_actor(user) for user in users]


def open_decision(proposer: Actor, network: Network, effect: Any = None, **over: Any) -> str:
    """A consent decision that is open for three days; its id."""
    draft = _draft(proposer, network, effect=effect, **over)
    return decisions.open_decision(proposer, draft["id"], draft["version"])["id"]


def _draft(proposer: Actor, network: Network, **over: Any) -> decisions.OwnDecisionView:
    values = {"kind": "consent", "question": "Shall we?", "closes_at": now() + timedelta(days=3), **over}
    return decisions.draft_decision(proposer, network.id, **values)


def decide(
    proposer: Actor, electors: Sequence[Actor], network: Network, clock: HandClock, effect: Any, **over: Any
) -> Decision:
    """A decision to which everybody consented and whose time is over, as it stands in the database."""
    decision_id = open_decision(proposer, network, effect, **over)
    for elector in electors:
        decisions.take_stance(elector, decision_id, stance="consent")
    clock.forward(days=4)
    decisions.settle_due()
    return decision_row(decision_id)


def decision_row(decision_id: str) -> Decision:
    """A decision as it is in the database."""
    with unit_of_work():
        row = session().get_one(Decision, decision_id)
        session().expunge(row)
        return row


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
