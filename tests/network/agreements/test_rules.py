"""The canonical text and its hashes; the built-in rules in both languages."""

from __future__ import annotations

import hashlib

import pytest

from network.agreements.rules.texts import EDITIONS, builtin_rules, canonical, clause_hash, text_hash


def test_the_hash_is_that_of_the_contracts_canonical_text() -> None:
    clauses = [("Be kind", "We listen.\nWe ask."), ("Keep it here", "Nothing leaves.")]
    whole = "Be kind\nWe listen.\nWe ask.\n\nKeep it here\nNothing leaves.\n\n"
    assert text_hash(clauses) == hashlib.sha256(whole.encode("utf-8")).hexdigest()


def test_a_clauses_hash_is_that_of_a_version_with_this_clause_alone() -> None:
    assert clause_hash("A", "b") == text_hash([("A", "b")]) == hashlib.sha256(b"A\nb\n\n").hexdigest()


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("Grüße", "Grüße"),  # NFD and NFC
        ("one\r\ntwo", "one\ntwo"),
        ("one\rtwo", "one\ntwo"),
        ("one  \ntwo\t", "one\ntwo"),
    ],
)
def test_the_same_words_are_the_same_text(written: str, same_as: str) -> None:
    assert canonical(written) == canonical(same_as)
    assert text_hash([("Heading", written)]) == text_hash([("Heading", same_as)])


@pytest.mark.parametrize("other", ["one two", "one\n\ntwo", " one\ntwo", "One\ntwo"])
def test_other_words_are_another_text(other: str) -> None:
    assert text_hash([("Heading", "one\ntwo")]) != text_hash([("Heading", other)])


def test_order_and_borders_of_clauses_count() -> None:
    first, second = ("A", "one"), ("B", "two")
    assert text_hash([first, second]) != text_hash([second, first])
    assert text_hash([first]) != text_hash([first, second])


@pytest.mark.parametrize("language", ["en", "de"])
def test_five_rules_are_built_in_and_kept_canonical(language: str) -> None:
    rules = builtin_rules(language)
    assert len(rules) == 5
    for rule in rules:
        assert rule.heading and rule.text and 0 < len(rule.short) <= 200
        assert canonical(rule.text) == rule.text
    assert len({rule.heading for rule in rules}) == 5


HASHES = {
    ("builtin_rules", "en"): "0266b5d809b5359c75eb14802a0acdd0e093848c39c2843ba2d1d9b7effda8f5",
    ("builtin_rules", "de"): "5db57f12da65da32699b62d09af816378e7e2947a3ea870355b9563a538e85d9",
    ("builtin_rules_1", "en"): "f76bf4e3dbeb0827f97a0bf2f02360f623feeb3a1b9f7e2f69517a6d92073097",
    ("builtin_rules_1", "de"): "0eba8660fd21d3e07a6c9c099fd9118db0e27cf9fd7b6d33f30ba0ef9176d72e",
}


@pytest.mark.parametrize(("edition", "language"), HASHES)
def test_no_edition_changes_its_words(edition: str, language: str) -> None:
    """Networks hold them: other words are another edition, and the file of this one stays."""
    words = builtin_rules(language, edition)
    assert text_hash((clause.heading, clause.text) for clause in words) == HASHES[edition, language]
    assert {edition for edition, _ in HASHES} == set(EDITIONS)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_rules_promise_nothing_that_is_not_there(language: str) -> None:
    said = " ".join(f"{rule.heading} {rule.text} {rule.short}" for rule in builtin_rules(language)).lower()
    for word in ("report", "melde", "hide", "ausblend", "appeal", "widerspruch", "moderator", "moderier"):
        assert word not in said


@pytest.mark.parametrize(("asked", "got"), [("de-AT", "de"), ("uk", "en"), ("", "en"), ("en-GB", "en")])
def test_a_language_without_rules_of_its_own_gets_the_nearest(asked: str, got: str) -> None:
    assert builtin_rules(asked) == builtin_rules(got)
