"""Which passwords may be chosen."""

from __future__ import annotations

import pytest

from network.kernel.errors import Invalid
from network.people.rules.passwords import check_password, clean_password

GOOD = [
    "three warm cups",
    "velvet tram in march rain",
    "xK4#vq9Lw2",
    "correct horse battery staple",
    "Kaffeetasse im Regal",
    "пироги с капустой вечером",
    "9471038265530172",
    "x" * 60 + "ab7 ky" * 11,
]


@pytest.mark.parametrize("password", GOOD)
def test_a_good_password_passes(password: str) -> None:
    assert check_password(password, email="amina.y@mail.example", name="Amina Yusuf") == password


BAD = [
    "", "short", "1234567", "x" * 129,
    "password", "Password1", "P@ssw0rd!", "passwort123", "$ecret99", "d.r.a.g.o.n.1", "2024sommer!",
    "qwertzuiop", "asdfghjkl", "1qaz2wsx3edc", "poiuytrewq", "1q2w3e4r5t", "abcdefgh", "йцукенгш",
    "12345678", "87654321", "19991231", "aaaaaaaa", "abababab", "hallohallo", "abcabcabc", "00000000",
    "mentornet", "MentorNET2026", "mentornet-demo", "iloveyou<3", "letmein!!!", "hellomentor",
    "пароль123", "!!!!!!!!", "        ",
    "amina.y@mail.example", "amina2026", "amina12345", "Amina1990-12-24", "passwortamina",
    "AminaYusuf1", "yusuf1234", "mail.example",
    "warm\x00cups and more", "warm cups \ud800",
]  # fmt: skip


@pytest.mark.parametrize("password", BAD)
def test_what_everybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, email="amina.y@mail.example", name="Amina Yusuf")
    assert list(refused.value.faults) == ["password"]


def test_the_same_keys_give_the_same_password_everywhere() -> None:
    assert clean_password("e\u0301tude\u00a0no\u20031") == clean_password("\u00e9tude no 1")
    assert clean_password("ﬁne") == "fine"
    assert clean_password(" spaces stay ") == " spaces stay "


def test_somebody_elses_name_is_no_obstacle() -> None:
    assert check_password("amina2026", email="jonas@mail.example", name="Jonas")
