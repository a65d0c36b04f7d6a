"""Whoever belongs to a network can be chosen, in a list of however many."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from models.discussions import RoomMember
from network.kernel import runtime
from network.kernel.paging import MAX_LIMIT
from tests.factories.discussions import make_community, make_room
from tests.factories.meetings import make_meeting
from tests.factories.membership import make_membership, member_of
from tests.factories.people import make_user, save, sign_in, together


def test_who_comes_last_by_name_can_be_chosen_among_more_than_a_page(client: FlaskClient) -> None:
    community, now = make_community(size="small"), runtime.current().clock.now()
    network, meta = community.network, community.member("meta_mentor")
    room = make_room(network, [meta], kind="private")

    @together
    def many() -> None:
        for _each in range(MAX_LIMIT):
            joined = make_membership(network)
            save(RoomMember(room_id=room.id, user_id=joined.user_id, since=now))

    many()
    last = member_of(network, user=make_user(display_name="Zoe Zuletzt"))
    held = make_meeting(network, starts_at=now - timedelta(hours=3), created_by=meta.id)
    sign_in(client, meta.user_id or "")
    for path in (
        f"/network/{network.slug}/office/change", f"/meetings/{held.id}/attendance",
        f"/meetings/{held.id}/decision", f"/talk/r/{room.id}/people",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Zoe Zuletzt" in answer.text and str(last.user_id) in answer.text, path
    offered = client.get(f"/talk/r/{room.id}/people").text.split('id="others"')[1]
    assert offered.count('name="inside" value="1"') == 1, "nobody who is in it is offered again"
