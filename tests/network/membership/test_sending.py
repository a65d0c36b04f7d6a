"""Invitations that wait for the verification of their organisation leave with it, once; and letters that are
given up are noted on their invitations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.courses import Completion
from models.membership import Invitation
from models.networks import Network
from models.organisations import Organisation
from models.outbox import OutboxMail
from network import courses, membership, organisations
from network.kernel import outbox, undelivered
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden, NotFound
from network.kernel.letters import NoSuchAddress
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import mails, subscriptions
from network.membership.rules import invitation_secret
from network.organisations import OrganisationNotVerified
from tests.factories.courses import make_completion, make_course_session
from tests.factories.membership import make_invitation, make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import actor_of, make_user
from tests.recorded import audited, codes, facts, promised
from tests.running import HandClock, LetterBox

assert mails and subscriptions  # they register themselves


def verify(organisation: Organisation, decision: str = "verified", version: int = 1) -> None:
    operator = actor_of(make_user(is_operator=True))
    organisations.decide_verification(operator, organisation.id, decision, "Because.", version)


def listed(actor: Actor, network: Network, **over: Any) -> list[Any]:
    with unit_of_work():
        return list(membership.list_invitations(actor, network.id, PageRequest(), **over).items)


def test_what_is_prepared_leaves_with_the_verification(
    live: Runtime, clock: HandClock, letterbox: LetterBox
) -> None:
    organisation = make_organisation(state="pending")
    course, network = make_course_session(organisation), make_network(organisation)
    make_completion(course, email="amina@mail.example", name="Amina")
    make_completion(course, email="jonas@mail.example")
    steward, lead = steward_of_network(network), member_of(network, "meta_mentor")
    with pytest.raises(OrganisationNotVerified):
        membership.invite_graduates(steward, course.id, network.id)

    counts = membership.invite_graduates(steward, course.id, network.id, "Come!", when_verified=True)
    assert counts == {"invited": 2, "already_invited": 0, "already_member": 0}
    by_hand = membership.invite_by_hand(lead, network.id, "hand@mail.example", when_verified=True)
    assert (by_hand["state"], by_hand["sent_at"], by_hand["trouble"]) == ("waiting", None, None)
    again = membership.invite_graduates(steward, course.id, network.id, when_verified=True)
    assert again["invited"] == 0
    # No letter, no link that opens anything, no fact, no step of the roadmap.
    assert promised("invitation") == []
    assert facts(f"network:{network.id}") == []
    secret = invitation_secret(by_hand["id"], 0)
    with pytest.raises(NotFound), unit_of_work():
        membership.find_invitation(secret)
    with pytest.raises(NotFound):
        membership.accept_invitation(ANONYMOUS, secret, display_name="Eve")
    with unit_of_work():
        assert membership.belonging_evidence(network.id).invitations == 0
        assert membership.count_waiting([network.id]) == 3
    assert len(listed(lead, network, state="waiting")) == 3
    assert listed(lead, network, state="open") == []

    clock.forward(days=20)
    verify(organisation)
    outbox.drain()
    sent = {letter["To"] for letter in letterbox.letters}
    assert {"amina@mail.example", "jonas@mail.example", "hand@mail.example"} <= sent
    rows = listed(lead, network, state="open")
    assert len(rows) == 3
    # Her thirty days begin when the letter leaves.
    assert {row["expires_at"] - row["sent_at"] for row in rows} == {timedelta(days=30)}
    assert clock.now() - rows[0]["sent_at"] < timedelta(seconds=1)
    assert codes(f"network:{network.id}") == [{"count": 2}]
    done = membership.accept_invitation(ANONYMOUS, secret, display_name="Hanna")
    assert done.membership["state"] == "active"
    # Once: neither the job nor another decision sends them again.
    assert membership.send_all_waiting() == 0
    verify(organisation, "refused", 2)
    verify(organisation, "verified", 3)
    assert len(promised("invitation")) == 3


def test_what_is_taken_back_or_refused_does_not_leave(live: Runtime) -> None:
    organisation = make_organisation(state="pending")
    network = make_network(organisation)
    lead = member_of(network, "meta_mentor")
    gone = membership.invite_by_hand(lead, network.id, "gone@mail.example", when_verified=True)
    membership.invite_by_hand(lead, network.id, "stays@mail.example", when_verified=True)
    assert membership.revoke_invitation(lead, gone["id"])["state"] == "revoked"
    with pytest.raises(OrganisationNotVerified):
        membership.resend_invitation(lead, listed(lead, network, state="waiting")[0]["id"])
    verify(organisation, "refused")
    assert promised("invitation") == []
    with pytest.raises(OrganisationNotVerified):
        membership.invite_by_hand(lead, network.id, "more@mail.example", when_verified=True)
    verify(organisation, "verified", 2)
    assert [address for address, _l, _i in promised("invitation")] == ["stays@mail.example"]


def test_what_was_written_at_the_very_moment_is_sent_by_the_job(live: Runtime) -> None:
    network, noise = make_network(), make_network(make_organisation(state="pending"))
    row, _secret = make_invitation(network, "late@mail.example", sent_at=None)
    make_invitation(noise, "noise@mail.example", sent_at=None)
    assert membership.send_all_waiting() == 1
    assert [address for address, _l, _i in promised("invitation")] == ["late@mail.example"]
    [audit] = audited(network.id)
    assert (audit.action, audit.after) == ("invitations.sent", {"sent": 1})
    with pytest.raises(Forbidden):
        membership.send_waiting(member_of(network), network.organisation_id)
    assert membership.send_waiting(system_actor("x"), noise.organisation_id) == 0
    with unit_of_work():
        assert session().get_one(Invitation, row.id).sent_at is not None


def test_to_a_member_all_that_waits_looks_the_same(live: Runtime) -> None:
    organisation = make_organisation(state="pending")
    network = make_network(organisation)
    member = member_of(network)
    make_membership(network, make_user(email="in@mail.example"))
    for email in ("in@mail.example", "out@mail.example"):
        membership.invite_by_hand(member, network.id, email, when_verified=True)

    def shapes() -> list[Any]:
        own = ("id", "email", "created_at", "expires_at", "sent_at")
        return [{k: v for k, v in row.items() if k not in own} for row in listed(member, network)]

    assert shapes()[0] == shapes()[1]
    verify(organisation)
    assert shapes()[0] == shapes()[1]
    assert {row["sent_at"] is None for row in listed(member, network)} == {False}
    assert [address for address, _l, _i in promised("invitation")] == ["out@mail.example"]


# Letters that were given up, and invitations that nobody answers


def give_up(live: Runtime) -> None:
    """Every letter that waits fails until it is given up."""

    def broken(_message: object) -> None:
        raise OSError

    delivering, clock = live.deliver, live.clock
    object.__setattr__(live, "deliver", broken)
    for _try in range(outbox.ATTEMPTS):
        outbox.drain()
        clock.forward(days=1)  # type: ignore[attr-defined]
    object.__setattr__(live, "deliver", delivering)


def test_a_letter_that_was_given_up_is_shown_until_it_left(live: Runtime, letterbox: LetterBox) -> None:
    network = make_network()
    lead = member_of(network, "meta_mentor")
    made = membership.invite_by_hand(lead, network.id, "bounced@mail.example")
    fine = make_invitation(network, "fine@mail.example", sent_at=live.clock.now() + timedelta(days=8))[0]
    assert listed(lead, network, trouble="any") == []
    give_up(live)
    [shown] = listed(lead, network, trouble="undelivered")
    assert (shown["id"], shown["trouble"], shown["state"]) == (made["id"], "undelivered", "open")
    with unit_of_work():
        assert membership.count_in_trouble(lead, network.id) == 1
        assert membership.count_in_trouble(member_of(network), network.id) == 0
        assert membership.get_invitation(lead, fine.id)["trouble"] is None
        [mail] = session().scalars(select(OutboxMail.id).where(OutboxMail.kind == "invitation"))
    # The operator has it tried once more.
    undelivered.send_again(actor_of(make_user(is_operator=True)), mail)
    assert listed(lead, network, trouble="undelivered") == []
    give_up(live)
    assert len(listed(lead, network, trouble="undelivered")) == 1
    # And so does who invited, by a letter of its own.
    membership.resend_invitation(lead, made["id"])
    assert listed(lead, network, trouble="any") == []
    outbox.drain()
    assert len(letterbox.to("bounced@mail.example")) == 1


def test_an_address_at_which_nobody_is_is_told_at_once(live: Runtime) -> None:
    def refuse(_message: object) -> None:
        raise NoSuchAddress

    network = make_network()
    lead = member_of(network, "meta_mentor")
    membership.invite_by_hand(lead, network.id, "typo@mail.example")
    object.__setattr__(live, "deliver", refuse)
    outbox.drain()
    assert [row["email"] for row in listed(lead, network, trouble="undelivered")] == ["typo@mail.example"]


def test_what_nobody_answers_for_two_weeks_is_shown(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    lead = member_of(network, "meta_mentor")
    old = make_invitation(network, "old@mail.example")[0]
    make_invitation(network, "used@mail.example", state="accepted")
    make_invitation(network, "waits@mail.example", sent_at=None)
    clock.forward(days=13, hours=23)
    make_invitation(network, "fresh@mail.example")
    assert listed(lead, network, trouble="any") == []
    clock.forward(hours=2)
    assert [row["email"] for row in listed(lead, network, trouble="unanswered")] == ["old@mail.example"]
    clock.forward(days=17)  # it ran out, and can still be sent again
    assert {row["state"] for row in listed(lead, network, trouble="any")} == {"expired", "open"}
    membership.resend_invitation(lead, old.id)
    assert [row["email"] for row in listed(lead, network, trouble="any")] == ["fresh@mail.example"]


def test_the_graduate_stays_one_of_the_list_while_she_waits(live: Runtime) -> None:
    organisation = make_organisation(state="pending")
    course, network = make_course_session(organisation), make_network(organisation)
    made = make_completion(course, email="amina@mail.example")
    membership.invite_graduates(steward_of_network(network), course.id, network.id, when_verified=True)
    with unit_of_work():
        assert session().get_one(Completion, made.id).state == "invited"


def test_who_was_never_written_to_is_forgotten_like_all_who_were_not_invited(
    live: Runtime, clock: HandClock
) -> None:
    organisation = make_organisation(state="pending")
    course, network = make_course_session(organisation), make_network(organisation)
    never = make_completion(course, email="never@mail.example")
    steward = steward_of_network(network)
    membership.invite_graduates(steward, course.id, network.id, when_verified=True)
    reached = make_completion(course, email="reached@mail.example", state="invited")
    make_invitation(network, "reached@mail.example", completion_id=reached.id, origin="course")
    clock.forward(days=61)
    assert membership.forget_unused_addresses() == 2
    with unit_of_work():
        states = {each.id: each.state for each in session().scalars(select(Completion))}
    assert states == {never.id: "ready", reached.id: "invited"}
    clock.forward(days=30)
    assert courses.forget_uninvited(system_actor("test")) == 1
    with unit_of_work():
        assert session().scalars(select(Completion.id)).all() == [reached.id]
        assert len(session().scalars(select(Invitation)).all()) == 2
