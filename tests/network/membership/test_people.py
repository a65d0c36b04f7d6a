"""What members see of each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from models.people import User
from network import membership
from network.kernel import events
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import Forbidden, NotFound
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.membership import make_appointment, make_membership, member_of, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user


def names(actor: Actor, network_id: str, **over: Any) -> list[str]:
    with unit_of_work():
        found = membership.list_people(actor, network_id, PageRequest(), **over)
        return [person["display_name"] for person in found.items]


def test_the_people_of_a_network_by_name(live: Runtime) -> None:
    network, noise = make_network(), make_network()
    lead = make_membership(network, make_user(display_name="Fatma", language="de-AT", face="fatma"))
    make_appointment(lead)
    make_membership(network, make_user(display_name="Özlem", language="tr"), state="paused")
    make_membership(network, make_user(display_name="Gone"), state="left")
    make_membership(network, make_user(display_name="Asks"), state="applied")
    make_membership(noise, make_user(display_name="Elsewhere"))
    viewer = member_of(network, user=make_user(display_name="Zoe", language="de"))
    assert names(viewer, network.id) == ["Fatma", "Özlem", "Zoe"]
    with unit_of_work():
        first = membership.list_people(viewer, network.id, PageRequest()).items[0]
    assert first == {
        "id": lead.user_id, "membership_id": lead.id, "display_name": "Fatma",
        "photo_url": "/faces/fatma.svg", "roles": ["meta_mentor", "mentor"], "language": "de-AT",
        "since": lead.since,
    }  # fmt: skip
    for part, wanted in {"FAT": ["Fatma"], "özl": ["Özlem"], "ÖZL": ["Özlem"], "%": [], "_": []}.items():
        assert names(viewer, network.id, q=part) == wanted
    assert names(viewer, network.id, q="o", among=[User.language == "tr"]) == ["Özlem"]


def test_outsiders_see_nobody(live: Runtime) -> None:
    listed, private = make_network(visibility="listed"), make_network()
    suspended = member_of(private, suspended_until=live.clock.now() + timedelta(days=1))
    for actor, network, error in (
        (standing_actor(make_user()), listed, Forbidden),
        (ANONYMOUS, listed, Forbidden),
        (member_of(listed, state="applied"), listed, Forbidden),
        (suspended, private, Forbidden),
        (standing_actor(make_user()), private, NotFound),
    ):
        with pytest.raises(error):
            names(actor, network.id)


def test_a_person_is_there_for_whom_she_shares_a_network_with(live: Runtime) -> None:
    shared, other = make_network(), make_network()
    user = make_user()
    lead = make_membership(shared, user)
    make_appointment(lead, "deputy")
    make_membership(other, user)
    with unit_of_work():
        seen = membership.get_person(member_of(shared), user.id)
    assert seen["roles"] == ["deputy", "mentor"]
    assert [row["id"] for row in seen["networks"]] == [shared.id]
    with unit_of_work():
        assert membership.get_person(standing_actor(user), user.id)["id"] == user.id
        for stranger in (member_of(make_network()), standing_actor(make_user()), ANONYMOUS):
            for wanted in (user.id, "0190a3c2-0000-7000-8000-000000000000"):
                with pytest.raises(NotFound):
                    membership.get_person(stranger, wanted)


def test_who_left_is_there_no_more(live: Runtime) -> None:
    network, user = make_network(), make_user()
    make_membership(network, user, state="left")
    with unit_of_work(), pytest.raises(NotFound):
        membership.get_person(member_of(network), user.id)


def test_lists_cost_the_same_whatever_their_length(live: Runtime) -> None:
    network = make_network()
    viewer = member_of(network, "meta_mentor")
    seen: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def statements() -> list[int]:
        counts = []
        for ask in (
            membership.list_people, membership.list_memberships, membership.list_appointments,
            membership.list_invitations, membership.list_applications,
        ):  # fmt: skip
            with unit_of_work():
                seen.clear()
                ask(viewer, network.id, PageRequest())
                counts.append(len(seen))
        return counts

    before = statements()
    for _ in range(20):
        make_appointment(make_membership(network))
    assert statements()[:3] == before[:3]
    assert max(before) <= 6


def test_an_event_shows_a_membership_without_what_differs_by_viewer(live: Runtime) -> None:
    network = make_network()
    member = member_of(network)
    standing = member.standings[network.id]
    membership.pause_membership(member, standing.membership_id or "", 1)
    with unit_of_work():
        [shown] = events.rendered(events.entries_after(f"network:{network.id}", 0, 10))
    assert shown["type"] == "membership.changed"
    assert shown["data"]["state"] == "paused"
    assert shown["data"]["user"]["id"] == member.user_id
    assert "suspended_until" not in shown["data"]
    assert "paused_until" not in shown["data"]
