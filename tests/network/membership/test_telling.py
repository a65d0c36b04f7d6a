"""Who is called differently is so on every open page where what she said may stand."""

from __future__ import annotations

from typing import Any

import pytest

from network import people
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden
from network.kernel.events import entries_after, rendered
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.membership import subscriptions
from network.membership.commands.telling import tell_how_somebody_looks
from tests.factories.membership import make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user

assert subscriptions  # they register themselves


def told(network: Any) -> list[Any]:
    with unit_of_work():
        found = rendered(entries_after(f"network:{network.id}", 0, 100))
    return [event["data"]["display_name"] for event in found if event["type"] == "user.changed"]


def test_another_name_is_told_where_she_is_or_was_and_nowhere_else(live: Runtime) -> None:
    here, before, asked, foreign = (make_network() for _ in range(4))
    user = make_user()
    member = member_of(here, user=user)
    make_membership(before, user, state="left")
    make_membership(asked, user, state="applied")
    member_of(foreign)
    people.change_me(member, display_name="Amina")
    assert [told(network) for network in (here, before, asked, foreign)] == [["Amina"], ["Amina"], [], []]
    people.change_me(member, language="de", time_zone="Europe/Berlin")
    assert told(here) == ["Amina"], "what others do not see is not told to them"


def test_another_name_of_who_acts_for_the_organisation(live: Runtime) -> None:
    network = make_network()
    people.change_me(steward_of_network(network), display_name="Kasia")
    assert told(network) == ["Kasia"]


def test_nobody_tells_it_herself(live: Runtime) -> None:
    member: Actor = member_of(make_network())
    with pytest.raises(Forbidden):
        tell_how_somebody_looks(member, member.user_id or "")
