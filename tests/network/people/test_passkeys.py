"""Passkeys: made, shown, used up, refused, copied, taken away; what they count as."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from models.audit import AuditRow
from models.people import Passkey, PasskeyChallenge, RecoveryCode, User
from network import people, privacy
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Invalid, NotFound, ProofRequired, Unauthenticated
from network.kernel.outbox import drain
from network.kernel.policy import has_second_factor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import (
    ErasureWaiting,
    PasskeyRefused,
    ProofRefused,
    SecondFactorRequired,
    Visit,
    mails,  # noqa: F401 - the letters' texts are registered
)
from network.people.rules.passkeys import (
    PASSKEYS,
    PasskeysUnavailable,
    PasskeyThere,
    PasskeyUnverified,
    TooManyPasskeys,
    is_copied,
    relying_party,
)
from tests.factories.passkeys import Device, add_passkey, show_passkey
from tests.factories.people import PASSWORD, PASSWORD_HASH, actor_of, make_session, make_user, save
from tests.running import HandClock, LetterBox, running

HERE = Visit(peer="192.0.2.7", user_agent="Firefox/140 Android")
EMAIL = "amina@mail.example"


def row_of(user: User) -> Passkey:
    with unit_of_work():
        found = session().scalars(select(Passkey).where(Passkey.user_id == user.id)).one()
        session().expunge(found)
        return found


def who(token: str) -> Actor:
    with unit_of_work():
        found = people.find_session(token)
    assert found is not None
    return found


def enter(device: Device) -> str:
    return people.sign_in_with_passkey(ANONYMOUS, show_passkey(device), HERE).user_id


def subjects(letterbox: LetterBox) -> list[str]:
    drain()
    return [letter["Subject"] for letter in letterbox.to(EMAIL)]


def test_a_device_signs_in_by_itself(live: Runtime, letterbox: LetterBox, clock: HandClock) -> None:
    user, device = make_user(email=EMAIL), Device()
    made = add_passkey(actor_of(user), device, "  My   phone ")
    assert (made.passkey["name"], made.passkey["synced"], made.passkey["last_used_at"]) == (
        "My phone", False, None,
    )  # fmt: skip
    before = clock.now()
    assert enter(device) == user.id
    with unit_of_work():
        shown = people.list_passkeys(actor_of(user)).items
        assert [one["name"] for one in shown] == ["My phone"]
        assert before < (shown[0]["last_used_at"] or before) < clock.now()
        assert people.show_passkey(actor_of(user), made.passkey["id"]) == shown[0]
    assert subjects(letterbox) == ["Your account has a new passkey"]


def test_what_it_is_asked_names_nobody_who_signs_in(live: Runtime) -> None:
    user = make_user(email=EMAIL, display_name="Amina Yusuf")
    device = Device()
    made = people.begin_passkey(actor_of(user))
    assert made["rp"] == {"name": "mentorNET", "id": "localhost"}
    assert made["user"]["name"] == EMAIL and made["user"]["displayName"] == "Amina Yusuf"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == "preferred"
    assert made["excludeCredentials"] == []
    people.add_passkey(actor_of(user), device.make(made), "Phone")
    again = people.begin_passkey(actor_of(user))
    assert [one["id"] for one in again["excludeCredentials"]] == [row_of(user).credential_id]
    asked = people.ask_for_passkey(ANONYMOUS)
    assert asked.get("allowCredentials", []) == []
    assert (asked["rpId"], asked["userVerification"], asked["timeout"]) == ("localhost", "preferred", 300_000)


def test_an_answer_counts_once_and_for_five_minutes(live: Runtime, clock: HandClock) -> None:
    user, device = make_user(), Device(counts=False)
    asked = people.begin_passkey(actor_of(user))
    made = device.make(asked)
    people.add_passkey(actor_of(user), made, "Phone")
    with pytest.raises(PasskeyRefused):
        people.add_passkey(actor_of(user), made, "Phone")
    shown = show_passkey(device)
    assert people.sign_in_with_passkey(ANONYMOUS, shown, HERE).user_id == user.id
    with pytest.raises(PasskeyRefused):
        people.sign_in_with_passkey(ANONYMOUS, shown, HERE)
    late = show_passkey(device)
    clock.forward(minutes=5)
    with pytest.raises(PasskeyRefused):
        people.sign_in_with_passkey(ANONYMOUS, late, HERE)
    assert enter(device) == user.id


def test_race_a_replayed_answer_opens_one_session(live: Runtime) -> None:
    user, device = make_user(), Device(counts=False)
    add_passkey(actor_of(user), device)
    shown = show_passkey(device)

    def come(_number: int) -> bool:
        try:
            return people.sign_in_with_passkey(ANONYMOUS, shown, HERE).user_id == user.id
        except PasskeyRefused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come, range(4))) == [False, False, False, True]


def test_a_wrong_answer_uses_its_question_up(live: Runtime) -> None:
    user, device = make_user(), Device()
    add_passkey(actor_of(user), device)
    asked = people.ask_for_passkey(ANONYMOUS)
    wrong = device.show(asked)
    wrong["response"]["signature"] = Device().show(asked)["response"]["signature"]
    for answer in (wrong, device.show(asked)):
        with pytest.raises(PasskeyRefused):
            people.sign_in_with_passkey(ANONYMOUS, answer, HERE)


@pytest.mark.parametrize(
    "origin", ["https://mentors.attacker.example", "http://localhost:8443", "https://localhost"]
)
def test_another_site_gets_nothing_out_of_it(live: Runtime, origin: str) -> None:
    user, device = make_user(), Device()
    add_passkey(actor_of(user), device)
    device.origin = origin
    with pytest.raises(PasskeyRefused):
        enter(device)
    asked = people.ask_for_passkey(ANONYMOUS)
    device.origin = "http://localhost"
    with pytest.raises(PasskeyRefused):
        people.sign_in_with_passkey(ANONYMOUS, device.show(asked | {"rpId": "attacker.example"}), HERE)
    with pytest.raises(PasskeyRefused):
        add_passkey(actor_of(user), Device(origin=origin))


def test_a_question_for_making_is_no_question_for_showing(live: Runtime) -> None:
    user, other, device = make_user(), make_user(), Device()
    add_passkey(actor_of(user), device)
    to_make = people.begin_passkey(actor_of(user))
    with pytest.raises(PasskeyRefused):
        people.sign_in_with_passkey(ANONYMOUS, device.show({**to_make, "rpId": "localhost"}), HERE)
    # and what was asked of one person is not answered for another
    with pytest.raises(PasskeyRefused):
        people.add_passkey(actor_of(other), Device().make(people.begin_passkey(actor_of(user))), "Phone")
    made_up = people.ask_for_passkey(ANONYMOUS)
    with pytest.raises(PasskeyRefused):
        people.add_passkey(
            actor_of(user),
            Device().make({**to_make, "challenge": made_up["challenge"]}),
            "Phone",
        )


def test_somebody_elses_key_is_worth_nothing_here(live: Runtime) -> None:
    user, thief = make_user(email=EMAIL, password_hash=PASSWORD_HASH), make_user()
    mine, hers = Device(), Device()
    add_passkey(actor_of(user), mine)
    add_passkey(actor_of(thief), hers)
    hers.user_handle = mine.user_handle  # a device that says it is hers
    with pytest.raises(PasskeyRefused):
        enter(hers)
    hers.user_handle = None
    with pytest.raises(SecondFactorRequired) as required:
        people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, HERE)
    challenge = required.value.params["challenge"]
    with pytest.raises(PasskeyRefused):
        people.answer_with_passkey(ANONYMOUS, challenge, show_passkey(hers), HERE)
    row, _token = make_session(user)
    with pytest.raises(ProofRefused):
        people.prove(actor_of(user, session_id=row.id), passkey=show_passkey(hers))
    handle = mine.user_handle
    with pytest.raises(PasskeyThere):
        add_passkey(actor_of(thief), mine)
    mine.user_handle = handle
    with pytest.raises(NotFound):
        people.remove_passkey(actor_of(thief), row_of(user).id)
    with pytest.raises(NotFound):
        people.rename_passkey(actor_of(thief), row_of(user).id, "Mine")
    with unit_of_work(), pytest.raises(NotFound):
        people.show_passkey(actor_of(thief), row_of(user).id)
    signed_in = people.answer_with_passkey(ANONYMOUS, challenge, show_passkey(mine), HERE)
    assert signed_in.user_id == user.id


def test_a_copy_is_noticed_and_opens_nothing_more(live: Runtime, letterbox: LetterBox) -> None:
    user, device = make_user(email=EMAIL), Device()
    add_passkey(actor_of(user), device)
    assert enter(device) == enter(device) == user.id
    device.count = 1  # the copy signs for the second time, too
    for _try in range(2):
        with pytest.raises(PasskeyRefused):
            enter(device)
    assert row_of(user).copied_at is not None
    device.count = 50
    with pytest.raises(PasskeyRefused):
        enter(device)
    assert subjects(letterbox).count("A passkey of yours may have been copied") == 1
    with unit_of_work():
        told = session().scalars(select(AuditRow.action).where(AuditRow.entity_id == user.id)).all()
    assert told.count("user.passkey_copied") == 1


def test_a_wrong_signature_accuses_nobody(live: Runtime) -> None:
    user, device, attacker = make_user(), Device(), Device()
    add_passkey(actor_of(user), device)
    enter(device)
    attacker.id, attacker.user_handle, attacker.count = device.id, device.user_handle, -1
    with pytest.raises(PasskeyRefused):
        enter(attacker)
    assert row_of(user).copied_at is None
    assert enter(device) == user.id


@pytest.mark.parametrize(
    ("known", "said", "copied"), [(0, 0, False), (0, 1, False), (4, 5, False), (5, 5, True), (5, 0, True)]
)
def test_when_two_devices_count(known: int, said: int, copied: bool) -> None:
    assert is_copied(known, said) is copied


def test_without_pin_or_finger_it_is_one_factor(live: Runtime) -> None:
    user, device = make_user(email=EMAIL, password_hash=PASSWORD_HASH), Device(verifies=False)
    add_passkey(actor_of(user), device)
    with pytest.raises(PasskeyUnverified):
        enter(device)
    with pytest.raises(SecondFactorRequired) as required:
        people.sign_in_with_password(ANONYMOUS, EMAIL, PASSWORD, HERE)
    challenge = required.value.params["challenge"]
    with unit_of_work():
        assert people.ways_to_answer(challenge) == {"app": False, "passkey": True}
        assert people.ways_to_answer("x" * 43) == {"app": False, "passkey": False}
    signed_in = people.answer_with_passkey(ANONYMOUS, challenge, show_passkey(device), HERE)
    assert signed_in.user_id == user.id


def test_the_first_one_is_a_second_factor_and_the_last_one_takes_it_away(
    live: Runtime, letterbox: LetterBox
) -> None:
    user, first, second = make_user(email=EMAIL), Device(), Device()
    made = add_passkey(actor_of(user), first)
    assert made.recovery_codes is not None and len(set(made.recovery_codes)) == 10
    later = add_passkey(actor_of(user), second)
    assert later.recovery_codes is None
    people.remove_passkey(actor_of(user), made.passkey["id"])
    with pytest.raises(PasskeyRefused):
        enter(first)
    with unit_of_work():
        found = people.show_second_factor(actor_of(user))
        assert (found["state"], found["passkeys"], found["recovery_codes_left"]) == ("off", 1, 10)
        assert session().get_one(User, user.id).second_factor_at is not None
    people.remove_passkey(actor_of(user), later.passkey["id"])
    with unit_of_work():
        assert session().get_one(User, user.id).second_factor_at is None
        assert session().scalars(select(RecoveryCode)).all() == []
    assert subjects(letterbox).count("A passkey was removed from your account") == 2


def test_it_counts_where_a_second_factor_is_required(live: Runtime) -> None:
    required = dataclasses.replace(live.settings, second_factor="required")  # type: ignore[type-var]
    runtime.install(dataclasses.replace(live, settings=required))
    user = make_user(is_operator=True)
    _row, token = make_session(user)
    assert not has_second_factor(who(token), None)
    add_passkey(actor_of(user), Device())
    assert has_second_factor(who(token), None)


def test_making_and_removing_needs_a_proof_and_showing_renews_it(live: Runtime, clock: HandClock) -> None:
    user, device = make_user(), Device()
    made = add_passkey(actor_of(user), device)
    _row, token = make_session(user)
    clock.forward(minutes=61)
    late = who(token)
    for act in (
        lambda: people.begin_passkey(late),
        lambda: people.add_passkey(late, {}, "Phone"),
        lambda: people.remove_passkey(late, made.passkey["id"]),
    ):
        with pytest.raises(ProofRequired):
            act()
    assert people.rename_passkey(late, made.passkey["id"], "Old phone")["name"] == "Old phone"
    before = clock.now()
    assert people.prove(late, passkey=show_passkey(device)) > before
    people.remove_passkey(who(token), made.passkey["id"])


def test_nobody_else_makes_or_sees_any(live: Runtime) -> None:
    with pytest.raises(Unauthenticated):
        people.begin_passkey(ANONYMOUS)
    with unit_of_work(), pytest.raises(Unauthenticated):
        people.list_passkeys(ANONYMOUS)
    user, device = make_user(), Device()
    add_passkey(actor_of(user), device)
    people.close_account(system_actor("console"), user.id, "Left us.")
    with pytest.raises(PasskeyRefused):
        enter(device)


def test_who_is_about_to_be_erased_is_told(live: Runtime) -> None:
    user, device = make_user(), Device()
    add_passkey(actor_of(user), device)
    privacy.request_erasure(actor_of(user))
    with pytest.raises(ErasureWaiting):
        enter(device)


def test_a_person_has_at_most_twenty(live: Runtime, clock: HandClock) -> None:
    user = make_user()
    for number in range(PASSKEYS):
        save(
            Passkey(
                id=f"{number:036}", user_id=user.id, name="Phone", credential_id=f"{number}", public_key="",
                transports="", sign_count=0, synced=False, created_at=clock.now(),
            )
        )  # fmt: skip
    with pytest.raises(TooManyPasskeys):
        people.begin_passkey(actor_of(user))


@pytest.mark.parametrize(
    "garbage",
    [
        {}, {"response": None}, {"response": {"clientDataJSON": "!"}}, {"response": {"clientDataJSON": 7}},
        {"response": {"clientDataJSON": "eyJ0"}}, {"response": {"clientDataJSON": "W10"}},
    ],
)  # fmt: skip
def test_garbage_is_refused_like_every_wrong_answer(live: Runtime, garbage: dict[str, Any]) -> None:
    user = make_user()
    with pytest.raises(PasskeyRefused):
        people.sign_in_with_passkey(ANONYMOUS, garbage, HERE)
    with pytest.raises(PasskeyRefused):
        people.add_passkey(actor_of(user), garbage, "Phone")
    with pytest.raises(Invalid):
        people.add_passkey(actor_of(user), garbage, " ")


def test_broken_parts_of_a_right_answer_are_refused(live: Runtime) -> None:
    user, device = make_user(), Device()
    for part in ("attestationObject", "clientDataJSON"):
        made = device.make(people.begin_passkey(actor_of(user)))
        made["response"][part] = made["response"][part][:-9]
        with pytest.raises(PasskeyRefused):
            people.add_passkey(actor_of(user), made, "Phone")
    add_passkey(actor_of(user), device)
    for part in ("authenticatorData", "signature", "userHandle"):
        shown = show_passkey(device)
        shown["response"][part] = 7
        with pytest.raises(PasskeyRefused):
            people.sign_in_with_passkey(ANONYMOUS, shown, HERE)
    assert enter(device) == user.id


@pytest.mark.parametrize(
    ("base_url", "party"),
    [
        ("https://mentors.example", ("mentors.example", "https://mentors.example")),
        ("https://Mentors.example:8443", ("mentors.example", "https://mentors.example:8443")),
        ("http://127.0.0.1:8000", ("localhost", "http://localhost:8000")),
        ("http://[::1]:8000", ("localhost", "http://localhost:8000")),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_for_whom_they_are_follows_from_the_base_url(base_url: str, party: tuple[str, str] | None) -> None:
    found = relying_party(base_url)
    assert (found and (found.id, found.origin)) == party


def test_without_a_name_there_are_none(database_url: str, tmp_path: Any) -> None:
    with running(database_url, tmp_path, base_url="https://192.0.2.7"):
        user = make_user()
        assert not people.are_passkeys_possible()
        for act in (lambda: people.begin_passkey(actor_of(user)), lambda: people.ask_for_passkey(ANONYMOUS)):
            with pytest.raises(PasskeysUnavailable):
                act()


def test_what_was_asked_is_kept_as_a_digest_and_tidied_away(live: Runtime, clock: HandClock) -> None:
    asked = people.ask_for_passkey(ANONYMOUS)
    with unit_of_work():
        kept = session().scalars(select(PasskeyChallenge)).one()
        assert asked["challenge"] not in (kept.id, kept.challenge_hash)
    clock.forward(days=2)
    people.tidy_accounts(system_actor("people.tidy"))
    with unit_of_work():
        assert session().scalars(select(PasskeyChallenge)).all() == []
