"""My address is another: said by whom the link reached, confirmed by who manages the invitation."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.courses import Completion
from models.membership import Invitation
from network import membership
from network.kernel import outbox
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.addresses import sealed_address
from network.kernel.errors import Invalid, InvalidTransition, NotFound, TooMany
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import AlreadyMember, mails
from network.membership.rules import WISHES_PER_INVITATION, invitation_secret
from tests.factories.courses import make_completion, make_course_session
from tests.factories.membership import (
    make_invitation,
    make_membership,
    member_of,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user
from tests.recorded import audited, promised
from tests.running import HandClock, LetterBox

assert mails  # they register themselves


def rows() -> dict[str, Invitation]:
    with unit_of_work():
        found = {row.address: row for row in session().scalars(select(Invitation))}
        session().expunge_all()
    return found


def test_a_wish_is_confirmed_and_the_new_link_lets_in(
    live: Runtime, clock: HandClock, letterbox: LetterBox
) -> None:
    user = make_user(email="anna@mail.example")
    organisation = make_organisation(user)
    course, network = make_course_session(organisation), make_network(organisation)
    listed = make_completion(course, email="work@mail.example", state="invited")
    old, token = make_invitation(
        network, "work@mail.example", completion_id=listed.id, origin="course", message="Come!"
    )
    membership.wish_other_address(token, "Home@mail.example", "  Amina Yusuf ")
    membership.wish_other_address(token, "home@mail.example", "Amina Yusuf")
    assert [address for address, _l, _i in promised("address_wished")] == ["anna@mail.example"]
    assert promised("invitation") == [], "nothing goes to an address that nobody confirmed"
    outbox.drain()
    [letter] = letterbox.to("anna@mail.example")
    assert "home@mail.example" not in letter.as_string()
    steward = steward_of_network(network)
    with unit_of_work():
        [shown] = membership.list_invitations(
            steward, network.id, PageRequest(), trouble="other_address"
        ).items
        assert (shown["wished_email"], shown["wished_name"]) == ("home@mail.example", "Amina Yusuf")

    made = membership.readdress_invitation(steward, old.id)
    assert (made["email"], made["name"], made["state"], made["message"]) == (
        "home@mail.example", "Amina Yusuf", "open", "Come!",
    )  # fmt: skip
    assert made["invited_by"]["id"] == old.invited_by
    left = rows()[sealed_address("work@mail.example")]
    assert (left.state, left.email, left.name) == ("revoked", None, None)
    assert [(row.action, row.reason) for row in audited(old.id)] == [("invitation.revoke", "readdressed")]
    with pytest.raises(NotFound), unit_of_work():
        membership.find_invitation(token)
    done = membership.accept_invitation(ANONYMOUS, invitation_secret(made["id"], 0), display_name="Amina")
    assert done.membership["state"] == "active"
    with unit_of_work():
        assert session().get_one(Completion, listed.id).state == "member"
    # Her place on the list is taken: the next round writes to nobody.
    counts = membership.invite_graduates(steward, course.id, network.id)
    assert counts == {"invited": 0, "already_invited": 0, "already_member": 1}


def test_an_expired_link_can_name_another_address_and_a_dead_one_does_nothing(
    live: Runtime, clock: HandClock
) -> None:
    network = make_network()
    expired, late = make_invitation(network, "late@mail.example")
    dead = [
        make_invitation(network, f"{state}@mail.example", state=state)[1]
        for state in ("accepted", "revoked", "declined", "void")
    ]
    waiting = make_invitation(network, "waiting@mail.example", sent_at=None)[1]
    clock.forward(days=31)
    for token in (late, *dead, waiting, "unknown"):
        assert membership.wish_other_address(token, "new@mail.example") is None
        for wrong in ("no address", ""):
            with pytest.raises(Invalid):
                membership.wish_other_address(token, wrong)
    wished = {address for address, row in rows().items() if row.wished_email}
    assert wished == {expired.address}
    assert len(promised("address_wished")) == 1


def test_wishes_are_counted(live: Runtime) -> None:
    network = make_network()
    lead = member_of(network, "meta_mentor")
    row, token = make_invitation(network, invited_by=lead.user_id, origin="meta_mentor")
    membership.wish_other_address(token, "amina@mail.example")  # the one that it was sent to
    assert rows()[row.address].wishes == 0
    for number in range(WISHES_PER_INVITATION + 2):
        membership.wish_other_address(token, f"home{number}@mail.example")
    assert rows()[row.address].wished_email == f"home{WISHES_PER_INVITATION - 1}@mail.example"
    assert len(promised("address_wished")) == 1
    membership.keep_address(lead, row.id)
    membership.wish_other_address(token, "once.more@mail.example")
    assert rows()[row.address].wished_email is None
    with pytest.raises(NotFound):
        membership.keep_address(lead, row.id)
    with pytest.raises(Invalid) as refused:
        membership.readdress_invitation(lead, row.id)
    assert set(refused.value.faults) == {"email"}


def test_who_manages_it_changes_the_address_without_a_wish(live: Runtime) -> None:
    network = make_network()
    lead, member = member_of(network, "meta_mentor"), member_of(network)
    make_membership(network, make_user(email="in@mail.example"))
    row, token = make_invitation(network, "typo@mial.example", invited_by=member.user_id, origin="member")
    with pytest.raises(NotFound):
        membership.readdress_invitation(member_of(network), row.id, "x@mail.example")
    for wrong in ("no address", "TYPO@mial.example"):
        with pytest.raises(Invalid):
            membership.readdress_invitation(lead, row.id, wrong)
    with pytest.raises(AlreadyMember):
        membership.readdress_invitation(lead, row.id, "in@mail.example")
    assert rows()[row.address].state == "open", "refused as a whole"
    made = membership.readdress_invitation(lead, row.id, "typo@mail.example")
    # It stays the member's invitation, so whoever accepts it asks to join.
    assert made["invited_by"]["id"] == member.user_id
    done = membership.accept_invitation(ANONYMOUS, invitation_secret(made["id"], 0), display_name="Amina")
    assert done.membership["state"] == "applied"
    with pytest.raises(InvalidTransition):
        membership.readdress_invitation(lead, row.id, "again@mail.example")
    membership.wish_other_address(token, "new@mail.example")
    assert promised("address_wished") == []


def test_a_member_learns_nothing_by_changing_an_address(live: Runtime) -> None:
    network = make_network()
    member = member_of(network)
    make_membership(network, make_user(email="in@mail.example"))
    for number, email in enumerate(("in@mail.example", "out@mail.example")):
        first = membership.invite_by_hand(member, network.id, f"first{number}@mail.example")
        made = membership.readdress_invitation(member, first["id"], email)
        assert (made["email"], made["state"]) == (email, "open")
    letters = [address for address, _l, _i in promised("invitation")]
    assert "out@mail.example" in letters and "in@mail.example" not in letters


def test_no_chain_of_addresses_gets_around_the_caps(live: Runtime) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    listed = make_completion(course, email="listed@mail.example", state="invited")
    row, _token = make_invitation(network, "listed@mail.example", completion_id=listed.id, origin="course")
    steward, member = steward_of_network(network), member_of(network)
    by_hand = membership.invite_by_hand(member, network.id, "first@mail.example")

    def move_on(actor: Actor, invitation_id: str, name: str) -> None:
        for number in range(25):
            moved = membership.readdress_invitation(actor, invitation_id, f"{name}{number}@mail.example")
            invitation_id = moved["id"]

    with pytest.raises(TooMany):
        move_on(steward, row.id, "a")
    assert len(promised("invitation")) == 1 + 3
    with pytest.raises(TooMany):
        move_on(member, by_hand["id"], "b")
    assert len(promised("invitation")) == 3 + 20


def test_nobody_lets_in_who_no_longer_decides(live: Runtime) -> None:
    """A way straight in, from a time as a meta-mentor or from a course's list, is not handed to anybody else
    by who does not decide who joins (B8)."""
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    listed = make_completion(course, email="listed@mail.example", state="invited")
    member = member_of(network)
    for number, over in enumerate((
        {"origin": "meta_mentor"}, {"origin": "steward"}, {"origin": "member", "completion_id": listed.id},
    )):  # fmt: skip
        row, _token = make_invitation(network, f"i{number}@mail.example", invited_by=member.user_id, **over)
        made = membership.readdress_invitation(member, row.id, f"friend{number}@mail.example")
        secret = invitation_secret(made["id"], 0)
        done = membership.accept_invitation(ANONYMOUS, secret, display_name=f"Friend {number}")
        assert done.membership["state"] == "applied", over
    with unit_of_work():
        assert session().get_one(Completion, listed.id).state == "invited"


def test_no_at_the_new_address_is_a_no_at_the_old_one(live: Runtime) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    listed = make_completion(course, email="work@mail.example", state="invited")
    row, _token = make_invitation(network, "work@mail.example", completion_id=listed.id, origin="course")
    made = membership.readdress_invitation(steward_of_network(network), row.id, "home@mail.example", "Amina")
    membership.decline_invitation(invitation_secret(made["id"], 0))
    with unit_of_work():
        left = session().get_one(Completion, listed.id)
        assert (left.name, left.email, left.address) == ("", "", sealed_address("work@mail.example"))
        for each in session().scalars(select(Invitation)):
            assert (each.email, each.name) == (None, None)
            assert "@" not in each.address


def test_where_the_inviter_has_gone_the_stewards_are_asked(live: Runtime) -> None:
    user = make_user(email="steward@mail.example")
    network = make_network(make_organisation(user))
    gone = make_user(email="gone@mail.example")
    make_membership(network, gone, state="left")
    _row, token = make_invitation(network, invited_by=gone.id, origin="meta_mentor")
    membership.wish_other_address(token, "home@mail.example")
    assert [address for address, _l, _i in promised("address_wished")] == ["steward@mail.example"]
