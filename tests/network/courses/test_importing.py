"""A list is taken in: what is new, what changes, what stays, what is left out."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.audit import AuditRow
from models.courses import Completion, CourseSession
from models.organisations import Organisation
from network import courses
from network.courses import ListTooLarge, ListUnreadable, OrganisationRefused
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden, Invalid, NotFound, Unauthenticated
from network.kernel.events import entries_after
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.courses import make_completion, make_course_session
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import actor_of, make_user

SAMPLES = Path(__file__).parents[2] / "samples"
COUNTS = ("created", "updated", "unchanged", "completed", "not_completed")


@pytest.fixture
def course(live: Runtime) -> CourseSession:
    """A course with people of another course beside it, who must not be touched."""
    other = make_course_session()
    make_completion(other, email="maria@mail.example", name="Untouched")
    return make_course_session()


@pytest.fixture
def steward(course: CourseSession) -> Actor:
    with unit_of_work():
        organisation = courses.course_session_row(course.id).organisation_id
        return steward_of(session().get_one(Organisation, organisation))


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def a_list(*lines: str) -> bytes:
    return "\n".join(["Name,Email,Completed on", *lines]).encode()


def on_list(course: CourseSession) -> list[tuple[str, str, bool, date | None, str]]:
    with unit_of_work():
        rows = session().scalars(
            select(Completion).where(Completion.course_session_id == course.id).order_by(Completion.id)
        )
        return [(row.name, row.email, row.completed, row.completed_on, row.state) for row in rows]


def counts(report: Any) -> tuple[int, ...]:
    return tuple(report[name] for name in COUNTS)


def facts(course: CourseSession) -> list[Any]:
    with unit_of_work():
        entries = entries_after(f"organisation:{course.organisation_id}", 0, 100)
    return [(entry.type, entry.codes) for entry in entries]


def test_the_moodle_list_is_taken_in_as_its_preview_said(course: CourseSession, steward: Actor) -> None:
    data = sample("moodle-course-completion-en.csv")
    preview = courses.import_completions(steward, course.id, data, dry_run=True)
    assert on_list(course) == []
    assert facts(course) == []
    report = courses.import_completions(steward, course.id, data)
    assert report == preview
    assert report["mapping"] == {"name": [1], "email": 2, "completed": [], "completed_on": 9}
    assert (
        report["lines"]
        == report["created"]
        == len(on_list(course))
        == report["completed"] + report["not_completed"]
    )
    assert ("Amara Okafor", "amara.okafor@mail.example", True, date(2026, 5, 12), "ready") in on_list(course)
    assert ("Chiara De Luca", "chiara.deluca@mail.example", False, None, "not_completed") in on_list(course)
    assert facts(course) == [("completions.imported", {"created": report["created"], "updated": 0})]
    with unit_of_work():
        assert courses.count_completed(course.id) == report["completed"]
        assert sum(courses.count_by_state(course.id).values()) == report["created"]


def test_the_same_list_twice_changes_nothing(course: CourseSession, steward: Actor) -> None:
    for name in ("moodle-activity-progress-de-excel.csv", "plain-list-with-faults.csv"):
        first = courses.import_completions(steward, course.id, sample(name))
        before, told = on_list(course), facts(course)
        again = courses.import_completions(steward, course.id, sample(name))
        assert (again["created"], again["updated"]) == (0, 0)
        assert again["unchanged"] == first["created"] + first["updated"] + first["unchanged"]
        assert on_list(course) == before
        assert facts(course) == told


def test_good_lines_do_not_wait_for_bad_ones(course: CourseSession, steward: Actor) -> None:
    report = courses.import_completions(steward, course.id, sample("plain-list-with-faults.csv"))
    assert counts(report) == (5, 0, 0, 5, 0)
    assert [(f["line"], f["column"], f["code"]) for f in report["rejected"]] == [
        (4, 1, "missing_email"), (5, 1, "invalid_email"),
    ]  # fmt: skip
    assert [(f["line"], f["code"]) for f in report["warnings"]] == [
        (3, "missing_name"), (8, "unreadable_date"),
    ]  # fmt: skip
    assert on_list(course) == [
        ("Maria Rossi", "MARIA.ROSSI@mail.example", True, date(2026, 5, 13), "ready"),
        ("nobody", "nobody@mail.example", True, date(2026, 5, 12), "ready"),
        ('=HYPERLINK("x")', "formula@mail.example", True, date(2026, 5, 12), "ready"),
        ("Future Person", "future@mail.example", True, None, "ready"),
        ("Zoë Ångström", "zoe@bücher.example", True, date(2026, 5, 12), "ready"),
    ]


def test_a_later_list_updates_and_forgets_nothing(course: CourseSession, steward: Actor) -> None:
    first = (
        "Maria,maria@mail.example,2026-05-12",
        "Jan,jan@mail.example,",
        "Ida,ida@mail.example,2026-05-12",
    )
    courses.import_completions(steward, course.id, a_list(*first))
    later = (
        ",Maria@mail.example,45.13.2031",
        "Jan Nowak,jan@mail.example,2026-05-14",
        "Ida,ida@mail.example,",
    )
    report = courses.import_completions(steward, course.id, a_list(*later))
    assert counts(report) == (0, 3, 0, 2, 1)
    assert on_list(course) == [
        ("Maria", "Maria@mail.example", True, date(2026, 5, 12), "ready"),
        ("Jan Nowak", "jan@mail.example", True, date(2026, 5, 14), "ready"),
        ("Ida", "ida@mail.example", False, None, "not_completed"),
    ]
    assert facts(course)[1:] == [("completions.imported", {"created": 0, "updated": 3})]


def test_nobody_is_un_invited_by_a_list(course: CourseSession, steward: Actor) -> None:
    states = ("invited", "member", "ready")
    for state in states:
        make_completion(course, email=f"{state}@mail.example", name=state, state=state)
    data = a_list(*(f"{state},{state}@mail.example," for state in states))
    report = courses.import_completions(steward, course.id, data)
    assert counts(report) == (0, 3, 0, 0, 3)
    assert {row[4] for row in on_list(course)} == {"invited", "member", "not_completed"}
    assert not any(row[2] for row in on_list(course))


def test_the_later_of_two_lines_counts(course: CourseSession, steward: Actor) -> None:
    lines = ("Maria,maria@mail.example,2026-05-12", "Maria Rossi,MARIA@mail.example,")
    report = courses.import_completions(steward, course.id, a_list(*lines, ",maria@mail.example,2026-05-13"))
    assert counts(report) == (1, 0, 0, 1, 0)
    assert [(row["change"], row["repeats"]) for row in report["rows"]] == [
        ("created", None), ("repeated", 2), ("repeated", 2),
    ]  # fmt: skip
    assert on_list(course) == [("Maria Rossi", "maria@mail.example", True, date(2026, 5, 13), "ready")]


def test_each_line_is_counted_once(course: CourseSession, steward: Actor) -> None:
    for name in ("known", "same"):
        make_completion(course, email=f"{name}@mail.example", name=name.title())
    data = a_list(
        "Maria,maria@mail.example,2026-05-12", "Known,known@mail.example,2026-05-12",
        "Maria,MARIA@mail.example,2026-05-13", "Known,known@mail.example,2026-05-13", "Nobody,,2026-05-12",
        "Same,same@mail.example,2026-05-12",
    )  # fmt: skip
    for dry_run in (True, False):
        report = courses.import_completions(steward, course.id, data, dry_run=dry_run)
        shown = Counter(row["change"] for row in report["rows"])
        kinds = ("created", "updated", "unchanged", "repeated")
        assert [report[kind] for kind in kinds] == [shown[kind] for kind in kinds] == [1, 1, 1, 2]
        assert report["lines"] == sum(shown.values()) + len(report["rejected"]) == 6


def test_columns_and_order_of_dates_can_be_chosen(course: CourseSession, steward: Actor) -> None:
    data = b"Who,Contact,Mail,Done\nRossi,Maria,maria@mail.example,04/05/2026\n"
    asked = courses.import_completions(steward, course.id, data, dry_run=True)
    assert asked["date_order_ambiguous"]
    assert asked["warnings"][0]["code"] == "ambiguous_date"
    assert asked["warnings"][0]["params"]["month_first"] == "2026-04-05"
    mapping = {"name": [1, 0], "email": 2, "completed": [], "completed_on": 3}
    report = courses.import_completions(steward, course.id, data, False, mapping, "month_first")
    assert report["mapping"] == mapping
    assert report["date_order"] == "month_first"
    assert report["warnings"] == []
    assert on_list(course) == [("Maria Rossi", "maria@mail.example", True, date(2026, 4, 5), "ready")]


@pytest.mark.parametrize(
    "mapping",
    [
        {"email": None},
        {"email": 9},
        {"email": "1"},
        {"email": True},
        {"email": 1, "name": [0, 0]},
        {"email": 1, "name": 0},
        {"email": 1, "name": [None]},
        {"email": 1, "date": 2},
        {"email": 1, "completed_on": -1},
    ],
)
def test_columns_that_do_not_exist_are_refused(
    course: CourseSession, steward: Actor, mapping: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        courses.import_completions(steward, course.id, a_list("Maria,maria@mail.example,"), mapping=mapping)
    assert set(refused.value.faults) == {"mapping"}
    assert on_list(course) == []


@pytest.mark.parametrize(
    "data", [b"", b" \n ", b"PK\x03\x04" + b"\0" * 100, b"%PDF-1.7 x", b"<!doctype html><p>"]
)
def test_what_is_no_list_is_refused(course: CourseSession, steward: Actor, data: bytes) -> None:
    with pytest.raises(ListUnreadable) as refused:
        courses.import_completions(steward, course.id, data)
    assert set(refused.value.faults) == {"file"}
    assert on_list(course) == []
    with pytest.raises(Invalid):
        courses.import_completions(steward, course.id, a_list("M,m@mail.example,"), date_order="backwards")


def test_too_much_is_refused(course: CourseSession, steward: Actor, live: Runtime) -> None:
    too_many_bytes = b"x" * (live.settings.upload_max_bytes + 1)
    too_many_lines = a_list(*["Maria,maria@mail.example,"] * 50_001)
    for data in (too_many_bytes, too_many_lines):
        with pytest.raises(ListTooLarge):
            courses.import_completions(steward, course.id, data)
    assert on_list(course) == []


def test_only_stewards_and_the_command_line_load_lists(course: CourseSession, steward: Actor) -> None:
    data = a_list("Maria,maria@mail.example,2026-05-12")
    others = [actor_of(make_user()), actor_of(make_user(is_operator=True)), steward_of(make_organisation())]
    for actor in others:
        for dry_run in (True, False):
            with pytest.raises(Forbidden):
                courses.import_completions(actor, course.id, data, dry_run=dry_run)
        with unit_of_work(), pytest.raises(Forbidden):
            courses.list_completions(actor, course.id, PageRequest())
    with pytest.raises(Unauthenticated):
        courses.import_completions(ANONYMOUS, course.id, data)
    with pytest.raises(NotFound):
        courses.import_completions(steward, new_id(), data)
    assert on_list(course) == []
    courses.import_completions(system_actor("command line"), course.id, data)
    assert len(on_list(course)) == 1


def test_a_refused_organisation_brings_nobody(live: Runtime) -> None:
    organisation = make_organisation(state="refused")
    course, steward = make_course_session(organisation), steward_of(organisation)
    with pytest.raises(OrganisationRefused):
        courses.import_completions(steward, course.id, a_list("Maria,maria@mail.example,"))
    with pytest.raises(OrganisationRefused):
        courses.keep_list(steward, course.id, "list.csv", a_list("Maria,maria@mail.example,"))
    assert on_list(course) == []


def test_a14_the_audit_trail_counts_and_names_nobody(course: CourseSession, steward: Actor) -> None:
    courses.import_completions(steward, course.id, sample("plain-list-with-faults.csv"))
    with unit_of_work():
        row = session().scalars(select(AuditRow).where(AuditRow.action == "completions.import")).one()
        assert row.after == {"created": 5, "updated": 0, "unchanged": 0, "rejected": 2}
        assert (row.entity_id, row.actor_id, row.acting_role) == (course.id, steward.id, "steward")
        assert "mail.example" not in str(vars(row))


def test_the_list_keeps_its_order_page_by_page_and_by_state(course: CourseSession, steward: Actor) -> None:
    names = [f"Person {number:05}" for number in range(5000)]
    days = ("", "2026-05-12")
    lines = [f"{name},p{number}@mail.example,{days[number % 2]}" for number, name in enumerate(names)]
    courses.import_completions(steward, course.id, a_list(*lines))
    seen: list[str] = []
    cursor = None
    with unit_of_work():
        while True:
            page = courses.list_completions(steward, course.id, PageRequest(200, cursor))
            seen += [view["name"] for view in page.items]
            cursor = page.next
            if cursor is None:
                break
        ready = courses.list_completions(steward, course.id, PageRequest(3), "ready")
        numbers = courses.count_completions(steward, course.id)
        assert numbers == {"not_completed": 2500, "ready": 2500, "invited": 0, "member": 0}
        others = [row for row in session().scalars(select(CourseSession.id)) if row != course.id]
        assert courses.counts_by_course(steward, [course.id, *others]) == {course.id: numbers}
        with pytest.raises(Invalid):
            courses.list_completions(steward, course.id, PageRequest(), "gone")
    assert seen == names
    assert [view["name"] for view in ready.items] == names[1:7:2]
    assert set(ready.items[0]) == {"id", "name", "email", "completed", "completed_on", "state"}


def test_two_lists_at_the_same_moment_make_everybody_once(course: CourseSession, steward: Actor) -> None:
    data = a_list(*(f"Person {n},p{n}@mail.example,2026-05-12" for n in range(300)))
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _n: courses.import_completions(steward, course.id, data), range(4)))
    assert sorted(report["created"] for report in reports) == [0, 0, 0, 300]
    assert len(on_list(course)) == 300


def test_marks_move_forward_only(course: CourseSession) -> None:
    ready, invited, member, noise = (
        make_completion(course, state=state).id for state in ("ready", "invited", "member", "ready")
    )

    @command
    def mark(verb: Any, ids: list[str]) -> None:
        require(anyone(ANONYMOUS, None))
        verb(ids)

    mark(courses.mark_invited, [ready, member])
    with unit_of_work():
        states = {row: session().get_one(Completion, row).state for row in (ready, invited, member, noise)}
        assert list(states.values()) == ["invited", "invited", "member", "ready"]
        assert [row.id for row in courses.ready_completions(course.id)] == [noise]
    mark(courses.mark_member, [ready, invited])
    mark(courses.mark_member, [])
    with unit_of_work():
        states = {row: session().get_one(Completion, row).state for row in (ready, invited, member, noise)}
    assert list(states.values()) == ["member", "member", "member", "ready"]
