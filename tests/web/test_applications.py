"""The pages of who would like to join: asking, waiting, and the answer with its reason."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from network.kernel.actor import Actor
from tests.factories.membership import member_of, standing_actor
from tests.factories.people import make_user, sign_in
from tests.recorded import promised
from tests.running import HandClock
from tests.web.invitations.community import Founded, found
from tests.web.people.browsing import forms, press


@pytest.fixture
def founded(live: object) -> Founded:
    return found(visibility="listed")


def enter(client: FlaskClient, actor: Actor) -> None:
    sign_in(client, actor.user_id or "")


def write(client: FlaskClient, path: str, action: str = "", **typed: str) -> TestResponse:
    """Open a page and send the form that goes to `action`, with these texts typed in."""
    form = next(form for form in forms(client.get(path)) if form.action == action)
    return client.post(action or path, data=form.values | typed)


def apply(client: FlaskClient, founded: Founded) -> str:
    """Ask to join; the address of the page on which one waits."""
    path = f"/network/{founded.network.slug}/apply"
    answer = write(client, path, experience="Ten years.", statement="To go on.")
    assert answer.status_code == 302
    return str(answer.location)


def test_from_the_ways_in_to_asking(client: FlaskClient, founded: Founded) -> None:
    assert founded.network.name in client.get("/join").text
    page = client.get(f"/network/{founded.network.slug}").text
    assert f"/network/{founded.network.slug}/apply" in page
    enter(client, standing_actor(make_user()))
    missing = write(client, f"/network/{founded.network.slug}/apply", experience="Ten years.", statement="")
    assert missing.status_code == 422 and "Ten years." in missing.text
    waiting = apply(client, founded)
    assert "Somebody answers you by" in client.get(waiting).text
    # Asking twice leads to the one that waits.
    assert client.get(f"/network/{founded.network.slug}/apply").location == "/applications"
    assert client.get("/applications").location == waiting
    assert waiting.rpartition("/")[2] in client.get("/join").text


def test_while_one_waits(client: FlaskClient, founded: Founded, clock: HandClock) -> None:
    user = make_user(display_name="Jo Berg")
    enter(client, standing_actor(user))
    waiting = apply(client, founded)
    early = client.post(
        f"{waiting}/hello", data={**forms(client.get(waiting))[-1].values, "hello": "I am Jo"}
    )
    assert early.status_code == 422 and "Please accept the rules of this network first." in early.text
    rules = client.get(f"/network/{founded.network.slug}/rules?next={waiting}")
    version = next(form for form in forms(rules) if "version_id" in form.values)
    accepted = client.post(
        f"/network/{founded.network.slug}/rules?next={waiting}", data={**version.values, "accepted": "y"}
    )
    assert accepted.location == waiting
    sent = write(client, waiting, f"{waiting}/hello", hello="I am <b>Jo</b>")
    assert sent.location == waiting
    assert "Your hello stands in the welcome room." in client.get(waiting).text
    write(client, waiting, f"{waiting}/say", body="When do you <i>meet</i>?")
    page = client.get(waiting).text
    assert "When do you &lt;i&gt;meet&lt;/i&gt;?" in page
    clock.forward(days=8)
    assert "Your answer is late." in client.get(waiting).text


def test_the_other_side_answers_and_the_reason_stays(
    client: FlaskClient, make_client: object, founded: Founded
) -> None:
    user = make_user()
    enter(client, standing_actor(user))
    waiting = apply(client, founded)
    host = make_client()  # type: ignore[operator]
    enter(host, member_of(founded.network, "meta_mentor"))
    deciding = host.get(waiting).location
    assert "Please answer by" in host.get(deciding).text
    assert "Ten years." in host.get("/home").text or "would like to join" in host.get("/home").text
    assert write(host, deciding, f"{waiting}/say", body="Hello Jo").location == waiting
    assert "Hello Jo" in client.get(waiting).text
    assert len(promised("application_talked")) == 1
    write(host, deciding, reason="We are full until spring.", decision="decline")
    page = client.get(waiting).text
    assert "We are full until spring." in page and "Ask again" in page
    assert client.get(f"/network/{founded.network.slug}/apply").status_code == 200


def test_taking_it_back(client: FlaskClient, founded: Founded) -> None:
    enter(client, standing_actor(make_user()))
    waiting = apply(client, founded)
    assert press(client, waiting, f"{waiting}/withdrawal").location == waiting
    assert "You took your request back." in client.get(waiting).text
