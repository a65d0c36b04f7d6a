"""A network on its way to an agreement: its people, and the steps that every test begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from network import agreements, decisions
from network.agreements import VersionView
from network.agreements.commands.requesting import lock_for_effect, start_signing
from network.kernel.actor import Actor, system_actor
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, unit_of_work
from tests.factories.decisions import Town, found_town, open_decision
from tests.factories.membership import proven, steward_of_network
from tests.running import HandClock

WORDS = [
    agreements.ClauseIn("What we want", "We help each other.", "Purpose"),
    agreements.ClauseIn("Who does what", "The meta-mentor hosts.", "Roles"),
]


@dataclass
class Story(Town):
    """A town that comes to an agreement; with somebody who acts for its organisation."""

    clock: HandClock
    steward: Actor

    @property
    def meta(self) -> Actor:
        """The meta-mentor."""
        return self.people[0]

    @property
    def members(self) -> list[Actor]:
        """The others."""
        return self.people[1:]

    def document(self, kind: str = "network_agreement") -> str:
        """A document of the network; its id."""
        made = agreements.found_agreement(self.meta, self.network.id, kind, "Our agreement", "en")
        return made["id"]

    def drafted(self, document: str | None = None, **over: Any) -> VersionView:
        """A draft of two clauses, which members alone sign."""
        values: dict[str, Any] = {"clauses": WORDS, "organisations": []}
        if over.get("from_version") or over.get("template"):
            del values["clauses"]
        return agreements.draft_version(self.meta, document or self.document(), **values | over)

    def talked_about(self, document: str | None = None, **over: Any) -> VersionView:
        """A version that everybody may talk about since now."""
        made = self.drafted(document, **over)
        return agreements.open_deliberation(self.meta, made["id"], made["version"])

    def frozen(self, document: str | None = None, **over: Any) -> VersionView:
        """A version whose text both fixed, as soon as that was possible."""
        return self.freeze(self.talked_about(document, **over)["id"])

    def freeze(self, version_id: str) -> VersionView:
        """Both fix a text that is talked about, as soon as that is possible."""
        self.clock.forward(days=7, seconds=1)
        once = agreements.freeze_version(self.meta, version_id, self.read(version_id)["version"])
        return agreements.freeze_version(self.steward, version_id, once["version"])

    def agree(self, version_id: str) -> VersionView:
        """A text that is talked about is fixed, and the network says yes to it."""
        self.decide(self.ask(self.freeze(version_id)["id"]))
        return self.read(version_id)

    def ask(self, version_id: str, **over: Any) -> str:
        """Open the decision about a fixed text, for a week; its id."""
        effect = {"type": "activate_agreement", "id": version_id, "value": None}
        closes_at = self.clock.now() + timedelta(days=7, minutes=1)
        wish: dict[str, Any] = {
            "question": "Is this our agreement?",
            "closes_at": closes_at,
            "effect": effect,
        }
        return open_decision(self.meta, self.network, **wish | over)

    def decide(self, decision_id: str, stance: str = "consent", **over: Any) -> None:
        """Everybody takes the stance, and the time passes."""
        for who in self.people:
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
            agreements.sign_version(proven(each), version["id"], version["text_hash"], "member")

    def in_force(
        self, document: str | None = None, signers: Sequence[Actor] | None = None, **over: Any
    ) -> VersionView:
        """A version that everybody signed, or these, and that holds."""
        made = self.signing(document, **over)
        self.sign(made, self.people if signers is None else signers)
        return agreements.activate_version(self.meta, made["id"], self.read(made["id"])["version"])

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
    """A Full network in which `members` besides the meta-mentor belong since now."""
    values = {"size": "full", "phase": "organisation", **over}
    founded = found_town(members + 1, since=clock.now(), **values)
    return Story(*founded, clock, steward_of_network(founded[0]))
