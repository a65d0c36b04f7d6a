"""Professionals whom we know: shown for a country until who runs the platform keeps a list of her own for it.

They stand in `known.toml`; nobody on the spot has looked at them, so they say no day on which somebody did.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

KINDS = ("children", "violence", "victims", "talk", "other")
"""For whom or what somebody answers: children and young people; violence at home or against women; victims of
crime; somebody to talk to; else."""


@dataclass(frozen=True, slots=True)
class Known:
    """One professional contact: its name is its own, so it is not translated."""

    country: str
    kind: str
    name: str
    phone: str
    url: str
    hours: str


def _read() -> tuple[Known, ...]:
    told = tomllib.loads(Path(__file__).with_name("known.toml").read_text("utf-8"))
    return tuple(Known(country, *one) for country, contacts in told.items() for one in contacts)


KNOWN = _read()
