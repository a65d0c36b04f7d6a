"""Who is asked in which capacity, silence beside signatures, and whom a reminder keeps waiting: nobody."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

import network.agreements.subscriptions
from models.organisations import Steward
from network import agreements, notifications
from network.agreements.rules.signing import SilenceSignsNothing
from network.kernel import runtime
from network.kernel.actor import Actor
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
