"""Pages of organisations: entering one, what it shows to whom, who acts for it, the operator's list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.organisations import Organisation
from models.people import User
from network import organisations
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.courses import make_completion, make_course_session
from tests.factories.organisations import make_organisation, make_steward, make_steward_invitation
from tests.factories.people import make_user, sign_in
from tests.running import HandClock
from tests.web.people.browsing import forms, send


@pytest.fixture
def steward(live: Runtime) -> User:
    return make_user(email="steward@mail.example", display_name="Henrik Vogt")


@pytest.fixture
def organisation(steward: User) -> Organisation:
    return make_organisation(steward, name="Brückenhaus")


def test_who_has_none_enters_one(client: FlaskClient) -> None:
    assert client.get("/org").location.startswith("/signin")
    sign_in(client, make_user().id)
    wrong = send(client, "/org", name="", country="PL")
    assert wrong.status_code == 422
    assert 'value="PL"' in wrong.text
    assert "selected" in wrong.text
    made = send(client, "/org", name="Dom pod Lipą", country="PL")
    assert made.status_code == 302
    shown = client.get(made.location).text
    assert "Dom pod Lipą" in shown
    assert "Your organisation waits for verification." in shown
    assert f"{made.location}/courses/new" in shown
    assert "Dom pod Lipą" in client.get("/org").text


def test_what_it_says_about_itself_is_kept_and_shown_to_whom_it_concerns(client: FlaskClient) -> None:
    sign_in(client, make_user().id)
    told = {"website": "www.house.example/us", "register_entry": "VR 1234", "contact_note": "Ask Mara."}
    wrong = send(client, "/org", name="", country="PL", **told)
    assert wrong.status_code == 422
    for text in told.values():
        assert text in wrong.text
    bad = send(client, "/org", name="Dom", country="PL", website="javascript:alert(1)")
    assert "A link begins with https:// and has no blanks." in bad.text
    place = send(client, "/org", name="Dom", country="PL").location
    assert f'href="{place}/change">Tell your website' in client.get(place).text
    assert send(client, f"{place}/change", name="Dom", country="PL", **told).status_code == 302
    shown = client.get(place).text
    assert '<a href="https://www.house.example/us" rel="nofollow noopener noreferrer"' in shown
    assert "Tell your website" not in shown
    sign_in(client, make_user(is_operator=True).id)
    asked = client.get("/admin/organisations").text
    for text in told.values():
        assert text in asked
    sign_in(client, make_user().id)
    seen = client.get(place).text
    assert "www.house.example/us" in seen
    assert "VR 1234" not in seen and "Mara" not in seen


def test_a_steward_sees_what_comes_next(
    client: FlaskClient, organisation: Organisation, steward: User
) -> None:
    sign_in(client, steward.id)
    path = f"/org/{organisation.id}"
    assert f"{path}/courses/new" in client.get(path).text
    course = make_course_session(organisation, title="Spring course")
    make_completion(course)
    shown = client.get(path).text
    assert "Spring course" in shown
    assert "1 person on the list" in shown
    assert f"{path}/found" in shown


def test_others_see_name_people_and_courses_alone(
    client: FlaskClient, organisation: Organisation, steward: User
) -> None:
    course = make_course_session(organisation, title="Spring course", contact_ground="Secret ground")
    make_completion(course, name="Ida Private")
    sign_in(client, make_user().id)
    shown = client.get(f"/org/{organisation.id}").text
    assert "Brückenhaus" in shown
    assert "Henrik Vogt" in shown
    assert "Spring course" in shown
    for hidden in ("mail.example", "Ida Private", "Secret ground", "on the list", "/change", "/contacts"):
        assert hidden not in shown
    for closed in ("change", "contacts", "courses", "courses/new"):
        assert client.get(f"/org/{organisation.id}/{closed}").status_code == 403


def test_name_and_country_are_changed(client: FlaskClient, organisation: Organisation, steward: User) -> None:
    sign_in(client, steward.id)
    path = f"/org/{organisation.id}/change"
    assert 'value="Brückenhaus"' in client.get(path).text
    assert send(client, path, name=" ", country="DE").status_code == 422
    assert send(client, path, name="Neues Haus", country="AT").status_code == 302
    shown = client.get(f"/org/{organisation.id}").text
    assert "Neues Haus" in shown
    assert "Austria" in shown


def test_contacts_are_asked_and_removed(
    client: FlaskClient, organisation: Organisation, steward: User, clock: HandClock
) -> None:
    other = make_user(display_name="Anna Lindqvist")
    make_steward(organisation, other)
    sign_in(client, steward.id)
    path = f"/org/{organisation.id}/contacts"
    refused = send(client, path, email="no address")
    assert refused.status_code == 422
    assert 'value="no address"' in refused.text
    assert send(client, path, email="new@mail.example").status_code == 302
    page = client.get(path)
    assert "new@mail.example" in page.text
    for wanted in ("/asked/", f"{other.id}/removal"):
        form = next(form for form in forms(client.get(path)) if wanted in form.action)
        assert client.post(form.action, data=form.values).status_code == 302
    after = client.get(path).text
    assert "Anna Lindqvist" not in after
    assert "Take back" not in after
    assert "/removal" not in after
    clock.forward(minutes=61)
    assert client.get(path).location.startswith("/signin/proof")


def test_the_link_in_the_mail_asks(client: FlaskClient, organisation: Organisation) -> None:
    asked = make_user(email="asked@mail.example")
    _, token = make_steward_invitation(organisation, "asked@mail.example")
    path = f"/org/join/{token}"
    door = client.get(path)
    assert door.status_code == 200
    assert "Brückenhaus" in door.text
    assert f"next=/org/join/{token}" in door.text
    sign_in(client, make_user().id)
    form = forms(client.get(path))[-1]
    assert client.post(path, data=form.values).status_code == 409
    sign_in(client, asked.id)
    form = forms(client.get(path))[-1]
    joined = client.post(path, data=form.values)
    assert joined.location == f"/org/{organisation.id}"
    assert "All courses" not in client.get(joined.location).text
    assert f"/org/{organisation.id}/contacts" in client.get(joined.location).text
    assert client.get(path).status_code == 404
    assert client.get("/org/join/unknown").status_code == 404


def test_the_operator_decides_on_a_plain_page(
    client: FlaskClient, organisation: Organisation, steward: User, clock: HandClock
) -> None:
    waiting = [make_organisation(steward, name=name, state="pending") for name in ("Haus Eins", "Haus Zwei")]
    clock.forward(days=3)
    path = "/admin/organisations"
    sign_in(client, steward.id)
    assert client.get(path).status_code == 404
    sign_in(client, make_user(is_operator=True).id)
    page = client.get(path)
    assert page.text.count("3 days") == 2
    assert page.text.count("Henrik Vogt") == 2
    assert "mail.example" not in page.text
    assert page.text.count("button primary") == 1
    first, second = (form.values for form in forms(page) if form.values.get("organisation_id"))
    refused = client.post(path, data={**second, "decision": "refused", "reason": " "})
    assert refused.status_code == 422
    assert client.post(path, data={**first, "decision": "maybe"}).status_code == 422
    assert client.post(path, data={**first, "decision": "verified"}).status_code == 302
    assert client.post(path, data={**second, "decision": "refused", "reason": "Unknown."}).status_code == 302
    assert "Nobody waits" in client.get(path).text
    with unit_of_work():
        states = {organisations.organisation_row(row.id).state for row in waiting}
    assert states == {"verified", "refused"}
    assert "Unknown." in client.get(f"{path}?state=refused").text
    assert client.get(f"{path}?state=gone").status_code == 404
    sign_in(client, steward.id)
    refused_one = second["organisation_id"]
    assert "Unknown." in client.get(f"/org/{refused_one}").text


def test_a_refusal_is_answered_on_the_page(client: FlaskClient, steward: User, clock: HandClock) -> None:
    house = make_organisation(steward, name="Haus", state="refused", decided_reason="Who are you?")
    sign_in(client, steward.id)
    path = f"/org/{house.id}"
    assert "Who are you?" in client.get(path).text
    assert send(client, path, answer=" ").status_code == 422
    assert send(client, path, answer="We run <two> courses.").location == path
    shown = client.get(path).text
    assert "Your answer: We run &lt;two&gt; courses." in shown
    assert "at the latest on this day: Thursday, 26 November" in shown
    assert "The verification comes by: Thursday, 26 November" in client.get("/home").text
    sign_in(client, make_user().id)
    assert "We run" not in client.get(path).text
    sign_in(client, make_user(is_operator=True).id)
    waiting = client.get("/admin/organisations").text
    assert "We run &lt;two&gt; courses." in waiting
    assert "26 Nov 2026, 23:59" in waiting and "overdue" not in waiting
    clock.forward(days=4)
    assert (
        "1 waits longer than the three working days that we promise."
        in client.get("/admin/organisations").text
    )
    for path_of_hers in ("/admin", "/home"):
        assert "1 is overdue" in client.get(path_of_hers).text
    sign_in(client, steward.id)
    form = next(form for form in forms(client.get(f"{path}/change")))
    late = {"csrf_token": form.values["csrf_token"], "answer": "Again.", "expected_version": "2"}
    assert client.post(f"{path}/answer", data=late).location == path


def test_a22_without_the_hidden_token_nothing_happens(
    client: FlaskClient, organisation: Organisation, steward: User
) -> None:
    sign_in(client, steward.id)
    for path in ("/org", f"/org/{organisation.id}/change", f"/org/{organisation.id}/contacts"):
        answer = client.post(path, data={"name": "Taken", "country": "DE", "email": "x@mail.example"})
        assert answer.status_code == 403
    with unit_of_work():
        assert organisations.organisation_row(organisation.id).name == "Brückenhaus"


def test_removing_oneself_needs_a_fresh_proof(
    client: FlaskClient, organisation: Organisation, steward: User, live: Runtime
) -> None:
    make_steward(organisation, make_user())
    sign_in(client, steward.id)
    path = f"/org/{organisation.id}/contacts"
    form = next(form for form in forms(client.get(path)) if f"{steward.id}/removal" in form.action)
    late = live.clock.now() - timedelta(minutes=61)
    sign_in(client, steward.id, proof_at=late)
    assert client.post(form.action, data=form.values).location.startswith("/signin/proof")
    sign_in(client, steward.id)
    form = next(form for form in forms(client.get(path)) if f"{steward.id}/removal" in form.action)
    assert client.post(form.action, data=form.values).location == "/org"
    assert client.get(path).status_code == 403
