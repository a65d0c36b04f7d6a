"""Concerns: to whom they go, who reads and writes what, what a letter says, what is written down about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.base import Base
from models.concerns import Concern, ConcernLook
from models.event_log import Event
from network import concerns
from network.kernel import outbox
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import (
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    SecondFactorNeeded,
    Unauthenticated,
)
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.membership import again, make_membership, member_of, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.network.concerns.stage import CANARY, Stage, letters, set_stage
from tests.running import HandClock, LetterBox, running


@pytest.fixture
def stage(live: Runtime) -> Stage:
    return set_stage()


def raised(stage: Stage, *about: str, danger: bool = False) -> str:
    made = concerns.raise_concern(stage.member, stage.network.id, CANARY, about, danger=danger)
    return made["id"]


def listed(actor: Actor) -> list[str]:
    with unit_of_work():
        return [one["id"] for one in concerns.list_concerns(actor, PageRequest()).items]


def count(table: type[Base]) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


def test_a_concern_goes_to_lead_and_deputy_with_a_receipt(stage: Stage, letterbox: LetterBox) -> None:
    receipt = concerns.raise_concern(stage.member, stage.network.id, f"  {CANARY} ", ["Aunt Ruth"])
    assert receipt["accounts"] == [{"body": CANARY, "at": receipt["raised_at"]}]
    assert (receipt["state"], receipt["mine"], receipt["handles"]) == ("waiting", True, False)
    assert [one["role"] for one in receipt["told"]] == ["safeguarding_lead", "safeguarding_deputy"]
    assert receipt["about"] == [{"user": None, "name": "Aunt Ruth"}]
    assert (receipt["notes"], receipt["looks"], receipt["raised_by"]) == ([], [], None)
    everybody = [stage.lead, stage.deputy, *(stage.people[one] for one in
                 ("meta_mentor", "steward", "operator", "member", "other"))]  # fmt: skip
    assert letters(letterbox, *everybody) == [1, 1, 0, 0, 0, 0, 0]


def test_letters_say_how_urgent_it_is_and_not_a_word_of_it(stage: Stage, letterbox: LetterBox) -> None:
    for danger in (False, True):
        raised(stage, danger=danger)
        outbox.drain()
        for letter in letterbox.letters:
            words = letter.as_string()
            assert "Zyglophon" not in words
            assert ("Urgent" in letter["Subject"]) is danger
        assert len(letterbox.letters) == 2
        letterbox.letters.clear()


def test_reading_is_written_down_and_shown(stage: Stage, clock: HandClock) -> None:
    concern_id = raised(stage)
    seen = concerns.read_concern(stage.lead, concern_id)
    assert (seen["state"], seen["handles"], seen["accounts"][0]["body"]) == ("in_hand", True, CANARY)
    assert seen["raised_by"] is not None
    assert seen["raised_by"]["id"] == stage.id_of("member")
    clock.forward(hours=1)
    seen = concerns.read_concern(stage.deputy, concern_id)
    assert [one["user"]["id"] for one in seen["looks"]] == [stage.id_of("lead"), stage.id_of("deputy")]
    assert seen["first_seen_at"] == seen["looks"][0]["at"]
    mine = concerns.read_concern(stage.member, concern_id)
    assert (mine["state"], mine["looks"], mine["notes"]) == ("in_hand", [], [])
    assert count(ConcernLook) == 2, "who raised it does not look at a stranger's words"


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("lead", None, None), ("deputy", None, None), ("member", None, Forbidden),
        ("meta_mentor", NotFound, NotFound), ("steward", NotFound, NotFound), ("other", NotFound, NotFound),
        ("operator", NotFound, NotFound),
    ],
)  # fmt: skip
def test_who_reads_and_who_writes_what_was_done(
    stage: Stage, who: str, reads: type[DomainError] | None, writes: type[DomainError] | None
) -> None:
    concern_id, actor = raised(stage), stage.people[who]
    for refusal, act in (
        (reads, lambda: concerns.read_concern(actor, concern_id)),
        (writes, lambda: concerns.note_concern(actor, concern_id, "Called.", "action")),
    ):
        if refusal is None:
            act()
        else:
            with pytest.raises(refusal):
                act()
    assert listed(actor) == ([concern_id] if reads is None else [])


def test_what_was_done_is_noted_and_nothing_changes(stage: Stage) -> None:
    concern_id = raised(stage)
    concerns.note_concern(stage.lead, concern_id, "Called the youth office.", "told")
    view = concerns.note_concern(stage.deputy, concern_id, "She is safe.", "closing")
    assert [(one["kind"], one["author"]["id"]) for one in view["notes"]] == [
        ("told", stage.id_of("lead")), ("closing", stage.id_of("deputy")),
    ]  # fmt: skip
    assert view["state"] == "closed"
    mine = concerns.read_concern(stage.member, concern_id)
    assert (mine["state"], mine["notes"]) == ("closed", [])


def test_who_raised_it_adds_to_it_and_it_waits_again(stage: Stage, letterbox: LetterBox) -> None:
    concern_id = raised(stage)
    concerns.note_concern(stage.lead, concern_id, "Settled.", "closing")
    letters(letterbox, stage.lead)
    mine = concerns.note_concern(stage.member, concern_id, "It happened again.")
    assert (mine["state"], [one["body"] for one in mine["accounts"]]) == (
        "waiting", [CANARY, "It happened again."],
    )  # fmt: skip
    assert letters(letterbox, stage.lead, stage.deputy, stage.meta_mentor) == [1, 1, 0]
    with pytest.raises(Forbidden):
        concerns.note_concern(stage.lead, concern_id, "Me too.", "addition")
    with pytest.raises(Invalid):
        concerns.note_concern(stage.lead, concern_id, "He as well.", about=["Uwe"])


@pytest.mark.parametrize(
    ("named", "left"),
    [
        ([], ["lead", "deputy"]), (["lead"], ["deputy"]), (["deputy"], ["lead"]), (["meta_mentor"],
         ["lead", "deputy"]), (["lead", "deputy"], []),
    ],
)  # fmt: skip
def test_it_never_goes_to_who_is_named(
    stage: Stage, letterbox: LetterBox, named: list[str], left: list[str]
) -> None:
    about = [stage.id_of(role) for role in named]
    if not left:
        with pytest.raises(concerns.NobodyAppointed) as refused:
            raised(stage, *about)
        assert all(stage.people[role].name not in refused.value.message for role in named)
        assert count(Concern) == 0
    else:
        concern_id = raised(stage, *about)
        for role in ("lead", "deputy"):
            assert listed(stage.people[role]) == ([concern_id] if role in left else []), role
    everybody = ("lead", "deputy", "meta_mentor")
    told = letters(letterbox, *(stage.people[role] for role in everybody))
    assert told == [int(role in left) for role in everybody]


def test_a_typed_name_counts_like_the_person_who_bears_it(stage: Stage, letterbox: LetterBox) -> None:
    concern_id = raised(stage, stage.lead.name.upper(), "Somebody else")
    assert letters(letterbox, stage.lead, stage.deputy) == [0, 1]
    with pytest.raises(NotFound):
        concerns.read_concern(stage.lead, concern_id)
    about = concerns.read_concern(stage.deputy, concern_id)["about"]
    assert [one["user"]["id"] if one["user"] else one["name"] for one in about] == [
        stage.id_of("lead"), "Somebody else",
    ]  # fmt: skip


def test_who_is_named_later_loses_sight_of_it(stage: Stage, letterbox: LetterBox) -> None:
    concern_id = raised(stage)
    concerns.read_concern(stage.lead, concern_id)
    concerns.note_concern(stage.member, concern_id, "He did it.", about=[stage.id_of("lead")])
    # The letters of before wait still: to who is named by now none leaves.
    assert letters(letterbox, stage.lead, stage.deputy) == [0, 2]
    with pytest.raises(NotFound):
        concerns.read_concern(stage.lead, concern_id)
    with pytest.raises(concerns.NobodyAppointed):
        concerns.note_concern(stage.member, concern_id, "Both.", about=[stage.id_of("deputy")])
    assert len(concerns.read_concern(stage.deputy, concern_id)["accounts"]) == 2, "nothing was stored"


@pytest.mark.parametrize(
    ("lead", "deputy", "paused", "answer"),
    [
        (True, False, "", None), (False, True, "", None), (False, False, "", concerns.NobodyAppointed),
        (True, False, "lead", concerns.NobodyAppointed),
    ],
)  # fmt: skip
def test_where_nobody_is_there_nothing_is_stored_or_sent(
    live: Runtime, letterbox: LetterBox, lead: bool, deputy: bool, paused: str, answer: Any
) -> None:
    stage = set_stage(lead=lead, deputy=deputy)
    if paused:
        away = stage.people[paused]
        with live.database.engine.begin() as connection:
            table = Base.metadata.tables["memberships"]
            own = table.c.user_id == away.user_id
            connection.execute(table.update().where(own).values(state="paused"))
    with unit_of_work():
        there = concerns.people_for_concerns(stage.member, stage.network.id)
    assert len(there) == (1 if answer is None else 0)
    if answer is None:
        raised(stage)
    else:
        with pytest.raises(answer):
            raised(stage)
        assert count(Concern) == count(Base.metadata.tables["outbox_mails"]) == 0  # type: ignore[arg-type]


def test_who_may_raise_one(stage: Stage) -> None:
    network_id = stage.network.id
    suspended = make_user()
    make_membership(stage.network, suspended, suspended_until=stage.network.created_at.replace(year=2030))
    open_network = make_network(visibility="listed")
    for actor, wanted, refusal in (
        (standing_actor(suspended), network_id, None),
        (stage.steward, network_id, None),
        (member_of(make_network()), network_id, NotFound),
        (ANONYMOUS, network_id, NotFound),
        (ANONYMOUS, open_network.id, Unauthenticated),
        (stage.member, open_network.id, Forbidden),
    ):
        if refusal is None:
            assert concerns.raise_concern(actor, wanted, CANARY)["mine"]
        else:
            with pytest.raises(refusal):
                concerns.raise_concern(actor, wanted, CANARY)
    for what, about in (
        ("  ", []), ("x" * 10_001, []), (CANARY, ["n" * 201]), (CANARY, [str(n) for n in range(21)]),
        (CANARY, [standing_actor(make_user()).user_id or ""]),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            concerns.raise_concern(stage.member, network_id, what, about)


def test_it_leaves_no_trace_in_the_audit_trail_and_the_log_of_events(stage: Stage) -> None:
    concern_id = raised(stage, stage.id_of("meta_mentor"))
    concerns.read_concern(stage.lead, concern_id)
    concerns.note_concern(stage.lead, concern_id, "Called.", "action")
    assert count(AuditRow) == count(Event) == 0


def test_lead_and_deputy_need_a_second_factor_before_they_read(database_url: str, tmp_path: Path) -> None:
    with running(database_url, tmp_path, second_factor="required"):
        stage = set_stage()
        concern_id = raised(stage)
        for act in (
            lambda: concerns.read_concern(stage.lead, concern_id),
            lambda: listed(stage.lead),
            lambda: concerns.note_concern(stage.lead, concern_id, "Called.", "action"),
        ):
            with pytest.raises(SecondFactorNeeded):
                act()
        assert count(ConcernLook) == 0
        assert concerns.read_concern(stage.member, concern_id)["mine"]
        with_one = member_of(
            stage.network, "safeguarding_deputy", user=make_user(second_factor_at=stage.network.created_at)
        )
        assert concerns.read_concern(replace(again(with_one), has_second_factor=True), concern_id)["handles"]
