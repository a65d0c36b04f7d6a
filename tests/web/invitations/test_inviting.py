"""The pages of those who invite and who decide who joins."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.membership import Application, Invitation, Membership
from network.kernel.actor import Actor
from network.kernel.addresses import sealed_address
from network.kernel.transaction import session, unit_of_work
from tests.factories.membership import make_application, make_invitation, member_of
from tests.factories.people import make_user, sign_in
from tests.web.invitations.community import Founded, found
from tests.web.people.browsing import Form, forms, press, send


@pytest.fixture
def founded(live: object) -> Founded:
    return found()


def page_of(founded: Founded, kind: str = "invitations") -> str:
    return f"/network/{founded.network.slug}/{kind}"


def enter(client: FlaskClient, actor: Actor) -> None:
    sign_in(client, actor.user_id or "")


def invite(client: FlaskClient, founded: Founded, email: str, message: str = "") -> TestResponse:
    """Fill the form that invites, as it stands on the page, and send it."""
    form = next(form for form in forms(client.get(page_of(founded))) if "email" in form.names)
    return client.post(form.action, data=form.values | {"email": email, "message": message})


def main(page: TestResponse) -> str:
    """What a page says, without the secrets of its forms."""
    found = re.search(r"<main.*</main>", page.text, re.DOTALL)
    assert found is not None
    return re.sub(r'name="csrf_token" value="[^"]*"', "", found[0])


def states() -> list[tuple[str, str]]:
    with unit_of_work():
        wanted = select(Invitation.address, Invitation.state).order_by(Invitation.address)
        return [(address, state) for address, state in session().execute(wanted)]


def test_a_meta_mentor_invites_by_hand(client: FlaskClient, founded: Founded) -> None:
    enter(client, member_of(founded.network, "meta_mentor"))
    path = page_of(founded)
    sent = invite(client, founded, "amina@mail.example", "Come to our table!")
    assert (sent.status_code, sent.location) == (302, path)
    shown = client.get(path).text
    assert "amina@mail.example" in shown
    assert "on its way" in shown
    assert states() == [("amina@mail.example", "open")]


def test_what_is_refused_is_told_and_what_was_typed_stays(client: FlaskClient, founded: Founded) -> None:
    enter(client, member_of(founded.network, "meta_mentor"))
    make_invitation(founded.network, "amina@mail.example")
    for email, said in (("no address", "no mail address"), ("amina@mail.example", "invited already")):
        refused = invite(client, founded, email, "Come <to> our table!")
        assert refused.status_code == 422
        assert said in refused.text
        assert f'value="{email}"' in refused.text
        assert "Come &lt;to&gt; our table!" in refused.text
    assert states() == [("amina@mail.example", "open")]


def test_the_twenty_first_invitation_of_a_day_waits(client: FlaskClient, founded: Founded) -> None:
    host = member_of(founded.network, "meta_mentor")
    enter(client, host)
    for number in range(20):
        make_invitation(
            founded.network, f"p{number}@mail.example", invited_by=host.user_id, origin="meta_mentor"
        )
    refused = invite(client, founded, "amina@mail.example")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert 'value="amina@mail.example"' in refused.text


def test_an_ordinary_member_sees_her_own_invitations_only(client: FlaskClient, founded: Founded) -> None:
    member = member_of(founded.network)
    make_invitation(founded.network, "theirs@mail.example")
    make_invitation(founded.network, "hers@mail.example", invited_by=member.user_id, origin="member")
    enter(client, member)
    shown = client.get(page_of(founded)).text
    assert "hers@mail.example" in shown
    assert "theirs@mail.example" not in shown
    assert "the meta-mentor decides" in shown
    for kind in ("applications", "roles/new"):
        assert client.get(page_of(founded, kind)).status_code == 403


def test_nobody_from_outside_sees_anything(client: FlaskClient, founded: Founded) -> None:
    application = make_application(founded.network)
    sign_in(client, make_user().id)
    for kind in ("invitations", "applications", f"applications/{application.id}"):
        assert client.get(page_of(founded, kind)).status_code == 404


def test_sending_again_and_taking_back(client: FlaskClient, founded: Founded) -> None:
    enter(client, member_of(founded.network, "deputy"))
    row, secret = make_invitation(founded.network, "amina@mail.example")
    path = page_of(founded)
    press(client, path, f"{path}/{row.id}/resend")
    assert client.get(f"/i/{secret}").status_code == 404, "the link of before is dead"
    press(client, path, f"{path}/{row.id}/revoke")
    assert states() == [("amina@mail.example", "revoked")]
    shown = client.get(path)
    assert f"{row.id}/resend" not in shown.text
    token = forms(shown)[0].values["csrf_token"]
    late = client.post(f"{path}/{row.id}/resend", data={"csrf_token": token})
    assert late.location == path, "and the page says why"
    assert states() == [("amina@mail.example", "revoked")]
    assert client.post(f"{path}/{founded.network.id}/revoke", data={"csrf_token": token}).status_code == 404


def test_the_list_is_looked_at_by_state(client: FlaskClient, founded: Founded) -> None:
    enter(client, member_of(founded.network, "meta_mentor"))
    make_invitation(founded.network, "open@mail.example", name="Olga")
    make_invitation(founded.network, "used@mail.example", name="Uma", state="accepted")
    shown = client.get(page_of(founded) + "?state=accepted").text
    assert "Uma" in shown
    assert "Olga" not in shown
    assert "Olga" in client.get(page_of(founded) + "?state=nonsense").text


def answer_form(page: TestResponse) -> Form:
    """The form that decides; the talk with the person has its own."""
    (form,) = (form for form in forms(page) if "reason" in form.names)
    return form


def test_another_address_is_asked_for_and_confirmed_with_one_tap(
    client: FlaskClient, founded: Founded, make_client: Callable[[], FlaskClient]
) -> None:
    host, guest = member_of(founded.network, "meta_mentor"), make_client()
    row, token = make_invitation(founded.network, "work@mail.example")
    way = f"/i/{token}/other-address"
    assert way in guest.get(f"/i/{token}").text
    assert send(guest, way, email="no address").status_code == 422
    said = send(guest, way, email="home@mail.example", name="Amina Yusuf")
    assert said.status_code == 202
    for other in ("/i/no-such-link/other-address",):
        nothing = send(guest, other, email="home@mail.example", name="Amina Yusuf")
        assert (nothing.status_code, main(nothing)) == (202, main(said))
        assert main(guest.get(other)).replace("no-such-link", token) == main(guest.get(way))
    enter(client, host)
    path = page_of(founded)
    assert "1 invitation needs a look" in client.get(path).text
    unseen = wish_form(client, path)
    assert send(guest, way, email="house@mail.example").status_code == 202
    client.post(unseen.action, data=unseen.values)
    assert states() == [("work@mail.example", "open")], "she said yes to another one than she would get"
    assert send(guest, way, email="home@mail.example", name="Amina Yusuf").status_code == 202
    form = wish_form(client, path)
    assert client.post(form.action, data=form.values).location == path
    assert states() == [(sealed_address("work@mail.example"), "revoked"), ("home@mail.example", "open")]
    assert "The invitation goes to home@mail.example now." in client.get(path).text
    gone = client.post(form.action, data=form.values)
    assert gone.status_code == 302, "and the page says why"
    assert client.post(form.action, data=form.values | {"answer": "maybe"}).status_code == 400
    assert row.id in form.action


def wish_form(client: FlaskClient, path: str) -> Form:
    """The form that says yes to the other address."""
    shown = forms(client.get(f"{path}?trouble=any"))
    return next(form for form in shown if form.values.get("answer") == "yes")


def test_the_address_is_changed_on_a_page_of_its_own(client: FlaskClient, founded: Founded) -> None:
    enter(client, member_of(founded.network, "meta_mentor"))
    row, token = make_invitation(founded.network, "typo@mial.example", name="Amina")
    path = f"{page_of(founded)}/{row.id}/address"
    assert path in client.get(page_of(founded)).text
    wrong = send(client, path, email="typo@mial.example", name="Amina")
    assert wrong.status_code == 422 and 'value="typo@mial.example"' in wrong.text
    assert send(client, path, email="typo@mail.example", name="Amina").location == page_of(founded)
    assert client.get(f"/i/{token}").status_code == 404
    assert (
        client.get(f"/network/{found(name='Other').network.slug}/invitations/{row.id}/address").status_code
        == 404
    )


@pytest.mark.parametrize(("decision", "becomes"), [("accept", "active"), ("decline", "declined")])
def test_an_application_gets_its_answer(
    client: FlaskClient, founded: Founded, decision: str, becomes: str
) -> None:
    enter(client, member_of(founded.network, "meta_mentor"))
    asker = make_user(display_name="Amina Yusuf")
    row = make_application(founded.network, asker)
    assert "Amina Yusuf" in client.get(page_of(founded, "applications")).text
    path = page_of(founded, f"applications/{row.id}")
    form = answer_form(client.get(path))
    without = client.post(path, data=form.values | {"decision": decision, "reason": " "})
    assert without.status_code == 422
    stale = client.post(path, data=form.values | {
        "decision": decision, "reason": "We know you.", "expected_version": "7",
    })  # fmt: skip
    assert stale.status_code == 422
    assert "We know you." in stale.text
    answered = client.post(path, data=form.values | {"decision": decision, "reason": "We know you."})
    assert answered.location == page_of(founded, "applications")
    with unit_of_work():
        assert session().get_one(Membership, row.membership_id).state == becomes
        assert session().get_one(Application, row.id).reason == "We know you."
    client.get(page_of(founded, "applications"))  # reads what is told once
    assert "Amina Yusuf" not in client.get(page_of(founded, "applications")).text
    decided = client.get(path).text
    assert "We know you." in decided
    assert 'name="decision"' not in decided


def test_who_invited_does_not_decide_and_is_told_so(client: FlaskClient, founded: Founded) -> None:
    host = member_of(founded.network, "meta_mentor")
    enter(client, host)
    row = make_application(founded.network, invited_by=host.user_id)
    path = page_of(founded, f"applications/{row.id}")
    shown = client.get(path)
    assert "Somebody else decides about this." in shown.text
    assert 'name="decision"' not in shown.text
    token = forms(shown)[0].values["csrf_token"]
    typed = {"decision": "accept", "reason": "My friend.", "expected_version": "1", "csrf_token": token}
    refused = client.post(path, data=typed)
    assert refused.status_code == 403
    assert "You are part of this matter, so somebody else decides it." in refused.text
    with unit_of_work():
        assert session().get_one(Application, row.id).state == "open"


def test_an_application_belongs_to_its_network_alone(client: FlaskClient, founded: Founded) -> None:
    host = member_of(founded.network, "meta_mentor")
    other = found(name="Another circle")
    enter(client, host)
    row = make_application(other.network)
    assert client.get(page_of(founded, f"applications/{row.id}")).status_code == 404
