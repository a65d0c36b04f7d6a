"""The public page that says whether a PDF is one of ours: by the file, by its fingerprint, signed out."""

from __future__ import annotations

import io
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from network import agreements
from network.kernel.runtime import Runtime
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.membership import make_membership, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user

YES, NO = "This PDF is real and unchanged", "We do not know this PDF"


def sent(client: FlaskClient, **typed: object) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/check").text)
    assert token is not None
    return client.post(
        "/check", data={"csrf_token": token[1], **typed}, content_type="multipart/form-data"
    )  # fmt: skip


def test_the_file_itself_or_its_fingerprint(client: FlaskClient, live: Runtime) -> None:
    network = make_network()
    user, version = make_user(), make_version(network)
    make_acceptance(version, make_membership(network, user))
    made = agreements.issue_document(standing_actor(user), version.id)
    assert YES in sent(client, file=(io.BytesIO(made.content), "vereinbarung.pdf")).text
    spaced = " ".join(re.findall("..", made.sha256.upper()))
    found = sent(client, sha256=spaced)
    assert found.status_code == 200 and YES in found.text and version.text_hash in found.text
    assert network.name not in found.text, "anybody may ask; what it is about stays inside"


def test_another_comma_is_another_file(client: FlaskClient, live: Runtime) -> None:
    answer = sent(client, file=(io.BytesIO(b"%PDF-1.7 something, else"), "x.pdf"))
    assert answer.status_code == 404 and NO in answer.text
    assert sent(client, sha256="0" * 64).status_code == 404


def test_what_is_no_fingerprint_stays_typed(client: FlaskClient, live: Runtime) -> None:
    answer = sent(client, sha256="abc")
    assert answer.status_code == 422 and 'value="abc"' in answer.text and "64" in answer.text
    assert sent(client).status_code == 422
