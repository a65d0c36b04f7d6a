"""What is said of each step: its title, a phrase for its evidence, and the half page of how to get there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from network.kernel.translation import supported
from network.roadmap.rules.evidence import Evidence, State

_FOLDER = Path(__file__).parents[1] / "guides"


@dataclass(frozen=True, slots=True)
class Guide:
    """How to take a step (requirements, N34): why it matters, the ways, a text to copy, what to beware of."""

    why: str
    ways: tuple[str, ...]
    template: str
    caution: str


def title(key: str, language: str) -> str:
    """The name of a step in the product's language nearest to `language`."""
    said: str = _titles()[key][f"title_{supported(language)}"]
    return said


def phrase(key: str, state: State, evidence: Evidence, language: str) -> str:
    """A few words on how a step stands, with its numbers."""
    own = _titles()[key]
    kind = "empty" if state == "open" and evidence.need == 0 and "empty" in own else state
    chosen = own[kind] if kind in own else _states()[kind]
    words = chosen[supported(language)]
    if isinstance(words, Mapping):
        # `have` chooses the form; both of our languages have one for exactly one and one for all else.
        words = words["one" if evidence.have == 1 else "other"]
    text: str = words % {"have": evidence.have, "need": evidence.need}
    return text


@lru_cache(maxsize=64)
def guide(key: str, language: str) -> Guide:
    """The half page behind a step. Raises KeyError for a key that no step has."""
    if key not in _titles():
        raise KeyError(key)
    page = (_FOLDER / f"{key}.{supported(language)}.md").read_text(encoding="utf-8")
    parts = page.split("\n### ")
    ways, quoted, caution = (part.partition("\n")[2].strip() for part in parts[1:4])
    template = "\n".join(line.removeprefix(">").strip() for line in quoted.splitlines())
    return Guide(
        why=_joined(parts[0]),
        ways=tuple(line.partition(". ")[2] for line in ways.splitlines() if line[:1].isdigit()),
        # Copied into a chat or a mail, marks for bold type would only be in the way.
        template=template.replace("**", ""),
        caution=_joined(caution),
    )


def _joined(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=1)
def _titles() -> dict[str, Any]:
    with (_FOLDER / "titles.toml").open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=1)
def _states() -> dict[str, Any]:
    with (_FOLDER / "states.toml").open("rb") as file:
        return tomllib.load(file)
