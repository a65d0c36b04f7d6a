"""Who acts for an organisation: added, asked by mail, removed; the last one stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from models.organisations import Organisation, StewardInvitation
from network import organisations, people
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden, Invalid, NotFound, ProofRequired, TooMany, Unauthenticated
from network.kernel.events import entries_after
from network.kernel.ids import new_id
from network.kernel.outbox import drain
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.organisations import AlreadySteward, InvitationForAnother, LastSteward, OrganisationNotVerified
from tests.factories.organisations import (
    make_organisation,
    make_steward_invitation,
    steward_of,
)
from tests.factories.people import actor_of, make_user
from tests.running import HandClock, LetterBox


def facts(organisation_id: str) -> list[tuple[str, str | None]]:
    with unit_of_work():
        entries = entries_after(f"organisation:{organisation_id}", 0, 100)
    return [(entry.type, entry.codes.get("user_id")) for entry in entries]


def told(user_id: str) -> list[tuple[str, str, str | None]]:
    """What the person herself was told: kind, of what, why."""
    with unit_of_work():
        entries = entries_after(f"user:{user_id}", 0, 100)
    return [(entry.type, entry.entity_id, entry.codes.get("reason")) for entry in entries]


def acting(organisation_id: str) -> list[str]:
    with unit_of_work():
        return organisations.stewards_of(organisation_id)


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage) -> str:
    return next(word for word in text_of(letter).split() if "/org/join/" in word).rpartition("/")[2]


def test_a_person_who_is_known_acts_at_once_and_gets_a_letter(live: Runtime, letterbox: LetterBox) -> None:
    row, noise, new = make_organisation(), make_organisation(), make_user()
    added = organisations.add_steward(steward_of(row), row.id, new.id)
    assert added["id"] == new.id
    assert acting(row.id)[-1] == new.id
    assert len(acting(noise.id)) == 1
    assert facts(row.id) == [("steward.added", new.id)]
    drain()
    assert row.name in text_of(letterbox.to(str(new.email))[0])
    with pytest.raises(AlreadySteward):
        organisations.add_steward(steward_of(row), row.id, new.id)


def test_adding_is_refused_without_right_proof_or_person(live: Runtime) -> None:
    row, new, before = make_organisation(), make_user(), None
    steward, unproven = steward_of(row), steward_of(row, proof_at=None)
    before = acting(row.id)
    with pytest.raises(Forbidden):
        organisations.add_steward(actor_of(new), row.id, new.id)
    with pytest.raises(ProofRequired):
        organisations.add_steward(unproven, row.id, new.id)
    with pytest.raises(NotFound):
        organisations.add_steward(steward, new_id(), new.id)
    for nobody in (new_id(), make_user(state="closed").id):
        with pytest.raises(Invalid):
            organisations.add_steward(steward, row.id, nobody)
    assert acting(row.id) == before
    assert facts(row.id) == []


def test_a19_asking_by_mail_is_answered_alike_for_every_address(live: Runtime, letterbox: LetterBox) -> None:
    row, known = make_organisation(), make_user(email="known@mail.example")
    steward = steward_of(row)
    addresses = ("known@mail.example", "new@mail.example")
    answers = [organisations.invite_steward(steward, row.id, who) for who in addresses]
    assert answers == [None, None]
    assert known.id not in acting(row.id)
    assert facts(row.id) == []
    drain()
    first, second = (text_of(letterbox.to(who)[0]) for who in addresses)
    secrets = [link_in(letterbox.to(who)[0]) for who in addresses]
    assert first.replace(secrets[0], "") == second.replace(secrets[1], "")
    with unit_of_work():
        waiting = organisations.list_steward_invitations(steward, row.id)
        with pytest.raises(Forbidden):
            organisations.list_steward_invitations(actor_of(known), row.id)
    assert {view["email"] for view in waiting} == set(addresses)


def test_the_link_makes_a_steward_once_and_of_its_address_only(live: Runtime, letterbox: LetterBox) -> None:
    row, asked = make_organisation(), make_user(email="Asked@mail.example")
    organisations.invite_steward(steward_of(row), row.id, "asked@MAIL.example")
    drain()
    secret = link_in(letterbox.to("asked@MAIL.example")[0])
    with unit_of_work():
        assert organisations.find_steward_invitation(secret)["organisation"]["id"] == row.id
    with pytest.raises(Unauthenticated):
        organisations.accept_stewardship(ANONYMOUS, secret)
    with pytest.raises(InvitationForAnother):
        organisations.accept_stewardship(actor_of(make_user()), secret)
    assert organisations.accept_stewardship(actor_of(asked), secret)["id"] == row.id
    assert acting(row.id)[-1] == asked.id
    assert facts(row.id) == [("steward.added", asked.id)]
    for link in (secret, "unknown"):
        with pytest.raises(NotFound):
            organisations.accept_stewardship(actor_of(asked), link)


def test_a_link_dies_by_time_by_hand_and_by_the_next_one(live: Runtime, clock: HandClock) -> None:
    row, asked = make_organisation(), make_user(email="asked@mail.example")
    steward, me = steward_of(row), actor_of(asked)
    replaced, first = make_steward_invitation(row, "asked@mail.example")
    organisations.invite_steward(steward, row.id, "asked@mail.example")
    with pytest.raises(NotFound):
        organisations.accept_stewardship(me, first)
    taken_back, second = make_steward_invitation(row, "asked@mail.example")
    with pytest.raises(NotFound):
        organisations.revoke_steward_invitation(
            steward_of(other := make_organisation()), other.id, taken_back.id
        )
    organisations.revoke_steward_invitation(steward, row.id, taken_back.id)
    with pytest.raises(NotFound):
        organisations.accept_stewardship(me, second)
    _, third = make_steward_invitation(row, "asked@mail.example")
    clock.forward(days=31)
    with pytest.raises(NotFound):
        organisations.accept_stewardship(me, third)
    assert asked.id not in acting(row.id)
    clock.forward(days=31)
    with pytest.raises(Forbidden):
        organisations.forget_steward_invitations(steward)
    organisations.forget_steward_invitations(system_actor("tidy"))
    with unit_of_work():
        assert session().get(StewardInvitation, replaced.id) is None
        assert session().scalars(select(StewardInvitation)).all() == []


def test_who_is_not_verified_writes_to_nobody(live: Runtime, letterbox: LetterBox) -> None:
    row = make_organisation(state="pending")
    with pytest.raises(OrganisationNotVerified):
        organisations.invite_steward(steward_of(row), row.id, "asked@mail.example")
    with pytest.raises(Invalid):
        organisations.invite_steward(steward_of(row), row.id, "no address")
    drain()
    assert letterbox.letters == []


def test_twenty_letters_a_day_are_enough(live: Runtime, clock: HandClock) -> None:
    row = make_organisation()
    steward = steward_of(row)
    for number in range(20):
        organisations.invite_steward(steward, row.id, f"asked{number}@mail.example")
    with pytest.raises(TooMany):
        organisations.invite_steward(steward, row.id, "one@mail.example")
    clock.forward(hours=25)
    later = steward_of(row, proof_at=clock.now())
    organisations.invite_steward(later, row.id, "one@mail.example")


def test_a_steward_is_removed_and_learns_it(live: Runtime, letterbox: LetterBox) -> None:
    user = make_user(email="leaver@mail.example")
    row = make_organisation(make_user(), user)
    remaining = steward_of(row)
    organisations.remove_steward(remaining, row.id, user.id)
    assert user.id not in acting(row.id)
    assert facts(row.id) == [("steward.removed", user.id)]
    assert told(user.id) == [("stewardship.ended", row.id, "removed")]
    drain()
    assert row.name in text_of(letterbox.to("leaver@mail.example")[0])
    with pytest.raises(NotFound):
        organisations.remove_steward(remaining, row.id, user.id)
    with pytest.raises(Forbidden):
        organisations.remove_steward(actor_of(user), row.id, remaining.id)
    with unit_of_work():
        assert organisations.stewardships_of(user.id) == frozenset()


def test_the_last_one_stays(live: Runtime) -> None:
    user = make_user()
    row = make_organisation(user)
    with pytest.raises(LastSteward):
        organisations.remove_steward(steward_of(row, user), row.id, user.id)
    assert acting(row.id) == [user.id]


def test_two_who_remove_each_other_leave_one(live: Runtime) -> None:
    users = [make_user(), make_user()]
    row = make_organisation(*users)

    def remove(asking: Actor, other: str) -> bool:
        try:
            organisations.remove_steward(asking, row.id, other)
        except (LastSteward, Forbidden):
            return False
        return True

    asking = [steward_of(row, user) for user in users]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(remove, asking, [users[1].id, users[0].id]))
    assert sorted(done) == [False, True]
    assert len(acting(row.id)) == 1


def test_a_closed_account_acts_for_nobody(live: Runtime) -> None:
    user, operator = make_user(), actor_of(make_user(is_operator=True))
    both = [make_organisation(user), make_organisation(user, make_user())]
    people.close_account(operator, user.id, "Asked for it.")
    assert acting(both[0].id) == []
    assert len(acting(both[1].id)) == 1
    for row in both:
        assert facts(row.id) == [("steward.removed", user.id)]
        assert ("stewardship.ended", row.id, "account_closed") in told(user.id)
    with pytest.raises(Forbidden):
        organisations.end_all_stewardships(operator, user.id)


def test_outsiders_read_names_and_never_an_address(live: Runtime) -> None:
    user = make_user(email="canary@mail.example", display_name="Henrik Vogt")
    row: Organisation = make_organisation(user)
    with unit_of_work():
        shown = organisations.list_stewards(ANONYMOUS, row.id).items
        seen = organisations.get_organisation(ANONYMOUS, row.id)
    assert [view["display_name"] for view in shown] == ["Henrik Vogt"]
    assert "canary" not in str(shown) + str(seen)
