"""An address on a list and the same one on an account are kept in one form: else nobody would be a member."""

from __future__ import annotations

import pytest

from network.courses.rules import normal_address as on_a_list
from network.kernel.addresses import normal_address as on_an_account

ADDRESSES = [
    "maria@mail.example", "MARIA.Rossi@Mail.Example", "o'neil+course@mail.example", "zoe@bücher.example",
    "zoe@xn--bcher-kva.example", "zoë@mail.example", "ZOË@mail.example", "zoe\u0308@mail.example",
    "straße@mail.example", "STRASSE@mail.example", "παπα@παράδειγμα.example", "ıvan@mail.example",
    "İvan@mail.example", "a_b-c%d@sub.mail.example", "1@mail.example", "x@mail.museum", "user@mail.test",
    "no address", "a@@mail.example", "a@mail", "a..b@mail.example", ".a@mail.example", "a.@mail.example",
    "@mail.example", "a@-mail.example", "a@mail..example", "a b@mail.example", "a@localhost",
    "a" * 64 + "@mail.example", "a" * 65 + "@mail.example", "ä" * 32 + "@mail.example",
    "ä" * 33 + "@mail.example", "ſ@mail.example", "K@mail.example", "a@mailſ.example",
    "a@" + "m" * 64 + ".example", "ﬁ@mail.example",
    "ǅ@mail.example", "a@ＭＡＩＬ.example", "用户@例子.example", "{a}@mail.example", "a/b@mail.example",
]  # fmt: skip


@pytest.mark.parametrize("text", ADDRESSES)
def test_lists_and_accounts_agree(text: str) -> None:
    assert on_a_list(text) == on_an_account(text)
