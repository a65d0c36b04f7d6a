"""Which clauses of a version can be shown in another language, beside the words that bind."""

from __future__ import annotations

from collections.abc import Mapping

from network.agreements.queries.versions import VersionView, translated_clauses
from network.agreements.rules.templates import TEMPLATES, translations_by_hash
from network.agreements.rules.texts import ClauseText
from network.kernel.translation import supported


def translations_of(version: VersionView, language: str) -> Mapping[str, ClauseText]:
    """What clauses say in the reader's language, by their ids: a help to read, which never binds; the words
    in `version["language"]` do. There is one for the built-in rules, and for a clause of a template that
    nobody changed; a clause with a word of the network's own has none, so no translation of ours says
    something else than the text (case 21)."""
    if supported(version["language"]) == supported(language):
        return {}
    whole = translated_clauses(version, language)
    if whole is not None:
        return {clause["id"]: said for clause, said in zip(version["clauses"], whole, strict=True)}
    if version["template"] not in TEMPLATES:
        return {}
    known = translations_by_hash(str(version["template"]), language)
    return {clause["id"]: known[clause["hash"]] for clause in version["clauses"] if clause["hash"] in known}
