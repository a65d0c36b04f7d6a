"""Pages of courses: entering one, its people, loading a list in three steps, inviting."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.courses import Completion, CourseSession
from models.membership import Invitation
from models.organisations import Organisation
from models.people import User
from network import networks, organisations
from network.kernel.ids import new_untimed_id
from network.kernel.outbox import drain
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.courses import make_completion, make_course_session
from tests.factories.organisations import make_organisation, make_steward, steward_of
from tests.factories.people import actor_of, make_user, sign_in
from tests.running import HandClock, LetterBox
from tests.web.people.browsing import forms, send
from web.spreadsheets import safe_cell
from wsgi import load_capabilities

load_capabilities()  # the rooms register their letters and what wakes them

SAMPLES = Path(__file__).parents[1] / "samples"
MOODLE = SAMPLES / "moodle-course-completion-en.csv"
FAULTS = SAMPLES / "plain-list-with-faults.csv"


@pytest.fixture
def steward(live: Runtime) -> User:
    return make_user()


@pytest.fixture
def organisation(steward: User) -> Organisation:
    return make_organisation(steward)


@pytest.fixture
def course(organisation: Organisation) -> CourseSession:
    return make_course_session(organisation, title="Spring course")


def choose_list(
    client: FlaskClient, course: CourseSession, data: bytes, name: str = "may.csv"
) -> TestResponse:
    path = f"/org/courses/{course.id}/load"
    values = next(form for form in forms(client.get(path)) if "file" in form.names).values
    return client.post(path, data={**values, "file": (io.BytesIO(data), name)})


def fill(client: FlaskClient, path: str, typed: dict[str, str]) -> TestResponse:
    values = next(form for form in forms(client.get(path)) if "title" in form.names).values
    return client.post(path, data={**values, **typed})


def check_form(client: FlaskClient, path: str) -> tuple[str, dict[str, str]]:
    form = next(form for form in forms(client.get(path)) if "seen" in form.names)
    return form.action, form.values


def taken_in(course: CourseSession) -> int:
    with unit_of_work():
        wanted = select(func.count()).where(Completion.course_session_id == course.id)
        return session().scalar(wanted) or 0


def test_a_course_is_entered_and_changed(
    client: FlaskClient, organisation: Organisation, steward: User
) -> None:
    sign_in(client, steward.id)
    path = f"/org/{organisation.id}/courses/new"
    typed = {
        "title": "Autumn", "platform": "Moodle", "language": "de", "starts_on": "2026-09-01",
        "ends_on": "2026-08-01", "contact_ground": "Everybody agreed.",
    }  # fmt: skip
    wrong = fill(client, path, typed)
    assert wrong.status_code == 422
    assert "The course cannot end before it begins." in wrong.text
    assert "Everybody agreed." in wrong.text
    made = fill(client, path, {**typed, "ends_on": "2026-11-01"})
    assert made.location.endswith("/load")
    one = made.location.removesuffix("/load")
    assert "Autumn" in client.get(f"/org/{organisation.id}/courses").text
    changes = {"title": "Autumn 2026", "contact_ground": "Everybody agreed."}
    assert fill(client, f"{one}/change", changes).location == one
    assert "Autumn 2026" in client.get(one).text


def test_a_list_is_chosen_checked_and_taken_in(
    client: FlaskClient, course: CourseSession, steward: User
) -> None:
    sign_in(client, steward.id)
    chosen = choose_list(client, course, MOODLE.read_bytes(), "kurs.csv")
    assert chosen.status_code == 302
    page = client.get(chosen.location)
    assert "kurs.csv" in page.text
    assert "12 lines" in page.text
    assert "Take in 12 people" in page.text
    assert page.text.count("button primary") == 1
    assert "12/05/26" in page.text
    assert taken_in(course) == 0
    action, values = check_form(client, chosen.location)
    done = client.post(action, data={**values, "go": "take_in"})
    assert done.location == f"/org/courses/{course.id}/invite"
    assert taken_in(course) == 12
    assert "12 people are taken in." in client.get(done.location).text
    shown = client.get(f"/org/courses/{course.id}").text
    assert "Amara Okafor" in shown
    ready = client.get(f"/org/courses/{course.id}?state=not_completed").text
    assert "Chiara De Luca" in ready
    assert "Amara Okafor" not in ready
    assert client.get(f"/org/courses/{course.id}?state=gone").status_code == 404


def test_columns_are_corrected_in_their_heads(
    client: FlaskClient, course: CourseSession, steward: User
) -> None:
    sign_in(client, steward.id)
    data = b"A,B,C\nRossi,Maria,maria@mail.example\nNowak,Jan,jan@mail.example\n"
    path = choose_list(client, course, data).location
    action, values = check_form(client, path)
    changed = {**values, "column_0": "surname", "column_1": "first_name", "column_2": "email"}
    unseen = client.post(action, data={**changed, "go": "take_in"})
    assert unseen.location.startswith(path)
    assert taken_in(course) == 0
    again = client.post(action, data={**changed, "go": "again"})
    page = client.get(again.location)
    assert "Maria Rossi" in page.text
    action, values = check_form(client, again.location)
    assert values["column_0"] == "surname"
    client.post(action, data={**values, "go": "take_in"})
    with unit_of_work():
        assert set(session().scalars(select(Completion.name))) == {"Maria Rossi", "Jan Nowak"}


def test_a_date_that_means_two_days_is_asked_about(
    client: FlaskClient, course: CourseSession, steward: User
) -> None:
    sign_in(client, steward.id)
    data = b"Name,Email,Completed on\nMaria,maria@mail.example,04/05/2026\n"
    path = choose_list(client, course, data).location
    page = client.get(path).text
    asked = re.search(r'href="([^"]*date_order=month_first[^"]*)"', page)
    assert asked is not None
    assert "5 Apr 2026" in page
    other = asked[1].replace("&amp;", "&")
    assert "Dates are read with the month first" in client.get(other).text
    action, values = check_form(client, other)
    client.post(action, data={**values, "go": "take_in"})
    with unit_of_work():
        assert [str(day) for day in session().scalars(select(Completion.completed_on))] == ["2026-04-05"]


def test_a_day_that_lies_ahead_is_offered_to_nobody(
    client: FlaskClient, course: CourseSession, steward: User, clock: HandClock
) -> None:
    sign_in(client, steward.id)
    ahead = clock.now().date() + timedelta(days=400)
    lines = ["Name,Email,Completed on", f"Ann,ann@mail.example,{ahead}", "Bo,bo@mail.example,2026-04-30"]
    page = client.get(choose_list(client, course, "\n".join(lines).encode()).location).text
    [row] = [part for part in page.split("<tr") if "ann@mail.example" in part]
    finished = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)[3]
    assert "yes" in finished and str(ahead.year) not in finished
    assert f"“{ahead}” cannot be right, the date stays empty" in row

    # 11/12 of this year: read with the month first it is past, with the day first it lies ahead.
    two_ways = "Name,Email,Completed on\nAnn,ann@mail.example,11/12/2026\n"
    path = choose_list(client, course, two_ways.encode()).location
    asked = client.get(path).text
    assert "A date can mean two things." not in asked, "only one of them can be right"
    assert "12 Nov 2026" in asked and "11 Dec 2026" not in asked
    other = client.get(f"{path}?date_order=day_first").text
    assert "“11/12/2026” cannot be right" in other and "11 Dec 2026" not in other


def test_faulty_lines_come_first_and_as_a_list(
    client: FlaskClient, course: CourseSession, steward: User
) -> None:
    sign_in(client, steward.id)
    path = choose_list(client, course, FAULTS.read_bytes()).location
    page = client.get(path).text
    order = [page.index(text) for text in ("address is missing", "broken@@mail", "nobody@mail", "zoe@b")]
    assert order == sorted(order)
    assert "Take in 5 people" in page
    link = re.search(r'href="([^"]*left-out.csv[^"]*)"', page)
    assert link is not None
    answer = client.get(link[1].replace("&amp;", "&"))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row[0], row[2]) for row in rows] == [("Line", "Email"), ("4", ""), ("5", "broken@@mail")]


def test_a17_no_cell_becomes_a_formula(client: FlaskClient, course: CourseSession, steward: User) -> None:
    sign_in(client, steward.id)
    data = b'Name,Email\nMaria,maria@mail.example\nEve,"=HYPERLINK(""http://x"")"\nEd,@SUM(A1)\n'
    path = choose_list(client, course, data).location
    rows = list(csv.reader(io.StringIO(client.get(f"{path}/left-out.csv").text.removeprefix("\ufeff"))))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [safe_cell(value) for value in ("=1", "+1", "-1", "@x", "\tx", "\rx", "x=1", 7)] == [
        "'=1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "x=1", "7",
    ]  # fmt: skip


def test_what_is_no_list_is_said_at_the_field(
    client: FlaskClient, course: CourseSession, steward: User
) -> None:
    sign_in(client, steward.id)
    answer = choose_list(client, course, b"PK\x03\x04" + b"\0" * 50, "list.xlsx")
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text
    nothing = send(client, f"/org/courses/{course.id}/load", without="file")
    assert nothing.status_code == 422


def test_without_addresses_the_column_is_asked_for(
    client: FlaskClient, course: CourseSession, steward: User
) -> None:
    sign_in(client, steward.id)
    path = choose_list(client, course, b"Name,Town\nMaria,Rome\nJan,Gdynia\n").location
    page = client.get(path)
    assert "We found no mail addresses." in page.text
    assert 'value="take_in"' not in page.text
    twice = client.get(f"{path}?column_0=email&column_1=email")
    assert twice.status_code == 422
    assert client.get(f"{path}?column_7=email").status_code == 422
    action, values = check_form(client, path)
    refused = client.post(action, data={**values, "go": "take_in"})
    assert refused.status_code == 302
    assert taken_in(course) == 0


def test_a_long_list_says_how_far_it_is(client: FlaskClient, course: CourseSession, steward: User) -> None:
    sign_in(client, steward.id)
    lines = "".join(f"Person {n},p{n}@mail.example\n" for n in range(5000))
    path = choose_list(client, course, f"Name,Email\n{lines}".encode()).location
    action, values = check_form(client, path)
    progress = client.post(action, data={**values, "go": "take_in"}).location
    assert progress == f"{path}/progress"
    assert client.get(path).location == progress
    page = client.get(progress)
    assert "2000 of 5000" in page.text
    form = next(form for form in forms(page) if form.action == progress)
    part = client.post(progress, data=form.values, headers={"HX-Request": "true"})
    assert "4000 of 5000" in part.text
    assert "<html" not in part.text
    assert taken_in(course) == 4000
    rest = client.post(progress, data=form.values)
    assert rest.location == f"/org/courses/{course.id}/invite"
    assert taken_in(course) == 5000
    over = client.post(progress, data=form.values, headers={"HX-Request": "true"})
    assert over.headers["HX-Redirect"] == f"/org/courses/{course.id}/invite"
    assert client.get(path).location == f"/org/courses/{course.id}/invite"


def test_a12_nobody_else_sees_people_or_lists(
    client: FlaskClient, organisation: Organisation, course: CourseSession, steward: User
) -> None:
    make_completion(course, name="Ida Private")
    sign_in(client, steward.id)
    path = choose_list(client, course, FAULTS.read_bytes()).location
    assert client.get(f"/org/courses/{course.id}/load/{new_untimed_id()}").status_code == 404
    own_other = make_course_session(make_organisation(steward))
    sign_in(client, steward.id)
    assert client.get(path.replace(course.id, own_other.id)).status_code == 404
    partner, colleague = make_user(), make_user()
    make_organisation(partner)
    sign_in(client, partner.id)
    for closed in ("", "/load", "/invite", "/change"):
        answer = client.get(f"/org/courses/{course.id}{closed}")
        assert answer.status_code == 403
        assert "Ida Private" not in answer.text
    assert client.get(path).status_code == 403
    make_steward(organisation, colleague)
    sign_in(client, colleague.id)
    assert client.get(f"/org/courses/{course.id}").status_code == 200
    assert client.get(path).status_code == 404


def test_inviting_waits_for_verification_and_for_a_network(client: FlaskClient, live: Runtime) -> None:
    user = make_user()
    sign_in(client, user.id)
    for state, said in (
        ("pending", "Your organisation still waits for verification."),
        ("refused", "was declined"),
        ("verified", "You have no network yet"),
    ):
        course = make_course_session(make_organisation(user, state=state, name=state))
        make_completion(course)
        page = client.get(f"/org/courses/{course.id}/invite")
        assert said in page.text
        assert "Send 1 invitation" not in page.text


def test_invitations_are_prepared_before_the_verification(
    client: FlaskClient, live: Runtime, letterbox: LetterBox
) -> None:
    user = make_user()
    house = make_organisation(user, state="pending")
    course = make_course_session(house)
    make_completion(course, email="amina@mail.example")
    networks.create_network(
        steward_of(house, user), name="Lindenstadt", purpose="We help each other.",
        organisation_id=house.id, languages=["en"], country="DE",
    )  # fmt: skip
    sign_in(client, user.id)
    path = f"/org/courses/{course.id}/invite"
    page = client.get(path)
    assert "Prepare 1 invitation" in page.text
    assert "at the latest by Thursday, 26 November" in page.text
    values = next(form for form in forms(page) if "network_id" in form.names).values
    sent = client.post(path, data={**values, "message": "Come!"})
    said = "1 person is invited. The mails go out as soon as your organisation is verified."
    assert said in client.get(sent.location).text
    own = client.get(f"/org/{house.id}").text
    assert "1 invitation is ready and goes out by itself." in own
    assert "at the latest on this day: Thursday, 26 November" in own
    assert "1 invitation is ready." in client.get("/network/lindenstadt/invitations").text
    drain()
    assert letterbox.letters == []
    operator = actor_of(make_user(is_operator=True))
    organisations.decide_verification(operator, house.id, "verified", None, 1)
    drain()
    assert len(letterbox.to("amina@mail.example")) == 1


def test_graduates_are_invited_with_a_sentence(
    client: FlaskClient, organisation: Organisation, course: CourseSession, steward: User
) -> None:
    for state in ("ready", "ready", "not_completed", "invited"):
        make_completion(course, state=state, completed=state != "not_completed")
    network = networks.create_network(
        steward_of(organisation, steward), name="Lindenstadt", purpose="We help each other.",
        organisation_id=organisation.id, languages=["en"], country="DE",
    )  # fmt: skip
    sign_in(client, steward.id)
    path = f"/org/courses/{course.id}/invite"
    page = client.get(path)
    assert "Send 2 invitations" in page.text
    assert "Everybody agreed on the enrolment form." in page.text
    values = next(form for form in forms(page) if "network_id" in form.names).values
    assert values["network_id"] == network["id"]
    too_long = client.post(path, data={**values, "message": "x" * 1001})
    assert too_long.status_code == 422
    assert "x" * 1001 in too_long.text
    sent = client.post(path, data={**values, "message": "Come and join us!"})
    assert sent.location == f"/org/courses/{course.id}"
    assert "2 people are invited. 1 was invited before." in client.get(sent.location).text
    with unit_of_work():
        assert list(session().scalars(select(Invitation.message))) == ["Come and join us!"] * 2
    assert "Nobody on the list waits for an invitation." in client.get(path).text
