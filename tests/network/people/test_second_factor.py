"""The second factor: set up, shown when signing in, each code once, limits, who must have one."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from models.people import PasswordReset, RecoveryCode, SecondFactor, User, UserSession
from network import people
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import DomainError, Forbidden, NotFound, ProofRequired, SecondFactorNeeded
from network.kernel.ids import derived_code, derived_secret
from network.kernel.outbox import drain
from network.kernel.policy import has_proof, is_operator, require_second_factor, sees_platform
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import (
    ChallengeOver,
    NoSecondFactor,
    SecondFactorRefused,
    SecondFactorRequired,
    SecondFactorThere,
    TooManyFailures,
    Visit,
    mails,  # noqa: F401 - the letters' texts are registered
)
from network.people.rules.codes import RESET, SIGN_IN
from tests.factories.people import PASSWORD, PASSWORD_HASH, actor_of, make_code, make_session, make_user
from tests.running import HandClock, LetterBox

HERE = Visit(peer="192.0.2.7", user_agent="Firefox/140 Android")
EMAIL = "amina@mail.example"


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows, some half minutes from now."""
    moment = int(runtime.current().clock.now().timestamp()) + 30 * steps
    return pyotp.TOTP(secret).at(moment)


def set_up(user: User) -> tuple[str, list[str]]:
    """Switch the second factor on; the secret in the app, and the recovery codes."""
    begun = people.begin_second_factor(actor_of(user))
    return begun.secret, people.confirm_second_factor(actor_of(user), code_of(begun.secret, steps=-1))


def challenge_for(email: str = EMAIL) -> str:
    with pytest.raises(SecondFactorRequired) as required:
        people.sign_in_with_password(ANONYMOUS, email, PASSWORD, HERE)
    return str(required.value.params["challenge"])


def test_it_is_set_up_with_a_first_code(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email=EMAIL)
    with unit_of_work():
        assert people.show_second_factor(actor_of(user))["state"] == "off"
    begun = people.begin_second_factor(actor_of(user))
    assert begun.uri.startswith("otpauth://totp/mentorNET:amina%40mail.example?secret=" + begun.secret)
    with unit_of_work():
        assert people.show_second_factor(actor_of(user))["state"] == "begun"
        assert people.show_app_secret(actor_of(user)) == {"secret": begun.secret, "uri": begun.uri}
    with pytest.raises(SecondFactorRefused):
        people.confirm_second_factor(actor_of(user), code_of(begun.secret, steps=9))
    codes = people.confirm_second_factor(actor_of(user), code_of(begun.secret))
    assert len(set(codes)) == 10
    with unit_of_work():
        found = people.show_second_factor(actor_of(user))
        assert (found["state"], found["recovery_codes_left"]) == ("on", 10)
        assert people.show_app_secret(actor_of(user)) is None
        kept = [
            *session().scalars(select(RecoveryCode.code_hash)),
            session().scalars(select(SecondFactor)).one().seed_id,
        ]
        assert not {begun.secret, *codes}.intersection(kept)
    with pytest.raises(SecondFactorThere):
        people.begin_second_factor(actor_of(user))
    drain()
    assert "second factor" in letterbox.to(EMAIL)[0]["Subject"]


def test_what_was_begun_counts_for_an_hour(live: Runtime, clock: HandClock) -> None:
    user = make_user(email=EMAIL)
    with pytest.raises(NoSecondFactor):
        people.confirm_second_factor(actor_of(user), "123456")
    begun = people.begin_second_factor(actor_of(user))
    clock.forward(minutes=60)
    with pytest.raises(NoSecondFactor):
        people.confirm_second_factor(actor_of(user), code_of(begun.secret))


def test_password_and_code_out_of_the_app_together_sign_in(live: Runtime) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    secret, _codes = set_up(user)
    challenge = challenge_for()
    with unit_of_work():
        assert session().scalars(select(UserSession)).all() == []
    signed_in = people.sign_in_with_second_factor(ANONYMOUS, challenge, code_of(secret), HERE)
    assert signed_in.user_id == user.id
    with pytest.raises(ChallengeOver):
        people.sign_in_with_second_factor(ANONYMOUS, challenge, code_of(secret, steps=1), HERE)


def test_a_mailed_code_asks_for_it_too_and_a_shared_device_stays_one(live: Runtime) -> None:
    user = make_user(email=EMAIL)
    secret, _codes = set_up(user)
    mailed = derived_code(SIGN_IN, make_code(EMAIL).id)
    with pytest.raises(SecondFactorRequired) as required:
        people.sign_in_with_code(ANONYMOUS, EMAIL, mailed, dataclasses.replace(HERE, shared_device=True))
    challenge = required.value.params["challenge"]
    signed_in = people.sign_in_with_second_factor(ANONYMOUS, challenge, code_of(secret), HERE)
    assert signed_in.device_token is None


def test_each_code_counts_once_and_one_step_aside(live: Runtime, clock: HandClock) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    secret, _codes = set_up(user)
    taken = code_of(secret)
    people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), taken, HERE)
    for wrong in (taken, code_of(secret, steps=2), code_of(secret, steps=-2)):
        with pytest.raises(SecondFactorRefused):
            people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), wrong, HERE)
    assert people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), code_of(secret, steps=1), HERE)
    clock.forward(minutes=-4)
    assert people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), code_of(secret), HERE), (
        "clock set back"
    )


def test_a_recovery_code_counts_once_in_any_spelling(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    _secret, codes = set_up(user)
    typed = codes[0].upper().replace("-", " ")
    assert people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), typed, HERE)
    with pytest.raises(SecondFactorRefused):
        people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), codes[0], HERE)
    drain()
    assert any("recovery code was used" in letter["Subject"] for letter in letterbox.to(EMAIL))
    renewed = people.renew_recovery_codes(actor_of(user))
    with pytest.raises(SecondFactorRefused):
        people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), codes[1], HERE)
    assert people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), renewed[1], HERE)


def test_a20_the_three_limits_of_the_second_factor(live: Runtime, clock: HandClock) -> None:
    user = make_user(email=EMAIL)
    secret, _codes = set_up(user)

    def tries() -> int:
        """How many wrong codes are looked at until there is a wait."""
        for number in range(60):
            mailed = derived_code(SIGN_IN, make_code(EMAIL).id)
            with pytest.raises(SecondFactorRequired) as required:
                people.sign_in_with_code(ANONYMOUS, EMAIL, mailed, HERE)
            try:
                people.sign_in_with_second_factor(
                    ANONYMOUS, required.value.params["challenge"], code_of(secret, steps=77), HERE
                )
            except TooManyFailures:
                return number
            except SecondFactorRefused:
                continue
        raise AssertionError("there was no limit")

    assert tries() == 5
    with pytest.raises(SecondFactorRequired) as required:
        people.sign_in_with_code(ANONYMOUS, EMAIL, derived_code(SIGN_IN, make_code(EMAIL).id), HERE)
    challenge = required.value.params["challenge"]
    with pytest.raises(TooManyFailures) as wait:
        people.sign_in_with_second_factor(ANONYMOUS, challenge, code_of(secret), HERE)
    found = []
    assert 0 < wait.value.retry_after <= 301
    for minutes in [5] * 11 + [60] * 22:
        clock.forward(minutes=minutes, seconds=1)
        found.append(tries())
    assert 5 + sum(found[:11]) == 20, "20 within the hour"
    assert 5 + sum(found) == 50, "50 within the day"


def test_of_many_with_the_same_code_one_gets_in(live: Runtime) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    secret, _codes = set_up(user)
    challenges, typed = [challenge_for() for _number in range(4)], code_of(secret)
    outcomes: list[str] = []

    def enter(challenge: str) -> None:
        try:
            people.sign_in_with_second_factor(ANONYMOUS, challenge, typed, HERE)
            outcomes.append("in")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=enter, args=(challenge,)) for challenge in challenges]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "wrong_credentials", "wrong_credentials", "wrong_credentials"]


def test_a_challenge_ends_with_its_time_the_password_and_the_account(live: Runtime, clock: HandClock) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    secret, _codes = set_up(user)
    late = challenge_for()
    clock.forward(minutes=10)
    before = challenge_for()
    people.change_password(actor_of(user), "velvet tram in march rain")
    for challenge in (late, before, "x" * 43):
        with pytest.raises(ChallengeOver):
            people.sign_in_with_second_factor(ANONYMOUS, challenge, code_of(secret), HERE)


def test_taking_it_away_takes_a_proof_and_leaves_nothing(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    set_up(user)
    for act in (people.remove_second_factor, people.renew_recovery_codes, people.begin_second_factor):
        with pytest.raises(ProofRequired):
            act(actor_of(user, proof_at=None))
    people.remove_second_factor(actor_of(user))
    with unit_of_work():
        assert (
            session().scalars(select(RecoveryCode)).all()
            == session().scalars(select(SecondFactor)).all()
            == []
        )
    assert people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, HERE)
    with pytest.raises(NoSecondFactor):
        people.remove_second_factor(actor_of(user))
    drain()
    assert "no second factor" in letterbox.to(EMAIL)[-1]["Subject"]


def test_who_must_have_one(live: Runtime) -> None:
    user = make_user()
    now = runtime.current().clock.now()
    plain = Actor("person", user_id=user.id, proof_at=now)
    steward = dataclasses.replace(plain, stewardships=frozenset({"house"}))
    operator = dataclasses.replace(plain, is_operator=True)
    for actor in (plain, steward, operator):
        assert has_proof(actor, None), "it is offered"
    required = dataclasses.replace(live.settings, second_factor="required")  # type: ignore[type-var]
    runtime.install(dataclasses.replace(live, settings=required))
    assert has_proof(plain, None)
    for actor in (steward, operator):
        assert has_proof(actor, None).refusal is SecondFactorNeeded
        assert has_proof(dataclasses.replace(actor, proof_at=None), None).refusal is ProofRequired
        assert has_proof(dataclasses.replace(actor, has_second_factor=True), None)
        people.begin_second_factor(actor)
    assert is_operator(operator, None).refusal is sees_platform(operator, None).refusal is SecondFactorNeeded
    assert sees_platform(steward, None).refusal is NotFound
    assert sees_platform(dataclasses.replace(operator, has_second_factor=True), None)


def test_reported_content_takes_one_whoever_asks(live: Runtime) -> None:
    mentor = actor_of(make_user(email=EMAIL))
    later = dataclasses.replace(mentor, second_factor_due=live.clock.now() + timedelta(days=7))
    with unit_of_work():
        require_second_factor(mentor)  # offered only: nobody has to
        required = dataclasses.replace(live.settings, second_factor="required")  # type: ignore[type-var]
        runtime.install(dataclasses.replace(live, settings=required))
        for without in (mentor, later):
            with pytest.raises(SecondFactorNeeded):
                require_second_factor(without)
        require_second_factor(dataclasses.replace(mentor, has_second_factor=True))


def test_a_new_account_has_a_week_to_set_one_up(live: Runtime, clock: HandClock) -> None:
    settings = dataclasses.replace(live.settings, second_factor="required", second_factor_grace_days=7)  # type: ignore[type-var]
    runtime.install(dataclasses.replace(live, settings=settings))
    _row, token = make_session(make_user(email=EMAIL, is_operator=True))

    def asks() -> Actor:
        with unit_of_work():
            found = people.find_session(token)
        assert found is not None
        return found

    assert is_operator(asks(), None)
    clock.forward(days=6, hours=23)
    assert is_operator(asks(), None)
    clock.forward(hours=1)
    assert is_operator(asks(), None).refusal is SecondFactorNeeded


def test_the_command_line_helps_who_lost_phone_and_codes(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    console = system_actor("command line")
    with pytest.raises(NoSecondFactor):
        people.end_second_factor(console, EMAIL)
    set_up(user)
    with pytest.raises(NotFound):
        people.end_second_factor(console, "nobody@mail.example")
    with pytest.raises(Forbidden):
        people.end_second_factor(actor_of(user, is_operator=True), EMAIL)
    people.end_second_factor(console, EMAIL.upper())
    assert people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, HERE)
    drain()
    assert "no second factor" in letterbox.to(EMAIL)[-1]["Subject"]


def test_a_new_password_by_mail_keeps_the_second_factor(live: Runtime) -> None:
    user = make_user(email=EMAIL)
    secret, _codes = set_up(user)
    people.request_password_reset(ANONYMOUS, EMAIL)
    with unit_of_work():
        reset_id = session().scalars(select(PasswordReset.id)).one()
    people.reset_password(ANONYMOUS, derived_secret(RESET, reset_id), PASSWORD)
    assert people.sign_in_with_second_factor(ANONYMOUS, challenge_for(), code_of(secret), HERE)
