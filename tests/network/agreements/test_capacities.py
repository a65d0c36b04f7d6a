"""Who is asked in which capacity, silence beside signatures, and whom a reminder keeps waiting: nobody."""

from __future__ import annotations

import hashlib
import threading
import unicodedata

import pytest
from sqlalchemy import text

import network.agreements.subscriptions
from models.organisations import Steward
from network import agreements, notifications, people
from network.agreements.rules.signing import SilenceSignsNothing
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.membership import again, proven, standing_actor
from tests.factories.people import make_user, save
from tests.factories.stories import Story, make_story
from tests.running import HandClock

assert network.agreements.subscriptions, "effects are registered"


@pytest.fixture
def story(live: Runtime, clock: HandClock) -> Story:
    return make_story(clock)


def another_steward(story: Story, of: Actor | None = None) -> Actor:
    person = make_user() if of is None else None
    user_id = of.id if of is not None else person.id  # type: ignore[union-attr]
    save(
        Steward(
            id=new_id(), organisation_id=story.network.organisation_id, user_id=user_id,
            since=story.clock.now(), ended_at=None,
        )
    )  # fmt: skip
    return again(of) if of is not None else standing_actor(person)  # type: ignore[arg-type]


def waits(who: Actor, story: Story) -> list[str | None]:
    with unit_of_work():
        found = agreements.waiting_signatures(again(who), story.network.id)
    return [one["organisation_id"] for one in found]


def states(who: Actor, version_id: str) -> dict[str | None, str | None]:
    with unit_of_work():
        found = agreements.my_signatures(again(who), version_id)
    return {one["organisation_id"]: one["state"] for one in found}


def test_each_capacity_waits_by_itself_and_for_each_steward(story: Story) -> None:
    organisation = story.network.organisation_id
    both, other = another_steward(story, story.members[0]), another_steward(story)
    made = story.signing(organisations=[organisation])
    assert sorted(waits(both, story), key=str) == sorted([None, organisation], key=str)
    agreements.decline_version(other, made["id"], "", "organisation", organisation)
    assert waits(other, story) == [], "she said no"
    assert organisation in waits(both, story), "another's no is not hers"
    assert states(both, made["id"]) == {None: None, organisation: None}
    assert states(other, made["id"])[organisation] == "declined"
    sign = lambda who: agreements.sign_version(  # noqa: E731
        proven(who), made["id"], made["text_hash"], "organisation", organisation
    )
    sign(both)
    assert waits(both, story) == [None]
    assert waits(story.steward, story) == [], "it has signed, whoever did it"
    assert states(other, made["id"])[organisation] == "signed"
    agreements.withdraw_signature(proven(both), made["id"], "", "organisation", organisation)
    assert waits(both, story) == [None], "she took it back"
    assert waits(story.steward, story) == [organisation], "and it has signed no more"
    sign(story.steward)
    assert states(both, made["id"])[organisation] == "signed"
    assert story.read(made["id"])["counts"]["signed"] == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_silence_and_signatures_do_not_go_together(live: Runtime, clock: HandClock) -> None:
    story = make_story(clock, size="small")
    document = story.document("communication_rules")
    with pytest.raises(SilenceSignsNothing) as refusal:
        story.drafted(document, members="1/2", silence="announced")
    assert (refusal.value.code, list(refusal.value.faults)) == ("silence_signs_nothing", ["silence"])
    quiet = story.drafted(document, members="0/1", silence="announced")
    with pytest.raises(SilenceSignsNothing):
        agreements.change_version(story.meta, quiet["id"], 1, {"members": "2/3"})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_reminders_keep_nobody_waiting_who_signs(story: Story, clock: HandClock) -> None:
    """Somebody is in the middle of signing: she holds the version as signers do."""
    made = story.signing()
    clock.forward(days=28)
    with runtime.current().database.engine.connect() as signing:
        signing.execute(text("SELECT 1 FROM agreement_versions WHERE id = :id FOR SHARE"), {"id": made["id"]})
        reminding = threading.Thread(target=notifications.remind)
        reminding.start()
        reminding.join(20)
        waited = reminding.is_alive()
        signing.rollback()
    reminding.join(20)
    assert not waited


ODD = (
    "مرحبا بكم \u202eabc\u202c", "e\u0301te\u0301 und A\u030angstro\u0308m",
    "zero\u200bwidth\u200djoined \ufeffmark",
    "Zeile eins  \r\nZeile zwei\t\rZeile drei \n\n", "👩‍👩‍👧 und 𝒜𝓁𝓁𝑒", "क्षि ज्ञ שָׁלוֹם",
)  # fmt: skip


def test_a_long_text_in_any_script_has_one_hash_wherever_it_lies(story: Story) -> None:
    """The hash by contract.md, computed here once more from what was sent."""
    words = [
        agreements.ClauseIn(f"{number} {ODD[number % 6][:9].splitlines()[0]}", ODD[number % 6])
        for number in range(60)
    ]
    made = story.signing(clauses=words, members="1/2")
    said = "".join(
        f"{_plain(one.heading).strip()}\n{_plain(one.text).strip()}\n\n" for one in words
    )  # fmt: skip
    assert made["text_hash"] == hashlib.sha256(said.encode()).hexdigest()
    assert "".join(f"{one['heading']}\n{one['text']}\n\n" for one in made["clauses"]) == said
    story.sign(made, [story.meta])
    assert story.read(made["id"])["text_hash"] == made["text_hash"]
    paper = agreements.issue_document(again(story.meta), made["id"])
    assert paper.content.startswith(b"%PDF")


def _plain(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines)


def test_signing_ends_at_its_moment_and_an_erasure_in_between_changes_no_count(
    story: Story, clock: HandClock
) -> None:
    made = story.signing()
    assert made["signing_until"] is not None
    story.sign(made, story.members[:2])
    clock.forward(seconds=(made["signing_until"] - clock.now()).total_seconds() - 1)
    people.close_account(system_actor("tests"), str(story.members[0].user_id), "asked for")
    story.sign(made, story.members[2:])
    counts = story.read(made["id"])["counts"]
    assert counts["signed"] == 3
    clock.forward(seconds=1)
    late = proven(story.meta)
    signed = agreements.sign_version(late, made["id"], made["text_hash"], "member")
    assert signed.created, "the rule was met, so it came into force, and who is late may still sign"
    now = story.read(made["id"])
    assert (now["state"], now["counts"]["signed"]) == ("in_force", 4)
    other = story.signing()
    clock.forward(days=31)
    with pytest.raises(agreements.NotOpenForSigning):
        agreements.sign_version(proven(story.meta), other["id"], other["text_hash"], "member")
    assert story.read(other["id"])["counts"]["signed"] == 0
