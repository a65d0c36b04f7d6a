"""What forms about places show at first: the country and time that the browser names, else nothing wrong."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from tests.browsing import MakeVisitor
from tests.factories.courses import make_course_session
from tests.factories.membership import make_invitation
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user, sign_in
from tests.live_server import LiveServer
from tests.pages.opened import sign_in_with_code
from tests.web.invitations.community import found
from tests.web.people.browsing import forms, send
from web.places import LARGEST_PLACES, _zones


def said(language: str) -> dict[str, str]:
    return {"Accept-Language": language}


@pytest.mark.parametrize(
    ("language", "country"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "AT"),
        ("en,pl-PL;q=0.5", "PL"),
        ("sr-Latn-RS", "RS"),
        ("de", ""),
        ("en-US,en;q=0.9", ""),
        ("en-001,de-XY", ""),
        ("", ""),
    ],
)
def test_the_country_of_an_organisation(
    client: FlaskClient, live: object, language: str, country: str
) -> None:
    sign_in(client, make_user().id)
    page = client.get("/org", headers=said(language))
    (form,) = (form for form in forms(page) if "country" in form.names)
    assert form.values.get("country", "") == country
    assert ("Please choose</option>" in page.text) is (country == "")


def test_no_country_is_no_answer(client: FlaskClient, live: object) -> None:
    sign_in(client, make_user().id)
    refused = send(client, "/org", name="Dom pod Lipą")
    assert refused.status_code == 422
    assert "Please choose the country." in refused.text
    assert "Not a valid choice" not in refused.text


def test_the_time_of_an_invitation(client: FlaskClient, live: object) -> None:
    """The browser's country first, then the network's."""
    path = f"/i/{make_invitation(found(country='UA').network, 'amina@mail.example')[1]}/name"
    (form,) = (form for form in forms(client.get(path)) if "time_zone" in form.names)
    assert form.values["time_zone"] == "Europe/Kyiv"
    (form,) = (form for form in forms(client.get(path, headers=said("de-AT"))) if "time_zone" in form.names)
    assert form.values["time_zone"] == "Europe/Vienna"


def test_the_time_at_the_welcome(client: FlaskClient, live: object) -> None:
    """A default gives way to what the browser says, a choice does not."""
    sign_in(client, make_user(language="en", time_zone="UTC").id)
    (form,) = (f for f in forms(client.get("/welcome", headers=said("pl-PL"))) if "time_zone" in f.names)
    assert form.values["time_zone"] == "Europe/Warsaw"
    sign_in(client, make_user(language="en", time_zone="Asia/Tokyo").id)
    (form,) = (f for f in forms(client.get("/welcome", headers=said("pl-PL"))) if "time_zone" in f.names)
    assert form.values["time_zone"] == "Asia/Tokyo"


def test_every_country_with_people_has_a_time() -> None:
    zones = _zones()
    assert len(zones) > 240
    assert all(zones[country] == zone for country, zone in LARGEST_PLACES.items())
    assert (zones["DE"], zones["US"], zones["SY"]) == ("Europe/Berlin", "America/New_York", "Asia/Damascus")


def test_the_only_course_is_chosen(client: FlaskClient, live: object) -> None:
    founder = make_user()
    house = make_organisation(founder)
    path = f"/org/{house.id}/found/course"
    sign_in(client, founder.id)
    course = make_course_session(house)
    (form,) = (form for form in forms(client.get(path)) if "course_session_id" in form.names)
    assert form.values["course_session_id"] == course.id
    make_course_session(house)
    (form,) = (form for form in forms(client.get(path)) if "course_session_id" in form.names)
    assert "course_session_id" not in form.values


@pytest.mark.browser
def test_with_a_script_the_device_says_what_time_it_is(demo_server: LiveServer, visit: MakeVisitor) -> None:
    who = visit(demo_server, timezone_id="Europe/Kiev", locale="de-DE")
    sign_in_with_code(who, "olha@mail.example")
    page = who.open("/welcome")
    expect(page.locator("#time_zone")).to_have_value("Europe/Kyiv")
