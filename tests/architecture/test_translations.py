"""Every marked text has its German; `make translations` brings new ones into the catalogue."""

from __future__ import annotations

from deploy.setup.translations import check, sources


def test_texts_are_found_in_code_and_templates() -> None:
    assert len(sources()) > 100


def test_every_text_is_translated() -> None:
    found = check()
    assert not found, "\n".join(found)
