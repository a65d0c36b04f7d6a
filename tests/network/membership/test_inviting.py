"""Invitations: to a course's graduates and by hand, sent again, taken back, renewed, forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from models.courses import Completion
from models.membership import Invitation
from models.organisations import Organisation
from network import membership
from network.kernel import outbox
from network.kernel.actor import ANONYMOUS
from network.kernel.errors import Forbidden, Invalid, InvalidTransition, NotFound, TooMany
from network.kernel.ids import digest
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import (
    AlreadyApplied,
    AlreadyInvited,
    AlreadyMember,
    InvitationDeclined,
    WasRemoved,
    mails,
)
from network.membership.rules import invitation_secret
from network.organisations import OrganisationNotVerified
from tests.factories.courses import make_completion, make_course_session
from tests.factories.membership import (
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
from tests.recorded import audited, codes, counted, facts, promised, untouched
from tests.running import HandClock, LetterBox

assert mails  # they register themselves


def states(course_id: str) -> dict[str, str]:
    with unit_of_work():
        rows = session().scalars(select(Completion).where(Completion.course_session_id == course_id))
        return {row.email: row.state for row in rows}


def token_of(invitation_id: str, renewals: int = 0) -> str:
    return invitation_secret(invitation_id, renewals)


def row_of(invitation_id: str) -> dict[str, Any]:
    with unit_of_work():
        row = session().get_one(Invitation, invitation_id)
        return {column.name: getattr(row, column.name) for column in Invitation.__table__.columns}


def found(token: str) -> Any:
    with unit_of_work():
        return membership.find_invitation(token)


# A course's graduates


def test_graduates_are_invited_once_each_by_a_letter_of_her_own(live: Runtime, letterbox: LetterBox) -> None:
    organisation = make_organisation()
    course, noise = make_course_session(organisation, language="de-AT"), make_course_session(organisation)
    network = make_network(organisation, name="Lindenstadt")
    make_completion(course, email="amina@mail.example", name="Amina")
    make_completion(course, email="jonas@mail.example")
    make_completion(course, email="not@mail.example", completed=False, state="not_completed")
    make_completion(noise, email="noise@mail.example")
    member = member_of(network, user=make_user(email="already@mail.example"))
    make_completion(course, email="already@mail.example")
    make_invitation(network, "waiting@mail.example", origin="member", invited_by=member.user_id)
    make_completion(course, email="waiting@mail.example")
    steward = steward_of_network(network)

    counts = membership.invite_graduates(steward, course.id, network.id, " Komm zu uns! ")

    assert counts == {"invited": 2, "already_invited": 1, "already_member": 1}
    assert states(course.id) == {
        "amina@mail.example": "invited", "jonas@mail.example": "invited", "not@mail.example": "not_completed",
        "already@mail.example": "member", "waiting@mail.example": "invited",
    }  # fmt: skip
    assert states(noise.id) == {"noise@mail.example": "ready"}
    assert {(address, language) for address, language, _ids in promised("invitation")} == {
        ("amina@mail.example", "de"), ("jonas@mail.example", "de"),
    }  # fmt: skip
    assert facts(f"network:{network.id}") == ["graduates.invited"]
    assert codes(f"network:{network.id}") == [{"count": 2}]
    [audit] = audited(course.id)
    assert (audit.action, audit.acting_role, audit.after) == (
        "graduates.invitation", "steward", {"invited": 2},
    )  # fmt: skip
    outbox.drain()
    [letter] = letterbox.to("amina@mail.example")
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    with unit_of_work():
        row = session().scalars(select(Invitation).where(Invitation.address == "amina@mail.example")).one()
        link = f"{live.settings.base_url}/i/{token_of(row.id)}"
        assert row.token_hash == digest(token_of(row.id))
    assert "Lindenstadt" in letter["Subject"]
    for words in (steward.name, "Komm zu uns!", organisation.name, "Amina", link, network.purpose):
        assert words in text

    again = membership.invite_graduates(steward, course.id, network.id, None)
    assert again == {"invited": 0, "already_invited": 3, "already_member": 1}
    assert len(promised("invitation")) == 2


def test_whoever_stands_on_the_list_as_well_is_let_in_at_once(live: Runtime) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    member = member_of(network)
    row, token = make_invitation(network, origin="member", invited_by=member.user_id)
    make_completion(course, email="amina@mail.example")
    membership.invite_graduates(steward_of_network(network), course.id, network.id)
    accepted = membership.accept_invitation(ANONYMOUS, token, display_name="Amina")
    assert accepted.membership["state"] == "active"
    assert states(course.id) == {"amina@mail.example": "member"}
    assert row_of(row.id)["state"] == "accepted"


def test_a_graduate_whose_invitation_ran_out_gets_a_new_one(live: Runtime, clock: HandClock) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    old, token = make_invitation(network)
    clock.forward(days=31)
    make_completion(course, email="amina@mail.example")
    counts = membership.invite_graduates(steward_of_network(network), course.id, network.id)
    assert counts["invited"] == 1
    assert row_of(old.id)["state"] == "expired"
    with pytest.raises(NotFound):
        found(token)


def test_inviting_again_takes_as_many_statements_for_two_hundred_as_for_two(
    live: Runtime, clock: HandClock
) -> None:
    taken = []
    for number in (2, 200):
        organisation = make_organisation()
        course, network = make_course_session(organisation), make_network(organisation)
        emails = [f"graduate{n}@{number}.example" for n in range(number)]
        old = [make_invitation(network, email)[0].id for email in emails]
        clock.forward(days=31)
        for email in emails:
            make_completion(course, email=email)
        steward, seen = steward_of_network(network), []  # type: ignore[var-annotated]

        def count(*run: Any, seen: list[str] = seen) -> None:
            seen.append(run[2])

        event.listen(live.database.engine, "before_cursor_execute", count)
        assert membership.invite_graduates(steward, course.id, network.id)["invited"] == number
        event.remove(live.database.engine, "before_cursor_execute", count)
        taken.append(len(seen))
        for invitation_id in old[:2]:
            row = row_of(invitation_id)
            assert (row["state"], row["version"]) == ("expired", 2)
            assert row["ended_at"] is not None
        with unit_of_work():
            waiting = select(Invitation.id).where(
                Invitation.network_id == network.id, Invitation.state == "open"
            )
            assert len(session().scalars(waiting).all()) == number
    assert taken[1] <= taken[0], taken


def test_an_organisation_that_is_not_verified_invites_nobody(live: Runtime) -> None:
    organisation = make_organisation(state="pending")
    course, network = make_course_session(organisation), make_network(organisation)
    make_completion(course)
    steward = steward_of_network(network)
    for invite in (
        lambda: membership.invite_graduates(steward, course.id, network.id),
        lambda: membership.invite_by_hand(steward, network.id, "amina@mail.example"),
        lambda: membership.invite_by_hand(member_of(network), network.id, "amina@mail.example"),
    ):
        with pytest.raises(OrganisationNotVerified):
            invite()
    assert set(states(course.id).values()) == {"ready"}
    assert counted(Invitation) == 0
    assert untouched()


def test_graduates_go_only_into_a_network_of_their_organisation(live: Runtime) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    foreign = make_network()
    make_completion(course)
    steward = steward_of_network(network)
    for wanted in (foreign.id, "0190a3c2-0000-7000-8000-000000000000"):
        with pytest.raises(Invalid) as refused:
            membership.invite_graduates(steward, course.id, wanted)
        assert set(refused.value.faults) == {"network_id"}
    with pytest.raises(Forbidden):
        membership.invite_graduates(member_of(network, "meta_mentor"), course.id, network.id)
    assert untouched()


# By hand


def test_a_meta_mentors_invitation_makes_an_open_row_and_a_letter(live: Runtime, clock: HandClock) -> None:
    network = make_network(languages=["pl", "de"])
    lead = member_of(network, "meta_mentor")
    view = membership.invite_by_hand(lead, network.id, " Ämina@Bücher.example ", "Hi")
    assert (view["email"], view["state"], view["origin"]) == ("Ämina@Bücher.example", "open", "hand")
    assert view["invited_by"]["id"] == lead.user_id
    assert view["expires_at"] - view["created_at"] == timedelta(days=30)
    row = row_of(view["id"])
    assert (row["origin"], row["language"], row["message"]) == ("meta_mentor", "de", "Hi")
    # The id tells nobody when it was made, and the secret stands nowhere.
    assert view["id"][14] == "4"
    assert token_of(view["id"]) not in str(row)
    [(address, language, ids)] = promised("invitation")
    assert (address, language) == ("Ämina@Bücher.example", "de")
    assert token_of(view["id"]) not in str(ids)


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 260 + "@mail.example"])
def test_what_is_no_address_is_refused(live: Runtime, email: str) -> None:
    network = make_network()
    with pytest.raises(Invalid) as refused:
        membership.invite_by_hand(member_of(network), network.id, email)
    assert set(refused.value.faults) == {"email"}
    assert untouched()


def test_who_decides_is_told_what_stands_in_the_way(live: Runtime) -> None:
    network, noise = make_network(), make_network()
    lead = member_of(network, "meta_mentor")
    make_membership(network, make_user(email="member@mail.example"))
    make_application(network, make_user(email="applied@mail.example"))
    make_invitation(network, "waiting@mail.example")
    make_membership(network, make_user(email="removed@mail.example"), state="removed")
    _row, token = make_invitation(network, "no@mail.example")
    membership.decline_invitation(token)
    for email, error in {
        "Member@mail.example": AlreadyMember,
        "applied@mail.example": AlreadyApplied,
        "waiting@mail.example": AlreadyInvited,
        "no@mail.example": InvitationDeclined,
        "removed@mail.example": WasRemoved,
    }.items():
        with pytest.raises(error):
            membership.invite_by_hand(lead, network.id, email)
    assert promised("invitation") == []
    # Another network is another matter.
    elsewhere = member_of(noise, "meta_mentor")
    for email in ("member@mail.example", "waiting@mail.example", "no@mail.example"):
        assert membership.invite_by_hand(elsewhere, noise.id, email)["state"] == "open"


def test_a_member_learns_from_her_invitations_nothing_about_others(live: Runtime) -> None:
    """Whatever an address is to the network, an ordinary member sees the same answer, the same list, the same
    limit; letters leave for strangers only."""
    network = make_network()
    member, other = member_of(network), member_of(network)
    make_membership(network, make_user(email="member@mail.example"))
    make_application(network, make_user(email="applied@mail.example"))
    make_invitation(network, "waiting@mail.example", origin="member", invited_by=other.user_id)
    _row, token = make_invitation(network, "no@mail.example")
    membership.decline_invitation(token)
    make_membership(network, make_user(email="removed@mail.example"), state="removed")
    kinds = ("stranger", "member", "applied", "waiting", "no", "removed")
    emails = [f"{who}@mail.example" for who in kinds]
    views = [membership.invite_by_hand(member, network.id, email) for email in emails]

    def shape(view: Any) -> Any:
        hidden = ("id", "email", "created_at", "sent_at", "expires_at")
        return {key: value for key, value in view.items() if key not in hidden}

    assert all(shape(view) == shape(views[0]) for view in views)
    assert [view["email"] for view in views] == emails
    assert [address for address, _l, _i in promised("invitation")] == ["stranger@mail.example"]
    with unit_of_work():
        listed = membership.list_invitations(member, network.id, PageRequest()).items
    assert {view["id"] for view in listed} == {view["id"] for view in views}
    assert all(shape(view) == shape(views[0]) for view in listed)
    # The same again: the same row, no second letter.
    assert [membership.invite_by_hand(member, network.id, email)["id"] for email in emails] == [
        view["id"] for view in views
    ]
    assert len(promised("invitation")) == 1
    # Sending again and taking back look alike, too.
    assert [shape(membership.resend_invitation(member, view["id"])) for view in views] == [
        {**shape(view), "version": 2} for view in views
    ]
    assert [shape(membership.revoke_invitation(member, view["id"])) for view in views] == [
        {**shape(view), "version": 3, "state": "revoked"} for view in views
    ]
    # Who decides sees what is real.
    lead = member_of(network, "meta_mentor")
    with unit_of_work():
        seen = {view["email"] for view in membership.list_invitations(lead, network.id, PageRequest()).items}
    assert seen == {"stranger@mail.example", "waiting@mail.example", None}


def test_twenty_a_day_by_hand_and_void_ones_count(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    member = member_of(network)
    make_membership(network, make_user(email="member@mail.example"))
    membership.invite_by_hand(member, network.id, "member@mail.example")
    clock.forward(hours=2)
    for number in range(19):
        membership.invite_by_hand(member, network.id, f"guest{number}@mail.example")
    with pytest.raises(TooMany) as refused:
        membership.invite_by_hand(member, network.id, "one-more@mail.example")
    assert 21 * 3600 < refused.value.retry_after <= 22 * 3600
    # Others have a limit of their own, and a course's list counts for nobody.
    assert membership.invite_by_hand(member_of(network), network.id, "one-more@mail.example")
    clock.forward(hours=22, seconds=1)
    assert membership.invite_by_hand(member, network.id, "next@mail.example")


def test_a_courses_list_does_not_count_against_the_limit(live: Runtime) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    for _ in range(25):
        make_completion(course)
    steward = steward_of_network(network)
    assert membership.invite_graduates(steward, course.id, network.id)["invited"] == 25
    assert membership.invite_by_hand(steward, network.id, "one@mail.example")["state"] == "open"


def test_a_meta_mentors_word_replaces_a_members(live: Runtime) -> None:
    network = make_network()
    old, token = make_invitation(network, origin="member", invited_by=member_of(network).user_id)
    new = membership.invite_by_hand(member_of(network, "meta_mentor"), network.id, "amina@mail.example")
    assert new["id"] != old.id
    assert row_of(old.id)["state"] == "revoked"
    with pytest.raises(NotFound):
        found(token)
    assert found(token_of(new["id"]))["name"] is None


def test_outsiders_and_the_suspended_invite_nobody(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    suspended = member_of(network, suspended_until=clock.now() + timedelta(days=1))
    for actor, error in (
        (standing_actor(make_user()), NotFound),
        (member_of(make_network()), NotFound),
        (member_of(network, state="applied"), Forbidden),
        (suspended, Forbidden),
    ):
        with pytest.raises(error):
            membership.invite_by_hand(actor, network.id, "amina@mail.example")
    assert untouched()


# On their way


def test_sending_again_makes_a_new_link_and_kills_the_old_one(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    row, token = make_invitation(network)
    clock.forward(days=3)
    view = membership.resend_invitation(steward_of_network(network), row.id)
    assert (view["version"], view["expires_at"] - clock.now() > timedelta(days=29)) == (2, True)
    with pytest.raises(NotFound):
        found(token)
    assert found(token_of(row.id, 1))["email_hint"] == "a…@mail.example"
    assert [ids["renewals"] for _a, _l, ids in promised("invitation")] == [1]


def test_the_same_invitation_goes_out_three_times_a_day(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    row, _token = make_invitation(network)
    other, _token = make_invitation(network, "other@mail.example")
    steward = steward_of_network(network)
    for _ in range(3):
        clock.forward(hours=1)
        membership.resend_invitation(steward, row.id)
    with pytest.raises(TooMany) as refused:
        membership.resend_invitation(steward, row.id)
    assert 21 * 3600 < refused.value.retry_after <= 22 * 3600
    membership.resend_invitation(steward, other.id)
    assert len(promised("invitation")) == 4
    clock.forward(seconds=refused.value.retry_after)
    membership.resend_invitation(steward, row.id)
    assert len(promised("invitation")) == 5


def test_taking_back_kills_the_link_and_is_audited(live: Runtime) -> None:
    network = make_network()
    row, token = make_invitation(network)
    lead = member_of(network, "meta_mentor")
    assert membership.revoke_invitation(lead, row.id)["state"] == "revoked"
    with pytest.raises(NotFound):
        found(token)
    [audit] = audited(row.id)
    assert (audit.action, audit.acting_role) == ("invitation.revoke", "meta_mentor")
    for change in (membership.revoke_invitation, membership.resend_invitation):
        with pytest.raises(InvalidTransition):
            change(lead, row.id)
    assert promised("invitation") == []


def test_others_invitations_are_not_there_for_a_member(live: Runtime) -> None:
    network = make_network()
    row, token = make_invitation(network)
    for actor in (member_of(network), member_of(make_network(), "meta_mentor")):
        for change in (membership.revoke_invitation, membership.resend_invitation):
            with pytest.raises(NotFound):
                change(actor, row.id)
    assert found(token)["network"]["name"] == network.name
    assert untouched()


def test_an_expired_link_brings_a_new_one_to_the_same_address(
    live: Runtime, clock: HandClock, letterbox: LetterBox
) -> None:
    network = make_network()
    row, token = make_invitation(network)
    membership.request_renewal(token)
    assert promised("invitation") == []  # it still works
    clock.forward(days=30, seconds=1)
    with pytest.raises(membership.InvitationExpired):
        found(token)
    membership.request_renewal(token)
    membership.request_renewal(token)  # the old link is dead, so this is nothing
    membership.request_renewal("unknown")
    assert [address for address, _l, _i in promised("invitation")] == ["amina@mail.example"]
    with pytest.raises(NotFound):
        found(token)
    outbox.drain()
    [letter] = letterbox.to("amina@mail.example")
    assert token_of(row.id, 1) in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert found(token_of(row.id, 1))["email_hint"] == "a…@mail.example"


def test_no_renewal_for_what_was_taken_back_or_of_an_unverified_organisation(
    live: Runtime, clock: HandClock
) -> None:
    revoked = make_invitation(make_network(), state="revoked")[1]
    unverified = make_invitation(make_network(make_organisation(state="refused")))[1]
    clock.forward(days=31)
    membership.request_renewal(revoked)
    membership.request_renewal(unverified)
    assert promised("invitation") == []


def test_a_letter_that_is_no_longer_right_does_not_leave(live: Runtime, letterbox: LetterBox) -> None:
    network = make_network()
    lead = member_of(network, "meta_mentor")
    gone = membership.invite_by_hand(lead, network.id, "gone@mail.example")
    twice = membership.invite_by_hand(lead, network.id, "twice@mail.example")
    membership.revoke_invitation(lead, gone["id"])
    membership.resend_invitation(lead, twice["id"])
    outbox.drain()
    assert letterbox.to("gone@mail.example") == []
    assert len(letterbox.to("twice@mail.example")) == 1


def test_composing_takes_one_statement_a_letter(live: Runtime) -> None:
    network = make_network()
    row, _token = make_invitation(network)
    seen: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with unit_of_work():
        letter = mails.compose_invitation("de", {"invitation_id": row.id, "renewals": 0})
    assert letter is not None
    assert len([said for said in seen if said != "BEGIN"]) == 1


def test_a_letter_says_where_the_address_is_from(live: Runtime) -> None:
    organisation: Organisation = make_organisation(name="House of Bridges")
    network = make_network(organisation)
    course = make_course_session(organisation)
    completion = make_completion(course, email="list@mail.example")
    by_list = make_invitation(network, "list@mail.example", completion_id=completion.id)[0]
    by_hand = make_invitation(network, "hand@mail.example", name=None)[0]
    with unit_of_work():
        listed = mails.compose_invitation("en", {"invitation_id": by_list.id, "renewals": 0})
        handed = mails.compose_invitation("en", {"invitation_id": by_hand.id, "renewals": 0})
    assert listed is not None
    assert handed is not None
    assert "We have your address from House of Bridges, which ran your course." in listed.after
    assert not any("House of Bridges" in text for text in handed.after)
    assert handed.paragraphs[0] == "Hello,"


# Forgotten


def test_addresses_of_those_who_never_answered_are_forgotten(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    unused, token = make_invitation(network, "unused@mail.example")
    revoked = make_invitation(network, "revoked@mail.example", state="revoked")[0]
    used = make_invitation(network, "used@mail.example", state="accepted")[0]
    clock.forward(days=59)
    fresh = make_invitation(network, "fresh@mail.example")[0]
    assert membership.forget_unused_addresses() == 0
    clock.forward(days=1, minutes=1)
    assert membership.forget_unused_addresses() == 2
    assert membership.forget_unused_addresses() == 0
    for forgotten in (unused, revoked):
        row = row_of(forgotten.id)
        assert (row["email"], row["name"], len(row["address"])) == (None, None, 64)
    assert row_of(unused.id)["state"] == "expired"
    assert row_of(used.id)["email"] == "used@mail.example"
    assert row_of(fresh.id)["email"] == "fresh@mail.example"
    with pytest.raises(NotFound):
        found(token)


def test_who_says_no_is_forgotten_and_left_in_peace(live: Runtime) -> None:
    organisation = make_organisation()
    course, network = make_course_session(organisation), make_network(organisation)
    row, token = make_invitation(network)
    membership.decline_invitation(token)
    kept = row_of(row.id)
    assert (kept["state"], kept["email"], kept["name"]) == ("declined", None, None)
    assert "amina" not in str(kept["address"])
    with pytest.raises(NotFound):
        membership.decline_invitation(token)
    make_completion(course, email="Amina@mail.example")
    counts = membership.invite_graduates(steward_of_network(network), course.id, network.id)
    assert counts == {"invited": 0, "already_invited": 1, "already_member": 0}
    assert promised("invitation") == []
