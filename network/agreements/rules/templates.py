"""Which documents a network can begin from, and what stands in them in each of our languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

from network.agreements.rules.texts import ClauseText, canonical, clause_hash
from network.kernel.translation import LANGUAGES, supported

TEMPLATES = (
    "network_agreement",
    "network_agreement_small",
    "communication_rules",
    "office_charter",
    "affiliation",
)
"""The keys, in the order in which they are offered. A key that was given out stays."""

_TEXTS = Path(__file__).parents[1] / "texts" / "templates"


class TemplateClause(TypedDict):
    """One clause of a template; it gets its id when a version is drafted from it."""

    heading: str
    text: str
    short: str


class TemplateView(TypedDict):
    """A template in one language: for which kind of document it is, what it is good for, its clauses."""

    key: str
    kind: str
    title: str
    about: str
    language: str
    clauses: list[TemplateClause]


@lru_cache(maxsize=16)
def _read(key: str) -> Mapping[str, Any]:
    with (_TEXTS / f"{key}.toml").open("rb") as file:
        return tomllib.load(file)


def list_templates(language: str) -> list[TemplateView]:
    """All templates, in the product's language nearest to `language`."""
    chosen = supported(language)
    return [
        {
            "key": key, "kind": _read(key)["kind"], "title": _read(key)["title"][chosen],
            "about": _read(key)["about"][chosen], "language": chosen,
            "clauses": [
                {"heading": clause.heading, "text": clause.text, "short": clause.short}
                for clause in template_clauses(key, chosen)
            ],
        }
        for key in TEMPLATES
    ]  # fmt: skip


def template_kind(key: str) -> str | None:
    """For which kind of document a template is; None where there is no such template."""
    return _read(key)["kind"] if key in TEMPLATES else None


@lru_cache(maxsize=32)
def template_clauses(key: str, language: str) -> Sequence[ClauseText]:
    """The clauses of a template in order, in the product's language nearest to `language`. `key` is one of
    TEMPLATES: a KeyError is the caller's, who asks `template_kind` first."""
    if key not in TEMPLATES:
        raise KeyError(key)
    chosen = supported(language)
    return tuple(
        ClauseText(canonical(said["heading"]), canonical(said["text"]), canonical(said["short"]))
        for said in (clause[chosen] for clause in _read(key)["clauses"])
    )


@lru_cache(maxsize=32)
def translations_by_hash(key: str, language: str) -> Mapping[str, ClauseText]:
    """What the clauses of a template say in `language`, by the hash of their words in any other language: a
    clause that was changed has another hash and no translation of ours."""
    chosen = supported(language)
    return {
        clause_hash(written.heading, written.text): said
        for other in LANGUAGES
        if other != chosen
        for written, said in zip(template_clauses(key, other), template_clauses(key, chosen), strict=True)
    }
