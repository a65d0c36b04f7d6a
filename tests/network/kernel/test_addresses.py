"""What is an address, and which two are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.kernel.addresses import check_email, hint, normal_address
from network.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("FATMA.YILDIZ@mail.example", "fatma.yildiz@mail.example"),
        ("  anna@mail.example\n", "anna@mail.example"),
        ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
        ("zoe@xn--bcher-kva.example", "zoe@xn--bcher-kva.example"),
        ("o'neil+news@sub.mail.example", "o'neil+news@sub.mail.example"),
        ("ünal@mail.example", "ünal@mail.example"),
    ],
)
def test_addresses_have_one_normal_form(text: str, normal: str) -> None:
    assert normal_address(text) == normal


@pytest.mark.parametrize(
    "text",
    ["", "anna", "anna@", "@mail.example", "broken@@mail", "a b@mail.example", "anna@mail", "anna@.example",
     "anna..b@mail.example", "anna.@mail.example", "<anna@mail.example>", "anna@mail.example, b@mail.example",
     "anna@mail.example\nBcc: x@y.example", "a" * 300 + "@mail.example", "anna@[127.0.0.1]",
     "\x00@mail.example", "a" * 65 + "@mail.example", "ä" * 33 + "@mail.example"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    assert normal_address(text) is None


@given(st.text(max_size=80))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    normal = normal_address(text)
    assert normal is None or normal_address(normal) == normal


def test_a_hint_shows_enough_for_the_owner_only() -> None:
    assert hint("amina.y@mail.example") == "a…@mail.example"


def test_the_longest_local_part_is_an_address() -> None:
    assert normal_address("a" * 64 + "@mail.example") == "a" * 64 + "@mail.example"


def test_a_form_is_told_which_field_is_wrong() -> None:
    assert check_email("  Anna@mail.example ") == ("Anna@mail.example", "anna@mail.example")
    with pytest.raises(Invalid) as refused:
        check_email("anna", "reply_to")
    assert set(refused.value.faults) == {"reply_to"}
