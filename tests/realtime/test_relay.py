"""One thing that cannot be read keeps nobody in and silences nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from models.membership import Membership
from models.people import UserSession
from network import people
from network.kernel import runtime
from network.kernel.failures import counted_failures
from network.membership.events import MembershipChanged
from network.people.events import SessionEnded
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Served, wait_for
from tests.realtime.stage import access_ended, on_stage, tell, tomorrow, write

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_who_cannot_be_looked_up_keeps_nobody_else_in(server: Served, cafe: Cafe) -> None:
    """A row that cannot be read: the other's right ends all the same, this one's as soon as it can be."""
    broken, other = on_stage(server, cafe, "member"), on_stage(server, cafe, "member")
    for stage in (broken, other):
        stage.tab.listen(f"network:{cafe.community.network.id}", cafe.scope)
    spoil = text("UPDATE memberships SET suspended_until = 'no time' WHERE user_id = :user_id")
    before = counted_failures().get("live", 0)
    write(
        spoil.bindparams(user_id=broken.user_id),
        update(UserSession)
        .where(UserSession.user_id == other.user_id)
        .values(ended_at=runtime.current().clock.now()),
        facts=[
            access_ended(broken, "suspended"),
            SessionEnded(
                scope=f"user:{other.user_id}", entity_id=other.holder.session_id or "", reason="signed_out"
            ),
        ],
    )
    assert other.tab.ended.wait(1.0)
    wait_for(lambda: counted_failures().get("live", 0) > before, 3.0)
    assert len(server.live.connections.of_user(broken.user_id)) == 1
    write(
        update(Membership).where(Membership.user_id == broken.user_id).values(suspended_until=tomorrow())
    )  # fmt: skip
    held = server.live.connections.of_user(broken.user_id)[0].scopes
    wait_for(lambda: not held, 3.0)


def test_a_scope_that_cannot_be_read_silences_no_other(server: Served, cafe: Cafe) -> None:
    """What another process wrote into one scope cannot be read; other scopes are told, rights end."""
    bob, noise = server.tab(cafe.bob), on_stage(server, cafe, "member")
    other_scope = f"network:{cafe.community.network.id}"
    for tab in (bob, noise.tab):
        tab.listen(cafe.scope, other_scope)
    tell([cafe.scope])
    wait_for(lambda: bob.heard("probe.told"))
    before = counted_failures().get("live", 0)
    with server.runtime.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO event_log (scope, seq, type, entity_type, entity_id, entity_version, codes, at)"
            " SELECT scope, seq + 1, type, entity_type, entity_id, entity_version, '{', at FROM event_log"
            f" WHERE scope = '{cafe.scope}'"
        )
        connection.exec_driver_sql(
            f"UPDATE scope_heads SET head_seq = head_seq + 1 WHERE scope = '{cafe.scope}'"
        )
    wait_for(lambda: counted_failures().get("live", 0) > before)
    tell([other_scope])
    wait_for(lambda: len(bob.heard("probe.told")) == 2)
    people.sign_out(noise.holder)
    assert noise.tab.ended.wait(1.0)


def test_a_socket_is_told_why_it_ends_not_what_followed_from_it(server: Served, cafe: Cafe) -> None:
    """Both facts become known at once, and a network's scope comes before a person's in the log."""
    stage = on_stage(server, cafe, "member")
    stage.tab.listen(f"network:{cafe.community.network.id}")
    write(
        update(UserSession)
        .where(UserSession.user_id == stage.user_id)
        .values(ended_at=runtime.current().clock.now()),
        facts=[
            MembershipChanged(
                scope=f"network:{cafe.community.network.id}",
                entity_id=stage.membership_id,
                user_id=stage.user_id,
                state="left",
            ),
            SessionEnded(
                scope=f"user:{stage.user_id}", entity_id=stage.holder.session_id or "", reason="signed_out"
            ),
        ],
    )
    assert stage.tab.ended.wait(1.0)
    assert ("session.revoked", {"reason": "signed_out"}) in stage.tab.told
