"""A host's week: on which day it begins, that it begins, and who has it."""

from __future__ import annotations

from datetime import date

from models.hosting import HostingDay, HostRound
from network import networks, people
from network.hosting.events import HostRoundChanged
from network.hosting.policy import may_begin_rounds, may_give_round, may_host
from network.hosting.queries.leading import (
    Host,
    day_of,
    hosts_of,
    led_networks,
    person,
    stand_in,
    who_has_rounds,
)
from network.hosting.queries.rounds import RoundView, own_round, show_round
from network.hosting.queries.things import list_things
from network.hosting.rules.things import choose
from network.hosting.rules.weeks import NoDeputy, due_day, is_due
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.jobs import job
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import add_once, command, session, unit_of_work
from network.kernel.translation import mark as _

DAYS = 7


@command
def choose_day(actor: Actor, network_id: str, day: int) -> int:
    """Choose the weekday of one's round in a network, from 0 for Monday. Refused to everybody but its hosts.
    Raises NotFound, Invalid."""
    network = networks.visible_network_row(actor, network_id)
    require(may_host(actor, network.id))
    if not 0 <= day < DAYS:
        raise Invalid({"day": FieldFault.of(_("There is no such day."))})
    row = session().get(HostingDay, (network.id, actor.id), with_for_update=True)
    if row is None:
        row = HostingDay(network_id=network.id, user_id=actor.id, day=day, since=_today())
        if add_once(row):
            return day
        row = session().get_one(HostingDay, (network.id, actor.id), populate_existing=True)
    if row.day != day:
        row.day, row.since = day, _today()
    return row.day


@command
def give_week(actor: Actor, network_id: str) -> RoundView:
    """Give one's running week to the deputy, who is written to; where none began yet it begins now. Given is
    given: again changes nothing. Refused to everybody but the network's hosts. Raises NotFound, NoDeputy.
    Facts: HostRoundChanged to both."""
    network = networks.visible_network_row(actor, network_id)
    require(may_host(actor, network.id))
    week = own_round(network.id, actor.id, lock=True)
    if week is None or week.deputy_id is None:
        deputy_id = stand_in(hosts_of(network.id, with_last=False), actor.id)
        if deputy_id is None:
            raise NoDeputy()
        week = week or _started(actor, network.id)
        require(may_give_round(actor, week))
        _fill(actor, week)
        week.deputy_id, week.handed_at = deputy_id, runtime.current().clock.now()
        week.version += 1
        session().flush()
        _tell(week, "given", actor.id, deputy_id)
        _write(week, "week_given", deputy_id)
    return show_round(actor, week, list_things(actor, network.id))


@command
def take_week_back(actor: Actor, network_id: str) -> RoundView:
    """Take one's running week back from the deputy, who is written to; twice is taken back. Refused to
    everybody but the network's hosts. Raises NotFound where she has no week now. Facts: HostRoundChanged to
    both."""
    network = networks.visible_network_row(actor, network_id)
    require(may_host(actor, network.id))
    week = own_round(network.id, actor.id, lock=True)
    if week is None:
        raise NotFound()
    if week.deputy_id is not None:
        require(may_give_round(actor, week))
        deputy_id, week.deputy_id, week.handed_at = week.deputy_id, None, None
        week.version += 1
        session().flush()
        _tell(week, "taken_back", actor.id, deputy_id)
        _write(week, "week_taken_back", deputy_id)
    return show_round(actor, week, list_things(actor, network.id))


@job("hosting.rounds", every_minutes=30)
def begin_rounds() -> int:
    """Begin the weeks that are due; how many hosts were told. Running it twice changes nothing more; what was
    missed is made up for within the week."""
    with unit_of_work():
        due = [
            (network_id, host.user_id)
            for network_id in led_networks()
            for host in who_has_rounds(hosts_of(network_id))
            if _due(host) is not None
        ]
    actor = system_actor("hosting.rounds")
    return sum(begin_round(actor, network_id, user_id) for network_id, user_id in due)


@command
def begin_round(actor: Actor, network_id: str, user_id: str) -> int:
    """Begin the week of a host that is due, if it still is: one letter with at most five things; who is away
    is told nothing, and her week passes. 1 when she was told. Fact: HostRoundChanged to her. Refused to
    everybody but the system."""
    require(may_begin_rounds(actor))
    host = next((one for one in who_has_rounds(hosts_of(network_id)) if one.user_id == user_id), None)
    day = None if host is None else _due(host)
    if host is None or day is None:
        return 0
    week = _new_week(network_id, user_id, day)
    if not add_once(week) or not host.is_here:
        return 0
    _fill(person(user_id), week)
    _tell(week, "began", user_id)
    if week.things:
        _write(week, "host_round", user_id)
    return 1


def _started(actor: Actor, network_id: str) -> HostRound:
    """Her week from now on; that of her second device, where that was quicker."""
    day = due_day(runtime.current().clock.now(), actor.time_zone, day_of(network_id, actor.id))
    week = _new_week(network_id, actor.id, day)
    if add_once(week):
        return week
    found = own_round(network_id, actor.id, lock=True)
    if found is None:
        raise NotFound()
    return found


def _due(host: Host) -> date | None:
    day = due_day(runtime.current().clock.now(), host.zone, host.day)
    return day if is_due(day, host.since, host.last) else None


def _new_week(network_id: str, user_id: str, day: date) -> HostRound:
    return HostRound(
        id=new_id(), network_id=network_id, user_id=user_id, day=day, things=[], deputy_id=None,
        handed_at=None, began_at=runtime.current().clock.now(), told_at=None, version=1,
    )  # fmt: skip


def _fill(actor: Actor, week: HostRound) -> None:
    """The things of a week are chosen once, when somebody is told of it."""
    if week.told_at is None:
        week.things = [thing["key"] for thing in choose(list_things(actor, week.network_id))]
        week.told_at = runtime.current().clock.now()
        session().flush()


def _tell(week: HostRound, state: str, *user_ids: str) -> None:
    for user_id in sorted(user_ids):
        record(
            HostRoundChanged(
                scope=f"user:{user_id}", entity_id=week.id, entity_version=week.version,
                network_id=week.network_id, state=state,
            )
        )  # fmt: skip


def _write(week: HostRound, kind: str, user_id: str) -> None:
    reached = people.address_of(user_id)
    if reached is not None:
        post(kind, *reached, round_id=week.id, user_id=user_id, version=week.version)


def _today() -> date:
    return runtime.current().clock.today()
