"""Edge cases 14 to 19, 21, 23 and 24 of the state machines, as far as agreements are in them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.agreements import AgreementVersion, Signature
from models.organisations import Steward
from models.people import User
from network import agreements, discussions, membership, privacy
from network.agreements import (
    AgreementNotSigned,
    AlreadySigned,
    ClauseIn,
    NotOpenForSigning,
    TextChanged,
    VersionView,
)
from network.agreements.rules.versions import NotACorrection, NotSigned, SignatureTakenBack
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    InvalidTransition,
    NotFound,
    ProofRequired,
    VersionConflict,
)
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_room, make_topic
from tests.factories.membership import again, make_membership, proven, standing_actor
from tests.factories.people import make_user, save
from tests.factories.stories import WORDS, Story, make_story
from tests.running import HandClock


@pytest.fixture
def story(live: Runtime, clock: HandClock) -> Story:
    return make_story(clock)


def record(story: Story, version: VersionView, who: Actor | None = None) -> list[agreements.SignatureView]:
    with unit_of_work():
        return agreements.list_signatures(who or story.meta, version["id"], PageRequest()).items


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed returned or raised, all begun at the same moment."""
    gate, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number: int) -> None:
        gate.wait(10)
        try:
            results[number] = deeds[number]()
        except DomainError as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_c14_who_left_is_asked_no_more(story: Story) -> None:
    signing, gone = story.signing(), story.members[0]
    row = agreements_membership(story, gone)
    membership.leave_membership(gone, row, 1)
    with pytest.raises((Forbidden, NotFound)):
        story.sign(signing, [again(gone)])
    now = story.read(signing["id"])
    assert now["counts"] == {"requested": 4, "signed": 0, "declined": 0}, "who left changes no number"


def agreements_membership(story: Story, who: Actor) -> str:
    with unit_of_work():
        return str(again(who).standings[story.network.id].membership_id)


def test_c15_who_is_erased_has_signed_all_the_same(story: Story) -> None:
    holds, gone = story.in_force(), story.members[0]
    privacy.erase_account(system_actor("tests"), str(gone.user_id))
    rows = {row["user_id"]: row for row in record(story, holds)}
    assert rows[str(gone.user_id)]["name"] == "Former member"
    assert (story.read(holds["id"])["counts"]["signed"], len(rows)) == (4, 4)
    with unit_of_work():
        assert agreements.get_agreement_version(story.meta, holds["id"])["text_hash"] == holds["text_hash"]


def test_c15_a_name_stays_as_it_was_at_signing(story: Story) -> None:
    holds, renamed = story.in_force(), story.members[0]
    before = record(story, holds)
    with unit_of_work():
        person = session().get_one(User, renamed.user_id)
        session().expunge(person)
    person.display_name = "Another Name"
    save(person)
    assert [row["name"] for row in record(story, holds)] == [row["name"] for row in before]


def test_c15_an_organisation_has_signed_though_its_signatory_goes(story: Story, clock: HandClock) -> None:
    organisation = story.network.organisation_id
    signing = story.signing(organisations=[organisation], members="1/2")
    story.sign(signing, story.members[:2])
    early = story.read(signing["id"])
    with pytest.raises(agreements.RuleNotMet) as missing:
        agreements.activate_version(story.meta, signing["id"], early["version"])
    assert missing.value.params["organisations_missing"] == [organisation]
    for who, error in ((proven(story.members[0]), Forbidden), (proven(story.meta), Forbidden)):
        with pytest.raises(error):
            agreements.sign_version(who, signing["id"], signing["text_hash"], "organisation", organisation)
    with pytest.raises(Invalid):
        agreements.sign_version(proven(story.members[0]), signing["id"], signing["text_hash"], "organisation")
    steward = proven(story.steward)
    done = agreements.sign_version(
        steward, signing["id"], signing["text_hash"], "organisation", organisation
    ).signature
    assert done["organisation_name"]
    with unit_of_work():
        row = session().scalars(select(Steward).where(Steward.user_id == steward.user_id)).one()
        session().expunge(row)
    row.ended_at = clock.now()
    save(row)
    now = story.read(signing["id"])
    holds = agreements.activate_version(story.meta, signing["id"], now["version"])
    assert (holds["state"], holds["counts"]["signed"]) == ("in_force", 3)


def test_c15_an_organisation_for_which_two_sign_counts_once(story: Story, clock: HandClock) -> None:
    organisation, person = story.network.organisation_id, make_user()
    save(
        Steward(
            id=new_id(), organisation_id=organisation, user_id=person.id, since=clock.now(), ended_at=None
        )
    )  # fmt: skip
    signing = story.signing(organisations=[organisation], members="1/2")
    both = [proven(story.steward), proven(standing_actor(person))]
    for who in both:
        agreements.sign_version(who, signing["id"], signing["text_hash"], "organisation", organisation)
    assert story.read(signing["id"])["counts"]["signed"] == 1
    agreements.withdraw_signature(both[0], signing["id"], "", "organisation", organisation)
    assert story.read(signing["id"])["counts"]["signed"] == 1, "the other signature stands"
    agreements.withdraw_signature(both[1], signing["id"], "", "organisation", organisation)
    assert story.read(signing["id"])["counts"] == {"requested": 5, "signed": 0, "declined": 0}


def test_c15_twice_in_two_tabs_is_once(story: Story) -> None:
    signing, who = story.signing(), proven(story.members[0])

    def sign() -> Any:
        return agreements.sign_version(who, signing["id"], signing["text_hash"], "member")

    first, second, third = *together(sign, sign), sign()
    assert sorted([first.created, second.created, third.created]) == [False, False, True]
    assert first.signature == second.signature == third.signature
    assert len(record(story, signing)) == 1
    assert story.read(signing["id"])["counts"]["signed"] == 1


def test_c16_an_older_tab_signs_nothing(story: Story, clock: HandClock) -> None:
    talked = story.talked_about()
    older = talked["text_hash"]
    back = agreements.rework_version(story.meta, talked["id"], talked["version"])
    clauses = [ClauseIn(c["heading"], c["text"] + " New.", None, c["id"]) for c in back["clauses"]]
    changed = agreements.change_version(story.meta, talked["id"], back["version"], {"clauses": clauses})
    opened = agreements.open_deliberation(story.meta, talked["id"], changed["version"])
    clock.forward(days=7, seconds=1)
    once = agreements.freeze_version(story.meta, talked["id"], opened["version"])
    who = proven(story.members[0])

    def freeze() -> Any:
        return agreements.freeze_version(story.steward, talked["id"], once["version"])

    def sign() -> Any:
        return agreements.sign_version(who, talked["id"], older, "member")

    frozen, refused = together(freeze, sign)
    assert frozen["state"] == "frozen"
    assert isinstance(refused, TextChanged)
    assert (refused.params["version_id"], refused.params["text_hash"]) == (
        talked["id"], changed["text_hash"],
    )  # fmt: skip
    assert record(story, talked) == []
    with pytest.raises(NotOpenForSigning):
        agreements.sign_version(who, talked["id"], changed["text_hash"], "member")


def test_c16_words_that_change_after_the_first_yes_need_it_again(story: Story, clock: HandClock) -> None:
    talked = story.talked_about()
    clock.forward(days=8)
    once = agreements.freeze_version(story.meta, talked["id"], talked["version"])
    assert once["frozen_by"]["meta_mentor"]
    back = agreements.rework_version(story.meta, talked["id"], once["version"])
    assert back["frozen_by"] == {"meta_mentor": False, "steward": False}


def test_c17_what_people_sign_is_not_given_up(story: Story) -> None:
    signing = story.signing()
    story.sign(signing, story.members[:1])
    with pytest.raises(InvalidTransition):
        agreements.abandon_version(story.meta, signing["id"], story.read(signing["id"])["version"])
    assert story.read(signing["id"])["state"] == "signing"


def test_c18_who_declined_may_change_her_mind(story: Story, clock: HandClock) -> None:
    signing, who = story.signing(members="1/2"), proven(story.members[0])
    no = agreements.decline_version(who, signing["id"], "Not yet.")
    assert (no.created, no.signature["state"], no.signature["reason"]) == (True, "declined", "Not yet.")
    assert not agreements.decline_version(who, signing["id"]).created
    assert story.read(signing["id"])["counts"] == {"requested": 4, "signed": 0, "declined": 1}
    assert record(story, signing, story.members[1])[0]["reason"] is None, "why is for who leads"
    assert record(story, signing)[0]["reason"] == "Not yet."
    story.sign(signing, story.members[1:])
    agreements.activate_version(story.meta, signing["id"], story.read(signing["id"])["version"])
    clock.forward(days=40)
    yes = agreements.sign_version(proven(who), signing["id"], signing["text_hash"], "member")
    assert yes.created
    now = story.read(signing["id"])
    assert now["counts"] == {"requested": 4, "signed": 3, "declined": 0}
    mine = [row for row in record(story, signing) if row["user_id"] == who.user_id]
    assert [(row["state"], row["current"]) for row in mine] == [("declined", False), ("signed", True)]
    with pytest.raises(AlreadySigned):
        agreements.decline_version(who, signing["id"])


def test_a_signature_taken_back_stays_in_the_record(story: Story, clock: HandClock) -> None:
    holds, who = story.in_force(), story.members[0]
    clock.forward(hours=2)
    with pytest.raises(ProofRequired):
        agreements.withdraw_signature(who, holds["id"])
    with pytest.raises(ProofRequired):
        agreements.sign_version(who, holds["id"], holds["text_hash"], "member")
    back = agreements.withdraw_signature(proven(who), holds["id"], "I leave.")
    assert back.signature["state"] == "withdrawn"
    assert not agreements.withdraw_signature(proven(who), holds["id"]).created
    mine = [row for row in record(story, holds) if row["user_id"] == who.user_id]
    assert [(row["state"], row["current"]) for row in mine] == [("signed", False), ("withdrawn", True)]
    now = story.read(holds["id"])
    assert (now["state"], now["counts"]["signed"]) == ("in_force", 3)
    with unit_of_work():
        assert not agreements.has_signed(str(who.user_id), story.network.id)
    with pytest.raises(SignatureTakenBack):
        story.sign(holds, [who])
    signing = story.drafted()
    with pytest.raises(NotOpenForSigning):
        agreements.withdraw_signature(proven(who), signing["id"])


def test_c19_other_line_ends_are_the_same_text(story: Story) -> None:
    document = story.document()
    first = story.drafted(document)
    same = [ClauseIn(c["heading"] + "  ", c["text"] + "  \r\n", None, c["id"]) for c in first["clauses"]]
    again_drafted = story.drafted(document, from_version=first["id"], clauses=same)
    assert again_drafted["is_renewal"]
    assert [c["hash"] for c in again_drafted["clauses"]] == [c["hash"] for c in first["clauses"]]


def corrected(story: Story, holds: VersionView) -> VersionView:
    clauses = [ClauseIn(c["heading"], c["text"] + " Yes.", c["short"], c["id"]) for c in holds["clauses"]]
    made = agreements.draft_version(
        story.meta, holds["agreement_id"], from_version=holds["id"], clauses=clauses, is_correction=True,
        organisations=[],
    )  # fmt: skip
    return agreements.open_deliberation(story.meta, made["id"], made["version"])


def test_c19_a_small_correction_is_seen_for_seven_days(story: Story, clock: HandClock) -> None:
    holds = story.in_force(read_only_after=14)
    with pytest.raises(Invalid):
        story.drafted(holds["agreement_id"], from_version=holds["id"], is_correction=True, clauses=WORDS)
    shown = corrected(story, holds)
    assert (shown["state"], shown["is_correction"], shown["amendments_open"]) == ("deliberation", True, False)
    with pytest.raises(Conflict):
        agreements.freeze_version(story.meta, shown["id"], shown["version"])
    clock.forward(days=6)
    assert story.read(shown["id"])["state"] == "deliberation"
    clock.forward(days=1, seconds=1)
    now = story.read(shown["id"])
    assert (now["state"], now["based_on"], now["counts"]["signed"]) == ("in_force", holds["id"], 4)
    assert story.read(holds["id"])["state"] == "superseded"
    carried = record(story, now)
    assert {row["version_id"] for row in carried} == {holds["id"]}, "by reference, never silently"
    assert {row["text_hash"] for row in carried} == {holds["text_hash"]}
    with unit_of_work():
        assert agreements.has_signed(str(story.meta.user_id), story.network.id)
        assert agreements.agreement_due(str(story.meta.user_id), story.network.id) is None
    done = agreements.sign_version(proven(story.meta), now["id"], now["text_hash"], "member")
    assert not done.created, "who signed what was corrected has signed"


def test_c19_who_has_not_signed_is_asked_under_the_correction(story: Story, clock: HandClock) -> None:
    made, missing = story.signing(read_only_after=14), story.members[-1]
    story.sign(made, [story.meta, *story.members[:-1]])
    holds = agreements.activate_version(story.meta, made["id"], story.read(made["id"])["version"])
    before = holds["counts"]
    shown = corrected(story, holds)
    clock.forward(days=7, seconds=1)
    now = story.read(shown["id"])
    assert now["counts"] == before, "nobody is counted twice"
    assert str(missing.user_id) in _unsigned(story, now["id"])
    late = make_membership(story.network)
    asked = agreements.request_of_newcomer(system_actor("test"), story.network.id, late.user_id)
    assert asked == [now["id"]]
    signer = str(story.meta.user_id)
    assert agreements.request_of_newcomer(system_actor("test"), story.network.id, signer) == []
    with unit_of_work():
        assert [one["version_id"] for one in agreements.waiting_signatures(missing, story.network.id)] == [
            now["id"]
        ]
        newcomer = Actor("person", late.user_id)
        assert not agreements.must_read_only(newcomer, story.network.id)
    clock.forward(days=8)
    with unit_of_work():
        assert agreements.must_read_only(missing, story.network.id), "her fourteen days went on"
        assert not agreements.must_read_only(newcomer, story.network.id)
    clock.forward(days=23)
    with unit_of_work():
        assert agreements.must_read_only(newcomer, story.network.id)


def _unsigned(story: Story, version_id: str) -> set[str]:
    with unit_of_work():
        return {one["id"] for one in agreements.list_unsigned(story.meta, version_id)}


def test_c19_one_signer_is_enough_to_talk_about_it(story: Story, clock: HandClock) -> None:
    holds = story.in_force()
    shown = corrected(story, holds)
    user = make_membership(story.network)
    with unit_of_work():
        person = session().get_one(User, user.user_id)
        session().expunge(person)
    stranger_to_it = again(Actor("person", person.id, person.display_name))
    with pytest.raises(NotSigned):
        agreements.discuss_correction(stranger_to_it, shown["id"])
    talk = agreements.discuss_correction(story.members[0], shown["id"], "That is more than a comma.")
    assert (talk["is_correction"], talk["amendments_open"]) == (False, True)
    with pytest.raises(NotACorrection):
        agreements.discuss_correction(story.members[1], shown["id"])
    clock.forward(days=8)
    assert story.read(shown["id"])["state"] == "deliberation"
    assert story.read(holds["id"])["state"] == "in_force"


def test_c19_a_correction_of_rules_asks_nobody_anew(story: Story, clock: HandClock) -> None:
    holds = story.in_force(story.document("communication_rules"))
    shown = corrected(story, holds)
    clock.forward(days=7, seconds=1)
    assert story.read(shown["id"])["state"] == "in_force"
    for who in story.members:
        assert again(who).standings[story.network.id].rules_accepted
    with unit_of_work():
        assert agreements.rules_of_network(story.network.id)["id"] == shown["id"]
        assert agreements.has_accepted(story.members[0], shown["id"])


def test_c21_only_the_language_it_was_written_in_binds(story: Story) -> None:
    document = agreements.found_agreement(story.meta, story.network.id, "network_agreement", "Ours", "de")
    holds = story.in_force(document["id"])
    assert holds["language"] == "de"
    assert agreements.translated_clauses(holds, "en") is None


def test_c23_what_expires_while_its_renewal_fails(story: Story, clock: HandClock) -> None:
    """Dormancy and sanctions wait for their issues; the rules that hold stay named."""
    rules = story.in_force(
        story.document("communication_rules"), valid_until=clock.now().date() + timedelta(days=100)
    )
    document = story.document()
    holds = story.in_force(document, valid_until=clock.now().date() + timedelta(days=80))
    renewal = story.signing(document, from_version=holds["id"])
    clock.forward(days=90)
    assert story.read(renewal["id"])["state"] == "failed"
    assert story.read(holds["id"])["state"] == "expired"
    with unit_of_work():
        assert agreements.agreement_standing(story.network.id).state == "expired"
        assert agreements.rules_of_network(story.network.id)["id"] == rules["id"]
    assert story.read(rules["id"])["last_rules"]


def test_c24_of_two_who_activate_at_once_one_does(story: Story) -> None:
    signing = story.signing()
    story.sign(signing, [story.meta, *story.members])
    version = story.read(signing["id"])["version"]

    def activate() -> Any:
        return agreements.activate_version(story.meta, signing["id"], version)

    results = together(activate, activate)
    won = [each for each in results if not isinstance(each, Exception)]
    lost = [each for each in results if isinstance(each, VersionConflict)]
    assert (len(won), len(lost)) == (1, 1), results
    assert lost[0].current is not None
    assert lost[0].current["state"] == "in_force"
    with unit_of_work():
        held = select(func.count()).select_from(AgreementVersion).where(AgreementVersion.state == "in_force")
        assert session().scalar(held.where(AgreementVersion.agreement_id == signing["agreement_id"])) == 1


def test_in_rooms_that_need_the_agreement_who_has_not_signed_reads(story: Story, clock: HandClock) -> None:
    room = make_room(story.network)
    topic, late = make_topic(room, story.meta), story.members[2]
    changed = discussions.change_room(story.meta, room.id, expected_version=1, needs_agreement=True)
    assert changed["needs_agreement"]
    signing = story.signing(read_only_after=14)
    story.sign(signing, [story.meta, *story.members[:2]])
    agreements.activate_version(story.meta, signing["id"], story.read(signing["id"])["version"])
    discussions.post_message(again(late), topic.id, "I still have time.", "late-1")
    clock.forward(days=15)
    with pytest.raises(AgreementNotSigned):
        discussions.post_message(again(late), topic.id, "Too late.", "late-2")
    discussions.post_message(again(story.members[0]), topic.id, "I signed.", "signed-1")
    story.sign(signing, [late])
    discussions.post_message(again(late), topic.id, "Now I signed.", "late-3")


def test_no_count_is_stored(story: Story) -> None:
    """What is counted is counted from the rows, each time."""
    signing = story.signing()
    story.sign(signing, story.members)
    with unit_of_work():
        gone = select(Signature.id).where(Signature.user_id == story.members[0].user_id)
        session().execute(update(Signature).where(Signature.id.in_(gone)).values(state="declined"))
        assert agreements.get_agreement_version(story.meta, signing["id"])["counts"] == {
            "requested": 4, "signed": 2, "declined": 1,
        }  # fmt: skip
