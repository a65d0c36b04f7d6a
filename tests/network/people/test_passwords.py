"""Signing in with a password, its limits, choosing another one."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from models.audit import AuditRow
from models.event_log import Event
from models.people import SignInFailure, User
from network import people
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import Invalid, NotFound, ProofRequired, TooMany
from network.kernel.ids import derived_code
from network.kernel.outbox import drain
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from network.people import (
    SignInRefused,
    Visit,
    mails,  # noqa: F401 - the letters' texts are registered
)
from network.people.commands.hashing import HashingInsideWrite
from network.people.rules.codes import SIGN_IN
from tests.factories.people import PASSWORD, PASSWORD_HASH, actor_of, make_code, make_session, make_user
from tests.running import HandClock, LetterBox

EMAIL = "amina@mail.example"
HERE = Visit(peer="192.0.2.7", user_agent="curl/8")
NEW = "velvet tram in march rain"


def failures() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(SignInFailure)) or 0


def facts(kind: str) -> list[tuple[str, str]]:
    with unit_of_work():
        rows = session().scalars(select(Event).where(Event.type == kind).order_by(Event.id))
        return [(row.entity_id, row.codes["reason"]) for row in rows]


def audited() -> list[tuple[str, str]]:
    with unit_of_work():
        return [(row.action, row.entity_id) for row in session().scalars(select(AuditRow))]


def who(token: str) -> Actor | None:
    with unit_of_work():
        return people.find_session(token)


def fail(email: str, visit: Visit, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            people.sign_in_with_password(ANONYMOUS, email, "wrong cups", visit)


def test_the_right_password_opens_a_session(live: Runtime) -> None:
    make_user(password_hash=PASSWORD_HASH)
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    signed_in = people.sign_in_with_password(ANONYMOUS, " AMINA@mail.example", PASSWORD, HERE)
    actor = who(signed_in.token)
    assert actor is not None
    assert (actor.user_id, actor.session_id) == (user.id, signed_in.session_id)
    assert failures() == 0


def test_every_way_to_be_wrong_looks_the_same_and_is_counted(live: Runtime) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    make_user(email="coded@mail.example")
    make_user(email="closed@mail.example", password_hash=PASSWORD_HASH, state="closed")
    tries = [
        (EMAIL, "wrong cups"), (EMAIL, ""), (EMAIL, "\ud800"), (EMAIL, "x" * 100_000),
        ("coded@mail.example", PASSWORD), ("closed@mail.example", PASSWORD),
        ("nobody@mail.example", PASSWORD),
    ]  # fmt: skip
    told = set()
    for email, password in tries:
        with pytest.raises(SignInRefused) as refused:
            people.sign_in_with_password(ANONYMOUS, email, password, HERE)
        told.add((type(refused.value), refused.value.message, str(refused.value.params)))
    assert len(told) == 1
    assert failures() == len(tries)


def test_a19_known_and_unknown_take_the_same_time(live: Runtime) -> None:
    for number in range(4):
        make_user(email=f"known{number}@mail.example", password_hash=PASSWORD_HASH)
    make_user(email="coded@mail.example")

    def seconds(email: str, peer: str) -> float:
        # Of all threads, the hashing one too; the clock on the wall would tell what else the machine does.
        started = time.process_time()
        fail(email, Visit(peer))
        return time.process_time() - started

    seconds("known0@mail.example", "192.0.2.1")
    rounds = [
        [seconds(f"known{number}@mail.example", f"192.0.2.{number}") for number in range(1, 4)],
        [seconds(f"unknown{number}@mail.example", f"192.0.2.{number}") for number in range(1, 4)],
        [seconds("coded@mail.example", f"192.0.2.{number}") for number in range(1, 4)],
    ]
    # Whoever skips the hash answers in 2 ms.
    assert max(map(min, rounds)) - min(map(min, rounds)) < 0.015, rounds


def test_a20_five_failures_and_the_account_waits(live: Runtime, clock: HandClock) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    make_user(email="other@mail.example", password_hash=PASSWORD_HASH)
    for number in range(5):
        fail(EMAIL, Visit(f"192.0.2.{number}"))
        fail("nobody@mail.example", Visit(f"192.0.2.{number}"))
    for email in (EMAIL, "nobody@mail.example"):
        with pytest.raises(TooMany) as refused:
            people.sign_in_with_password(ANONYMOUS, email, PASSWORD, Visit("198.51.100.1"))
        assert 29 * 60 < refused.value.retry_after <= 30 * 60 + 1
    assert failures() == 10, "a try that was not looked at is no failure"
    people.sign_in_with_password(ANONYMOUS, "other@mail.example", PASSWORD, Visit("198.51.100.1"))
    clock.forward(minutes=31)
    people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, Visit("198.51.100.1"))


def test_a20_a_known_device_is_exempt_and_has_a_limit_of_its_own(live: Runtime) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    known = people.open_session(ANONYMOUS, user.id, "Firefox").device_token
    at_home = Visit("192.0.2.1", device_token=known)
    for number in range(5):
        fail(EMAIL, Visit(f"192.0.2.{number}"))
    again = people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, at_home)
    assert again.device_token == known
    fail(EMAIL, at_home, times=5)
    with pytest.raises(TooMany):
        people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, at_home)


def test_a20_somebody_elses_device_exempts_from_nothing(live: Runtime) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    other = make_user(password_hash=PASSWORD_HASH)
    theirs = people.open_session(ANONYMOUS, other.id, "Firefox").device_token
    for number in range(5):
        fail(EMAIL, Visit(f"192.0.2.{number}", device_token=theirs))
    with pytest.raises(TooMany):
        people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, Visit("192.0.2.9", device_token=theirs))


def test_a20_ten_failures_and_the_neighbour_waits(live: Runtime, clock: HandClock) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    for number in range(10):
        fail(f"guess{number}@mail.example", Visit(f"2001:db8::{number + 1}"))
    with pytest.raises(TooMany) as refused:
        people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, Visit("2001:db8::ffff"))
    assert 4 * 60 < refused.value.retry_after <= 5 * 60 + 1
    people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, Visit("2001:db8:0:1::1"))
    clock.forward(minutes=5.1)
    people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, Visit("2001:db8::ffff"))


def test_a20_twenty_at_once_cannot_outrun_the_limit(live: Runtime) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    together = threading.Barrier(20)

    def guess(number: int) -> str:
        together.wait(timeout=30)
        try:
            people.sign_in_with_password(ANONYMOUS, EMAIL, f"guess {number}", Visit(f"192.0.2.{number}"))
        except (SignInRefused, TooMany) as refusal:
            return refusal.code
        return "in"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(20)))
    assert answers.count("too_many_failures") >= 14, "two at a time are compared: at most one slips through"
    assert answers.count("in") == 0


def test_forgetting_the_password_does_not_close_the_way_with_a_code(live: Runtime) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    for number in range(5):
        fail(EMAIL, Visit(f"192.0.2.{number}"))
    typed = derived_code(SIGN_IN, make_code(EMAIL).id)
    assert people.sign_in_with_code(ANONYMOUS, EMAIL, typed, HERE).user_id == user.id


def test_a_hash_of_older_figures_is_renewed(live: Runtime) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    user = make_user(email=EMAIL, password_hash=old)
    people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, HERE)
    with unit_of_work():
        renewed = session().get_one(User, user.id).password_hash or ""
    assert "m=19456,t=2,p=1" in renewed
    people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, HERE)


@command
def hash_while_writing(actor: Actor) -> str:
    require(anyone(actor, None))
    return people.hash_password(PASSWORD)


def test_no_password_is_hashed_while_the_database_is_locked(live: Runtime) -> None:
    with pytest.raises(HashingInsideWrite):
        hash_while_writing(ANONYMOUS)
    assert people.hash_password(PASSWORD).startswith("$argon2id$")


def test_changing_the_password_ends_the_other_sessions(live: Runtime) -> None:
    noise = make_session(make_user())
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    (mine, my_token), (other, other_token) = make_session(user), make_session(user)
    actor = actor_of(user, session_id=mine.id)
    keys = [people.create_token(actor, name, ["read"]) for name in ("one", "two")]
    kept = people.create_token(actor_of(make_user()), "noise", ["read"])
    people.change_password(actor, NEW, current=PASSWORD, peer="192.0.2.7")
    assert who(my_token) is not None
    assert who(other_token) is None
    assert who(noise[1]) is not None
    assert facts("session.ended") == [
        (other.id, "password_changed"), *sorted((key["id"], "token_revoked") for key in keys),
    ]  # fmt: skip
    assert audited()[-1] == ("user.password_changed", user.id)
    with unit_of_work():
        assert [people.find_bearer(key["token"]) for key in keys] == [None, None]
        assert people.find_bearer(kept["token"]) is not None
    fail(EMAIL, HERE)
    people.sign_in_with_password(ANONYMOUS, EMAIL, NEW, HERE)


def test_a_refused_change_changes_nothing(live: Runtime) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    session_row, token = make_session(user)
    actor = actor_of(user, session_id=session_row.id)
    with pytest.raises(Invalid) as easy:
        people.change_password(actor, "amina12345")
    with pytest.raises(Invalid) as wrong:
        people.change_password(actor, NEW, current="wrong cups")
    with pytest.raises(ProofRequired):
        people.change_password(actor_of(user, proof_at=None), NEW, current=PASSWORD)
    assert (list(easy.value.faults), list(wrong.value.faults)) == (["password"], ["current"])
    for _ in range(4):
        with pytest.raises(Invalid):
            people.change_password(actor, NEW, current="wrong cups")
    with pytest.raises(TooMany):
        people.change_password(actor, NEW, current=PASSWORD)
    assert (facts("session.ended"), audited()) == ([], [])
    assert who(token) is not None
    people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, HERE)


def reset_link(letterbox: LetterBox, email: str = EMAIL) -> str:
    drain()
    text = letterbox.to(email)[-1].get_body(("plain",)).get_content()
    return next(line for line in text.splitlines() if "/password/" in line).rpartition("/")[2]


def test_a_mailed_link_sets_a_new_password_once(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    old, old_token = make_session(user)
    known = people.open_session(ANONYMOUS, user.id, "Firefox").device_token
    key = people.create_token(actor_of(user), "script", ["read", "weighty"])
    for _ in range(2):
        people.request_password_reset(ANONYMOUS, EMAIL, language="de")
    link = reset_link(letterbox)
    with unit_of_work():
        assert people.can_reset_password(link)
    with pytest.raises(Invalid):
        people.reset_password(ANONYMOUS, link, "password1")
    people.reset_password(ANONYMOUS, link, NEW)
    assert who(old_token) is None
    assert (old.id, "password_changed") in facts("session.ended")
    assert (key["id"], "token_revoked") in facts("session.ended")
    with unit_of_work():
        assert people.find_bearer(key["token"]) is None
    assert audited()[1:] == [("user.password_reset", user.id)]
    for void in (link, "x" * 43):
        with pytest.raises(NotFound):
            people.reset_password(ANONYMOUS, void, "another tram in the rain")
        with unit_of_work():
            assert not people.can_reset_password(void)
    assert (
        people.sign_in_with_password(
            ANONYMOUS, EMAIL, NEW, Visit("192.0.2.7", device_token=known)
        ).device_token
        != known
    )


def test_the_mail_speaks_the_accounts_language(live: Runtime, letterbox: LetterBox) -> None:
    make_user(email=EMAIL, language="de")
    people.request_password_reset(ANONYMOUS, EMAIL, language="en")
    drain()
    assert letterbox.to(EMAIL)[0]["Content-Language"] == "de"


def test_a_link_counts_for_an_hour(live: Runtime, clock: HandClock, letterbox: LetterBox) -> None:
    make_user(email=EMAIL)
    people.request_password_reset(ANONYMOUS, EMAIL)
    link = reset_link(letterbox)
    clock.forward(minutes=61)
    with pytest.raises(NotFound):
        people.reset_password(ANONYMOUS, link, NEW)


def test_a19_a_reset_for_nobody_does_the_same_and_sends_nothing(live: Runtime, letterbox: LetterBox) -> None:
    make_user(email="closed@mail.example", state="closed")
    for email in ("nobody@mail.example", "closed@mail.example"):
        people.request_password_reset(ANONYMOUS, email)
    assert drain() == 0
    assert letterbox.letters == []


def test_resets_are_limited_silently(live: Runtime, clock: HandClock, letterbox: LetterBox) -> None:
    make_user(email=EMAIL)
    for expected in (3, 5, 5):
        for _ in range(4):
            people.request_password_reset(ANONYMOUS, EMAIL)
        drain()
        assert len(letterbox.to(EMAIL)) == expected
        clock.forward(minutes=61)


def test_race_of_ten_with_one_link_sets_one_password(live: Runtime, letterbox: LetterBox) -> None:
    make_user(email=EMAIL)
    people.request_password_reset(ANONYMOUS, EMAIL)
    link = reset_link(letterbox)
    together = threading.Barrier(10)

    def choose(number: int) -> bool:
        together.wait(timeout=30)
        try:
            people.reset_password(ANONYMOUS, link, f"{NEW} {number}")
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        chosen = list(pool.map(choose, range(10)))
    assert sum(chosen) == 1
    winner = f"{NEW} {chosen.index(True)}"
    people.sign_in_with_password(ANONYMOUS, EMAIL, winner, HERE)
