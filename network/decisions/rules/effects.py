"""What a decision can bring about: each higher capability says here what it checks and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.fractions import Share, parse_share
from network.kernel.translation import mark as _

Check = Callable[[Actor, str, str | None, Any], None]
"""`check(actor, network_id, effect_id, value)` raises Invalid or Conflict for what cannot come about. Asked
when a decision is drafted and again at its opening, by then for the system."""

BringAbout = Callable[[Actor, str, str | None, Any, str], None]
"""`bring_about(actor, network_id, effect_id, value, decision_id)`: called once, inside the transaction that
closes the decision, as the system. What it does is taken back when it raises a DomainError, and the decision
remembers the code."""

Fallback = Callable[[str], str | None]
"""Which share of the electorate settles what two rounds of consent did not, in a network; None: nothing."""

DEFAULT_FALLBACK = "2/3"


@dataclass(frozen=True, slots=True)
class Effect:
    """How one type of effect is checked and brought about."""

    check: Check
    bring_about: BringAbout


_effects: dict[str, Effect] = {}
_fallbacks: list[Fallback] = []


def register_effect(type: str, check: Check, bring_about: BringAbout) -> None:
    """Say what a decision with this type of effect does; once, when the capability is loaded."""
    _effects[type] = Effect(check, bring_about)


def register_fallback(fallback: Fallback) -> None:
    """Say who knows what the agreement in force lets decide after two failed rounds; else it is 2/3."""
    _fallbacks[:] = [fallback]


def effect_of(type: str) -> Effect:
    """The registered effect. Raises Invalid for a type that nobody brings about."""
    if type not in _effects:
        raise Invalid({"effect": FieldFault.of(_("A decision cannot bring this about."))})
    return _effects[type]


def fallback_in(network_id: str) -> Share | None:
    """The share that settles what two rounds of consent did not; None where things then stay as they are."""
    written = _fallbacks[0](network_id) if _fallbacks else DEFAULT_FALLBACK
    return None if written is None else parse_share(written)
