"""What can be seen of roles: who has which, as staff or volunteer, from when to when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.membership import Appointment, Membership
from models.people import User
from network import networks, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership.policy import may_see_members, networks_where
from network.membership.queries.memberships import is_active_on, running_on
from network.membership.rules import is_running
from network.networks import sees_inside
from network.people import PersonView


class AppointmentView(TypedDict):
    """A role that was given to somebody; `state` is running or ended."""

    id: str
    network_id: str
    membership_id: str
    user: PersonView
    role: str
    capacity: str
    appointed_by: str
    starts_at: datetime
    until: date | None
    ended_at: datetime | None
    ended_reason: str | None
    state: str
    version: int


def list_appointments(
    actor: Actor, network_id: str, request: PageRequest, state: str | None = None
) -> PageOf[AppointmentView]:
    """The role list of a network, newest first; `state` picks the running or the ended ones. Raises NotFound
    for a network that is not visible, Forbidden for outsiders."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_members(actor, network))
    query = select(Appointment).where(Appointment.network_id == network.id)
    if state is not None:
        running = running_on(runtime.current().clock.today())
        query = query.where(running if state == "running" else ~running)
    found = page(query, [Appointment.id.expression], request, _as_it_is, descending=True)
    return PageOf(show_appointments(found.items), found.next)


def appointment_row(actor: Actor, appointment_id: str) -> Appointment:
    """The row of an appointment in a network whose inside the actor sees. Raises NotFound."""
    wanted = select(Appointment).where(
        Appointment.id == appointment_id, Appointment.network_id.in_(networks_where(actor, sees_inside))
    )
    found = session().scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def running_appointments(network_id: str, role: str | None = None) -> list[AppointmentView]:
    """The roles that run in a network, oldest first, asked on nobody's behalf."""
    query = select(Appointment).where(
        Appointment.network_id == network_id, running_on(runtime.current().clock.today())
    )
    if role is not None:
        query = query.where(Appointment.role == role)
    return show_appointments(session().scalars(query.order_by(Appointment.id)).all())


def other_leads(network_id: str, membership_id: str) -> int:
    """How many meta-mentors beside this membership could lead now: appointed, active, not suspended, and not
    about to be erased."""
    clock = runtime.current().clock
    today, now = clock.today(), clock.now()
    rows = session().execute(
        select(Membership.suspended_until)
        .join(Appointment, Appointment.membership_id == Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Appointment.network_id == network_id, Appointment.role == "meta_mentor", running_on(today),
            Membership.id != membership_id, is_active_on(today), User.state == "active",
        )
    )  # fmt: skip
    return sum(1 for (suspended_until,) in rows if suspended_until is None or suspended_until <= now)


def leading_now(network_id: str) -> frozenset[str]:
    """Who leads a network at this moment, meta-mentor or deputy and not suspended: user ids, asked on
    nobody's behalf."""
    clock = runtime.current().clock
    today, now = clock.today(), clock.now()
    rows = session().execute(
        select(Membership.user_id, Membership.suspended_until)
        .join(Appointment, Appointment.membership_id == Membership.id)
        .where(
            Appointment.network_id == network_id, Appointment.role.in_(("meta_mentor", "deputy")),
            running_on(today), Membership.ended_at.is_(None),
        )
    )  # fmt: skip
    return frozenset(row.user_id for row in rows if row.suspended_until is None or row.suspended_until <= now)


def running_of(membership_id: str) -> list[Appointment]:
    """The rows of a membership that were not ended, run out or not."""
    wanted = select(Appointment).where(
        Appointment.membership_id == membership_id, Appointment.ended_at.is_(None)
    )
    return list(session().scalars(wanted))


def show_appointments(rows: Sequence[Appointment]) -> list[AppointmentView]:
    """Rows as members see them."""
    if not rows:
        return []
    persons, today = people.people_by_id(row.user_id for row in rows), runtime.current().clock.today()
    return [
        {
            "id": row.id, "network_id": row.network_id, "membership_id": row.membership_id,
            "user": persons[row.user_id], "role": row.role, "capacity": row.capacity,
            "appointed_by": row.appointed_by, "starts_at": row.starts_at, "until": row.until,
            "ended_at": row.ended_at, "ended_reason": row.ended_reason,
            "state": "running" if is_running(row, today) else "ended", "version": row.version,
        }
        for row in rows
    ]  # fmt: skip


def _as_it_is(row: Any) -> Any:
    return row


@renders("appointment")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(Appointment).where(Appointment.id.in_(sorted(set(ids))))).all()
    return {view["id"]: view for view in show_appointments(rows)}
