"""What has to go elsewhere when somebody is erased: whoever keeps files of people registers how they go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who is erased: a number from then on, and every spelling of the addresses that were hers."""

    user_id: str
    addresses: frozenset[str]


Goer = Callable[[Leaver], object]

_goers: dict[str, Goer] = {}


def after_erasure(name: str) -> Callable[[Goer], Goer]:
    """Register a function under a stable name; each is called after the commit that erased somebody, also
    where a backup is brought back in which she still was. It may run twice."""

    def decorate(function: Goer) -> Goer:
        _goers[name] = function
        return function

    return decorate


def all_after_erasure() -> list[Goer]:
    """Everything registered, by name."""
    return [_goers[name] for name in sorted(_goers)]
