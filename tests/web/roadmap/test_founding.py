"""The founding wizard without scripts: one thing on each page, nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.networks import Network
from models.organisations import Organisation
from models.people import User
from network import agreements, goals, meetings
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.courses import make_course_session
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user, sign_in


@pytest.fixture
def founder(live: Runtime) -> User:
    return make_user(display_name="Gesine")


@pytest.fixture
def organisation(founder: User) -> Organisation:
    return make_organisation(founder, state="pending", country="AT")


@pytest.fixture
def start(client: FlaskClient, founder: User, organisation: Organisation) -> str:
    """The wizard's address; the founder is signed in."""
    sign_in(client, founder.id)
    return f"/org/{organisation.id}/found"


def send(client: FlaskClient, path: str, **typed: str | list[str]) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert token is not None
    return client.post(path, data={"csrf_token": token[1], **typed})


def goes_to(answer: TestResponse) -> str:
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].rsplit("/", 1)[1]


def answer_all(client: FlaskClient, start: str, course: str = "none") -> None:
    send(client, f"{start}/name", name="Netzwerk Lindenstadt", purpose="Wir helfen einander.")
    send(client, f"{start}/goal", title="Nobody waits", why="Letters cannot.", review_on="2027-02-01")
    send(client, f"{start}/place", main_language="de", country="AT", other_languages=["uk", "de"])
    send(client, f"{start}/course", course_session_id=course)


def networks() -> list[Network]:
    with unit_of_work():
        found = list(session().scalars(select(Network)))
        session().expunge_all()
        return found


def test_the_whole_way(client: FlaskClient, start: str, founder: User, organisation: Organisation) -> None:
    course = make_course_session(organisation, title="Mentoring in spring")
    make_course_session(title="Somebody else's")
    assert goes_to(client.get(start)) == "name"
    assert (
        goes_to(send(client, f"{start}/name", name=" Netzwerk Lindenstadt ", purpose="Wir helfen.")) == "goal"
    )
    assert "2027-02-22" in client.get(f"{start}/goal").text, "three months from now stand there already"
    sent = send(client, f"{start}/goal", title="Nobody waits", why="", review_on="2027-02-01")
    assert goes_to(sent) == "place"
    place = client.get(f"{start}/place").text
    assert re.search(r'<option selected value="AT">', place), "the organisation's country"
    assert re.search(r'<option selected value="en">', place), "the founder's language"
    sent = send(client, f"{start}/place", main_language="de", country="AT", other_languages=["uk", "de"])
    assert goes_to(sent) == "course"
    offered = client.get(f"{start}/course").text
    assert "Mentoring in spring" in offered
    assert "Somebody else" not in offered
    assert goes_to(send(client, f"{start}/course", course_session_id=course.id)) == "meeting"
    offered = client.get(f"{start}/meeting").text
    assert 'value="2026-11-30"' in offered, "next week"
    assert 'value="18:00:00"' in offered or 'value="18:00"' in offered, "in the evening"
    sent = send(client, f"{start}/meeting", plan="y", day="2026-12-03", time="18:30", meeting_place="Café")
    assert goes_to(sent) == "check"
    check = unescape(client.get(f"{start}/check").text)
    for said in (
        "Netzwerk Lindenstadt",
        "Wir helfen.",
        "Nobody waits",
        "German, Ukrainian",
        "Austria",
        "spring",
        "Thursday, 3 December, 18:30 to 19:30",
        "Café",
    ):
        assert said in check
    assert "We talk to each other with respect" in check
    assert "Wir gehen gut miteinander um" in check, "the text that counts is German"
    assert "still waits for verification" in check
    done = send(client, f"{start}/check", rules_accepted="y")
    assert done.headers["Location"] == "/network/netzwerk-lindenstadt"
    made = networks()[0]
    assert (made.name, made.languages, made.country) == ("Netzwerk Lindenstadt", ["de", "uk"], "AT")
    assert (made.course_session_id, made.visibility, made.size) == (course.id, "private", "small")
    with unit_of_work():
        rules = agreements.rules_of_network(made.id)
        assert rules["language"] == "de"
        assert goals.count_adopted(made.id) == 1
        met = meetings.next_date(made.id)
        assert met is not None
        assert met["starts_at"].isoformat() == "2026-12-03T17:30:00+00:00"
    landing = client.get("/network/netzwerk-lindenstadt")
    assert landing.status_code == 200
    assert "Your network stands" in landing.text


def test_what_was_typed_is_kept_on_the_way_back_and_for_later(
    client: FlaskClient, start: str, founder: User
) -> None:
    send(client, f"{start}/name", name="Netzwerk Lindenstadt", purpose="Wir helfen einander.")
    back = send(client, f"{start}/goal", title="Half a th", why="", review_on="2027-02-01", go="back")
    assert goes_to(back) == "name"
    assert 'value="Netzwerk Lindenstadt"' in client.get(f"{start}/name").text
    assert 'value="Half a th"' in client.get(f"{start}/goal").text
    # Another browser, another day: the wizard goes on where it was left.
    sign_in(client, founder.id)
    assert goes_to(client.get(start)) == "place"


def test_the_way_back_is_open_with_nothing_typed(client: FlaskClient, start: str) -> None:
    assert goes_to(send(client, f"{start}/goal", title="", why="", review_on="", go="back")) == "name"


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("goal", {"title": "Nobody waits", "review_on": "2026-11-01"}, "a day that is still to come"),
        ("meeting", {"plan": "y", "day": "2026-11-20", "time": "18:00"}, "a time that is still to come"),
        (
            "meeting",
            {"plan": "y", "day": "2026-12-03", "time": "18:00", "meeting_link": "nonsense"},
            "https://",
        ),
    ],
)
def test_each_step_says_at_once_what_the_rules_refuse(
    client: FlaskClient, start: str, step: str, typed: dict[str, str], said: str
) -> None:
    answer_all(client, start)
    sent = send(client, f"{start}/{step}", **typed)
    assert sent.status_code == 422
    assert said in sent.text
    assert next(iter(typed.values())) in sent.text, "what was typed is kept"
    assert goes_to(client.get(f"{start}/check")) == step, "nobody gets past it"
    assert said in client.get(f"{start}/{step}").text


def test_what_was_right_when_it_was_typed_is_asked_again_when_its_day_has_passed(
    client: FlaskClient, start: str, live: Runtime
) -> None:
    answer_all(client, start)
    typed = {"plan": "y", "day": "2026-12-03", "time": "18:00", "meeting_link": "https://video.example/us"}
    assert goes_to(send(client, f"{start}/meeting", **typed)) == "check"
    assert "https://video.example/us" in client.get(f"{start}/check").text
    live.clock.forward(days=20)  # type: ignore[attr-defined]
    assert goes_to(client.get(f"{start}/check")) == "meeting"
    assert "a time that is still to come" in client.get(f"{start}/meeting").text


@pytest.mark.parametrize(
    ("step", "typed", "kept"),
    [
        ("name", {"name": "", "purpose": "Wir helfen."}, "Wir helfen."),
        ("name", {"name": "x" * 121, "purpose": "Wir helfen."}, "x" * 121),
        ("goal", {"title": "", "why": "Letters cannot."}, "Letters cannot."),
        ("goal", {"title": "Nobody waits", "review_on": "soon"}, "Nobody waits"),
        ("place", {"main_language": "xx", "country": "AT"}, "Austria"),
        ("course", {}, "We begin without a course"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    client: FlaskClient, start: str, step: str, typed: dict[str, str], kept: str
) -> None:
    refused = send(client, f"{start}/{step}", **typed)
    assert refused.status_code == 422
    assert 'id="error-summary"' in refused.text
    assert kept in unescape(refused.text)


def test_nothing_is_founded_without_the_rules(client: FlaskClient, start: str) -> None:
    answer_all(client, start)
    refused = send(client, f"{start}/check")
    assert (refused.status_code, "Please read the rules" in refused.text) == (422, True)
    assert networks() == []


def test_pressing_twice_founds_once(client: FlaskClient, start: str) -> None:
    answer_all(client, start)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"{start}/check").text)
    assert token is not None
    fields = {"csrf_token": token[1], "rules_accepted": "y"}
    first, second = (client.post(f"{start}/check", data=fields) for _ in range(2))
    assert goes_to(first) == "netzwerk-lindenstadt"
    assert goes_to(second) == "name"
    assert len(networks()) == 1


def test_the_end_sends_back_to_what_is_missing(client: FlaskClient, start: str) -> None:
    send(client, f"{start}/name", name="Netzwerk", purpose="Wir helfen.")
    assert goes_to(client.get(f"{start}/check")) == "goal"


def test_a_date_is_set_later_if_one_wishes(client: FlaskClient, start: str) -> None:
    answer_all(client, start)
    assert goes_to(send(client, f"{start}/meeting", day="2026-12-03", time="18:30")) == "check"
    assert "We set no date yet" in client.get(f"{start}/check").text
    assert send(client, f"{start}/check", rules_accepted="y").status_code == 302
    with unit_of_work():
        assert meetings.next_date(networks()[0].id) is None


@pytest.mark.parametrize("typed", [{"day": "", "time": "18:30"}, {"day": "2026-12-03", "time": "soon"}])
def test_a_date_needs_a_day_and_a_time(client: FlaskClient, start: str, typed: dict[str, str]) -> None:
    answer_all(client, start)
    refused = send(client, f"{start}/meeting", plan="y", meeting_place="In the park", **typed)
    assert refused.status_code == 422
    assert 'value="In the park"' in refused.text


@pytest.mark.parametrize("page", ["", "/name", "/goal", "/place", "/course", "/meeting", "/check"])
def test_only_a_steward_founds(client: FlaskClient, organisation: Organisation, page: str) -> None:
    path = f"/org/{organisation.id}/found{page}"
    assert client.get(path).headers["Location"].startswith("/signin?next=")
    sign_in(client, make_user().id)
    # A pending organisation is not there for others; a verified one is, and still not theirs to found for.
    assert client.get(path).status_code in (403, 404)
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Network)) == 0


def test_a_refused_organisation_is_told_at_the_beginning(client: FlaskClient, live: Runtime) -> None:
    user = make_user()
    house = make_organisation(user, state="refused")
    sign_in(client, user.id)
    page = client.get(f"/org/{house.id}/found")
    assert page.status_code == 409
    assert "This organisation was declined" in page.text
