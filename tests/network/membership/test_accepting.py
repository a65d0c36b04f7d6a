"""Accepting an invitation: one link, one account, one membership (A10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.courses import Completion
from models.membership import Application, Invitation, Membership
from models.people import User, UserSession
from network import membership, people
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import Invalid, NotFound, Unauthenticated
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import InvitationExpired, OtherAddress, WasRemoved
from tests.factories.courses import make_completion, make_course_session
from tests.factories.membership import (
    again,
    make_application,
    make_invitation,
    make_membership,
    member_of,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user
from tests.recorded import counted, facts, untouched
from tests.running import HandClock


def accept(token: str, actor: Actor = ANONYMOUS, **over: Any) -> membership.Acceptance:
    values = {"display_name": "Amina", "language": "de", "time_zone": "Europe/Berlin"}
    if actor.is_person:
        values = {}
    return membership.accept_invitation(actor, token, **values | over)


def found(token: str) -> Any:
    with unit_of_work():
        return membership.find_invitation(token)


def test_the_link_shows_who_invites_into_what(live: Runtime) -> None:
    network = make_network(name="Lindenstadt", purpose="We help.")
    inviter = make_user(display_name="Fatma", face="fatma")
    _row, token = make_invitation(network, invited_by=inviter.id, message="Come!")
    shown = found(token)
    assert shown["network"] == {"id": network.id, "name": "Lindenstadt", "purpose": "We help."}
    assert shown["inviter"] == {"display_name": "Fatma", "photo_url": "/faces/fatma.svg"}
    wanted = ("message", "email_hint", "account_exists", "members")
    assert [shown[key] for key in wanted] == ["Come!", "a…@mail.example", False, None]
    make_user(email="amina@mail.example")
    assert found(token)["account_exists"]


def test_accepting_makes_account_session_and_membership(live: Runtime) -> None:
    organisation = make_organisation()
    network = make_network(organisation)
    completion = make_completion(make_course_session(organisation), email="Amina@mail.example")
    row, token = make_invitation(network, "Amina@mail.example", completion_id=completion.id, origin="course")
    done = accept(token, device="Firefox · Android")
    assert done.signed_in is not None
    with unit_of_work():
        signed_in = people.find_session(done.signed_in.token)
        assert signed_in is not None
        assert (signed_in.user_id, signed_in.name, signed_in.email) == (
            done.user_id, "Amina", "Amina@mail.example",
        )  # fmt: skip
        user = session().get_one(User, done.user_id)
        assert (user.language, user.time_zone, user.password_hash) == ("de", "Europe/Berlin", None)
        used = session().get_one(Invitation, row.id)
        assert (used.state, used.membership_id) == ("accepted", done.membership["id"])
        assert session().get_one(Completion, completion.id).state == "member"
    view = done.membership
    assert (view["state"], view["roles"], view["network_id"]) == ("active", ["mentor"], network.id)
    assert view["user"]["display_name"] == "Amina"
    assert facts(f"network:{network.id}") == ["membership.changed"]
    assert facts(f"user:{done.user_id}") == ["access.gained"]
    assert again(signed_in).standings[network.id].state == "active"


def test_a_password_may_be_chosen(live: Runtime) -> None:
    _row, token = make_invitation(make_network())
    with pytest.raises(Invalid) as refused:
        accept(token, password="12345678")
    assert set(refused.value.faults) == {"password"}
    assert counted(Membership) == 0
    done = accept(token, password="three warm cups of tea")
    with unit_of_work():
        stored = session().get_one(User, done.user_id).password_hash
    assert stored is not None
    assert stored.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"display_name": None}, "display_name"),
        ({"display_name": "  "}, "display_name"),
        ({"language": "klingon"}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_what_cannot_be_taken_leaves_the_link_as_it_is(
    live: Runtime, over: dict[str, Any], field: str
) -> None:
    _row, token = make_invitation(make_network())
    with pytest.raises(Invalid) as refused:
        accept(token, **over)
    assert set(refused.value.faults) == {field}
    assert untouched()
    assert found(token)["account_exists"] is False
    assert accept(token).membership["state"] == "active"


@pytest.mark.parametrize(
    ("origin", "state"),
    [("course", "active"), ("meta_mentor", "active"), ("steward", "active"), ("deputy", "applied"),
     ("member", "applied")],
)  # fmt: skip
def test_who_invited_decides_what_one_becomes(live: Runtime, origin: str, state: str) -> None:
    network = make_network()
    inviter = member_of(network)
    _row, token = make_invitation(network, origin=origin, invited_by=inviter.user_id)
    done = accept(token)
    assert done.membership["state"] == state
    assert counted(Application) == (1 if state == "applied" else 0)
    # An applicant's way is nobody's business but hers.
    assert facts(f"network:{network.id}") == (["membership.changed"] if state == "active" else [])
    expected = "access.gained" if state == "active" else "application.changed"
    assert facts(f"user:{done.user_id}") == [expected]


def test_used_revoked_declined_void_and_unknown_links_look_the_same(live: Runtime) -> None:
    network = make_network()
    dead = [
        make_invitation(network, f"{state}@mail.example", state=state)[1]
        for state in ("accepted", "revoked", "declined", "void", "void_ended", "expired")
    ]
    said = set()
    for token in (*dead, "unknown", "", "x" * 5000):
        for ask in (lambda t=token: found(t), lambda t=token: accept(t)):
            with pytest.raises(NotFound) as refused:
                ask()
            said.add((type(refused.value), refused.value.code, str(refused.value.params)))
    assert len(said) == 1
    assert untouched()


def test_an_expired_link_says_so(live: Runtime, clock: HandClock) -> None:
    _row, token = make_invitation(make_network())
    clock.forward(days=30)
    for ask in (found, accept):
        with pytest.raises(InvitationExpired):
            ask(token)
    assert untouched()


def test_whoever_has_an_account_accepts_as_herself(live: Runtime) -> None:
    network, user = make_network(), make_user(email="amina@mail.example")
    _row, token = make_invitation(network)
    with pytest.raises(Unauthenticated):
        accept(token)
    with pytest.raises(OtherAddress):
        accept(token, standing_actor(make_user()))
    assert counted(Membership) == 0
    done = accept(token, standing_actor(user))
    assert (done.user_id, done.signed_in, done.membership["state"]) == (user.id, None, "active")
    assert counted(UserSession) == 0


def test_nobody_signed_in_elsewhere_takes_a_link_of_an_address_without_account(live: Runtime) -> None:
    _row, token = make_invitation(make_network())
    with pytest.raises(OtherAddress):
        accept(token, standing_actor(make_user()))
    assert untouched()


def test_who_is_in_already_stays_what_she_is(live: Runtime) -> None:
    network, user = make_network(), make_user(email="amina@mail.example")
    joined = make_membership(network, user, state="paused")
    _row, token = make_invitation(network)
    done = accept(token, standing_actor(user))
    assert (done.membership["id"], done.membership["state"]) == (joined.id, "paused")
    with pytest.raises(NotFound):
        found(token)
    assert facts(f"network:{network.id}") == []


def test_a_better_word_lets_an_applicant_in(live: Runtime) -> None:
    network, user = make_network(), make_user(email="amina@mail.example")
    application = make_application(network, user)
    _row, token = make_invitation(network)
    done = accept(token, standing_actor(user))
    assert (done.membership["id"], done.membership["state"]) == (application.membership_id, "active")
    with unit_of_work():
        assert session().get_one(Application, application.id).state == "accepted"
    assert facts(f"network:{network.id}") == ["membership.changed"]
    assert facts(f"user:{user.id}") == ["access.gained", "application.changed"]


def test_who_was_removed_comes_back_by_a_decision_only(live: Runtime, clock: HandClock) -> None:
    network, user = make_network(), make_user(email="amina@mail.example")
    make_membership(network, user, state="left")
    clock.forward(days=1)
    make_membership(network, user, state="removed")
    for origin in ("meta_mentor", "steward", "deputy", "member"):
        row, token = make_invitation(network, origin=origin)
        with pytest.raises(WasRemoved) as refused:
            accept(token, standing_actor(user))
        assert refused.value.code == "was_removed"
        assert membership.revoke_invitation(steward_of_network(network), row.id)["state"] == "revoked"
    assert counted(Application) == 0
    # Of a course's list she becomes an applicant, about whom is decided.
    _row, token = make_invitation(network, origin="course")
    assert accept(token, standing_actor(user)).membership["state"] == "applied"


def test_who_was_let_in_again_after_a_removal_comes_and_goes_like_everybody(
    live: Runtime, clock: HandClock
) -> None:
    network, user = make_network(), make_user(email="amina@mail.example")
    for state in ("removed", "left", "declined", "withdrawn"):
        make_membership(network, user, state=state)
        clock.forward(days=1)
    _row, token = make_invitation(network)
    assert accept(token, standing_actor(user)).membership["state"] == "active"


@pytest.mark.parametrize("origin", ["course", "steward", "member"])
def test_coming_back_does_not_end_a_suspension(live: Runtime, clock: HandClock, origin: str) -> None:
    network, user = make_network(visibility="listed"), make_user(email="amina@mail.example")
    until = clock.now() + timedelta(days=30)
    other = make_membership(make_network(), user, suspended_until=until + timedelta(days=9))
    old = make_membership(network, user, suspended_until=until)
    membership.leave_membership(standing_actor(user), old.id, 1)
    _row, token = make_invitation(network, origin=origin)
    back = accept(token, standing_actor(user)).membership
    assert back["id"] != old.id
    assert back["suspended_until"] == until
    assert standing_actor(user).standings[network.id].is_suspended(clock.now())
    # Neither does going once more, nor being let in.
    membership.leave_membership(standing_actor(user), back["id"], 1)
    application = membership.apply_to_network(standing_actor(user), network.id, "Years", "I am back")
    assert application["state"] == "open"
    lead = member_of(network, "meta_mentor")
    membership.decide_application(lead, application["id"], "accept", "Welcome", 1)
    standing = standing_actor(user).standings[network.id]
    assert (standing.state, standing.suspended_until) == ("active", until)
    clock.forward(days=31)
    _row, token = make_invitation(network)
    membership.leave_membership(standing_actor(user), standing.membership_id or "", 3)
    assert accept(token, standing_actor(user)).membership["suspended_until"] is None
    with unit_of_work():
        assert session().get_one(Membership, other.id).suspended_until == until + timedelta(days=9)


def test_who_left_comes_back_as_a_new_membership(live: Runtime) -> None:
    network, user = make_network(), make_user(email="amina@mail.example")
    old = make_membership(network, user, state="left", rules_version_id="r1")
    _row, token = make_invitation(network)
    done = accept(token, standing_actor(user))
    assert done.membership["id"] != old.id
    assert done.membership["state"] == "active"
    assert not standing_actor(user).standings[network.id].rules_accepted


def test_a10_fifty_at_once_make_one_account(live: Runtime) -> None:
    network = make_network()
    _row, token = make_invitation(network)

    def attempt(number: int) -> str:
        try:
            return accept(token, display_name=f"Amina {number}").membership["state"]
        except (NotFound, Unauthenticated) as refusal:
            return refusal.code

    before = counted(User)
    with ThreadPoolExecutor(50) as pool:
        answers = sorted(pool.map(attempt, range(50)))
    assert answers.count("active") == 1
    assert set(answers) == {"active", "not_found"}
    assert counted(User) == before + 1
    assert (counted(Membership), counted(UserSession)) == (1, 1)
    assert facts(f"network:{network.id}") == ["membership.changed"]


def test_the_steward_who_invites_is_seen_by_name(live: Runtime) -> None:
    network = make_network()
    steward = steward_of_network(network)
    made = membership.invite_by_hand(steward, network.id, "amina@mail.example", "Welcome")
    with unit_of_work():
        row = session().scalars(select(Invitation).where(Invitation.id == made["id"])).one()
        assert row.invited_by == steward.user_id
