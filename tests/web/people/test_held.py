"""What was typed into a form that comes too late: kept on the page, and sent by nobody but who typed it."""

from __future__ import annotations

from flask.testing import FlaskClient

from network.kernel.runtime import Runtime
from tests.factories.people import make_user, sign_in
from tests.running import HandClock
from tests.web.people.browsing import forms

HERE = {"Origin": "http://localhost"}
TYPED = "Amina who writes a long time"


def test_signed_out_while_writing(live: Runtime, client: FlaskClient, clock: HandClock) -> None:
    user = make_user()
    sign_in(client, user.id)
    form = next(form for form in forms(client.get("/me")) if "display_name" in form.names)
    values = form.values | {"display_name": TYPED}
    clock.forward(days=91)
    late = client.post("/me", data=values, headers=HERE)
    assert (late.status_code, "You have been signed out" in late.text) == (401, True)
    sign_in(client, user.id)
    (kept,) = [form for form in forms(late) if "display_name" in form.names]
    assert kept.values["display_name"] == TYPED
    assert client.post("/me", data=kept.values, headers=HERE).status_code == 302
    assert TYPED in client.get("/me").text


def test_signed_in_anew_while_writing(live: Runtime, client: FlaskClient) -> None:
    sign_in(client, make_user().id)
    form = next(form for form in forms(client.get("/me")) if "display_name" in form.names)
    values = form.values | {"display_name": TYPED, "csrf_token": "of another time", "password": "secret cups"}
    stale = client.post("/me", data=values, headers=HERE)
    assert stale.status_code == 403
    assert TYPED in stale.text and "secret cups" not in stale.text
    assert TYPED not in client.get("/me").text, "nothing was done"
    (kept,) = [form for form in forms(stale) if "display_name" in form.names]
    assert client.post("/me", data=kept.values, headers=HERE).status_code == 302
    unnamed = client.post("/me", data=values)
    assert unnamed.status_code == 403 and TYPED not in unnamed.text, "not known from where it came"
