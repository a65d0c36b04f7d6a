"""Talking about a text: comments and amendments, what is true after each step and what a refusal leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

import network.agreements.subscriptions
from models.agreements import Amendment
from models.event_log import Event
from models.membership import Membership
from models.networks import Network
from network import agreements, decisions
from network.agreements import (
    AlreadyVoted,
    AmendmentsClosed,
    AmendmentsOpen,
    AuthorStillHere,
    ClauseChanged,
    ClauseIn,
    CoSponsored,
    NotInDeliberation,
    OwnAmendmentView,
    TooFewSponsors,
    VersionView,
)
from network.agreements.rules.amendments import AMENDMENT, STATES
from network.agreements.rules.texts import clause_hash, text_hash
from network.kernel.actor import Actor
from network.kernel.errors import (
    DomainError,
    FeatureOff,
    Forbidden,
    Invalid,
    InvalidTransition,
    NotFound,
    VersionConflict,
)
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.kernel.transitions import PartyToMatter
from tests.factories.membership import again, member_of
from tests.factories.networks import make_network
from tests.factories.people import save
from tests.factories.stories import Story, make_story
from tests.running import HandClock

assert network.agreements.subscriptions, "the effect of a vote is registered"

NEW = "The meta-mentor hosts for one year."


@pytest.fixture
def story(live: Runtime, clock: HandClock) -> Story:
    return make_story(clock)


def told(story: Story, *, since: int = 0) -> list[str]:
    with unit_of_work():
        rows = select(Event.type).where(Event.scope == f"network:{story.network.id}", Event.seq > since)
        return list(session().scalars(rows.order_by(Event.seq)))


def refused(error: type[DomainError], deed: Callable[[], Any]) -> DomainError:
    """The deed is refused, and nothing is recorded of it."""
    with unit_of_work():
        before = session().scalar(select(func.count()).select_from(Event))
    with pytest.raises(error) as refusal:
        deed()
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Event)) == before
    return refusal.value


def amend(
    who: Actor, version: VersionView, text: str = NEW, clause: int = 1, **over: Any
) -> OwnAmendmentView:
    part = version["clauses"][clause]
    return agreements.submit_amendment(
        who, version["id"], part["id"], part["hash"], text, "It is fairer.", **over
    )


def seen(who: Actor, amendment: OwnAmendmentView) -> OwnAmendmentView:
    with unit_of_work():
        return agreements.get_amendment(who, amendment["id"])


def all_at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave, or the refusal it met, begun at the same moment."""
    start, answers = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[place] = deed()
        except DomainError as refusal:
            answers[place] = refusal  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_comment_stands_at_its_clause_and_knows_on_which_words_it_was_made(story: Story) -> None:
    version = story.talked_about()
    ann, bob = story.members[:2]
    part = version["clauses"][1]
    said = agreements.add_comment(ann, version["id"], part["id"], " Who steps in? ")
    assert (said["body"], said["clause_hash"], said["on_earlier_wording"]) == (
        "Who steps in?",
        part["hash"],
        False,
    )
    refused(Forbidden, lambda: agreements.delete_comment(bob, said["id"]))
    accepted = agreements.accept_amendment(story.meta, amend(bob, version)["id"], 1)
    assert accepted["state"] == "accepted"
    with unit_of_work():
        talk = agreements.talk_by_clause(bob, version["id"])
    assert [one["on_earlier_wording"] for one in talk[part["id"]]["comments"]] == [True]
    gone = agreements.delete_comment(ann, said["id"])
    assert (gone["body"], gone["deleted_at"] is not None) == (None, True)
    assert agreements.delete_comment(ann, said["id"]) == gone
    with unit_of_work():
        kept = agreements.list_comments(bob, version["id"], PageRequest()).items
    assert [(one["id"], one["body"]) for one in kept] == [(said["id"], None)]
    assert told(story).count("clause_comment.added") == told(story).count("clause_comment.deleted") == 1


def test_nobody_comments_outside_of_the_deliberation(story: Story) -> None:
    draft = story.drafted()
    part = draft["clauses"][0]["id"]
    refused(NotInDeliberation, lambda: agreements.add_comment(story.meta, draft["id"], part, "Hm."))
    talk = agreements.open_deliberation(story.meta, draft["id"], 1)
    refused(Invalid, lambda: agreements.add_comment(story.meta, draft["id"], part, "  "))
    refused(Invalid, lambda: agreements.add_comment(story.meta, draft["id"], talk["id"], "Hm."))
    stranger = member_of(make_network())
    refused(NotFound, lambda: agreements.add_comment(stranger, draft["id"], part, "Hm."))
    paused = member_of(story.network, state="paused")
    refused(Forbidden, lambda: agreements.add_comment(paused, draft["id"], part, "Hm."))


def test_accepting_writes_the_words_and_their_hashes(story: Story) -> None:
    version = story.talked_about()
    ann = story.members[0]
    amendment = amend(ann, version)
    assert (amendment["state"], amendment["mine"], amendment["co_sponsors"]) == ("submitted", True, [])
    assert [tuple(span) for span in amendment["difference"]] == [
        ("same", "The meta-mentor hosts"), ("added", " for one year"), ("same", "."),
    ]  # fmt: skip
    agreements.accept_amendment(story.steward, amendment["id"], 1)
    now = story.read(version["id"])
    assert now["clauses"][1]["text"] == NEW
    assert now["clauses"][1]["hash"] == clause_hash(now["clauses"][1]["heading"], NEW)
    assert now["text_hash"] == text_hash((one["heading"], one["text"]) for one in now["clauses"])
    assert (now["version"], now["clauses"][0]) == (version["version"] + 1, version["clauses"][0])
    assert told(story)[-3:] == ["amendment.submitted", "amendment.answered", "agreement.changed"]


def test_accepting_in_other_words_says_so(story: Story) -> None:
    version = story.talked_about()
    amendment = amend(story.members[0], version)
    refused(Invalid, lambda: agreements.accept_amendment(story.meta, amendment["id"], 1, " "))
    refused(Invalid, lambda: agreements.accept_amendment(story.meta, amendment["id"], 1, None, "x" * 201))
    done = agreements.accept_amendment(
        story.meta, amendment["id"], 1, "The meta-mentor hosts for two years.", " Two years "
    )
    assert story.read(version["id"])["clauses"][1]["short"] == "Two years"
    assert (done["state"], done["text"]) == ("accepted_modified", NEW)
    assert done["accepted_text"] == story.read(version["id"])["clauses"][1]["text"]


def test_who_proposes_never_accepts_alone(story: Story) -> None:
    version = story.talked_about()
    own = amend(story.meta, version)
    for deed in (
        lambda: agreements.accept_amendment(story.meta, own["id"], 1),
        lambda: agreements.reject_amendment(story.meta, own["id"], 1, "No."),
    ):
        refused(PartyToMatter, deed)
    refused(Forbidden, lambda: agreements.accept_amendment(story.members[0], own["id"], 1))
    refused(VersionConflict, lambda: agreements.accept_amendment(story.steward, own["id"], 7))
    assert agreements.accept_amendment(story.steward, own["id"], 1)["state"] == "accepted"


def test_c22_two_amendments_on_one_clause_one_wins(story: Story) -> None:
    version = story.talked_about()
    ann, bob = story.members[:2]
    first, second = amend(ann, version), amend(bob, version, "The meta-mentor hosts and listens.")
    elsewhere = amend(bob, version, "We help each other gladly.", clause=0)
    answers = all_at_once(
        lambda: agreements.accept_amendment(story.meta, first["id"], 1),
        lambda: agreements.accept_amendment(story.steward, second["id"], 1),
    )
    lost = [answer for answer in answers if isinstance(answer, ClauseChanged)]
    won = [answer for answer in answers if not isinstance(answer, DomainError)]
    assert (len(lost), len(won)) == (1, 1), answers
    now = story.read(version["id"])
    assert now["clauses"][1]["text"] == won[0]["text"]
    assert lost[0].params["clause_hash"] == now["clauses"][1]["hash"]
    states = sorted(seen(ann, one)["state"] for one in (first, second, elsewhere))
    assert states == ["accepted", "outdated", "submitted"]
    assert told(story).count("amendment.outdated") == 1


def test_c22_accepted_after_the_freeze_loses(story: Story, clock: HandClock) -> None:
    version = story.talked_about()
    clock.forward(days=7, seconds=1)
    once = agreements.freeze_version(story.meta, version["id"], version["version"])
    refused(AmendmentsClosed, lambda: amend(story.members[0], version))
    frozen = agreements.freeze_version(story.steward, version["id"], once["version"])
    part = version["clauses"][0]
    row = Amendment(
        id=new_id(), version_id=version["id"], clause_id=part["id"], clause_hash=part["hash"],
        before=part["text"], text="We help each other gladly.", reason="Warmer.", state="submitted",
        submitted_by=story.members[1].id, created_at=clock.now(), version=1,
    )  # fmt: skip
    late = save(row).id
    refused(NotInDeliberation, lambda: agreements.accept_amendment(story.meta, late, 1))
    refused(NotInDeliberation, lambda: amend(story.members[0], version))
    assert story.read(version["id"])["text_hash"] == frozen["text_hash"] == version["text_hash"]


def test_c22_proposing_while_somebody_says_that_it_may_be_fixed(story: Story, clock: HandClock) -> None:
    version = story.talked_about()
    clock.forward(days=7, seconds=1)
    freeze, proposal = all_at_once(
        lambda: agreements.freeze_version(story.meta, version["id"], version["version"]),
        lambda: amend(story.members[0], version),
    )
    # One of the two comes first, and the other is told.
    if isinstance(freeze, AmendmentsOpen):
        assert proposal["state"] == "submitted"
        accepted = agreements.accept_amendment(story.steward, proposal["id"], 1)
        assert accepted["state"] == "accepted"
    else:
        assert freeze["frozen_by"]["meta_mentor"]
        assert isinstance(proposal, AmendmentsClosed)


def test_new_words_take_back_that_the_old_ones_may_be_fixed(story: Story, clock: HandClock) -> None:
    rejected = rejected_with(story, [*story.members[1:], story.steward])
    version = story.read(rejected["version_id"])
    clock.forward(days=7, seconds=1)
    agreements.freeze_version(story.meta, version["id"], version["version"])
    asked = agreements.put_amendment_to_vote(story.members[1], rejected["id"], rejected["version"])
    with unit_of_work():
        options = decisions.get_decision(story.meta, str(asked["decision_id"]))["options"]
    for who in (*story.members, story.meta):
        decisions.take_stance(who, str(asked["decision_id"]), option_ids=[options[0]["id"]])
    story.close(str(asked["decision_id"]))
    now = story.read(version["id"])
    assert (now["state"], now["frozen_by"]) == ("deliberation", {"meta_mentor": False, "steward": False})
    assert now["text_hash"] != version["text_hash"]


def test_an_outdated_amendment_is_brought_forward_by_its_author(story: Story) -> None:
    version = story.talked_about()
    ann, bob, eve = story.members
    late = amend(bob, version, "The meta-mentor hosts and listens.")
    agreements.co_sponsor_amendment(eve, late["id"])
    agreements.accept_amendment(story.meta, amend(ann, version)["id"], 1)
    old = seen(bob, late)
    assert (old["state"], old["before"]) == ("outdated", "The meta-mentor hosts.")
    now = story.read(version["id"])["clauses"][1]
    again_ = lambda who, digest, **over: agreements.resubmit_amendment(  # noqa: E731
        who, late["id"], old["version"], digest, **over
    )
    refused(Forbidden, lambda: again_(eve, now["hash"]))
    assert (
        refused(ClauseChanged, lambda: again_(bob, late["clause_hash"])).params["clause_hash"] == now["hash"]
    )
    anew = again_(bob, now["hash"], text="The meta-mentor hosts for one year and listens.")
    assert (anew["state"], anew["before"], anew["clause_hash"]) == ("submitted", NEW, now["hash"])
    assert anew["co_sponsors"] == []  # she stood behind other words


def test_a_draft_is_its_authors_alone(story: Story) -> None:
    version = story.talked_about()
    ann, bob = story.members[:2]
    before = len(told(story))
    draft = amend(ann, version, draft=True)
    with unit_of_work():
        assert agreements.list_amendments(bob, version["id"], PageRequest()).items == []
        assert len(agreements.list_amendments(ann, version["id"], PageRequest()).items) == 1
    refused(NotFound, lambda: agreements.co_sponsor_amendment(bob, draft["id"]))
    assert told(story)[before:] == []
    sent = agreements.resubmit_amendment(ann, draft["id"], 1, draft["clause_hash"])
    assert (sent["state"], told(story)[before:]) == ("submitted", ["amendment.submitted"])


def test_who_is_supported_hands_it_over_instead_of_taking_it_away(story: Story) -> None:
    version = story.talked_about()
    ann, bob, eve = story.members
    amendment = amend(ann, version)
    refused(Forbidden, lambda: agreements.co_sponsor_amendment(ann, amendment["id"]))
    joined = agreements.co_sponsor_amendment(bob, amendment["id"])
    assert (joined["state"], joined["co_sponsored"], len(joined["co_sponsors"])) == (
        "under_discussion",
        True,
        1,
    )
    assert agreements.co_sponsor_amendment(bob, amendment["id"]) == joined
    refused(CoSponsored, lambda: agreements.withdraw_amendment(ann, amendment["id"], joined["version"]))
    refused(Invalid, lambda: agreements.withdraw_amendment(ann, amendment["id"], joined["version"], eve.id))
    refused(AuthorStillHere, lambda: agreements.take_over_amendment(bob, amendment["id"], joined["version"]))
    passed = agreements.withdraw_amendment(ann, amendment["id"], joined["version"], bob.id)
    assert (passed["submitted_by"]["id"], passed["co_sponsors"], passed["mine"]) == (bob.id, [], False)
    done = agreements.withdraw_amendment(bob, amendment["id"], passed["version"])
    assert done["state"] == "withdrawn"
    refused(
        InvalidTransition, lambda: agreements.accept_amendment(story.meta, amendment["id"], done["version"])
    )


def test_nobody_stands_behind_other_words_than_she_saw(story: Story) -> None:
    version = story.talked_about()
    ann, bob, eve = story.members
    amendment = amend(ann, version)
    joined = agreements.co_sponsor_amendment(bob, amendment["id"], amendment["version"])
    also = agreements.co_sponsor_amendment(eve, amendment["id"], amendment["version"])
    assert (joined["version"], len(also["co_sponsors"])) == (also["version"], 2), "of the same words"
    other = amend(ann, version)
    for seen in (other["version"] + 1, 0):
        refused(VersionConflict, lambda seen=seen: agreements.co_sponsor_amendment(bob, other["id"], seen))


def test_a_co_sponsor_goes_on_when_the_author_has_left(story: Story) -> None:
    version = story.talked_about()
    ann, bob = story.members[:2]
    amendment = amend(ann, version)
    joined = agreements.co_sponsor_amendment(bob, amendment["id"])
    with unit_of_work():
        row = session().scalars(select(Membership).where(Membership.user_id == ann.id)).one()
    row.state, row.ended_at = "left", story.clock.now()
    save(row)
    refused(Forbidden, lambda: agreements.take_over_amendment(story.meta, amendment["id"], joined["version"]))
    assert agreements.take_over_amendment(bob, amendment["id"], joined["version"])["mine"]
    refused(NotFound, lambda: agreements.withdraw_amendment(again(ann), amendment["id"], 3))


def rejected_with(story: Story, sponsors: Sequence[Actor]) -> OwnAmendmentView:
    version = story.talked_about()
    amendment = amend(story.members[0], version)
    for who in sponsors:
        amendment = agreements.co_sponsor_amendment(who, amendment["id"])
    return agreements.reject_amendment(story.meta, amendment["id"], amendment["version"], "We tried that.")


def test_three_others_bring_a_rejected_amendment_to_the_vote(story: Story, clock: HandClock) -> None:
    _ann, bob, eve = story.members
    rejected = rejected_with(story, [bob, eve])
    assert rejected["answer"] == "We tried that."
    vote = lambda who, expected: agreements.put_amendment_to_vote(who, rejected["id"], expected)  # noqa: E731
    few = refused(TooFewSponsors, lambda: vote(bob, rejected["version"]))
    assert (few.params["need"], few.params["have"]) == (3, 2)
    agreements.co_sponsor_amendment(story.steward, rejected["id"])
    asked = vote(bob, rejected["version"])
    assert (asked["state"], asked["decision_id"] is not None) == ("put_to_vote", True)
    decision_id = str(asked["decision_id"])
    with unit_of_work():
        shown = decisions.get_decision(eve, decision_id)
    assert (shown["state"], shown["kind"]) == ("open", "choice")
    for who in (*story.members, story.meta):
        decisions.take_stance(who, decision_id, option_ids=[shown["options"][0]["id"]])
    story.clock.forward(days=7, seconds=1)  # no job ran: who looks first counts
    done = seen(eve, asked)
    assert (done["state"], done["accepted_text"]) == ("accepted", NEW)
    assert story.read(asked["version_id"])["clauses"][1]["text"] == NEW


def leaves(story: Story, who: Actor) -> None:
    with unit_of_work():
        row = session().scalars(select(Membership).where(Membership.user_id == who.id)).one()
    row.state, row.ended_at = "left", story.clock.now()
    save(row)


def test_who_left_stands_behind_nothing(story: Story) -> None:
    ann, bob, eve = story.members
    rejected = rejected_with(story, [bob, eve, story.steward])
    leaves(story, eve)
    few = refused(
        TooFewSponsors, lambda: agreements.put_amendment_to_vote(ann, rejected["id"], rejected["version"])
    )
    assert few.params["have"] == 2
    other = amend(ann, story.talked_about())
    alone = agreements.co_sponsor_amendment(bob, other["id"])
    leaves(story, bob)
    take = lambda **over: agreements.withdraw_amendment(ann, other["id"], alone["version"], **over)  # noqa: E731
    refused(Invalid, lambda: take(hand_over_to=bob.id))
    assert take()["state"] == "withdrawn", "nobody is left from whom it would be taken away"


def test_a_vote_about_old_words_ends_with_them(story: Story) -> None:
    ann, bob, eve = story.members
    rejected = rejected_with(story, [bob, eve, story.steward])
    asked = agreements.put_amendment_to_vote(bob, rejected["id"], rejected["version"])
    decision_id = str(asked["decision_id"])
    other = amend(eve, story.read(asked["version_id"]), "Two people host.")
    with unit_of_work():
        assert decisions.get_decision(ann, decision_id)["state"] == "open"
    agreements.accept_amendment(story.meta, other["id"], other["version"])
    with unit_of_work():
        ended = decisions.get_decision(ann, decision_id)
    assert (ended["state"], ended["cancel_reason"]) == ("cancelled", "outdated")
    now = seen(ann, asked)
    assert (now["state"], now["decision_id"]) == ("outdated", None)
    assert "decision.cancelled" in told(story)
    anew = agreements.resubmit_amendment(
        ann, now["id"], now["version"], story.read(asked["version_id"])["clauses"][1]["hash"]
    )
    again_ = agreements.reject_amendment(story.meta, anew["id"], anew["version"], "No.")
    second = agreements.put_amendment_to_vote(bob, again_["id"], again_["version"])
    assert second["decision_id"] not in (None, decision_id), "on other words there may be another vote"
    version = story.read(asked["version_id"])
    agreements.abandon_version(story.meta, version["id"], version["version"])
    with unit_of_work():
        assert decisions.get_decision(ann, str(second["decision_id"]))["state"] == "cancelled"


def test_a_lost_vote_leaves_the_words_and_is_the_last(story: Story) -> None:
    _ann, bob, eve = story.members
    rejected = rejected_with(story, [bob, eve, story.steward])
    asked = agreements.put_amendment_to_vote(eve, rejected["id"], rejected["version"])
    story.clock.forward(days=7, seconds=1)  # no job ran: who looks first counts
    with unit_of_work():
        [listed] = agreements.list_amendments(bob, asked["version_id"], PageRequest()).items
    done = seen(eve, asked)
    assert (listed["state"], done["state"], done["accepted_text"]) == ("rejected", "rejected", None)
    assert story.read(asked["version_id"])["clauses"][1]["text"] == done["before"]
    refused(AlreadyVoted, lambda: agreements.put_amendment_to_vote(eve, rejected["id"], done["version"]))


def test_a_vote_is_put_where_the_amendment_stands(story: Story) -> None:
    amendment = amend(story.members[0], story.talked_about())
    effect: Any = {"type": "accept_amendment", "id": amendment["id"], "value": None}
    refused(
        Invalid,
        lambda: decisions.draft_decision(
            story.members[1], story.network.id, kind="consent", question="Shall we?", effect=effect,
            closes_at=story.clock.now() + timedelta(days=7),
        ),
    )  # fmt: skip


def test_new_amendments_can_be_closed_while_others_go_on(story: Story) -> None:
    version = story.talked_about()
    ann, bob = story.members[:2]
    first = amend(ann, version)
    closed = agreements.open_amendments(story.meta, version["id"], version["version"], is_open=False)
    assert closed["amendments_open"] is False
    refused(AmendmentsClosed, lambda: amend(bob, version))
    refused(
        Forbidden, lambda: agreements.open_amendments(bob, version["id"], closed["version"], is_open=True)
    )
    assert agreements.accept_amendment(story.steward, first["id"], 1)["state"] == "accepted"


def test_where_the_network_has_no_amendments_there_are_none(story: Story) -> None:
    version = story.talked_about()
    with unit_of_work():
        row = session().get_one(Network, story.network.id)
    row.features = {"amendments": False}
    save(row)
    refused(FeatureOff, lambda: amend(story.members[0], version))
    assert agreements.add_comment(story.members[0], version["id"], version["clauses"][0]["id"], "Yes.")


def test_words_and_hash_are_looked_at(story: Story) -> None:
    version = story.talked_about()
    part = version["clauses"][1]
    ann = story.members[0]
    for text, reason in ((part["text"] + " ", "Why."), (" ", "Why."), (NEW, " ")):
        refused(
            Invalid,
            lambda text=text, reason=reason: agreements.submit_amendment(  # type: ignore[misc]
                ann, version["id"], part["id"], part["hash"], text, reason
            ),
        )
    stale = refused(
        ClauseChanged,
        lambda: agreements.submit_amendment(ann, version["id"], part["id"], "0" * 64, NEW, "Why."),
    )
    assert stale.params["clause_hash"] == part["hash"]


def test_a_draft_that_is_reworked_outdates_what_was_made_on_its_words(story: Story) -> None:
    version = story.talked_about()
    touched, kept = amend(story.members[0], version), amend(story.members[1], version, "Gladly.", clause=0)
    back = agreements.rework_version(story.meta, version["id"], version["version"])
    words = [
        ClauseIn(one["heading"], one["text"] + (" Really." if place else ""), one["short"], one["id"])
        for place, one in enumerate(version["clauses"])
    ]
    agreements.change_version(story.meta, version["id"], back["version"], {"clauses": words})
    assert [seen(story.meta, one)["state"] for one in (touched, kept)] == ["outdated", "submitted"]


def test_differences_are_told_between_versions_of_one_document(story: Story) -> None:
    document = story.document()
    first = story.in_force(document)
    second = story.talked_about(document, from_version=first["id"])
    agreements.accept_amendment(story.meta, amend(story.members[0], second)["id"], 1)
    with unit_of_work():
        found = agreements.difference(story.members[1], second["id"])
        assert (found["against"], found["against_number"], found["changes"]) == (first["id"], 1, 1)
        assert [one.change for one in found["clauses"]] == ["same", "changed"]
        back = agreements.difference(story.members[1], first["id"], second["id"])
        assert (back["same_text"], back["changes"]) == (False, 1)
        alone = agreements.difference(story.members[1], first["id"])
        assert (alone["against"], alone["changes"]) == (None, 2)
        rules = agreements.rules_of_network(story.network.id)
        with pytest.raises(Invalid):
            agreements.difference(story.meta, second["id"], rules["id"])
        with pytest.raises(NotFound):
            agreements.difference(story.meta, second["id"], document)


def test_c21_one_language_binds_and_a_changed_clause_has_no_translation(story: Story) -> None:
    version = story.talked_about(template="network_agreement_small")
    first, second = version["clauses"][:2]
    assert version["language"] == "en"
    german = agreements.template_clauses("network_agreement_small", "de")
    said = agreements.translations_of(version, "de-AT")
    assert [said[one["id"]] for one in (first, second)] == list(german[:2])
    assert agreements.translations_of(version, "en") == {}
    agreements.accept_amendment(story.meta, amend(story.members[0], version, "We cook.", clause=0)["id"], 1)
    now = agreements.translations_of(story.read(version["id"]), "de")
    assert first["id"] not in now and now[second["id"]] == german[1]
    with unit_of_work():
        rules = agreements.rules_of_network(story.network.id)
    assert agreements.translations_of(rules, "de") == {}  # words of no edition of ours


def test_five_hundred_comments_take_no_more_statements_than_five(live: Runtime, story: Story) -> None:
    """What the page of a version reads: its text, own signing, comments, amendments, signatures."""
    words = [ClauseIn(f"Part {n}", f"We do {n} things together.") for n in range(20)]
    version = story.talked_about(clauses=words)
    ann, bob = story.members[:2]

    def talk(times: int) -> None:
        for number in range(times):
            part = version["clauses"][number % 20]
            agreements.add_comment(ann if number % 2 else bob, version["id"], part["id"], f"Number {number}")
            amend(bob, version, f"We do it {number} times.", clause=number % 20)

    def statements() -> int:
        seen: list[str] = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(live.database.engine, "before_cursor_execute", note)
        try:
            with unit_of_work():
                agreements.get_agreement_version(ann, version["id"])
                agreements.own_signing(ann, version["id"])
                agreements.talk_by_clause(ann, version["id"])
                agreements.list_signatures(ann, version["id"], PageRequest())
        finally:
            event.remove(live.database.engine, "before_cursor_execute", note)
        return len(seen)

    talk(2)
    few = statements()
    talk(30)
    assert statements() == few <= 20


def test_the_machine_knows_every_state() -> None:
    named = {state for step in AMENDMENT.steps.values() for pair in step.items() for state in pair}
    assert named == set(STATES)
