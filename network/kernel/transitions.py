"""How a thing changes its state: one function, the expected version, the parties kept out, the audit row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import Forbidden, InvalidTransition, VersionConflict
from network.kernel.translation import mark as _


class Stateful(Protocol):
    """Whatever has states carries these."""

    id: Any
    state: Any
    version: Any


class PartyToMatter(Forbidden):
    """Nobody decides a matter in which they are a party (state-machines, A/B 4)."""

    code = "party_to_matter"
    message = _("You are part of this matter, so somebody else decides it.")


@dataclass(frozen=True, slots=True)
class Machine:
    """The states of one kind of thing: `steps[action]` maps each state it may start from to the next."""

    entity_type: str
    steps: Mapping[str, Mapping[str, str]]
    parties: Callable[[Any], frozenset[str]] = lambda _thing: frozenset()
    decided_by_others: frozenset[str] = frozenset()

    def can(self, state: str, action: str) -> bool:
        """True when `action` is a step out of `state`."""
        return state in self.steps.get(action, {})


def check_version(thing: Any, expected_version: int, show: Callable[[Any], Mapping[str, Any]]) -> None:
    """Raise VersionConflict with the thing as it is now when it is not the version that was seen."""
    if thing.version != expected_version:
        raise VersionConflict(current=show(thing))


def transition(
    machine: Machine,
    thing: Stateful,
    action: str,
    actor: Actor,
    *,
    expected_version: int | None,
    show: Callable[[Any], Mapping[str, Any]],
    network_id: str | None = None,
    acting_role: str | None = None,
    reason: str | None = None,
) -> str:
    """Move `thing` one step on: its state and version change and the audit row is written; returns the state
    it came from. The caller records the facts. `expected_version` None is for steps that only the system
    takes. Raises VersionConflict, InvalidTransition, PartyToMatter."""
    if expected_version is not None:
        check_version(thing, expected_version, show)
    before = str(thing.state)
    if not machine.can(before, action):
        raise InvalidTransition(state=before)
    if action in machine.decided_by_others and actor.user_id in machine.parties(thing):
        raise PartyToMatter()
    thing.state = machine.steps[action][before]
    thing.version += 1
    append(
        actor, f"{machine.entity_type}.{action}", machine.entity_type, str(thing.id),
        network_id=network_id, acting_role=acting_role, reason=reason,
        before={"state": before}, after={"state": thing.state, "version": thing.version},
    )  # fmt: skip
    return before
