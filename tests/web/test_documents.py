"""A version on paper, for people: the link of a letter leads through the door; copies before erasing."""

from __future__ import annotations

from flask.testing import FlaskClient

from network.kernel.runtime import Runtime
from tests.factories.agreements import make_version
from tests.factories.membership import make_membership
from tests.factories.networks import make_network
from tests.factories.people import make_user, sign_in
from tests.factories.signatures import make_signature


def test_the_link_to_a_copy_leads_through_the_door_to_the_file(client: FlaskClient, live: Runtime) -> None:
    network, olena = make_network(), make_user(display_name="Olena Koval")
    make_membership(network, olena)
    version = make_version(network)
    make_signature(version, olena)
    path = f"/agreement-versions/{version.id}/document.pdf"
    door = client.get(path)
    assert door.status_code == 302 and "/signin" in door.headers["Location"]
    sign_in(client, olena.id)
    got = client.get(path)
    assert (got.status_code, got.content_type, got.data[:5]) == (200, "application/pdf", b"%PDF-")
    erase = client.get("/me/erase").text
    assert path in erase and "Take your copies with you now." in erase


def test_who_signed_nothing_is_offered_no_copies(client: FlaskClient, live: Runtime) -> None:
    sign_in(client, make_user().id)
    assert "Take your copies" not in client.get("/me/erase").text
