"""A list is chosen, looked at, taken in part by part, and forgotten."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from models.courses import Completion, CourseSession, UploadedList
from models.organisations import Organisation, Steward
from network import courses
from network.courses import ListUnreadable
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import Forbidden, NotFound
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.courses import make_course_session
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import actor_of, make_user
from tests.running import HandClock

LINES = [f"Person {n},p{n}@mail.example,2026-05-12" for n in range(25)]
DATA = "\n".join(["Name,Email,Completed on", *LINES, "Nobody,,2026-05-12"]).encode()


@pytest.fixture
def organisation(live: Runtime) -> Organisation:
    return make_organisation()


@pytest.fixture
def steward(organisation: Organisation) -> Actor:
    return steward_of(organisation)


@pytest.fixture
def course(organisation: Organisation) -> CourseSession:
    return make_course_session(organisation)


def taken_in(course: CourseSession) -> int:
    with unit_of_work():
        counted = select(func.count()).where(Completion.course_session_id == course.id)
        return session().scalar(counted) or 0


def files(live: Runtime) -> list[str]:
    return sorted(path.name for path in (live.settings.data_dir / "uploads" / "imports").glob("*"))


def test_looking_at_a_list_takes_nobody_in(live: Runtime, course: CourseSession, steward: Actor) -> None:
    kept = courses.keep_list(steward, course.id, "C:\\Lists\\may.csv", DATA)
    assert (kept["file_name"], kept["state"], kept["total"], kept["rejected"]) == (
        "may.csv",
        "waiting",
        25,
        1,
    )
    with unit_of_work():
        report = courses.preview_uploaded_list(steward, kept["id"])
        more = courses.preview_uploaded_list(steward, kept["id"], shown=3)
        assert courses.get_uploaded_list(steward, kept["id"]) == kept
    assert (report["created"], len(report["rows"]), len(more["rows"])) == (25, 25, 3)
    assert report == courses.import_completions(steward, course.id, DATA, dry_run=True)
    assert taken_in(course) == 0
    assert files(live) == [kept["id"]]
    assert oct((live.settings.data_dir / "uploads" / "imports" / kept["id"]).stat().st_mode)[-3:] == "600"


def test_a_list_is_taken_in_part_by_part(live: Runtime, course: CourseSession, steward: Actor) -> None:
    kept = courses.keep_list(steward, course.id, "may.csv", DATA)
    seen = []
    for _ in range(3):
        view = courses.take_in_uploaded_list(steward, kept["id"], most=10)
        seen.append((view["state"], view["done"], view["created"], taken_in(course)))
    assert seen == [("running", 10, 10, 10), ("running", 20, 20, 20), ("finished", 25, 25, 25)]
    assert files(live) == []
    assert courses.take_in_uploaded_list(steward, kept["id"], most=10)["done"] == 25
    again = courses.keep_list(steward, course.id, "may.csv", DATA)
    view = courses.take_in_uploaded_list(steward, again["id"])
    assert (view["state"], view["created"], view["unchanged"]) == ("finished", 0, 25)


def test_the_columns_of_the_first_part_hold_for_all(course: CourseSession, steward: Actor) -> None:
    kept = courses.keep_list(steward, course.id, "may.csv", DATA)
    chosen = {"name": [2], "email": 1, "completed": [], "completed_on": None}
    courses.take_in_uploaded_list(steward, kept["id"], chosen, most=10)
    courses.take_in_uploaded_list(steward, kept["id"], {"name": [0], "email": 1})
    with unit_of_work():
        assert set(session().scalars(select(Completion.name))) == {"2026-05-12"}


def test_nobody_else_opens_a_chosen_list(
    live: Runtime, organisation: Organisation, course: CourseSession, steward: Actor
) -> None:
    kept = courses.keep_list(steward, course.id, "may.csv", DATA)
    with pytest.raises(ListUnreadable):
        courses.keep_list(steward, course.id, "may.xlsx", b"PK\x03\x04" + b"\0" * 100)
    colleague, left = steward_of(organisation), replace(steward, stewardships=frozenset())
    with live.database.engine.begin() as connection:
        mine = update(Steward).where(Steward.user_id == steward.user_id)
        connection.execute(mine.values(ended_at=live.clock.now()))
    for actor in (colleague, left, actor_of(make_user(is_operator=True))):
        with unit_of_work(), pytest.raises(NotFound):
            courses.preview_uploaded_list(actor, kept["id"])
        with pytest.raises(NotFound):
            courses.take_in_uploaded_list(actor, kept["id"])
    with pytest.raises(Forbidden):
        courses.keep_list(actor_of(make_user()), course.id, "may.csv", DATA)
    assert files(live) == [kept["id"]]
    assert taken_in(course) == 0


def test_a_chosen_list_is_gone_after_a_day(
    live: Runtime, course: CourseSession, steward: Actor, clock: HandClock
) -> None:
    kept = courses.keep_list(steward, course.id, "may.csv", DATA)
    clock.forward(hours=23)
    fresh = courses.keep_list(steward, course.id, "june.csv", DATA)
    folder: Path = live.settings.data_dir / "uploads" / "imports"
    (folder / "orphan").write_bytes(b"x")
    (folder / "just-written").write_bytes(b"x")
    for name in (kept["id"], "orphan"):
        os.utime(folder / name, (clock.now().timestamp() - 90_000,) * 2)
    os.utime(folder / "just-written", (clock.now().timestamp(),) * 2)
    clock.forward(hours=2)
    with unit_of_work(), pytest.raises(NotFound):
        courses.get_uploaded_list(steward, kept["id"])
    with pytest.raises(Forbidden):
        courses.forget_uploaded_lists(steward)
    courses.forget_uploaded_lists(system_actor("tidy"))
    assert files(live) == sorted([fresh["id"], "just-written"])
    with unit_of_work():
        assert list(session().scalars(select(UploadedList.id))) == [fresh["id"]]


def test_of_one_persons_lists_the_newest_few_are_kept(
    live: Runtime, organisation: Organisation, course: CourseSession, steward: Actor
) -> None:
    colleague = steward_of(organisation)
    theirs = courses.keep_list(colleague, course.id, "may.csv", DATA)["id"]
    mine = [courses.keep_list(steward, course.id, f"{n}.csv", DATA)["id"] for n in range(8)]
    assert files(live) == sorted([theirs, *mine[-5:]])
    with unit_of_work(), pytest.raises(NotFound):
        courses.get_uploaded_list(steward, mine[2])
    with unit_of_work():
        assert courses.get_uploaded_list(steward, mine[3])["state"] == "waiting"
        assert courses.get_uploaded_list(colleague, theirs)["state"] == "waiting"


def test_a_list_whose_file_is_lost_is_not_found(live: Runtime, course: CourseSession, steward: Actor) -> None:
    kept = courses.keep_list(steward, course.id, "may.csv", DATA)
    (live.settings.data_dir / "uploads" / "imports" / kept["id"]).unlink()
    with unit_of_work(), pytest.raises(NotFound):
        courses.preview_uploaded_list(steward, kept["id"])
