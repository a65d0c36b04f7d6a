"""The page of one's own rights, and the operator's page of objections."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from models.privacy import ConsentRow
from network import privacy
from network.kernel.paging import PageRequest
from network.kernel.transaction import session, unit_of_work
from tests.factories import pictures
from tests.factories.people import actor_of, make_user, sign_in

RIGHTS = "/me/rights"


def page(client: FlaskClient, path: str = RIGHTS) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(client, RIGHTS))
    given = {"csrf_token": token[1] if token else "", **fields}
    answer = client.post(path, data=given, follow_redirects=True)
    return answer.status_code, unescape(answer.get_data(as_text=True))


def test_agreeing_is_as_easy_as_taking_it_back(make_client: Callable[[], FlaskClient]) -> None:
    user, client = make_user(language="de"), make_client()
    sign_in(client, user.id)
    assert "Du hast nicht zugestimmt." in page(client)
    status, after = send(client, f"{RIGHTS}/consents/sensitive", answer="yes")
    assert status == 200 and "Du hast zugestimmt:" in after
    with unit_of_work():
        assert {c["purpose"]: c["given"] for c in privacy.list_consents(actor_of(user))}["sensitive"] is True
    status, after = send(client, f"{RIGHTS}/consents/sensitive", answer="no")
    assert status == 200 and "Zurückgenommen:" in after
    assert send(client, f"{RIGHTS}/consents/newsletter", answer="yes")[0] == 404
    assert send(client, f"{RIGHTS}/consents/sensitive", answer="maybe")[0] == 400


def test_a_photo_is_agreed_to_where_it_is_put_and_no_longer_where_it_is_removed(client: FlaskClient) -> None:
    user = make_user()
    headers = sign_in(client, user.id)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(client, "/me/photo"))
    given = {"csrf_token": token[1] if token else "", "shown_to": "networks"}
    file = (io.BytesIO(pictures.photo()), "me.jpg")
    assert client.post("/me/photo", data={**given, "file": file}).status_code == 302
    assert client.delete("/api/v1/me/photo", headers=headers).status_code == 204
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(pictures.photo()), "me.jpg", "file")})
    kind = f"multipart/form-data; boundary={boundary}"
    put = client.put("/api/v1/me/photo", data=body, content_type=kind, headers=headers)
    assert put.status_code == 200
    assert client.post("/me/photo/remove", data=given).status_code == 302
    with unit_of_work():
        said = session().scalars(select(ConsentRow).order_by(ConsentRow.at, ConsentRow.id))
        assert [(row.given, row.how) for row in said] == [
            (True, "form"), (False, "api"), (True, "api"), (False, "form"),
        ]  # fmt: skip


def test_freezing_and_letting_it_go_on(make_client: Callable[[], FlaskClient]) -> None:
    client = make_client()
    sign_in(client, make_user().id)
    assert "Your data is frozen since" in send(client, f"{RIGHTS}/freeze", answer="yes")[1]
    status, after = send(client, "/me", display_name="Another", language="en", time_zone="UTC")
    assert status == 422 and "Your data is frozen. End that first, then you can change it." in after
    assert "Your data is frozen since" not in send(client, f"{RIGHTS}/freeze", answer="no")[1]


def test_an_objection_is_sent_and_answered(make_client: Callable[[], FlaskClient]) -> None:
    me, operator = make_client(), make_client()
    sign_in(me, make_user(display_name="Ann").id)
    runs = make_user(is_operator=True)
    sign_in(operator, runs.id)
    assert send(me, RIGHTS, purpose="audit", objection=" ")[0] == 422
    status, after = send(me, RIGHTS, purpose="talk", objection="Kept while it is mended.")
    assert status == 422 and "Kept while it is mended." in after
    assert "It is still to come." in send(me, RIGHTS, purpose="audit", objection="My situation.")[1]
    shown = page(operator, "/admin/objections")
    assert "Ann" in shown and "My situation." in shown
    with unit_of_work():
        waiting = privacy.list_open_objections(actor_of(runs), PageRequest()).items[0]
    fields = {"objection_id": waiting["id"], "expected_version": "1", "outcome": "declined"}
    status, after = send(operator, "/admin/objections", **fields, answer="")
    assert status == 422 and "Please write a sentence." in after
    assert "Nobody waits." in send(operator, "/admin/objections", **fields, answer="The law asks for it.")[1]
    assert "The law asks for it." in page(me)
    assert me.get("/admin/objections").status_code == 404
