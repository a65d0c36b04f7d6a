"""Who looks after a network now: who is here, who is away, on which day each has her round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from models.hosting import HostingDay, HostRound
from models.membership import Appointment, Membership
from models.networks import Network
from models.people import User
from network import membership
from network.hosting.rules.weeks import ROUND_DAY
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session


class Host(NamedTuple):
    """Somebody who leads a network: `is_here` is False while she pauses, is suspended or froze her data;
    `since` is from when on she has the role and her day."""

    user_id: str
    role: str
    is_here: bool
    zone: str
    day: int
    since: date
    last: date | None


def hosts_of(network_id: str, *, with_last: bool = True) -> list[Host]:
    """Who leads a network, meta-mentors before deputies, who has had it longest first. Two statements,
    one where nobody asks for their last weeks."""
    clock = runtime.current().clock
    today, now = clock.today(), clock.now()
    wanted = (
        select(Appointment, Membership.suspended_until, membership.is_active_on(today), User, HostingDay)
        .join(Membership, Membership.id == Appointment.membership_id)
        .join(User, User.id == Appointment.user_id)
        .outerjoin(
            HostingDay,
            (HostingDay.network_id == Appointment.network_id) & (HostingDay.user_id == Appointment.user_id),
        )
        .where(
            Appointment.network_id == network_id, Appointment.ended_at.is_(None),
            Appointment.role.in_(("meta_mentor", "deputy")), Membership.ended_at.is_(None),
        )
        .order_by(Appointment.role.desc(), Appointment.id)
    )  # fmt: skip
    last = _last_rounds(network_id) if with_last else {}
    found: dict[str, Host] = {}
    for role, suspended, active, user, own in session().execute(wanted):
        chosen: HostingDay | None = own
        if (role.until is not None and role.until < today) or user.id in found:
            continue
        out = suspended is not None and suspended > now
        here = bool(active) and user.state == "active" and user.frozen_at is None and not out
        since = max(role.starts_at.date(), chosen.since) if chosen is not None else role.starts_at.date()
        found[user.id] = Host(
            user.id, role.role, here, user.time_zone, chosen.day if chosen is not None else ROUND_DAY, since,
            last.get(user.id),
        )  # fmt: skip
    return list(found.values())


def who_has_rounds(hosts: Sequence[Host]) -> list[Host]:
    """Whose week it is: the meta-mentors'; while none of them is here, the deputies'. Who is away is among
    them, so that her week passes."""
    leads = [host for host in hosts if host.role == "meta_mentor"]
    return leads if any(host.is_here for host in leads) else list(hosts)


def stand_in(hosts: Sequence[Host], but: str | None) -> str | None:
    """The deputy who could take somebody's week: she who is here and has had the role longest."""
    able = [host for host in hosts if host.role == "deputy" and host.is_here]
    return next((host.user_id for host in able if host.user_id != but), None)


def led_networks() -> list[str]:
    """The networks in which somebody leads and that do not sleep."""
    wanted = (
        select(Network.id)
        .join(Appointment, Appointment.network_id == Network.id)
        .where(Network.overlay.is_(None), Appointment.ended_at.is_(None))
        .where(Appointment.role.in_(("meta_mentor", "deputy")))
        .distinct()
        .order_by(Network.id)
    )
    return list(session().scalars(wanted))


def day_of(network_id: str, user_id: str) -> int:
    """The weekday of somebody's round."""
    chosen = session().get(HostingDay, (network_id, user_id))
    return ROUND_DAY if chosen is None else chosen.day


def person(user_id: str) -> Actor:
    """Somebody as she stands now, for what is looked up for her while she is not there."""
    user = session().get_one(User, user_id)
    return membership.with_standings(
        Actor(
            kind="person", user_id=user.id, name=user.display_name, language=user.language,
            time_zone=user.time_zone,
        )
    )  # fmt: skip


def _last_rounds(network_id: str) -> dict[str, date]:
    wanted = select(HostRound.user_id, HostRound.day).where(HostRound.network_id == network_id)
    return {row.user_id: row.day for row in session().execute(wanted.order_by(HostRound.day))}
