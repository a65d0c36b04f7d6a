"""The talk between an applicant and those who decide: theirs alone, live, while the application waits."""

from __future__ import annotations

import pytest

from models.membership import ApplicationMessage
from network import membership
from network.kernel.actor import ANONYMOUS
from network.kernel.errors import Invalid, InvalidTransition, NotFound, TooMany
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.membership import mails
from network.membership.commands.talking import MESSAGES_PER_DAY
from tests.factories.membership import make_application, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.recorded import counted, facts, promised
from tests.running import HandClock

assert mails  # they register themselves


def test_both_sides_talk_and_each_hears_it_at_once(live: Runtime, clock: HandClock) -> None:
    network, user = make_network(visibility="listed"), make_user()
    host, steward = member_of(network, "meta_mentor"), steward_of_network(network)
    application = make_application(network, user)
    applicant = standing_actor(user)
    asked = membership.write_about_application(applicant, application.id, " May I ask something? ")
    assert (asked["body"], asked["author"]["id"]) == ("May I ask something?", user.id)
    assert promised("application_talked") == []
    clock.forward(seconds=1)
    membership.write_about_application(host, application.id, "Of course.")
    clock.forward(seconds=1)
    membership.write_about_application(steward, application.id, "Welcome, too.")
    # One mail for what came since her own last word, not one for each.
    assert len(promised("application_talked")) == 1
    for person in (applicant, host, steward):
        assert facts(f"user:{person.user_id}").count("application.talked") == 3
    assert facts(f"network:{network.id}") == []
    with unit_of_work():
        read = membership.list_application_messages(applicant, application.id, PageRequest())
    assert [each["body"] for each in read.items] == ["May I ask something?", "Of course.", "Welcome, too."]


def test_nobody_else_reads_or_writes_there(live: Runtime) -> None:
    network = make_network(visibility="listed")
    application = make_application(network)
    for outsider in (member_of(network), standing_actor(make_user()), ANONYMOUS):
        with pytest.raises(NotFound), unit_of_work():
            membership.list_application_messages(outsider, application.id, PageRequest())
        with pytest.raises(NotFound):
            membership.write_about_application(outsider, application.id, "Hello")
    assert counted(ApplicationMessage) == 0


def test_it_is_over_with_the_answer_and_has_limits(live: Runtime) -> None:
    network, user = make_network(visibility="listed"), make_user()
    host, application = member_of(network, "meta_mentor"), make_application(network, user)
    with pytest.raises(Invalid):
        membership.write_about_application(host, application.id, "  ")
    for _number in range(MESSAGES_PER_DAY):
        membership.write_about_application(standing_actor(user), application.id, "Please")
    with pytest.raises(TooMany):
        membership.write_about_application(standing_actor(user), application.id, "Please")
    membership.decide_application(host, application.id, "decline", "Not now.", 1)
    with pytest.raises(InvalidTransition):
        membership.write_about_application(host, application.id, "Sorry")


def test_the_applicant_sees_by_when_she_is_answered_and_why_it_was_no(
    live: Runtime, clock: HandClock
) -> None:
    network, user = make_network(visibility="listed"), make_user()
    made = membership.apply_to_network(standing_actor(user), network.id, "Ten years", "To help")
    assert (made["answer_by"] - made["created_at"]).days == 7
    host = member_of(network, "meta_mentor")
    membership.decide_application(host, made["id"], "decline", "We are full until spring.", 1)
    clock.forward(days=90)
    again = membership.apply_to_network(standing_actor(user), network.id, "Eleven years", "Still")
    with unit_of_work():
        own = membership.list_my_applications(standing_actor(user), PageRequest()).items
        assert membership.list_my_applications(host, PageRequest()).items == []
    assert [(one["id"], one["state"], one["reason"]) for one in own] == [
        (again["id"], "open", None), (made["id"], "declined", "We are full until spring."),
    ]  # fmt: skip
