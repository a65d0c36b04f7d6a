"""The pages of meetings: to come, one date, proposing, moving, cancelling, who was there, one's calendar."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.meetings import Meeting
from models.networks import Network
from network import meetings
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.discussions import make_room
from tests.factories.meetings import make_exception, make_meeting, make_reply
from tests.factories.membership import (
    make_invitation,
    make_membership,
    member_of,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import make_user, sign_in
from tests.running import START, HandClock

TUESDAY = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network(name="Lindenstadt")


@pytest.fixture
def member(network: Network) -> Actor:
    """An active member in Berlin who accepted the rules."""
    user = make_user(display_name="Olena Kovalenko", time_zone="Europe/Berlin")
    make_acceptance(make_version(network), make_membership(network, user))
    return standing_actor(user)


def page_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(unescape(answer.text).split())


def send(client: FlaskClient, path: str, to: str = "", **typed: str | list[str]) -> TestResponse:
    opened = client.get(path)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', opened.text))
    version = re.search(r'name="expected_version"[^>]*value="(\d+)"', opened.text)
    if version is not None:
        hidden["expected_version"] = version[1]
    return client.post(to or path, data={**hidden, **typed})


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


PROPOSAL = {
    "title": "Evening at the library",
    "day": "2026-12-01",
    "time": "18:30",
    "duration_minutes": "90",
    "place": "Room 2",
    "link": "",
    "about": "",
    "repeats": "once",
    "until": "",
    "kind": "exchange",
    "time_zone": "Europe/Berlin",
}


def test_without_a_meeting_there_is_one_sentence_and_one_act(
    client: FlaskClient, network: Network, member: Actor
) -> None:
    sign_in(client, member.id)
    page = page_of(client, "/meetings")
    assert "No meeting planned. A short get-to-know helps newcomers most." in page
    assert page.count(" primary") == 1
    assert 'href="/meetings/new"' in page
    assert 'aria-current="page"' in page
    assert "No meeting has been yet." in page_of(client, "/meetings?when=past")
    assert "No meeting planned." in page_of(client, "/home")


def test_the_agenda_stands_under_months_with_ones_own_answers(
    client: FlaskClient, network: Network, member: Actor
) -> None:
    weekly = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY;COUNT=6", title="Café")
    make_exception(weekly, "20261208T173000Z", state="cancelled")
    make_reply(weekly, member, "yes")
    make_meeting(make_network(), title="Elsewhere")
    sign_in(client, member.id)
    page = page_of(client, "/meetings")
    assert page.index("December 2026") < page.index("January 2027")
    assert page.count("You come") == 5
    assert page.count("cancelled") == 1
    assert "18:30 to 20:00" in page or "6:30" in page
    assert "Elsewhere" not in page
    assert page.count(" primary") == 1
    home = page_of(client, "/home")
    assert "The next meeting" in home
    assert f"/meetings/{weekly.id}?on=20261201T173000Z" in home


def test_later_dates_are_behind_a_link(client: FlaskClient, network: Network, member: Actor) -> None:
    make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY;COUNT=14")
    sign_in(client, member.id)
    page = page_of(client, "/meetings")
    following = re.search(r'href="(/meetings\?cursor=[^"]+)"', page)
    assert page.count("date-tile") == 12
    assert following is not None
    assert page_of(client, following[1]).count("date-tile") == 2


def test_a_meeting_is_proposed_with_good_defaults(
    client: FlaskClient, network: Network, member: Actor
) -> None:
    sign_in(client, member.id)
    form = page_of(client, "/meetings/new")
    assert 'value="2026-11-30"' in form, "next week"
    assert 'value="18:00' in form, "in the evening"
    assert '<option selected value="60">' in form
    assert '<option selected value="Europe/Berlin">' in form
    done = send(client, "/meetings/new", **PROPOSAL)
    assert done.status_code == 302
    page = words_of(client.get(done.headers["Location"]).text)
    assert "It is on the agenda." in page
    with unit_of_work():
        found = meetings.next_meeting(member, network.id)
        assert found is not None
        assert found["starts_at"] == TUESDAY
        assert (found["place"], found["link"], found["duration_minutes"]) == ("Room 2", None, 90)


@pytest.mark.parametrize(
    ("repeats", "until", "rule"),
    [
        ("weekly", "", "FREQ=WEEKLY"),
        ("fortnightly", "2027-02-01", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270201T225959Z"),
        ("monthly", "", "FREQ=MONTHLY;BYDAY=1TU"),
    ],
)
def test_a_series_is_proposed(
    client: FlaskClient, network: Network, member: Actor, repeats: str, until: str, rule: str
) -> None:
    sign_in(client, member.id)
    send(client, "/meetings/new", **{**PROPOSAL, "repeats": repeats, "until": until})
    with unit_of_work():
        found = meetings.next_meeting(member, network.id)
        assert found is not None
        assert meetings.get_meeting(member, found["meeting_id"])["recurrence"] == rule


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"title": ""}, "Please say in a few words what it is about."),
        ({"day": ""}, "Please choose a day."),
        ({"day": "2026-11-01"}, "Please choose a time that is still to come."),
        ({"link": "video.example"}, "A link begins with https:// and has no blanks."),
        ({"repeats": "monthly_last"}, "The first meeting is on another of that month's weekdays."),
        ({"repeats": "weekly", "until": "2026-11-30"}, "It must not end before it begins."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: FlaskClient, network: Network, member: Actor, over: dict[str, str], said: str
) -> None:
    sign_in(client, member.id)
    refused = send(client, "/meetings/new", **{**PROPOSAL, "place": "Kept room", **over})
    assert refused.status_code == 422
    page = unescape(refused.text)
    assert said in page
    assert 'id="error-summary"' in page
    assert 'value="Kept room"' in page
    with unit_of_work():
        assert meetings.next_meeting(member, network.id) is None


def test_whoever_has_not_accepted_the_rules_reads_them_first(client: FlaskClient, network: Network) -> None:
    make_version(network)
    sign_in(client, member_of(network).id)
    assert 'href="/meetings/new"' in page_of(client, "/meetings")
    led = client.get("/meetings/new")
    assert led.headers["Location"] == f"/network/{network.slug}/rules?next=/meetings/new"


def test_the_page_of_a_date_shows_ones_own_time_and_that_of_the_meeting(
    client: FlaskClient, network: Network
) -> None:
    meeting = make_meeting(network, starts_at=TUESDAY, about="Bring an example.")
    here = member_of(network, user=make_user(time_zone="Europe/Berlin", display_name="Anna"))
    near = member_of(network, user=make_user(time_zone="Europe/Warsaw"))
    far = member_of(network, user=make_user(time_zone="America/New_York"))
    late = member_of(network, user=make_user(time_zone="Pacific/Auckland"))
    shown = {}
    for name, actor in (("here", here), ("near", near), ("far", far), ("late", late)):
        sign_in(client, actor.id)
        shown[name] = words_of(page_of(client, f"/meetings/{meeting.id}"))
    assert "18:30 to 20:00 Where" in shown["here"]
    assert "Berlin" not in shown["near"], "no place, since her clock shows the same"
    assert "12:30 to 14:00 where you are (Berlin time: 18:30 to 20:00)" in shown["far"]
    assert "Wed 2 Dec" in shown["late"]
    assert "06:30 to 08:00 where you are (Berlin time: Tuesday, 1 December, 18:30" in shown["late"]
    assert "Bring an example." in shown["here"]
    assert "Do you come, Anna?" in shown["here"]


def test_one_tap_answers_for_one_date_or_for_all(
    client: FlaskClient, network: Network, member: Actor
) -> None:
    weekly = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY")
    sign_in(client, member.id)
    second = f"/meetings/{weekly.id}?on=20261208T173000Z"
    done = send(client, second, f"/meetings/{weekly.id}/reply", reply="maybe")
    assert done.headers["Location"] == second
    page = page_of(client, second)
    assert "You may come. We remind you a day and an hour before." in page
    assert 'value="maybe" aria-pressed="true"' in page
    assert "You come" not in page_of(client, "/meetings")
    send(client, second, f"/meetings/{weekly.id}/reply", reply="yes", all_dates="y")
    agenda = page_of(client, "/meetings")
    assert (agenda.count("You come"), agenda.count("You may come")) == (11, 1)
    assert client.post(f"/meetings/{weekly.id}/reply", data={"reply": "often"}).status_code in (400, 403)


def test_the_video_is_one_tap_away_and_the_address_tells_nobody_where_one_came_from(
    client: FlaskClient, network: Network, member: Actor, clock: HandClock
) -> None:
    meeting = make_meeting(network, starts_at=TUESDAY)
    sign_in(client, member.id)
    page = page_of(client, f"/meetings/{meeting.id}")
    assert 'href="https://video.example/library" target="_blank" rel="noopener noreferrer"' in page
    assert f'href="/api/v1/meetings/{meeting.id}.ics"' in page
    shared = re.search(r'data-share-text="([^"]+)"', page)
    assert shared is not None
    assert meeting.title not in shared[1], "what is shared says nothing of what it is about"
    clock.moment = TUESDAY + timedelta(hours=2)
    page = page_of(client, f"/meetings/{meeting.id}")
    assert "It has been." in page
    assert "Nobody has said yes yet" not in page, "it is too late to say so"
    assert "https://video.example" not in page
    assert "Do you come" not in page


def test_who_holds_it_changes_one_date_or_the_whole_series(
    client: FlaskClient, network: Network, member: Actor, clock: HandClock
) -> None:
    weekly = make_meeting(
        network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY", created_by=member.id, title="Café"
    )
    sign_in(client, member.id)
    on = "?on=20261208T173000Z"
    page = page_of(client, f"/meetings/{weekly.id}{on}")
    for act in ("Change this date", "Cancel this date", "Change the whole series", "Cancel the whole series"):
        assert act in page
    one = {**PROPOSAL, "title": "Picnic", "day": "2026-12-09", "time": "12:00"}
    done = send(client, f"/meetings/{weekly.id}/change{on}", **one)
    assert done.headers["Location"] == f"/meetings/{weekly.id}{on}"
    assert "Picnic" in page_of(client, f"/meetings/{weekly.id}{on}")
    assert "This date was moved." in page_of(client, f"/meetings/{weekly.id}{on}")
    clock.moment = TUESDAY + timedelta(days=1)
    whole = page_of(client, f"/meetings/{weekly.id}/change")
    assert "This changes all dates from the next one on." in whole
    assert 'value="2026-12-08"' in whole, "from the next date on"
    same = {**PROPOSAL, "title": "Language café", "day": "2026-12-08", "repeats": "weekly"}
    send(client, f"/meetings/{weekly.id}/change", **same)
    with unit_of_work():
        row = meetings.get_meeting(member, weekly.id)
        assert (row["title"], row["starts_at"]) == ("Language café", TUESDAY), "nothing was split"
    later = {**same, "time": "19:00"}
    send(client, f"/meetings/{weekly.id}/change", **later)
    with unit_of_work():
        assert meetings.get_meeting(member, weekly.id)["starts_at"] == TUESDAY + WEEK + timedelta(minutes=30)


def test_a_change_by_another_in_the_meantime_is_told(
    client: FlaskClient, network: Network, member: Actor
) -> None:
    meeting = make_meeting(network, starts_at=TUESDAY, created_by=member.id)
    sign_in(client, member.id)
    path = f"/meetings/{meeting.id}/change"
    opened = client.get(path).text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', opened))
    meetings.change_meeting(steward_of_network(network), meeting.id, expected_version=1, title="Other")
    refused = client.post(path, data={**hidden, **PROPOSAL, "expected_version": "1"})
    assert refused.status_code == 422
    assert "Somebody changed this in the meantime." in refused.text


def test_it_is_cancelled_with_a_reason_that_everybody_reads(
    client: FlaskClient, network: Network, member: Actor
) -> None:
    meeting = make_meeting(network, starts_at=TUESDAY, created_by=member.id)
    sign_in(client, member.id)
    done = send(client, f"/meetings/{meeting.id}/cancel", reason="The heating is broken.")
    assert done.status_code == 302
    sign_in(client, member_of(network).id)
    page = page_of(client, f"/meetings/{meeting.id}")
    assert "This meeting is cancelled." in page
    assert "The heating is broken." in page
    assert "Do you come" not in page
    assert "Change the meeting" not in page


def test_the_host_ticks_who_was_there(
    client: FlaskClient, network: Network, member: Actor, clock: HandClock
) -> None:
    weekly = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY", created_by=member.id)
    came = member_of(network, user=make_user(display_name="Uwe"))
    make_reply(weekly, came, "yes")
    sign_in(client, member.id)
    on = "?on=20261201T173000Z"
    assert client.get(f"/meetings/{weekly.id}/attendance{on}").status_code == 409
    clock.moment = TUESDAY + timedelta(hours=2)
    assert "Write down who was there" in page_of(client, f"/meetings/{weekly.id}{on}")
    form = page_of(client, f"/meetings/{weekly.id}/attendance{on}")
    assert f'value="{came.id}" checked' in form, "who said yes is ticked"
    assert f'value="{member.id}" checked' not in form
    done = send(client, f"/meetings/{weekly.id}/attendance{on}", user_ids=[came.id, str(member.id)])
    assert done.headers["Location"] == f"/meetings/{weekly.id}{on}"
    assert "2 people were there." in page_of(client, f"/meetings/{weekly.id}{on}")
    assert f'value="{member.id}" checked' in page_of(client, f"/meetings/{weekly.id}/attendance{on}")
    assert "2 people were there" in page_of(client, "/meetings?when=past")


def test_ones_own_calendar_shows_the_secret_once(
    client: FlaskClient, network: Network, member: Actor
) -> None:
    sign_in(client, member.id)
    assert "Make my address" in page_of(client, "/meetings/calendar")
    made = unescape(send(client, "/meetings/calendar").text)
    secret = re.search(r"/api/v1/calendar/([\w-]+)\.ics", made)
    assert secret is not None
    assert f"webcal://localhost/api/v1/calendar/{secret[1]}.ics" in made
    again = page_of(client, "/meetings/calendar")
    assert secret[1] not in again
    assert "Make a new address" in again
    assert client.get(f"/api/v1/calendar/{secret[1]}.ics").status_code == 200
    done = send(client, "/meetings/calendar", "/meetings/calendar/end")
    assert done.status_code == 302
    assert client.get(f"/api/v1/calendar/{secret[1]}.ics").status_code == 404


def test_the_date_stands_on_every_screen_of_arriving(client: FlaskClient, network: Network) -> None:
    rules = make_version(network)
    make_meeting(network, starts_at=TUESDAY, title="Secret title", place="Secret place")
    _row, token = make_invitation(network)
    when = "Tuesday, 1 December, 18:30 to 20:00 (Berlin time)"
    page = words_of(page_of(client, f"/i/{token}"))
    assert f"The next meeting: {when}" in page
    send(client, f"/i/{token}/name", display_name="Amina", language="en", time_zone="Europe/Berlin", stay="y")
    assert when in words_of(page_of(client, f"/i/{token}/rules"))
    assert "Secret" not in page_of(client, f"/i/{token}/rules") + page
    newcomer = make_user(time_zone="Europe/Berlin")
    make_acceptance(rules, make_membership(network, newcomer))
    sign_in(client, newcomer.id)
    hello = words_of(page_of(client, f"/talk/r/{make_room(network, opening='welcome').id}"))
    assert "The next meeting: Secret title , Tuesday, 1 December, 18:30 to 20:00" in hello
    waiting = member_of(network, state="applied", user=make_user(time_zone="Europe/Berlin"))
    sign_in(client, waiting.id)
    home = words_of(page_of(client, "/home"))
    assert "The next meeting: 18:30 to 20:00" in home
    assert "Secret" not in home


@pytest.mark.parametrize("path", ["", "/change", "/cancel", "/attendance"])
def test_others_meetings_are_not_there(
    client: FlaskClient, network: Network, member: Actor, path: str
) -> None:
    theirs = make_meeting(make_network(), starts_at=START - timedelta(hours=1))
    sign_in(client, member.id)
    assert client.get(f"/meetings/{theirs.id}{path}").status_code == 404
    own = make_meeting(network, starts_at=TUESDAY)
    assert client.get(f"/meetings/{own.id}?on=20260101T000000Z").status_code == 404
    if path:
        assert client.get(f"/meetings/{own.id}{path}").status_code == 403


def test_in_german(client: FlaskClient, network: Network) -> None:
    meeting = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=MONTHLY;BYDAY=1TU")
    reader = make_user(language="de", time_zone="Europe/Berlin", display_name="Anna")
    sign_in(client, member_of(network, user=reader).id)
    page = words_of(page_of(client, f"/meetings/{meeting.id}"))
    assert "Kommst du, Anna?" in page
    assert "jeden Monat am ersten Dienstag" in page
    assert "Dezember 2026" in page_of(client, "/meetings")
    assert "18:30 bis 20:00" in page


def test_every_way_to_repeat_has_words(live: Runtime, client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network, user=make_user(time_zone="Europe/Berlin")).id)
    for rule, words in (
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;INTERVAL=3;COUNT=4", "every 3 weeks, 4 times"),
        ("FREQ=MONTHLY;BYDAY=1TU", "every month on the first Tuesday"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU;UNTIL=20270630T120000Z",
         "every 2 months on the first Tuesday, until Wednesday, 30 June"),
    ):  # fmt: skip
        meeting: Meeting = make_meeting(network, starts_at=TUESDAY, recurrence=rule)
        assert words in words_of(page_of(client, f"/meetings/{meeting.id}")), rule
