"""Suspension and removal: who is shut out, what she keeps, what acts meanwhile, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from network import membership
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, unit_of_work
from network.membership.commands.measures import tell_ended_suspensions
from network.networks import is_host, is_member, sees_inside
from tests.factories.membership import again, member_of
from tests.factories.networks import make_network
from tests.network.membership.test_belonging import own, row_of
from tests.recorded import audited, facts
from tests.running import HandClock


@command
def moderate(act: Callable[..., None], actor: Actor, *given: Any, **named: Any) -> None:
    """As a command of moderation does, which asked who may."""
    require(ALLOWED)
    act(actor, *given, **named)


def told(user_id: str) -> list[str]:
    """What she was told about what is open to her."""
    return [kind for kind in facts(f"user:{user_id}") if kind.startswith("access.")]


def test_a_suspension_shuts_out_and_ends_by_the_clock(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    lead, other = (member_of(network, "meta_mentor") for _ in range(2))
    until, user_id = clock.now() + timedelta(days=7), other.user_id or ""
    for moment in (until, until - timedelta(days=1)):  # of two the later end counts
        moderate(membership.suspend_member, lead, network.id, user_id, moment)
    assert row_of(own(other))["state"] == "active"
    shut_out = again(other)
    for law in (is_member, is_host, sees_inside):
        assert not law(shut_out, network.id)
    with unit_of_work():
        assert membership.leading_now(network.id) == {lead.user_id}
    assert told(user_id) == ["access.ended"] * 2
    assert [audit.action for audit in audited(own(other))] == ["membership.suspend"] * 2
    clock.forward(days=7)
    # No job has run.
    back = again(other)
    for law in (is_member, is_host, sees_inside):
        assert law(back, network.id)
    assert (tell_ended_suspensions(), tell_ended_suspensions()) == (1, 0)
    assert told(user_id) == ["access.ended"] * 2 + ["access.gained"]
    assert facts(f"network:{network.id}") == ["membership.changed"] * 3


def test_a_suspension_ends_at_once_also_after_coming_back(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    lead, member = member_of(network, "meta_mentor"), member_of(network)
    user_id, late = member.user_id or "", clock.now() + timedelta(days=7)
    moderate(membership.suspend_member, lead, network.id, user_id, late)
    soon = clock.now() + timedelta(days=1)
    moderate(membership.end_suspension, lead, network.id, user_id, until=soon)
    assert not is_member(again(member), network.id), "another one of hers still runs"
    assert told(user_id) == ["access.ended"]
    for _ in range(2):
        moderate(membership.end_suspension, lead, network.id, user_id)
    assert is_member(again(member), network.id)
    assert told(user_id) == ["access.ended", "access.gained"]
    moderate(membership.suspend_member, lead, network.id, user_id, late)
    with unit_of_work():
        version = membership.get_membership(again(member), own(member))["version"]
    membership.leave_membership(again(member), own(member), version)
    with pytest.raises(NotFound):
        moderate(membership.suspend_member, lead, network.id, user_id, late)
    moderate(membership.end_suspension, lead, network.id, user_id)
    assert audited(own(member))[-1].action == "membership.readmit"


def test_who_has_left_is_not_removed_twice(live: Runtime) -> None:
    network = make_network()
    lead, member = member_of(network, "meta_mentor"), member_of(network)
    for _ in range(2):
        moderate(membership.remove_member, lead, network.id, member.user_id)
    assert row_of(own(member))["state"] == "removed"
    assert facts(f"user:{member.user_id}") == ["access.ended"]
