"""The API of versions on paper: the file, and what anybody may learn of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask.testing import FlaskClient

from network.kernel.runtime import Runtime
from tests.api.callers import Caller
from tests.factories.agreements import make_version
from tests.factories.membership import member_of
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.factories.signatures import make_signature


def test_anybody_can_check_a_document_and_a_changed_comma_does_not_check_out(
    live: Runtime, make_client: Callable[[], FlaskClient]
) -> None:
    network = make_network(visibility="private")
    version = make_version(network)
    make_signature(version, make_user(display_name="Olena Koval"))
    path = f"/agreement-versions/{version.id}/document.pdf"
    member, nobody = Caller(make_client, member_of(network).user_id), Caller(make_client)
    got = member("get", path)
    assert (got.status_code, got.content_type) == (200, "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Cache-Control"] == "private, no-store"
    assert member("get", path).data == got.data
    assert nobody("get", path).status_code == 401
    assert Caller(make_client, make_user().id)("get", path).status_code == 404

    def checked(content: bytes) -> int:
        return nobody("post", "/check", {"sha256": hashlib.sha256(content).hexdigest()}).status_code

    known = nobody("post", "/check", {"sha256": hashlib.sha256(got.data).hexdigest()})
    assert known.json == {"valid": True, "version_id": version.id, "text_hash": version.text_hash}
    for place in (0, len(got.data) // 2, len(got.data) - 1):
        changed = got.data[:place] + bytes([got.data[place] ^ 1]) + got.data[place + 1 :]
        assert checked(changed) == 404
    assert checked(got.data + b",") == checked(b"") == 404
    for broken in ({"sha256": "ab"}, {"sha256": 1}, {}, {"sha256": "g" * 64}, {"sha256": "a" * 64, "x": 1}):
        assert nobody("post", "/check", broken).status_code == 422


def test_there_is_no_paper_of_words_that_still_change(
    live: Runtime, make_client: Callable[[], FlaskClient]
) -> None:
    network = make_network()
    version = make_version(network, state="draft")
    refused = Caller(make_client, member_of(network).user_id)(
        "get", f"/agreement-versions/{version.id}/document.pdf"
    )
    assert (refused.status_code, refused.json["code"]) == (409, "text_not_fixed")
