"""What is said of each step, in both languages, and the guides taken apart."""

from __future__ import annotations

import pytest

from network.roadmap.rules.evidence import Evidence
from network.roadmap.rules.steps import STEPS
from network.roadmap.rules.wording import guide, phrase, title

KEYS = [step.key for step in STEPS]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("key", KEYS)
def test_every_guide_has_all_its_parts_without_marks(key: str, language: str) -> None:
    page = guide(key, language)
    assert len(page.why) > 40
    assert 3 <= len(page.ways) <= 7
    assert page.template and page.caution
    for text in (page.why, *page.ways, page.template, page.caution):
        assert not any(mark in text for mark in ("**", "###", "\n>"))
        assert not text.startswith((">", "1."))
    assert title(key, language)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("state", ["open", "done", "waived", "flagged"])
def test_every_state_has_its_phrase(key: str, language: str, state: str) -> None:
    for have, need in ((0, 0), (1, 5), (7, 5)):
        said = phrase(key, state, Evidence(have, need), language)  # type: ignore[arg-type]
        assert said and "%" not in said


@pytest.mark.parametrize(
    ("key", "state", "have", "need", "language", "said"),
    [
        ("graduates_joined", "open", 1, 5, "en", "1 member so far, 5 make a start"),
        ("graduates_joined", "open", 3, 5, "de", "bisher 3 Mitglieder, ab 5 geht es los"),
        ("graduates_joined", "done", 31, 5, "de-CH", "31 Mitglieder"),
        ("graduates_invited", "open", 0, 0, "en", "no list from the course yet"),
        ("graduates_invited", "open", 3, 44, "en", "3 of 44 invited"),
        ("meta_mentor_appointed", "done", 1, 1, "en", "1 appointed, 2 would be better"),
        ("roles_known", "waived", 0, 1, "de", "darauf verzichten wir"),
        ("goals_reviewed", "flagged", 0, 2, "en", "was done, please look again"),
    ],
)
def test_phrases_say_the_numbers(
    key: str, state: str, have: int, need: int, language: str, said: str
) -> None:
    assert phrase(key, state, Evidence(have, need), language) == said  # type: ignore[arg-type]


def test_a_guide_can_be_copied_line_by_line() -> None:
    lines = guide("agreement_decided", "en").template.splitlines()
    assert any(line.startswith("Time: We give about two hours a week.") for line in lines)
    assert len(lines) >= 3


def test_there_is_no_guide_to_what_is_no_step() -> None:
    with pytest.raises(KeyError):
        guide("../states", "en")
