"""A server's clock that jumps an hour on and two back: what was said stays in its order, nobody is thrown
out, and who has left does not come back (B8). What a client's clock says is asked by nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from network import discussions
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import make_community, make_room, make_topic
from tests.factories.people import sign_in
from tests.running import HandClock


def test_b8_a_clock_that_jumps_changes_no_order_and_no_session(
    live: Runtime, clock: HandClock, make_client: Callable[[], FlaskClient]
) -> None:
    community = make_community()
    ann, bob = community.member(), community.member()
    topic = make_topic(make_room(community.network), ann).id
    stays, left = make_client(), make_client()
    sign_in(stays, ann.user_id or "")
    headers = sign_in(left, bob.user_id or "")
    assert left.delete("/api/v1/session", headers=headers).status_code == 204
    for number, hours in enumerate((0, 1, -2, -1, 25, -24)):
        clock.forward(hours=hours)
        discussions.post_message((ann, bob)[number % 2], topic, f"{number}", f"m-{number}")
        assert stays.get("/api/v1/me").status_code == 200
        assert left.get("/api/v1/me").status_code == 401
    with unit_of_work():
        found = discussions.list_messages(ann, topic, after=0)["items"]
    assert [message["body"] for message in found] == ["0", "1", "2", "3", "4", "5"]
    assert [message["seq"] for message in found] == [1, 2, 3, 4, 5, 6]
    again = make_client()
    sign_in(again, ann.user_id or "")
    clock.forward(hours=-3)
    assert again.get("/api/v1/me").status_code == 200, "made in what is the future now"
