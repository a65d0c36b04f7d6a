"""A network on its way to an agreement: its people, and the steps that every test begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from models.networks import Network
from network import agreements, decisions
from network.agreements import VersionView
from network.agreements.commands.requesting import lock_for_effect, start_signing
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, unit_of_work
from tests.factories.agreements import make_version
from tests.factories.membership import member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.running import HandClock

WORDS = [
    agreements.ClauseIn("What we want", "We help each other.", "Purpose"),
    agreements.ClauseIn("Who does what", "The meta-mentor hosts.", "Roles"),
]


@dataclass
class Story:
    """A Full network with a steward, a meta-mentor and members who accepted the rules."""

    clock: HandClock
    network: Network
    steward: Actor
    meta: Actor
    members: list[Actor] = field(default_factory=list)

    def document(self, kind: str = "network_agreement") -> str:
        """A document of the network; its id."""
        made = agreements.found_agreement(self.meta, self.network.id, kind, "Our agreement", "en")
        return made["id"]

    def draft(self, document: str | None = None, **over: Any) -> VersionView:
        """A draft of two clauses, which members alone sign."""
        values: dict[str, Any] = {"clauses": WORDS, "organisations": []}
        if over.get("from_version") or over.get("template"):
            del values["clauses"]
        return agreements.draft_version(self.meta, document or self.document(), **values | over)

    def talked_about(self, document: str | None = None, **over: Any) -> VersionView:
        """A version that everybody may talk about since now."""
        made = self.draft(document, **over)
        return agreements.open_deliberation(self.meta, made["id"], made["version"])

    def frozen(self, document: str | None = None, **over: Any) -> VersionView:
        """A version whose text both fixed, as soon as that was possible."""
        made = self.talked_about(document, **over)
        self.clock.forward(days=7, seconds=1)
        once = agreements.freeze_version(self.meta, made["id"], made["version"])
        return agreements.freeze_version(self.steward, made["id"], once["version"])

    def ask(self, version_id: str, **over: Any) -> str:
        """Open the decision about a fixed text, for a week; its id."""
        closes_at = runtime.current().clock.now() + timedelta(days=7, minutes=1)
        values: dict[str, Any] = {
            "kind": "consent", "question": "Is this our agreement?", "closes_at": closes_at,
            "effect": {"type": "activate_agreement", "id": version_id, "value": None},
        }  # fmt: skip
        made = decisions.draft_decision(self.meta, self.network.id, **values | over)
        decisions.open_decision(self.meta, made["id"], made["version"])
        return made["id"]

    def decide(self, decision_id: str, stance: str = "consent", **over: Any) -> None:
        """Everybody takes the stance, and the time passes."""
        for who in [self.meta, *self.members]:
            decisions.take_stance(who, decision_id, stance=stance, **over)
        self.close(decision_id)

    def close(self, decision_id: str) -> None:
        """The time passes, and somebody looks."""
        self.clock.forward(days=7, minutes=2)
        with unit_of_work():
            decisions.settle_due(decision_id=decision_id)

    def signing(self, document: str | None = None, **over: Any) -> VersionView:
        """A version that waits for signatures."""
        made = self.frozen(document, **over)
        _say_yes(made["id"])
        return self.read(made["id"])

    def sign(self, version: VersionView, who: Sequence[Actor]) -> None:
        """These members sign."""
        for each in who:
            agreements.sign_version(self.proven(each), version["id"], version["text_hash"], "member")

    def proven(self, who: Actor) -> Actor:
        """The person, who showed just now that it is her."""
        values = {name: getattr(who, name) for name in Actor.__dataclass_fields__}
        return Actor(**values | {"proof_at": runtime.current().clock.now()})

    def in_force(self, document: str | None = None, **over: Any) -> VersionView:
        """A version that everybody signed and that holds."""
        made = self.signing(document, **over)
        self.sign(made, [self.meta, *self.members])
        now = self.read(made["id"])
        return agreements.activate_version(self.meta, made["id"], now["version"])

    def read(self, version_id: str, who: Actor | None = None) -> VersionView:
        """The version as the meta-mentor sees it now."""
        with unit_of_work():
            return agreements.get_agreement_version(who or self.meta, version_id)


@command
def _say_yes(version_id: str) -> None:
    """What a decision that passed does; the tests of consent ask for real."""
    require(anyone(system_actor("tests"), None))
    version, document = lock_for_effect(version_id)
    start_signing(system_actor("tests"), version, document)


def make_story(clock: HandClock, members: int = 3, **over: Any) -> Story:
    """A Full network in which `members` besides the meta-mentor belong."""
    network = make_network(**{"size": "full", "phase": "organisation"} | over)
    rules = make_version(network)

    def somebody(*roles: str) -> Actor:
        user = make_user()
        member_of(
            network, *roles, user=user, rules_version_id=rules.id,
            rules_accepted_at=runtime.current().clock.now(),
        )  # fmt: skip
        return standing_actor(user)

    steward = steward_of_network(network)
    meta = somebody("meta_mentor")
    return Story(clock, network, steward, meta, [somebody() for _ in range(members)])
