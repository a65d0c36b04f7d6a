"""Applications: made, decided by somebody else, withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from models.membership import Application, Membership
from network import membership
from network.kernel import outbox
from network.kernel.actor import ANONYMOUS
from network.kernel.errors import (
    Forbidden,
    Invalid,
    InvalidTransition,
    NotFound,
    Unauthenticated,
    VersionConflict,
)
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.kernel.transitions import PartyToMatter
from network.membership import AlreadyApplied, AlreadyMember, mails
from tests.factories.membership import (
    again,
    make_application,
    make_membership,
    member_of,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.recorded import audited, counted, facts, promised, untouched
from tests.running import LetterBox

assert mails  # they register themselves


def state_of(application: Application) -> tuple[str, str]:
    with unit_of_work():
        row = session().get_one(Application, application.id)
        return row.state, session().get_one(Membership, row.membership_id).state


def test_a_stranger_asks_to_join_a_listed_network(live: Runtime) -> None:
    network, user = make_network(visibility="listed"), make_user()
    view = membership.apply_to_network(standing_actor(user), network.id, " Ten years ", "Hello", "  ")
    assert (view["state"], view["experience"], view["references"]) == ("open", "Ten years", None)
    actor = standing_actor(user)
    assert actor.standings[network.id].state == "applied"
    assert actor.standings[network.id].roles == frozenset()
    assert facts(f"user:{user.id}") == ["application.changed"]
    assert facts(f"network:{network.id}") == []
    with pytest.raises(AlreadyApplied):
        membership.apply_to_network(actor, network.id, "Again", "Hello")
    assert counted(Application) == 1


def test_who_cannot_ask(live: Runtime) -> None:
    listed, private = make_network(visibility="listed"), make_network()
    with pytest.raises(NotFound):
        membership.apply_to_network(standing_actor(make_user()), private.id, "x", "y")
    with pytest.raises(Unauthenticated):
        membership.apply_to_network(ANONYMOUS, listed.id, "x", "y")
    with pytest.raises(AlreadyMember):
        membership.apply_to_network(member_of(listed), listed.id, "x", "y")
    for experience, statement, field in ((" ", "y", "experience"), ("x", "", "statement")):
        with pytest.raises(Invalid) as refused:
            membership.apply_to_network(standing_actor(make_user()), listed.id, experience, statement)
        assert set(refused.value.faults) == {field}
    assert counted(Application) == 0
    assert untouched()


@pytest.mark.parametrize("role", ["meta_mentor", "deputy", "steward"])
@pytest.mark.parametrize(
    ("decision", "state", "joined"), [("accept", "accepted", "active"), ("decline", "declined", "declined")]
)
def test_an_application_is_decided_with_a_reason(
    live: Runtime, letterbox: LetterBox, role: str, decision: str, state: str, joined: str
) -> None:
    network, user = make_network(), make_user(email="amina@mail.example")
    application, noise = make_application(network, user), make_application(network)
    decider = steward_of_network(network) if role == "steward" else member_of(network, role)
    view = membership.decide_application(decider, application.id, decision, " We talked. ", 1)
    assert (view["state"], view["reason"], view["version"]) == (state, "We talked.", 2)
    assert state_of(application) == (state, joined)
    assert state_of(noise) == ("open", "applied")
    told = ["membership.changed"] if decision == "accept" else []
    assert facts(f"network:{network.id}") == told
    gained = ["access.gained"] if decision == "accept" else []
    # Whoever comes in is met: what follows in a higher capability is tested there.
    told = [kind for kind in facts(f"user:{user.id}") if kind != "buddy.found"]
    assert told == [*gained, "application.changed"]
    [audit] = audited(application.id)
    assert (audit.action, audit.acting_role, audit.reason) == (
        f"application.{decision}", role, "We talked.",
    )  # fmt: skip
    outbox.drain()
    [letter] = letterbox.to("amina@mail.example")
    assert "We talked." in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for again_decided in ("accept", "decline"):
        with pytest.raises(InvalidTransition):
            membership.decide_application(decider, application.id, again_decided, "Once more", 2)


def test_neither_the_inviter_nor_the_applicant_decides(live: Runtime) -> None:
    network = make_network()
    inviter = member_of(network, "meta_mentor")
    invited = make_application(network, invited_by=inviter.user_id)
    herself = make_user()
    steward = steward_of_network(network)
    make_own = make_application(network, herself)
    for actor, application in ((inviter, invited),):
        for decision in ("accept", "decline"):
            with pytest.raises(PartyToMatter):
                membership.decide_application(actor, application.id, decision, "She is my friend.", 1)
    with pytest.raises(Forbidden):
        membership.decide_application(standing_actor(herself), make_own.id, "accept", "I am good.", 1)
    assert untouched()
    assert membership.decide_application(steward, invited.id, "accept", "Yes", 1)["state"] == "accepted"


def test_a_steward_who_applies_does_not_let_herself_in(live: Runtime) -> None:
    network = make_network()
    steward = steward_of_network(network)
    with unit_of_work():
        user = session().get_one(type(make_user()), steward.user_id)
        session().expunge(user)
    application = make_application(network, user)
    with pytest.raises(PartyToMatter):
        membership.decide_application(again(steward), application.id, "accept", "I know me.", 1)
    assert state_of(application) == ("open", "applied")


def test_refusals_decide_nothing(live: Runtime) -> None:
    network = make_network()
    application = make_application(network)
    lead = member_of(network, "meta_mentor")
    for actor, error in (
        (member_of(network), NotFound),
        (member_of(make_network(), "meta_mentor"), NotFound),
        (standing_actor(make_user(is_operator=True)), NotFound),
    ):
        with pytest.raises(error):
            membership.decide_application(actor, application.id, "accept", "Yes", 1)
    with pytest.raises(Invalid) as refused:
        membership.decide_application(lead, application.id, "accept", "  ", 1)
    assert set(refused.value.faults) == {"reason"}
    with pytest.raises(VersionConflict) as stale:
        membership.decide_application(lead, application.id, "accept", "Yes", 4)
    assert stale.value.current is not None
    assert stale.value.current["state"] == "open"
    assert state_of(application) == ("open", "applied")
    assert untouched()


def test_the_applicant_withdraws(live: Runtime) -> None:
    network, user = make_network(), make_user()
    application = make_application(network, user)
    with pytest.raises(Forbidden):
        membership.withdraw_application(member_of(network, "meta_mentor"), application.id, 1)
    view = membership.withdraw_application(standing_actor(user), application.id, 1)
    assert view["state"] == "withdrawn"
    assert state_of(application) == ("withdrawn", "withdrawn")
    assert promised("application_decided") == []
    # The way is free for another try.
    assert make_membership(network, user, state="active").state == "active"


def test_who_sees_applications(live: Runtime) -> None:
    network, user = make_network(), make_user()
    application = make_application(network, user)
    make_application(network, state="declined")

    def listed(actor: Any, state: str | None = None) -> list[str]:
        with unit_of_work():
            found = membership.list_applications(actor, network.id, PageRequest(), state)
            return [view["id"] for view in found.items]

    lead = member_of(network, "meta_mentor")
    assert len(listed(lead)) == 2
    assert listed(lead, "open") == [application.id]
    with pytest.raises(Forbidden):
        listed(member_of(network))
    with unit_of_work():
        assert membership.get_application(standing_actor(user), application.id)["statement"]
        assert membership.count_open_applications(network.id) == 1
        with pytest.raises(NotFound):
            membership.get_application(member_of(network), application.id)
