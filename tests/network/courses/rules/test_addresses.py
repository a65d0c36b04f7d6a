"""What counts as an address, and which are the same."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from network.courses.rules.addresses import cleaned_address, is_address, normal_address, normal_addresses


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("maria.rossi@mail.example", "maria.rossi@mail.example"),
        ("MARIA.ROSSI@Mail.Example", "maria.rossi@mail.example"),
        ("m+list@mail.example", "m+list@mail.example"),
        ("o'connor@mail.example", "o'connor@mail.example"),
        ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
        ("zoe@BÜCHER.example", "zoe@xn--bcher-kva.example"),
        ("zoe@xn--bcher-kva.example", "zoe@xn--bcher-kva.example"),
        ("zoë@bücher.example", "zoë@xn--bcher-kva.example"),
        ("ZOE\u0308@mail.example", "zoë@mail.example"),
        ("maria@straße.example", "maria@xn--strae-oqa.example"),
        ("δήμητρα@παράδειγμα.ελ", "δήμητρα@xn--hxajbheg2az3al.xn--qxam"),
        ("a@mail.test", "a@mail.test"),
    ],
)
def test_n2_addresses(written, normal):
    assert normal_address(written) == normal
    assert normal_addresses([written]) == [normal]
    assert is_address(written)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a",
        "a@",
        "@b.example",
        "broken@@mail",
        "a@b",
        "a b@mail.example",
        "a@mail..example",
        ".a@mail.example",
        "a.@mail.example",
        "a..b@mail.example",
        "a@-mail.example",
        "a@mail-.example",
        "a@mail.example.",
        "a@localhost",
        "a@mail.invalid",
        "a@mail.local",
        "a@[127.0.0.1]",
        '"a b"@mail.example',
        "a@mail.example,b@mail.example",
        "a@mail.example\nBcc: x@mail.example",
        "a@mail.example\n",
        "x" * 65 + "@mail.example",
        "a@" + "x" * 64 + ".example",
        "a@" + "x." * 130 + "example",
        "a@bü cher.example",
        "a\u202eb@mail.example",
        "a@1.2",
        "a@xn--.example",
    ],
)
def test_n2_what_is_no_address(text):
    assert normal_address(text) is None
    assert normal_addresses([text]) == [None]


@pytest.mark.parametrize(
    ("cell", "address", "name"),
    [
        ("  m@mail.example\t", "m@mail.example", ""),
        ("\u200bm@mail.example\ufeff", "m@mail.example", ""),
        ("m@mail.example\u00a0", "m@mail.example", ""),
        ("mailto:m@mail.example", "m@mail.example", ""),
        ("m@mail.example;", "m@mail.example", ""),
        ("<m@mail.example>", "m@mail.example", ""),
        ('"Rossi, Maria" <m@mail.example>', "m@mail.example", "Rossi, Maria"),
        ("no address", "no address", ""),
    ],
)
def test_cells_around_addresses(cell, address, name):
    assert cleaned_address(cell) == (address, name)


TEXTS = st.from_regex(r"[a-zA-Z0-9.+_'-]{1,12}@[a-zA-Z0-9.üß-]{1,20}\.[a-zA-Z-]{1,9}", fullmatch=True)


@given(TEXTS)
def test_the_quick_way_never_disagrees_with_email_validator(text):
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True)
        expected = f"{checked.local_part.casefold()}@{checked.ascii_domain.lower()}"
    except EmailNotValidError:
        expected = None
    assert normal_address(text) == expected


@given(st.lists(TEXTS | st.text(max_size=20)))
def test_a_column_at_once_is_the_same_as_one_by_one(texts):
    assert normal_addresses(texts) == [normal_address(text) for text in texts]
