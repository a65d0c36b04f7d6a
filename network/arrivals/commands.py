"""What can be done for newcomers: offer to greet them, ask somebody to, find each a buddy, put a step off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from models.arrivals import Arrival, Buddy, BuddyPair
from models.membership import Membership
from models.people import User
from network import membership, networks
from network.arrivals.events import BuddyEnded, BuddyFound
from network.arrivals.policy import may_end_pair, may_greet, may_name_buddy, may_pair, may_see_arrival
from network.arrivals.queries import (
    ArrivalView,
    candidates_for,
    get_arrival,
    pairs_of,
    running_pairs,
    was_greeted,
)
from network.arrivals.rules import (
    BUDDY_FOR,
    NEW_FOR,
    STEPS,
    Candidate,
    choose_buddy,
    kept_steps,
    steps_put_off,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _


@command
def greet_newcomers(actor: Actor, network_id: str, user_id: str) -> None:
    """Put somebody on the list of those who greet newcomers: herself, or by a meta-mentor, deputy or steward
    another member. Once is enough. Raises NotFound where the network is not visible or she is no member,
    Forbidden, RulesNotAccepted."""
    networks.visible_network_row(actor, network_id)
    is_own = user_id == actor.user_id
    require(may_greet(actor, network_id) if is_own else may_name_buddy(actor, network_id))
    if not is_own and not _is_active(network_id, user_id):
        raise NotFound()
    values = {
        "network_id": network_id, "user_id": user_id, "named_by": None if is_own else actor.user_id,
        "since": runtime.current().clock.now(),
    }  # fmt: skip
    _insert_once(Buddy, values)


@command
def stop_greeting(actor: Actor, network_id: str, user_id: str) -> None:
    """Take somebody off that list: herself, or whoever may name others. Whom she greets already keeps her.
    Raises NotFound where the network is not visible, Forbidden."""
    networks.visible_network_row(actor, network_id)
    is_own = user_id == actor.user_id
    require(may_see_arrival(actor, network_id) if is_own else may_name_buddy(actor, network_id))
    row = session().get(Buddy, (network_id, user_id))
    if row is not None:
        session().delete(row)


@command
def put_off(actor: Actor, network_id: str, step: str | None = None) -> ArrivalView:
    """Let a step of one's first days wait, or without one close the whole list. Raises NotFound for who is no
    member, Invalid for a step that there is not."""
    if not may_see_arrival(actor, network_id):
        raise NotFound()
    require(may_see_arrival(actor, network_id))
    if step is not None and step not in STEPS:
        raise Invalid({"put_off": FieldFault.of(_("There is no such step."))})
    own = {"user_id": actor.user_id, "network_id": network_id}
    _insert_once(Arrival, {**own, "put_off": "", "closed_at": None})
    wanted = select(Arrival).filter_by(**own).with_for_update()
    row = session().scalars(wanted).one()
    if step is None:
        row.closed_at = row.closed_at or runtime.current().clock.now()
    else:
        row.put_off = kept_steps({*steps_put_off(row.put_off), step})
    session().flush()
    return get_arrival(actor, network_id)


@command
def find_buddy(actor: Actor, membership_id: str) -> None:
    """Find somebody who came in just now a buddy: of those who offered it, else the meta-mentor; nobody where
    there is nobody else. Records BuddyFound and writes to the buddy. Done once for each membership. Refused
    to everybody but the system."""
    require(may_pair(actor))
    now = runtime.current().clock.now()
    row = session().get(Membership, membership_id)
    if row is None or row.state != "active" or now - row.since > NEW_FOR:
        return
    if session().scalar(select(BuddyPair.id).where(BuddyPair.membership_id == membership_id)) is not None:
        return
    newcomer = session().get_one(User, row.user_id)
    buddy_id = _chosen(row.network_id, newcomer)
    if buddy_id is None:
        return
    pair = BuddyPair(
        id=new_id(), network_id=row.network_id, membership_id=row.id, newcomer_id=row.user_id,
        buddy_id=buddy_id, created_at=now, ends_at=now + BUDDY_FOR, version=1,
    )  # fmt: skip
    session().add(pair)
    session().flush()
    _tell(pair)


@command
def end_pair(actor: Actor, network_id: str, user_id: str) -> None:
    """End being newcomer and buddy with somebody, as either of the two; nobody asks why. Where the buddy
    ends it before she wrote, another one takes over where there is one. Once is enough. Raises NotFound
    where the network is not visible or the two never were a pair. Facts: BuddyEnded, perhaps BuddyFound."""
    if not may_see_arrival(actor, network_id):
        raise NotFound()
    pairs = pairs_of(network_id, actor.user_id or "", user_id)
    if not pairs:
        raise NotFound()
    now = runtime.current().clock.now()
    for pair in pairs:
        require(may_end_pair(actor, pair))
        if pair.ended_at is None and pair.ends_at > now:
            _end(pair, hand_over=actor.user_id == pair.buddy_id and not was_greeted(pair.id))


@command
def let_go_of_pairs(actor: Actor, network_id: str, user_id: str) -> None:
    """End what somebody who has left was in: she greets nobody any more, and whom she greeted gets another
    buddy where there is one. Refused to everybody but the system."""
    require(may_pair(actor))
    row = session().get(Buddy, (network_id, user_id))
    if row is not None:
        session().delete(row)
    for pair in running_pairs(network_id, user_id):
        _end(pair, hand_over=pair.buddy_id == user_id)


def _end(pair: BuddyPair, *, hand_over: bool) -> None:
    for one in sorted((pair.newcomer_id, pair.buddy_id)):
        record(
            BuddyEnded(
                scope=f"user:{one}", entity_id=pair.id, entity_version=pair.version + 1,
                network_id=pair.network_id,
            )
        )  # fmt: skip
    newcomer = session().get_one(User, pair.newcomer_id)
    other = _chosen(pair.network_id, newcomer, pair.buddy_id) if hand_over else None
    pair.version += 1
    if other is None:
        pair.ended_at = runtime.current().clock.now()
    else:
        pair.buddy_id, pair.greeted_at = other, None
        session().flush()
        _tell(pair)


def _chosen(network_id: str, newcomer: User, but: str | None = None) -> str | None:
    able = _able(network_id, newcomer, but)
    if not able:
        lead = [one["user"]["id"] for one in membership.running_appointments(network_id, "meta_mentor")]
        able = _able(network_id, newcomer, but, lead)
    return choose_buddy(able)


def _able(
    network_id: str, newcomer: User, but: str | None, among: Sequence[str] | None = None
) -> list[Candidate]:
    return [one for one in candidates_for(network_id, newcomer, among) if one.user_id != but]


def _tell(pair: BuddyPair) -> None:
    for user_id in sorted((pair.newcomer_id, pair.buddy_id)):
        record(
            BuddyFound(
                scope=f"user:{user_id}", entity_id=pair.id, entity_version=pair.version,
                network_id=pair.network_id,
            )
        )  # fmt: skip
    buddy = session().get_one(User, pair.buddy_id)
    if buddy.email is not None:
        post("newcomer_to_greet", buddy.email, buddy.language, pair_id=pair.id, user_id=buddy.id)


def _is_active(network_id: str, user_id: str) -> bool:
    wanted = select(Membership.id).filter_by(network_id=network_id, user_id=user_id, state="active")
    return session().scalar(wanted) is not None


def _insert_once(table: type[Buddy] | type[Arrival], values: Mapping[str, Any]) -> None:
    dialect = sqlite if runtime.current().database.is_sqlite else postgresql
    session().execute(dialect.insert(table).values(**values).on_conflict_do_nothing())
