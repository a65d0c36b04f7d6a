"""However a right ends, its events end within a second: one row for each way (trust, A3).

What ends by the clock alone, or was told by nobody, is found by the sweep within a minute.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

import network
from models.membership import Appointment, Membership
from models.people import ApiToken, User, UserSession
from network import membership, organisations, people, privacy
from network.kernel import runtime
from network.kernel.actor import system_actor
from network.kernel.events import Fact
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, session, unit_of_work
from realtime.relay import CHANGES_STANDING, ENDS_RIGHTS
from tests.factories.discussions import make_room
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Refused, Served, wait_for
from tests.realtime.stage import Stage, access_ended, on_stage, signed_in, tell, tomorrow, write

# What the rows say is tested on both databases elsewhere.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


# ------------------------------------------------------------ the ways


def sign_out(stage: Stage) -> None:
    people.sign_out(stage.holder)


def end_elsewhere(stage: Stage) -> None:
    people.end_session(signed_in(stage.server, stage.holder), stage.holder.session_id or "")


def change_password(stage: Stage) -> None:
    people.change_password(signed_in(stage.server, stage.holder), "four cold cups of tea")


def close_account(stage: Stage) -> None:
    people.close_account(system_actor("test"), stage.user_id, "asked for")


def ask_to_be_erased(stage: Stage) -> None:
    herself = replace(signed_in(stage.server, stage.holder), proof_at=runtime.current().clock.now())
    privacy.request_erasure(herself)


def revoke_token(stage: Stage) -> None:
    people.revoke_token(signed_in(stage.server, stage.holder), stage.token_id)


def leave(stage: Stage) -> None:
    membership.leave_membership(stage.holder, stage.membership_id, expected_version=1)


@command
def remove(stage: Stage) -> None:
    require(ALLOWED)
    membership.remove_member(stage.cafe.meta, stage.membership_id, "Rule 2, again and again.", "meta_mentor")


def suspend(stage: Stage) -> None:
    """As moderation does it: the row and the fact in one transaction."""
    mine = Membership.user_id == stage.user_id
    write(
        update(Membership).where(mine).values(suspended_until=tomorrow()),
        facts=[access_ended(stage, "suspended")],
    )


def end_appointment(stage: Stage) -> None:
    """No scope hangs on a role alone, so her membership ends behind the live channel's back: what she loses
    then shows that the end of the role had everything looked at again."""
    write(update(Membership).where(Membership.user_id == stage.user_id).values(suspended_until=tomorrow()))
    with unit_of_work():
        running = session().query(Appointment.id).filter_by(user_id=stage.user_id).scalar()
    steward = replace(stage.cafe.community.steward(), proof_at=runtime.current().clock.now())
    membership.end_appointment(steward, running)


def dismiss_steward(stage: Stage) -> None:
    other = replace(stage.cafe.community.steward(), proof_at=runtime.current().clock.now())
    organisations.remove_steward(other, stage.cafe.community.organisation.id, stage.user_id)


def step_down_as_steward(stage: Stage) -> None:
    stage.cafe.community.steward()
    herself = replace(stage.holder, proof_at=runtime.current().clock.now())
    organisations.remove_steward(herself, stage.cafe.community.organisation.id, stage.user_id)


def run_out_of_time(stage: Stage) -> None:
    past = runtime.current().clock.now() - timedelta(seconds=1)
    write(
        update(UserSession).where(UserSession.user_id == stage.user_id).values(expires_at=past),
        update(ApiToken).where(ApiToken.user_id == stage.user_id).values(expires_at=past),
    )


def lose_quietly(stage: Stage) -> None:
    write(update(Membership).where(Membership.user_id == stage.user_id).values(state="removed"))


def close_quietly(stage: Stage) -> None:
    write(update(User).where(User.id == stage.user_id).values(state="closed"))


def end_the_demo(stage: Stage) -> None:
    object.__setattr__(stage.server.runtime.settings, "demo", False)


@dataclass(frozen=True)
class Way:
    """Who loses what how. `closes` is the reason that the socket is told; None where it stays open and only
    leaves scopes. `swept`: nobody tells it, the sweep finds it."""

    holder: str
    deed: Callable[[Stage], None]
    closes: str | None = None
    swept: bool = False


WAYS = {
    "signed out": Way("member", sign_out, "signed_out"),
    "session ended elsewhere": Way("member", end_elsewhere, "ended_elsewhere"),
    "password changed": Way("member", change_password, "password_changed"),
    "account closed": Way("member", close_account, "account_closed"),
    "wants to be erased": Way("member", ask_to_be_erased, "account_closed"),
    "account closed, came with a token": Way("token", close_account, "token_revoked"),
    "password changed, came with a token": Way("token", change_password, "token_revoked"),
    "token revoked": Way("token", revoke_token, "token_revoked"),
    "left the network": Way("member", leave),
    "left the network, came with a token": Way("token", leave),
    "removed from the network": Way("member", remove),
    "suspended": Way("member", suspend),
    "role ended": Way("deputy", end_appointment),
    "dismissed as steward": Way("steward", dismiss_steward),
    "stepped down as steward": Way("steward", step_down_as_steward),
    "session ran out": Way("member", run_out_of_time, "session_ended", swept=True),
    "token ran out": Way("token", run_out_of_time, "session_ended", swept=True),
    "removed, and the fact got lost": Way("member", lose_quietly, swept=True),
    "account closed, and the fact got lost": Way("member", close_quietly, "session_ended", swept=True),
    "the demo closed": Way("demo", end_the_demo, "session_ended", swept=True),
}


@on_sqlite
@pytest.mark.parametrize("name", WAYS)
def test_a3_however_a_right_ends_its_events_end(server: Served, cafe: Cafe, name: str) -> None:
    way = WAYS[name]
    stage = on_stage(server, cafe, way.holder)
    own, scopes = f"user:{stage.user_id}", [cafe.scope, f"network:{cafe.community.network.id}"]
    if way.holder != "steward":
        scopes.append(f"room:{make_room(cafe.community.network, [stage.holder, cafe.meta]).id}")
    witness = server.tab(cafe.meta)
    witness.listen(*scopes)
    assert all("events" in answer for answer in stage.tab.listen(*scopes, own).values())
    way.deed(stage)
    if way.swept:
        for connection in server.live.connections.everyone():
            connection.checked_at -= 61
    if way.closes is not None:
        assert stage.tab.ended.wait(1.0), "the socket is still open after a second"
        assert ("session.revoked", {"reason": way.closes}) in stage.tab.told
    else:
        held = server.live.connections.of_user(stage.user_id)[0].scopes
        wait_for(lambda: held == {own}, 1.0)
    tell(scopes)
    wait_for(lambda: len(witness.heard("probe.told")) == len(scopes))
    assert not stage.tab.heard("probe.told")
    if way.closes is not None:
        headers, auth = stage.tab.client.connection_headers, stage.tab.client.connection_auth
        with pytest.raises(Refused):
            server.tab(cookie=headers.get("Cookie", "=").partition("=")[2], **(auth or {}))
    else:
        assert stage.tab.listen(*scopes) == {scope: {"error": "not_found"} for scope in scopes}


ENDS_NO_RIGHT = {"buddy.ended"}
"""Two people greeted each other; both see what they saw before."""


def test_every_fact_that_ends_something_has_it_looked_at_again() -> None:
    """Whoever adds a fact that ends a right records it in the person's own scope, and names it there."""
    for path in Path(network.__path__[0]).glob("*/events.py"):
        importlib.import_module(f"network.{path.parent.name}.events")
    found = {fact.kind: fact.__doc__ or "" for fact in Fact.__subclasses__()}
    assert found.keys() >= ENDS_RIGHTS | CHANGES_STANDING
    to_herself = {kind for kind, said in found.items() if "`user:<id>`" in said}
    ends = {kind for kind in to_herself if kind.endswith((".ended", ".closed", ".removed", ".revoked"))}
    ends -= ENDS_NO_RIGHT
    assert ends <= ENDS_RIGHTS, "Name it in ENDS_RIGHTS of realtime/relay.py and add a row to WAYS"
