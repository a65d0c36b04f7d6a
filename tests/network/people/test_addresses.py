"""Another mail address: confirmed by the new one, undone by the old one, the same for taken addresses."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models.people import SecondFactor, User
from network import people
from network.kernel.actor import ANONYMOUS
from network.kernel.errors import Invalid, NotFound, ProofRequired, TooMany
from network.kernel.ids import derived_code
from network.kernel.outbox import drain
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import (
    AddressTaken,
    CodeRefused,
    Visit,
    mails,  # noqa: F401 - the letters' texts are registered
)
from network.people.commands.tidying import tidy
from network.people.rules.codes import SIGN_IN
from tests.factories.people import PASSWORD_HASH, actor_of, make_code, make_session, make_user, save
from tests.running import HandClock, LetterBox

OLD, NEW = "amina@mail.example", "amina.new@post.example"
HERE = Visit(peer="192.0.2.7")


def link(letterbox: LetterBox, address: str) -> str:
    """The secret in the newest letter to an address."""
    drain()
    text = letterbox.to(address)[-1].get_body(("plain",)).get_content()
    found = re.search(r"/address/([\w-]{43})", text)
    assert found
    return found[1]


def address(user: User) -> str | None:
    with unit_of_work():
        return session().scalar(select(User.address).where(User.id == user.id))


def test_the_new_address_counts_when_its_link_was_followed(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email=OLD)
    mailed = derived_code(SIGN_IN, make_code(OLD).id)
    people.request_address_change(actor_of(user), "Amina.New@post.example")
    token = link(letterbox, "Amina.New@post.example")
    assert address(user) == OLD
    with unit_of_work():
        assert people.address_to_confirm(token) == "Amina.New@post.example"
    people.confirm_address_change(ANONYMOUS, token)
    assert address(user) == NEW
    with pytest.raises(NotFound):
        people.confirm_address_change(ANONYMOUS, token)
    with pytest.raises(CodeRefused):
        people.sign_in_with_code(ANONYMOUS, OLD, mailed, HERE)
    drain()
    assert [letter["Subject"] for letter in letterbox.to(OLD)] == ["Your account has another address now"]


def test_the_old_address_takes_everything_back(live: Runtime, letterbox: LetterBox, clock: HandClock) -> None:
    user = make_user(email=OLD, password_hash=PASSWORD_HASH)
    _row, cookie = make_session(user)
    bearer = people.create_token(actor_of(user), "script", ["read"])["token"]
    people.request_address_change(actor_of(user), NEW)
    people.confirm_address_change(ANONYMOUS, link(letterbox, NEW))
    begun = people.begin_second_factor(actor_of(user))
    assert begun.secret
    clock.forward(days=6, hours=23)
    token = link(letterbox, OLD)
    with unit_of_work():
        assert people.address_to_take_back(token) == OLD
    people.undo_address_change(ANONYMOUS, token)
    assert address(user) == OLD
    drain()
    assert letterbox.to(NEW)[-1]["Subject"] == "Your account has its old address again"
    with unit_of_work():
        assert people.find_session(cookie) is None
        assert people.find_bearer(bearer) is None
        assert people.show_me(actor_of(user))["has_password"] is False
    with pytest.raises(NotFound):
        people.undo_address_change(ANONYMOUS, token)


def test_a20_the_link_is_a_first_factor_and_no_second_one(live: Runtime, letterbox: LetterBox) -> None:
    """Whoever reads the old mailbox gets as far as before the change, and not past what was set up."""
    user = make_user(email=OLD, second_factor_at=live.clock.now())
    save(SecondFactor(user_id=user.id, seed_id=user.id, started_at=live.clock.now(),
                      confirmed_at=live.clock.now(), used_steps=""))  # fmt: skip
    people.request_address_change(actor_of(user), NEW)
    people.confirm_address_change(ANONYMOUS, link(letterbox, NEW))
    people.undo_address_change(ANONYMOUS, link(letterbox, OLD))
    with unit_of_work():
        mine = session().get_one(User, user.id)
        assert (mine.second_factor_at is None, session().get(SecondFactor, user.id) is None) == (False, False)


def test_links_have_their_time_and_a_newer_one_replaces_them(
    live: Runtime, letterbox: LetterBox, clock: HandClock
) -> None:
    user = make_user(email=OLD)
    people.request_address_change(actor_of(user), "first@post.example")
    first = link(letterbox, "first@post.example")
    people.request_address_change(actor_of(user), NEW)
    second = link(letterbox, NEW)
    with pytest.raises(NotFound):
        people.confirm_address_change(ANONYMOUS, first)
    clock.forward(days=1)
    with pytest.raises(NotFound):
        people.confirm_address_change(ANONYMOUS, second)
    people.request_address_change(actor_of(user), NEW)
    people.confirm_address_change(ANONYMOUS, link(letterbox, NEW))
    undo = link(letterbox, OLD)
    clock.forward(days=7)
    with pytest.raises(NotFound):
        people.undo_address_change(ANONYMOUS, undo)
    assert address(user) == NEW
    clock.forward(days=3)
    assert tidy() == 3


def test_a19_a_taken_address_gets_no_letter(live: Runtime, letterbox: LetterBox) -> None:
    user, other = make_user(email=OLD), make_user(email=NEW)
    assert people.request_address_change(actor_of(user), NEW) is None  # type: ignore[func-returns-value]
    drain()
    assert letterbox.to(NEW) == []
    assert address(other) == NEW


def test_somebody_was_quicker(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email=OLD)
    people.request_address_change(actor_of(user), NEW)
    token = link(letterbox, NEW)
    make_user(email=NEW)
    with pytest.raises(AddressTaken):
        people.confirm_address_change(ANONYMOUS, token)
    assert address(user) == OLD


def test_it_takes_a_proof_an_address_and_patience(live: Runtime) -> None:
    user = make_user(email=OLD)
    with pytest.raises(ProofRequired):
        people.request_address_change(actor_of(user, proof_at=None), NEW)
    with pytest.raises(Invalid) as refusal:
        people.request_address_change(actor_of(user), "no address")
    assert list(refusal.value.faults) == ["email"]
    for number in range(3):
        people.request_address_change(actor_of(user), f"amina{number}@post.example")
    with pytest.raises(TooMany):
        people.request_address_change(actor_of(user), NEW)
