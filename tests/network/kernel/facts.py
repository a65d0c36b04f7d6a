"""A fact for the kernel's own tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact, record
from network.kernel.transaction import command, note_checked


@dataclass(frozen=True, kw_only=True)
class LampLit(Fact):
    """Somebody lit a lamp."""

    kind: ClassVar[str] = "lamp.lit"
    entity_type: ClassVar[str] = "lamp"
    colour: str = "white"


@command
def light_lamp(scope: str, colour: str = "white", fail: bool = False) -> int:
    """Record the fact; fail afterwards when told to."""
    note_checked()
    entry = record(LampLit(scope=scope, entity_id="lamp-1", colour=colour))
    if fail:
        raise RuntimeError("the bulb burst")
    return entry.seq
