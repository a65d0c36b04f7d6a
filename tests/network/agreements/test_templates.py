"""The templates: whole in both languages, short enough, with the headings of a good agreement."""

from __future__ import annotations

import pytest

from network.agreements import list_templates, template_clauses
from network.agreements.rules.templates import TEMPLATES, template_kind, translations_by_hash
from network.agreements.rules.texts import canonical, clause_hash

KINDS = {"network_agreement", "communication_rules", "office_charter", "affiliation"}
A_PAGE = 2200
"""Characters that fit one printed page with its headings."""


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("key", TEMPLATES)
def test_a_template_is_whole(key: str, language: str) -> None:
    clauses = template_clauses(key, language)
    assert len(clauses) == len(template_clauses(key, "en")) == len({one.heading for one in clauses})
    for one in clauses:
        assert one.heading and one.text and one.short
        assert max(len(one.heading), len(one.short)) <= 200 and len(key) <= 40  # their columns
        assert canonical(one.text) == one.text.strip()


def test_every_kind_of_document_has_one_in_the_readers_language() -> None:
    assert {one["kind"] for one in list_templates("de-AT")} == KINDS
    assert {one["language"] for one in list_templates("de-AT")} == {"de"}
    assert template_kind("nothing") is None
    with pytest.raises(KeyError):
        template_clauses("../builtin_rules", "en")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("key", ["network_agreement_small", "communication_rules"])
def test_a_small_networks_agreement_fits_one_page(key: str, language: str) -> None:
    most = A_PAGE if key == "network_agreement_small" else 2 * A_PAGE
    assert sum(len(one.heading) + len(one.text) for one in template_clauses(key, language)) <= most


def test_c21_a_clause_that_was_changed_has_no_translation_of_ours() -> None:
    first = template_clauses("communication_rules", "de")[0]
    in_english = translations_by_hash("communication_rules", "en")
    assert (
        in_english[clause_hash(first.heading, first.text)] == template_clauses("communication_rules", "en")[0]
    )
    assert clause_hash(first.heading, first.text + " Immer.") not in in_english
    assert clause_hash(first.heading, first.text) not in translations_by_hash("communication_rules", "de")
