"""Signing in with a mailed code, which the first time makes the account."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from models.people import SignInCode, SignInFailure, User, UserSession
from network import people
from network.kernel.actor import ANONYMOUS
from network.kernel.errors import Invalid, TooMany
from network.kernel.ids import derived_code
from network.kernel.outbox import drain
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import (
    SignInRefused,
    Visit,
    mails,  # noqa: F401 - the letters' texts are registered
)
from network.people.rules.codes import SIGN_IN
from tests.factories.people import make_code, make_user
from tests.running import HandClock, LetterBox

EMAIL = "Amina.Y@mail.example"
HERE = Visit(peer="192.0.2.7", user_agent="Mozilla/5.0 (Android 14; Mobile; rv:131.0) Firefox/131.0")


def count(table: type) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


def mailed_code(letterbox: LetterBox, email: str = EMAIL) -> str:
    drain()
    text = letterbox.to(email)[-1].get_body(("plain",)).get_content()
    return next(line for line in text.splitlines() if line.isdigit() and len(line) == 6)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_first_code_signs_up(live: Runtime, letterbox: LetterBox) -> None:
    noise = make_user()
    people.request_sign_in_code(ANONYMOUS, EMAIL, language="de", peer=HERE.peer)
    signed_in = people.sign_in_with_code(ANONYMOUS, EMAIL, mailed_code(letterbox), HERE)
    with unit_of_work():
        actor = people.find_session(signed_in.token)
        assert actor is not None
        me = people.show_me(actor)
    assert (me.pop("photo_url") or "").startswith("/faces/")
    assert me == {
        "id": signed_in.user_id, "display_name": "amina.y", "email": EMAIL,
        "language": "de", "time_zone": "Europe/Berlin", "has_password": False, "is_operator": False,
    }  # fmt: skip
    assert (count(User), count(UserSession), signed_in.is_new) == (2, 1, True)
    assert signed_in.user_id != noise.id


def test_the_second_time_it_is_the_same_account(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email="amina.y@mail.example", display_name="Amina Yusuf")
    people.request_sign_in_code(ANONYMOUS, EMAIL, language="de", peer=HERE.peer)
    signed_in = people.sign_in_with_code(ANONYMOUS, "AMINA.Y@mail.example", mailed_code(letterbox), HERE)
    assert (signed_in.user_id, signed_in.is_new, count(User)) == (user.id, False, 1)


def test_a_code_works_once(live: Runtime) -> None:
    make_user(email=EMAIL)
    typed = derived_code(SIGN_IN, make_code(EMAIL).id)
    people.sign_in_with_code(ANONYMOUS, EMAIL, typed, HERE)
    with pytest.raises(SignInRefused):
        people.sign_in_with_code(ANONYMOUS, EMAIL, typed, HERE)
    assert count(UserSession) == 1
    assert count(SignInFailure) == 0, "who knows the digits is no stranger who guesses"


def test_a_new_code_makes_the_older_one_void(live: Runtime) -> None:
    make_user(email=EMAIL)
    older, newer = (derived_code(SIGN_IN, make_code(EMAIL).id) for _ in range(2))
    assert older != newer
    with pytest.raises(SignInRefused):
        people.sign_in_with_code(ANONYMOUS, EMAIL, older, HERE)
    people.sign_in_with_code(ANONYMOUS, EMAIL, newer, HERE)


def test_a_code_of_another_address_opens_nothing(live: Runtime) -> None:
    make_user(email=EMAIL)
    typed = derived_code(SIGN_IN, make_code("jonas@mail.example").id)
    with pytest.raises(SignInRefused):
        people.sign_in_with_code(ANONYMOUS, EMAIL, typed, HERE)
    with unit_of_work():
        untouched = session().scalars(select(SignInCode)).one()
        assert (untouched.tries, untouched.used_at) == (0, None)


@pytest.mark.parametrize(("minutes", "works"), [(9.9, True), (10.1, False)])
def test_a_code_counts_for_ten_minutes(live: Runtime, clock: HandClock, minutes: float, works: bool) -> None:
    make_user(email=EMAIL)
    typed = derived_code(SIGN_IN, make_code(EMAIL).id)
    clock.forward(minutes=minutes)
    if works:
        people.sign_in_with_code(ANONYMOUS, EMAIL, typed, HERE)
    else:
        with pytest.raises(SignInRefused):
            people.sign_in_with_code(ANONYMOUS, EMAIL, typed, HERE)
    assert count(UserSession) == works


@pytest.mark.parametrize(("tries", "works"), [(4, True), (5, False)])
def test_five_wrong_tries_make_a_code_void(live: Runtime, tries: int, works: bool) -> None:
    user = make_user(email=EMAIL)
    known = people.open_session(ANONYMOUS, user.id, "Firefox").device_token
    typed = derived_code(SIGN_IN, make_code(EMAIL).id)
    for number in range(tries):
        with pytest.raises(SignInRefused):
            people.sign_in_with_code(ANONYMOUS, EMAIL, wrong(typed), Visit(f"192.0.2.{number}"))
    at_home = Visit("192.0.2.7", device_token=known)
    if works:
        people.sign_in_with_code(ANONYMOUS, EMAIL, typed, at_home)
    else:
        with pytest.raises(SignInRefused):
            people.sign_in_with_code(ANONYMOUS, EMAIL, typed, at_home)
        with pytest.raises(TooMany):
            people.sign_in_with_code(ANONYMOUS, EMAIL, typed, HERE)


def test_a_closed_account_stays_closed(live: Runtime) -> None:
    make_user(email=EMAIL, state="closed")
    with pytest.raises(SignInRefused):
        people.sign_in_with_code(ANONYMOUS, EMAIL, derived_code(SIGN_IN, make_code(EMAIL).id), HERE)
    assert (count(User), count(UserSession)) == (1, 0)


def test_a19_asking_does_the_same_for_every_address(live: Runtime, letterbox: LetterBox) -> None:
    make_user(email=EMAIL)
    for email in (EMAIL, "nobody@mail.example"):
        people.request_sign_in_code(ANONYMOUS, email, language="en", peer=HERE.peer)
    drain()
    letters = [letterbox.to(email)[0] for email in (EMAIL, "nobody@mail.example")]
    known, unknown = (letter.get_body(("plain",)).get_content().splitlines() for letter in letters)
    assert [line for line in known if not line.isdigit()] == [line for line in unknown if not line.isdigit()]
    with pytest.raises(Invalid) as refused:
        people.request_sign_in_code(ANONYMOUS, "no address", language="en", peer=HERE.peer)
    assert list(refused.value.faults) == ["email"]


def test_too_many_codes_for_an_address_are_not_sent_and_not_told(live: Runtime, clock: HandClock) -> None:
    for _ in range(14):
        people.request_sign_in_code(ANONYMOUS, EMAIL, language="en", peer=HERE.peer)
    people.request_sign_in_code(ANONYMOUS, "jonas@mail.example", language="en", peer=HERE.peer)
    assert count(SignInCode) == 11
    clock.forward(minutes=61)
    people.request_sign_in_code(ANONYMOUS, EMAIL, language="en", peer=HERE.peer)
    assert count(SignInCode) == 12


def test_too_many_codes_for_one_neighbour_are_not_sent(live: Runtime) -> None:
    def ask(peer: str, start: int, times: int) -> None:
        for number in range(start, start + times):
            email = f"guest{number}@mail.example"
            people.request_sign_in_code(ANONYMOUS, email, language="en", peer=peer)

    ask("2001:db8::1", 0, 60)
    ask("2001:db8::2", 60, 63)
    assert count(SignInCode) == 120
    ask("192.0.2.7", 200, 1)
    ask("127.0.0.1", 300, 1)
    assert count(SignInCode) == 122


def test_a_letter_that_is_late_is_not_sent(live: Runtime, clock: HandClock, letterbox: LetterBox) -> None:
    people.request_sign_in_code(ANONYMOUS, EMAIL, language="en", peer=HERE.peer)
    clock.forward(minutes=11)
    assert drain() == 0
    assert letterbox.letters == []


def test_race_of_twenty_with_one_code_makes_one_account(live: Runtime) -> None:
    typed = derived_code(SIGN_IN, make_code(EMAIL).id)
    together = threading.Barrier(20)

    def enter(number: int) -> bool:
        together.wait(timeout=30)
        try:
            people.sign_in_with_code(ANONYMOUS, EMAIL, typed, Visit(f"192.0.2.{number}"))
        except SignInRefused:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        entered = list(pool.map(enter, range(20)))
    assert sum(entered) == 1
    assert (count(User), count(UserSession)) == (1, 1)
