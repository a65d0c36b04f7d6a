"""What can be seen of hosting: how much waits, one's week with the five things in it, what one did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import or_, select

from models.hosting import HostDeed, HostRound
from network import networks, people
from network.hosting.policy import may_host, may_see_handover, may_see_round
from network.hosting.queries.done import deeds_lately, done_lately
from network.hosting.queries.leading import day_of, hosts_of, stand_in
from network.hosting.queries.things import ThingView, done_keys, list_things
from network.hosting.rules.things import KINDS, kind_of
from network.hosting.rules.weeks import ROUND_DAY, UNDO_FOR, WEEK, until_day
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import require
from network.kernel.transaction import session
from network.people import PersonView


class DeedView(TypedDict):
    """Something that was done: `sent` False for what was found not to be needed. `undo_until` is None where
    it cannot be undone by her, or not any more."""

    key: str
    kind: str
    sent: bool
    message_id: str | None
    by_id: str
    at: datetime
    undo_until: datetime | None


class RoundView(TypedDict):
    """One week of a host: the five things at most, those that still wait and those that somebody saw to; what
    settled itself is in neither. `until` is when the next one begins."""

    id: str
    network_id: str
    host: PersonView
    deputy: PersonView | None
    day: date
    until: date
    things: list[ThingView]
    deeds: list[DeedView]
    total: int
    version: int


class HostingView(TypedDict):
    """What waits for a host in a network, as numbers and one by one. `round` is her week, or one that she has
    as the deputy; `done` is what she did in it. `deputy` could take it."""

    network_id: str
    day: int
    counts: dict[str, int]
    done: dict[str, int]
    things: list[ThingView]
    deeds: list[DeedView]
    round: RoundView | None
    deputy: PersonView | None


class WeekView(TypedDict):
    """A week that is over or runs, for who takes over: how much of it was seen to."""

    day: date
    host: PersonView
    deputy: PersonView | None
    total: int
    done: int


def get_hosting(actor: Actor, network_id: str) -> HostingView:
    """What waits for a host, her week, and what she can undo. Raises NotFound where the network is not
    visible, Forbidden to everybody but its hosts."""
    network = networks.visible_network_row(actor, network_id)
    require(may_host(actor, network.id))
    me, things = actor.id, list_things(actor, network.id)
    week, hosts = running_round(actor, network.id), hosts_of(network.id, with_last=False)
    day = next((host.day for host in hosts if host.user_id == me), ROUND_DAY)
    deputy_id, lately = stand_in(hosts, me), deeds_lately(network.id, me)
    named = (me, deputy_id, *((week.user_id, week.deputy_id) if week is not None else ()))
    known = people.people_by_id({one for one in named if one})
    return {
        "network_id": network.id, "day": day,
        "counts": {kind: sum(thing["kind"] == kind for thing in things) for kind in KINDS},
        "done": done_lately(network.id, me, lately), "things": things,
        "deeds": [one for deed in lately if (one := show_deed(actor, deed))["undo_until"] is not None],
        "round": None if week is None else show_round(actor, week, things, known, day),
        "deputy": known.get(deputy_id or ""),
    }  # fmt: skip


def who_could_take(actor: Actor, network_id: str) -> PersonView | None:
    """The deputy who could have a host's week. Raises NotFound where the network is not visible, Forbidden to
    everybody but its hosts."""
    network = networks.visible_network_row(actor, network_id)
    require(may_host(actor, network.id))
    deputy_id = stand_in(hosts_of(network.id, with_last=False), actor.id)
    return None if deputy_id is None else people.people_by_id([deputy_id]).get(deputy_id)


def get_round(actor: Actor, round_id: str) -> RoundView:
    """One week with what is left of it. Raises NotFound for every week but her own and those that she has as
    the deputy."""
    week = round_row(actor, round_id)
    return show_round(actor, week, list_things(actor, week.network_id))


def list_weeks(
    actor: Actor, network_id: str, most: int = 8, *, done: set[str] | None = None,
    known: Mapping[str, PersonView] | None = None,
) -> list[WeekView]:  # fmt: skip
    """The last weeks of all hosts, the newest first; what was done and who people are need not be looked up
    where it is given. Raises NotFound, and Forbidden to who neither hosts nor
    appoints hosts."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_handover(actor, network.id))
    wanted = select(HostRound).where(HostRound.network_id == network.id, HostRound.told_at.is_not(None))
    rows = session().scalars(wanted.order_by(HostRound.day.desc(), HostRound.id).limit(most)).all()
    done = done_keys(network.id) if done is None else done
    known = dict(known or {})
    missing = {one for row in rows for one in (row.user_id, row.deputy_id) if one and one not in known}
    known |= people.people_by_id(missing) if missing else {}
    return [
        {
            "day": row.day, "host": known[row.user_id], "deputy": known.get(row.deputy_id or ""),
            "total": len(row.things), "done": len(done.intersection(row.things)),
        }
        for row in rows
    ]  # fmt: skip


def show_round(
    actor: Actor, week: HostRound, things: Sequence[ThingView],
    known: Mapping[str, PersonView] | None = None, own_day: int | None = None,
) -> RoundView:  # fmt: skip
    """A row as its host sees it, with what waits now. Who has it and the day of a reader may be given."""
    mine = own_day if week.user_id == actor.user_id else None
    day = day_of(week.network_id, week.user_id) if mine is None else mine
    persons = known or people.people_by_id(one for one in (week.user_id, week.deputy_id) if one)
    left = {thing["key"]: thing for thing in things}
    return {
        "id": week.id, "network_id": week.network_id, "host": persons[week.user_id],
        "deputy": persons.get(week.deputy_id or ""), "day": week.day,
        "until": until_day(week.day, day),
        "things": [left[key] for key in week.things if key in left],
        "deeds": _deeds(actor, week.network_id, week.things), "total": len(week.things),
        "version": week.version,
    }  # fmt: skip


def round_row(actor: Actor, round_id: str, *, lock: bool = False) -> HostRound:
    """The row of a week. Raises NotFound where it is neither hers nor given to her."""
    wanted = select(HostRound).where(HostRound.id == round_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    week = session().scalars(wanted).one_or_none()
    if week is None:
        raise NotFound()
    require(may_see_round(actor, week))
    return week


def own_round(network_id: str, user_id: str, *, lock: bool = False) -> HostRound | None:
    """The week of a host that runs now, whoever has it."""
    wanted = select(HostRound).where(
        HostRound.network_id == network_id, HostRound.user_id == user_id, HostRound.day >= _a_week_ago()
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session().scalars(wanted.order_by(HostRound.day.desc()).limit(1)).one_or_none()


def running_round(actor: Actor, network_id: str) -> HostRound | None:
    """The week that somebody has now: one that was given to her, else her own."""
    hers = or_(HostRound.user_id == actor.user_id, HostRound.deputy_id == actor.user_id)
    wanted = (
        select(HostRound)
        .where(HostRound.network_id == network_id, HostRound.day >= _a_week_ago(), hers)
        .where(HostRound.told_at.is_not(None))
        .order_by((HostRound.deputy_id == actor.user_id).desc(), HostRound.day.desc())
        .limit(1)
    )
    return session().scalars(wanted).one_or_none()


def _a_week_ago() -> date:
    return runtime.current().clock.today() - WEEK


def _deeds(actor: Actor, network_id: str, keys: Sequence[str]) -> list[DeedView]:
    """What was done about these things."""
    wanted = select(HostDeed).where(HostDeed.network_id == network_id, HostDeed.key.in_(keys))
    return [show_deed(actor, deed) for deed in session().scalars(wanted.order_by(HostDeed.at.desc()))]


def show_deed(actor: Actor, deed: HostDeed) -> DeedView:
    """What was done, and until when the actor can undo it."""
    until = deed.at + UNDO_FOR
    undoable = deed.user_id == actor.user_id and until > runtime.current().clock.now()
    return {
        "key": deed.key, "kind": kind_of(deed.key) or "", "sent": deed.message_id is not None,
        "message_id": deed.message_id, "by_id": deed.user_id, "at": deed.at,
        "undo_until": until if undoable else None,
    }  # fmt: skip
