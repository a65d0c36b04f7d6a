"""Agreeing of one's own free will, taking it back, freezing, objecting (GDPR, Articles 7, 18, 21)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from models.people import User
from models.privacy import ConsentRow, Objection
from network import people, privacy, profiles
from network.kernel import outbox
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Unauthenticated, VersionConflict
from network.kernel.outbox import Letter
from network.kernel.paging import PageRequest
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from network.kernel.translation import translate
from network.people import DataFrozen
from network.privacy import ObjectionAnswered, ObjectionOpen
from network.privacy.queries import gather
from network.profiles import Sought
from tests.factories import pictures
from tests.factories.membership import member_of
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user
from tests.recorded import audited
from tests.running import HandClock, LetterBox
from wsgi import load_capabilities

load_capabilities()

ALL_FOR_NETWORKS = dict.fromkeys(profiles.FIELDS, "networks")


def rows(user_id: str | None) -> list[Any]:
    with unit_of_work():
        found = session().scalars(
            select(ConsentRow).where(ConsentRow.user_id == user_id).order_by(ConsentRow.at, ConsentRow.id)
        )
        return [(row.purpose, row.given, row.text_version, row.language, row.how) for row in found]


def state(actor: Actor) -> dict[str, bool]:
    with unit_of_work():
        return {each["purpose"]: each["given"] for each in privacy.list_consents(actor)}


def test_nothing_is_agreed_to_until_one_agrees(live: Runtime) -> None:
    assert state(actor_of(make_user())) == {"photo": False, "profile": False, "sensitive": False}


def test_each_word_about_oneself_is_agreed_to_and_gone_when_that_is_taken_back(
    live: Runtime, clock: HandClock
) -> None:
    me = member_of(make_network())
    profiles.change_profile(me, 0, introduction="I like tea.", offers=["Forms"])
    profiles.change_profile(me, 1, introduction="I like coffee.", how="form")
    people.put_photo(me, pictures.photo(), how="form")
    assert rows(me.user_id) == [("profile", True, 1, "en", "api"), ("photo", True, 1, "en", "form")]
    assert state(me) == {"photo": True, "profile": True, "sensitive": False}
    for purpose in ("profile", "photo", "photo"):
        assert privacy.decide_consent(me, purpose, False, "page")["given"] is False
    with unit_of_work():
        mine = profiles.show_my_profile(me)
        assert (mine["introduction"], mine["offers"]) == ("", [])
        assert session().scalar(select(User.photo).where(User.id == me.user_id)) is None
    assert rows(me.user_id)[2:] == [("profile", False, 1, "en", "page"), ("photo", False, 1, "en", "page")]
    assert state(me) == {"photo": False, "profile": False, "sensitive": False}


def test_with_the_photo_goes_what_was_agreed_to_for_it(live: Runtime) -> None:
    me = actor_of(make_user())
    people.put_photo(me, pictures.photo())
    people.put_photo(me, pictures.photo(), how="form")
    people.remove_photo(me, how="form")
    people.remove_photo(me)
    people.put_photo(me, pictures.photo())
    people.remove_photo(me)
    said = [(given, how) for _purpose, given, _version, _language, how in rows(me.user_id)]
    assert said == [(True, "api"), (False, "form"), (True, "api"), (False, "api")]
    assert state(me)["photo"] is False


def test_only_ones_own_words_go_with_what_is_sensitive(live: Runtime) -> None:
    me = actor_of(make_user())
    privacy.decide_consent(me, "sensitive", True)
    profiles.change_profile(
        me, 0, introduction="I came with an illness.", languages=["de"], offers=["Prayer"]
    )
    privacy.decide_consent(me, "sensitive", False)
    with unit_of_work():
        mine = profiles.show_my_profile(me)
    assert (mine["introduction"], mine["offers"], mine["languages"]) == ("", [], ["de"])
    assert state(me)["profile"] is True


def test_what_exactly_was_read_is_kept(live: Runtime, clock: HandClock) -> None:
    me = actor_of(make_user(language="en"))
    given = privacy.decide_consent(me, "sensitive", True, "page", "de")
    assert given["text"] == translate("de", given["text"]) and given["text"].startswith("Ich bin")
    assert given["text_hash"] == hashlib.sha256(given["text"].encode()).hexdigest()
    assert given["since"] is not None and given["since"] <= clock.now()
    with unit_of_work():
        row = session().scalars(select(ConsentRow)).one()
        assert (row.text_hash, row.language, row.how) == (given["text_hash"], "de", "page")
        exported = gather(me.user_id or "", None)["consents"]["rows"]
    assert [(each["purpose"], each["given"], each["text_hash"]) for each in exported] == [
        ("sensitive", True, given["text_hash"])
    ]


def test_nobody_agrees_to_what_nobody_asks_for_nor_for_others(live: Runtime) -> None:
    with pytest.raises(NotFound):
        privacy.decide_consent(actor_of(make_user()), "newsletter", True)
    for refused in (lambda: privacy.decide_consent(ANONYMOUS, "photo", True), lambda: state(ANONYMOUS)):
        with pytest.raises(Unauthenticated):
            refused()
    with pytest.raises(Forbidden):
        privacy.forget_consents(actor_of(make_user()))


def test_with_the_account_ends_what_was_agreed_to(live: Runtime) -> None:
    me = actor_of(make_user(language="de"))
    privacy.decide_consent(me, "sensitive", True)
    privacy.erase_account(system_actor("command line"), me.user_id or "")
    assert rows(me.user_id)[1:] == [("sensitive", False, 1, "de", "account_closed")]


def found(actor: Actor, network_id: str) -> list[str]:
    """Whom a search for what people help with finds."""
    page = profiles.list_people(actor, network_id, PageRequest(), Sought(offers="forms"))
    return [person["id"] for person in page.items]


def shown_photo(actor: Actor, of: Actor) -> bytes | None:
    key = session().scalar(select(User.photo).where(User.id == of.user_id)) or ""
    return profiles.find_photo(actor, key, 96)


def test_what_is_frozen_is_not_changed_and_not_shown(live: Runtime, letterbox: LetterBox) -> None:
    network = make_network()
    me, other = member_of(network), member_of(network)
    profiles.change_profile(me, 0, introduction="I like tea.", offers=["Forms"], shown_to=ALL_FOR_NETWORKS)
    people.put_photo(me, pictures.photo(), shown_to="networks")
    with unit_of_work():
        assert found(other, network.id) == [me.user_id]
        assert shown_photo(other, me) is not None
    people.freeze_me(me, True)
    people.freeze_me(me, True)
    with unit_of_work():
        assert people.show_freeze(me)["frozen_at"] is not None
        assert profiles.get_person(other, me.user_id or "")["profile"]["introduction"] is None
        assert profiles.show_my_profile(me)["introduction"] == "I like tea."
        assert found(other, network.id) == []
        assert shown_photo(other, me) is None and shown_photo(me, me) is not None
    for change in (
        lambda: profiles.change_profile(me, 1, introduction="No"),
        lambda: people.put_photo(me, pictures.photo()),
        lambda: people.change_me(me, display_name="No"),
    ):
        with pytest.raises(DataFrozen) as refused:
            change()
        assert refused.value.code == "data_frozen"
    people.freeze_me(me, False)
    with unit_of_work():
        assert profiles.get_person(other, me.user_id or "")["profile"]["introduction"] == "I like tea."
    assert [row.action for row in audited(me.user_id) if "frozen" in row.action] == [
        "user.frozen",
        "user.unfrozen",
    ]


@command
def promise_something_friendly(address: str) -> None:
    require(ALLOWED)
    outbox.post("test_friendly", address, "en")


@pytest.fixture
def friendly_letters() -> Iterator[None]:
    outbox.composes("test_friendly")(lambda _language, _params: Letter("Hello", ["Hello."]))
    yield
    outbox._composers.pop("test_friendly")


def test_who_is_frozen_gets_letters_about_her_rights_alone(
    live: Runtime, letterbox: LetterBox, friendly_letters: None
) -> None:
    operator = actor_of(make_user(email="runs@mail.example", is_operator=True))
    user = make_user(email="ann@mail.example")
    me = actor_of(user)
    people.freeze_me(me, True)
    made = privacy.object_to(me, "audit", "My situation.")
    promise_something_friendly("ann@mail.example")
    promise_something_friendly("runs@mail.example")
    privacy.answer_objection(operator, made["id"], outcome="followed", answer="We see.", expected_version=1)
    outbox.drain()
    assert "Hello" in [letter["Subject"] for letter in letterbox.to("runs@mail.example")]
    assert [letter["Subject"] for letter in letterbox.to("ann@mail.example")] == [
        "The answer to your objection"
    ]


def test_objecting_and_being_answered(live: Runtime, clock: HandClock, letterbox: LetterBox) -> None:
    operator = actor_of(make_user(email="runs@mail.example", is_operator=True))
    me = actor_of(make_user(email="ann@mail.example", display_name="Ann"))
    made = privacy.object_to(me, "invitations", "  I am hiding from somebody. ")
    assert (made["reason"], made["outcome"]) == ("I am hiding from somebody.", None)
    with pytest.raises(ObjectionOpen):
        privacy.object_to(me, "invitations", "Again")
    outbox.drain()
    told = letterbox.to("runs@mail.example")[0].get_body(("plain",))
    assert told is not None and "hiding" not in told.get_content(), "the reason is read behind the door"
    with unit_of_work():
        waiting = privacy.list_open_objections(operator, PageRequest()).items
        assert [(each["display_name"], each["purpose"]) for each in waiting] == [("Ann", "invitations")]
        assert privacy.count_open_objections() == 1
    with pytest.raises(VersionConflict):
        privacy.answer_objection(operator, made["id"], outcome="declined", answer="No.", expected_version=7)
    privacy.answer_objection(operator, made["id"], outcome="declined", answer="The law.", expected_version=1)
    with pytest.raises(ObjectionAnswered):
        privacy.answer_objection(operator, made["id"], outcome="followed", answer="Yes.", expected_version=2)
    outbox.drain()
    answer = letterbox.to("ann@mail.example")[0].get_body(("plain",))
    assert answer is not None and "The law." in answer.get_content()
    with unit_of_work():
        mine = privacy.list_my_objections(me, PageRequest()).items
        assert [(each["outcome"], each["answer"]) for each in mine] == [("declined", "The law.")]
        assert privacy.list_open_objections(operator, PageRequest()).items == []
        assert gather(me.user_id or "", None)["objections"]["rows"][0]["answer"] == "The law."
    assert [row.action for row in audited(made["id"])] == ["objection.made", "objection.answered"]
    assert privacy.object_to(me, "invitations", "Once more")["outcome"] is None


def test_who_waits_a_month_is_brought_to_mind_each_week(
    live: Runtime, clock: HandClock, letterbox: LetterBox
) -> None:
    me, operator = actor_of(make_user()), make_user(is_operator=True, email="ops@mail.example", language="de")
    early, late = (privacy.object_to(me, purpose, "My situation.") for purpose in ("audit", "security"))
    reminded: list[int] = []
    for days in (29, 2, 6, 2):
        clock.forward(days=days)
        reminded.append(privacy.remind_of_objections(system_actor("test")))
        outbox.drain()
        if days == 6:
            privacy.answer_objection(
                actor_of(operator), late["id"], outcome="followed", answer="Stopped.", expected_version=1
            )
    assert reminded == [0, 2, 0, 1]
    subject = "Ein Widerspruch wartet seit über einem Monat"
    assert [letter["Subject"] for letter in letterbox.to("ops@mail.example")].count(subject) == 3
    with unit_of_work():
        (shown,) = privacy.list_open_objections(actor_of(operator), PageRequest()).items
        assert (shown["id"], shown["overdue"]) == (early["id"], True)
        assert (shown["answer_by"] - shown["created_at"]).days == 30
        assert privacy.count_overdue_objections() == 1
    with pytest.raises(Forbidden):
        privacy.remind_of_objections(me)


@pytest.mark.parametrize(
    ("purpose", "reason", "field"),
    [
        ("talk", "Because.", "purpose"), ("no such", "Because.", "purpose"), ("audit", " ", "reason"),
        ("audit", "x" * 2001, "reason"),
    ],
)  # fmt: skip
def test_an_objection_says_to_what_and_why(live: Runtime, purpose: str, reason: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        privacy.object_to(actor_of(make_user()), purpose, reason)
    assert list(refused.value.faults) == [field]


def test_objections_are_nobody_elses(live: Runtime) -> None:
    me, other = actor_of(make_user()), actor_of(make_user())
    made = privacy.object_to(me, "audit", "My situation.")
    with unit_of_work():
        assert privacy.list_my_objections(other, PageRequest()).items == []
    for actor in (other, me):
        with pytest.raises(DomainError) as refused:
            privacy.answer_objection(actor, made["id"], outcome="followed", answer="Yes", expected_version=1)
        assert isinstance(refused.value, NotFound)
        with unit_of_work(), pytest.raises(NotFound):
            privacy.list_open_objections(actor, PageRequest())
    with unit_of_work():
        assert session().scalars(select(Objection.answered_at)).one() is None


def test_two_objections_at_the_same_moment_are_one(live: Runtime) -> None:
    me = actor_of(make_user())

    def once(_number: int) -> str:
        try:
            return privacy.object_to(me, "audit", "My situation.")["id"]
        except ObjectionOpen:
            return ""

    with ThreadPoolExecutor(4) as pool:
        made = [objection_id for objection_id in pool.map(once, range(4)) if objection_id]
    with unit_of_work():
        assert list(session().scalars(select(Objection.id))) == made


def test_two_yes_at_the_same_moment_are_one_row(live: Runtime) -> None:
    me = actor_of(make_user())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: privacy.decide_consent(me, "sensitive", True), range(4)))
    assert rows(me.user_id) == [("sensitive", True, 1, "en", "api")]
