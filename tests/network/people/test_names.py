"""Which texts are names, and in which form they are kept."""

from __future__ import annotations

import pytest

from network.kernel.errors import Invalid
from network.people.rules.names import clean_name, name_from_address

KEPT = {
    "Amina": "Amina",
    "  Amina   Yusuf ": "Amina Yusuf",
    "Amina\u00a0Yusuf": "Amina Yusuf",
    "Zoe\u0308": "Zoë",
    "أمينة يوسف": "أمينة يوسف",
    "\u200eAmina\u200f": "Amina",
    "می\u200cخواهم": "می\u200cخواهم",
    "😀 Ida": "😀 Ida",
    "7": "7",
    "x" * 100: "x" * 100,
}


@pytest.mark.parametrize(("typed", "kept"), KEPT.items())
def test_a_name_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


REFUSED = [
    "", "   ", "\u00a0", "\u200b\u200b", "\u200d", "\u3164", "\u0301", "x" * 101,
    "Ida\nOperator", "Ida\x00", "Ida\u202eresu", "Ida\u2066x\u2069", "Ida\u2028x", "\ud800", "\x1b[1mIda",
]  # fmt: skip


@pytest.mark.parametrize("typed", REFUSED)
def test_what_cannot_be_shown_is_no_name(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_name(typed, field="title")
    assert list(refused.value.faults) == ["title"]


def test_a_longer_name_passes_where_it_may() -> None:
    assert len(clean_name("x" * 120, longest=120)) == 120
    with pytest.raises(Invalid) as refused:
        clean_name("x" * 121, longest=120)
    assert refused.value.faults["display_name"].params == {"n": 120}


@pytest.mark.parametrize(
    ("address", "name"), [("amina.y@mail.example", "amina.y"), ("\u202e@mail.example", "?")]
)
def test_until_changed_the_name_is_the_part_before_the_at(address: str, name: str) -> None:
    assert name_from_address(address) == name
