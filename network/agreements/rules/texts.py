"""When two texts are the same text, and what the rules say that every network begins with."""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from network.kernel.errors import Conflict
from network.kernel.translation import mark as _
from network.kernel.translation import supported

COMMUNICATION_RULES = "communication_rules"
IN_FORCE = "in_force"

BUILTIN_RULES = "builtin_rules"
"""The key by which a version remembers that its words are those of an edition of the built-in rules."""
EDITIONS = ("builtin_rules", "builtin_rules_1")
"""The files of all editions, the newest first. A network keeps the words with which it began."""

TITLE = _("Our rules")

_TEXTS = Path(__file__).parent.parent / "texts"


class VersionSuperseded(Conflict):
    """The rules have a newer version than the one that was seen; `current` is its id."""

    code = "version_superseded"
    message = _("The rules have changed in the meantime. Please read them once more.")


class RulesAlreadyAdopted(Conflict):
    """The network has rules already."""

    code = "rules_already_adopted"
    message = _("This network already has its rules.")


@dataclass(frozen=True, slots=True)
class ClauseText:
    """The words of one clause; `short` is what a report or a measure shows of it."""

    heading: str
    text: str
    short: str


@lru_cache(maxsize=8)
def builtin_rules(language: str, edition: str = EDITIONS[0]) -> tuple[ClauseText, ...]:
    """The five rules of every new network, in the product's language nearest to `language`, in order."""
    chosen = supported(language)
    with (_TEXTS / f"{edition}.toml").open("rb") as file:
        clauses = tomllib.load(file)["clauses"]
    words = [clause[chosen] for clause in clauses]
    return tuple(
        ClauseText(canonical(said["heading"]), canonical(said["text"]), canonical(said["short"]))
        for said in words
    )


def same_rules_in(language: str, written_in: str, text_hash_of_them: str) -> tuple[ClauseText, ...] | None:
    """The built-in rules whose words in `written_in` have this hash, in another language; None when no
    edition has them."""
    for edition in EDITIONS:
        words = builtin_rules(written_in, edition)
        if text_hash((clause.heading, clause.text) for clause in words) == text_hash_of_them:
            return builtin_rules(language, edition)
    return None


def canonical(text: str) -> str:
    """The one form of a text: NFC, line ends as LF, no blanks at the end of a line."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" \t") for line in lines)


def clause_hash(heading: str, text: str) -> str:
    """SHA-256, in hex, of one clause's canonical text."""
    return text_hash([(heading, text)])


def text_hash(clauses: Iterable[tuple[str, str]]) -> str:
    """SHA-256, in hex, of a version's canonical text: each clause as heading, newline, text, two newlines
    (contract.md, under Objects)."""
    whole = "".join(f"{canonical(heading)}\n{canonical(text)}\n\n" for heading, text in clauses)
    return hashlib.sha256(whole.encode()).hexdigest()
