"""What people are told of agreements: to read, to fix, to sign, to accede, and of what ends; each once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

import network.agreements.subscriptions
import network.notifications.mails
from models.agreements import AgreementVersion
from models.notifications import Notice
from models.organisations import Steward
from models.people import User
from network import agreements, membership, notifications
from network.kernel.actor import Actor, system_actor
from network.kernel.failures import counted_failures
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.notifications.commands.reminding import reminded
from network.notifications.rules.affairs import SIGN, SIGN_SOON
from tests.factories.membership import member_of, proven
from tests.factories.people import make_user
from tests.factories.stories import Story, make_story
from tests.network.notifications.conftest import Run, text_of
from tests.network.notifications.test_affairs import to
from tests.network.notifications.test_notices import change
from tests.running import HandClock, LetterBox

assert network.agreements.subscriptions, "decisions start the signing"
assert network.notifications.mails, "letters are registered"


@pytest.fixture
def story(live: Runtime, clock: HandClock) -> Story:
    made = make_story(clock)
    change(User, User.id.is_not(None), time_zone="UTC", language="en")
    return made


@pytest.fixture
def jobs(jobs: Run) -> Run:
    """Let all jobs run; who got which subject about an agreement."""
    return lambda: [each for each in jobs() if each.endswith("Our agreement")]


def everybody(story: Story) -> list[Actor]:
    return [story.meta, *story.members]


def leads(story: Story, subject: str) -> list[str]:
    """The meta-mentor and whoever acts for the organisation."""
    acting = select(User.email).join(Steward, Steward.user_id == User.id)
    with unit_of_work():
        mine = Steward.organisation_id == story.network.organisation_id
        addresses = [story.meta.email, *session().scalars(acting.where(mine))]
    return sorted(f"{address} | {subject}" for address in addresses)


def test_from_the_draft_to_the_reminders(
    story: Story, jobs: Run, clock: HandClock, letterbox: LetterBox
) -> None:
    jobs()
    draft = story.talked_about(signing_until=clock.now() + timedelta(days=40), read_only_after=30)
    assert jobs() == sorted(to(one, "A draft to read: Our agreement") for one in everybody(story))
    clock.forward(days=7)
    talk = story.read(draft["id"])
    once = agreements.freeze_version(story.steward, draft["id"], talk["version"])
    agreements.freeze_version(story.meta, draft["id"], once["version"])
    assert jobs() == leads(story, "The text is fixed: Our agreement")
    story.decide(story.ask(draft["id"]))
    signing = story.read(draft["id"])
    assert signing["state"] == "signing"
    assert jobs() == sorted(to(one, "Your signature, please: Our agreement") for one in everybody(story))
    [letter] = [
        each for each in letterbox.to(story.members[0].email or "") if "signature" in str(each["Subject"])
    ]
    said = text_of(letter)
    assert "saying nothing is never a signature" in said
    assert "can only read in the rooms" in said
    assert letter["List-Unsubscribe"] is None
    story.sign(signing, story.members[:1])
    agreements.decline_version(proven(story.members[1]), draft["id"])
    missing = sorted(
        to(one, "You have not signed yet: Our agreement") for one in (story.meta, story.members[2])
    )
    assert signing["signing_until"] is not None
    clock.forward(seconds=(signing["signing_until"] - clock.now()).total_seconds() - 6.9 * 86400)
    assert jobs() == missing
    assert jobs() == []
    clock.forward(days=6)
    assert jobs() == missing
    assert jobs() == []


def test_that_silence_will_count_is_said_in_the_letter_with_which_the_talk_begins(
    live: Runtime, jobs: Run, clock: HandClock, letterbox: LetterBox
) -> None:
    small = make_story(clock, size="small")
    change(User, User.id.is_not(None), language="en")
    rules = small.document("communication_rules")
    small.talked_about(rules, members="0/1", silence="announced")
    jobs()
    [letter] = letterbox.to(small.members[0].email or "")
    assert "When everybody is asked, silence is a yes, and nobody has to sign." in text_of(letter)


def test_a_fixed_text_that_nobody_asked_about_and_an_end_that_was_decided(
    story: Story, jobs: Run, clock: HandClock, letterbox: LetterBox
) -> None:
    jobs()
    frozen = story.frozen()
    jobs()
    clock.forward(days=22)
    assert jobs() == []
    clock.forward(days=1)
    assert jobs() == leads(story, "Nobody has asked the members yet: Our agreement")
    assert "If nobody asks them by" in text_of(letterbox.letters[0])
    assert jobs() == []
    story.decide(story.ask(frozen["id"]))
    story.sign(story.read(frozen["id"]), everybody(story))
    holds = agreements.activate_version(story.meta, frozen["id"], story.read(frozen["id"])["version"])
    jobs()
    effect = {"type": "end_agreement", "id": holds["id"], "value": None}
    story.decide(story.ask("", question="Do we end it?", effect=effect))
    said = {f"{one.email} | It will end: Our agreement" for one in everybody(story)}
    assert jobs() == sorted({*said, *leads(story, "It will end: Our agreement")})
    ending = [one for one in letterbox.letters if str(one["Subject"]).startswith("It will end")]
    assert all("Until then it holds." in text_of(one) for one in ending)
    assert jobs() == []


def test_dead_jobs_make_one_reminder_of_two(story: Story, jobs: Run, clock: HandClock) -> None:
    signing = story.signing(signing_until=clock.now() + timedelta(days=40))
    jobs()
    assert signing["signing_until"] is not None
    clock.forward(seconds=(signing["signing_until"] - clock.now()).total_seconds() - 3600 * 20)
    assert len(jobs()) == len(everybody(story))
    assert jobs() == []


def test_who_missed_both_reminders_because_of_dead_jobs_gets_the_last_one_late(
    story: Story, jobs: Run, clock: HandClock, letterbox: LetterBox
) -> None:
    signing = story.signing(read_only_after=14)
    story.sign(signing, everybody(story)[:3])
    agreements.activate_version(story.meta, signing["id"], story.read(signing["id"])["version"])
    jobs()
    missing = to(story.members[2], "You have not signed yet: Our agreement")
    clock.forward(days=15)  # the jobs were dead until her time was over
    with unit_of_work():
        assert agreements.must_read_only(story.members[2], story.network.id)
    assert jobs() == [missing]
    said = text_of(letterbox.letters[0])
    assert "The time for it was until" in said and "You can still sign." in said
    clock.forward(days=1)
    assert jobs() == []


def test_who_was_reminded_twice_hears_nothing_when_her_time_is_over(
    story: Story, jobs: Run, clock: HandClock
) -> None:
    signing = story.signing(read_only_after=14)
    story.sign(signing, everybody(story)[:3])
    agreements.activate_version(story.meta, signing["id"], story.read(signing["id"])["version"])
    jobs()
    told = []
    for days in (8, 5, 2, 20, 20):
        clock.forward(days=days)
        told.append(len(jobs()))
    assert told == [1, 1, 0, 0, 0]


def test_requests_and_reminders_that_waited_together_leave_as_one_letter(
    story: Story, jobs: Run, clock: HandClock
) -> None:
    jobs()
    signing = story.signing(signing_until=clock.now() + timedelta(days=40))
    assert signing["signing_until"] is not None
    for left in (20, 6.9, 0.9):  # days; nothing is sent meanwhile
        clock.forward(seconds=(signing["signing_until"] - clock.now()).total_seconds() - left * 86400)
        notifications.derive_notices()
        notifications.remind()
    with unit_of_work() as unit:
        told = select(Notice.kind).where(Notice.entity_id == signing["id"])
        hers = unit.session.scalars(told.where(Notice.user_id == story.members[0].user_id)).all()
        assert (hers.count(SIGN), hers.count(SIGN_SOON)) == (1, 2)
    mine = [one for one in jobs() if one.startswith(f"{story.members[0].email} ")]
    assert [one for one in mine if "igned" in one or "ignature" in one] == [
        to(story.members[0], "Your signature, please: Our agreement")
    ]


def test_c20_a_newcomer_is_asked_when_she_accepted_the_rules_and_reminded_once(
    story: Story, jobs: Run, clock: HandClock, letterbox: LetterBox
) -> None:
    holds = story.in_force()
    jobs()
    user = make_user(time_zone="UTC", language="en")
    newcomer = member_of(story.network, user=user)
    membership_id = newcomer.standings[story.network.id].membership_id or ""
    membership.pause_membership(newcomer, membership_id, 1)
    membership.resume_membership(newcomer, membership_id, 2)  # a change of hers is what asks her
    with unit_of_work():
        due = agreements.agreement_due(newcomer.user_id or "", story.network.id)
    assert due is not None
    assert jobs() == [], "no mail before she accepted the rules in short"
    with unit_of_work():
        rules = agreements.rules_of_network(story.network.id)["id"]
    agreements.accept_rules(newcomer, story.network.id, rules)
    assert jobs() == [to(newcomer, "What you join: Our agreement")]
    said = text_of(letterbox.letters[0])
    assert "Until then you can already read, greet and ask." in said
    assert f"/network/{story.network.slug}/agreements/v/{holds['id']}" in said
    clock.forward(days=24)
    assert jobs() == [to(newcomer, "You have not signed yet: Our agreement")]
    clock.forward(days=5, hours=2)
    assert jobs() == [], "one reminder, not two"


@pytest.mark.parametrize("field", ["review_on", "valid_until"])
def test_c23_reminders_of_review_and_end_come_once_each_and_none_is_made_up_for(
    story: Story, jobs: Run, clock: HandClock, field: str
) -> None:
    subject = {
        "review_on": "Soon to be looked at again: Our agreement", "valid_until": "Ends soon: Our agreement",
    }[field]  # fmt: skip
    holds = story.in_force()
    jobs()
    day = (clock.now() + timedelta(days=100)).date()
    change(AgreementVersion, AgreementVersion.id == holds["id"], **{field: day})
    told = leads(story, subject)
    assert jobs() == []
    clock.forward(days=40)
    assert jobs() == told
    assert jobs() == []
    clock.forward(days=45)  # the jobs were dead when 30 days were left
    assert jobs() == told
    clock.forward(days=8)
    assert jobs() == told
    clock.forward(days=1)
    assert jobs() == []
    with unit_of_work():
        assert session().get_one(AgreementVersion, holds["id"]).state == "in_force"


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        ("review_on", "Time to look again: Our agreement"),
        ("valid_until", "Its term is over: Our agreement"),
    ],
)
def test_c23_jobs_that_were_dead_over_the_day_itself_tell_it_late_and_once(
    story: Story, jobs: Run, clock: HandClock, field: str, subject: str
) -> None:
    holds = story.in_force()
    jobs()
    day = (clock.now() + timedelta(days=65)).date()
    change(AgreementVersion, AgreementVersion.id == holds["id"], **{field: day})
    clock.forward(days=10)
    assert len(jobs()) == len(leads(story, subject)), "sixty days before"
    clock.forward(days=60)
    assert jobs() == leads(story, subject)
    clock.forward(days=1)
    assert jobs() == []


def test_one_day_at_the_end_of_time_stops_nobodys_reminders(
    story: Story, jobs: Run, clock: HandClock
) -> None:
    far, holds = make_story(clock).in_force(), story.in_force()
    day = (clock.now() + timedelta(days=60)).date()
    jobs()
    change(AgreementVersion, AgreementVersion.id == far["id"], valid_until=date.max, review_on=date.max)
    change(AgreementVersion, AgreementVersion.id == holds["id"], review_on=day)
    assert jobs() == leads(story, "Soon to be looked at again: Our agreement")


def test_a_reminder_that_fails_is_counted_and_stops_no_other() -> None:
    def fails(actor: Actor, each: str) -> int:
        raise OverflowError

    before = counted_failures().get("reminder", 0)
    assert reminded(fails, system_actor("notifications.remind"), "one") == 0
    assert counted_failures()["reminder"] == before + 1


def test_c22_authors_hear_of_the_answer_and_of_a_clause_that_changed(
    story: Story, jobs: Run, letterbox: LetterBox
) -> None:
    jobs()
    talk = story.talked_about()
    jobs()
    clause, (ann, bob, carl) = talk["clauses"][0], story.members
    first, second, third = (
        agreements.submit_amendment(who, talk["id"], each["id"], each["hash"], "Other words.", "Clearer.")
        for who, each in ((ann, clause), (bob, clause), (carl, talk["clauses"][1]))
    )
    agreements.accept_amendment(story.meta, first["id"], first["version"])
    agreements.reject_amendment(story.meta, third["id"], third["version"], "It was fine.")
    answered, outdated = "Your proposal was answered: Our agreement", "Your proposal: the clause has changed"
    told = jobs()
    letters = sorted(f"{letter['To']} | {letter['Subject']}" for letter in letterbox.letters)
    assert told == sorted(to(one, answered) for one in (ann, carl))
    assert letters == sorted([*told, to(bob, outdated)])
    assert "It was fine." in text_of(letterbox.to(carl.email or "")[0])
    assert second["state"] == "submitted"
    assert jobs() == []
