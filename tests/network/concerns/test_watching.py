"""What waits too long is told, and what is over goes: not a day sooner."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.base import Base
from models.concerns import Concern
from network import concerns
from network.concerns.commands.watching import RECORDS, tell_overdue, tidy, watch
from network.kernel.errors import Forbidden
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.network.concerns.stage import CANARY, Stage, letters, set_stage
from tests.running import HandClock, LetterBox


@pytest.fixture
def stage(live: Runtime) -> Stage:
    return set_stage()


def raised(stage: Stage, *about: str) -> str:
    return concerns.raise_concern(stage.member, stage.network.id, CANARY, about)["id"]


def test_lead_deputy_and_organisation_hear_that_nobody_looked_for_two_days(
    stage: Stage, clock: HandClock, letterbox: LetterBox
) -> None:
    concern_id = raised(stage)
    whom = (stage.lead, stage.deputy, stage.steward, stage.meta_mentor, stage.operator)
    letters(letterbox, *whom)
    clock.forward(hours=47, minutes=59)
    watch()
    assert letters(letterbox, *whom) == [0, 0, 0, 0, 0]
    clock.forward(minutes=1)
    assert (watch(), watch()) == (1, 0), "once"
    assert not any("Zyglophon" in one.as_string() for one in letterbox.letters)
    assert letters(letterbox, *whom) == [1, 1, 1, 0, 0]
    clock.forward(hours=48)
    assert watch() == 1, "and again while nobody reads it"
    concerns.read_concern(stage.deputy, concern_id)
    assert letters(letterbox, *whom) == [0, 0, 0, 0, 0], "somebody read it before the letters left"
    clock.forward(hours=96)
    assert watch() == 0


def test_who_is_named_hears_nothing_of_what_waits(
    stage: Stage, clock: HandClock, letterbox: LetterBox
) -> None:
    raised(stage, stage.id_of("lead"), stage.id_of("steward"))
    whom = (stage.lead, stage.deputy, stage.steward)
    assert letters(letterbox, *whom) == [0, 1, 0]
    clock.forward(hours=48)
    assert watch() == 1
    assert letters(letterbox, *whom) == [0, 1, 0]
    with pytest.raises(Forbidden):
        tell_overdue(stage.lead)


def left() -> list[int]:
    tables: list[type[Base]] = [Concern, *RECORDS]
    with unit_of_work():
        return [session().scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_a_concern_goes_after_its_review_and_not_a_day_sooner(
    stage: Stage, clock: HandClock, letterbox: LetterBox
) -> None:
    goes, stays = raised(stage, "Uwe"), raised(stage, "Uwe")
    for concern_id in (goes, stays):
        concerns.note_concern(stage.lead, concern_id, "Settled.", "closing")
    letters(letterbox, stage.lead)
    clock.forward(days=3 * 365 - 31)
    tidy()
    assert letters(letterbox, stage.lead, stage.steward) == [0, 0]
    clock.forward(days=1)
    tidy()
    assert letters(letterbox, stage.lead, stage.deputy, stage.steward) == [2, 2, 0]
    concerns.note_concern(stage.lead, stays, "The court asks for it.", "keep")
    clock.forward(days=29)
    assert tidy() == 0
    clock.forward(days=2)
    before = left()
    assert tidy() == 1
    assert left() == [one - two for one, two in zip(before, [1, 1, 1, 1, 4, 1], strict=True)]
    assert concerns.read_concern(stage.lead, stays)["notes"][-1]["kind"] == "keep"
    clock.forward(days=364)
    tidy()
    clock.forward(days=31)
    tidy()
    assert left() == [0] * 6
