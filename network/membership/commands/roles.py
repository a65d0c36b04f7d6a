"""How a role ends, whoever ends it."""

from __future__ import annotations

from models.membership import Appointment, Membership
from network.kernel import runtime
from network.kernel.events import record
from network.kernel.transaction import session
from network.membership.events import AppointmentChanged, RoleEnded
from network.membership.queries.appointments import other_leads, running_of
from network.membership.rules import LastMetaMentor, is_running, is_suspended


def end_role(appointment: Appointment, reason: str) -> None:
    """Write down that a role is over and record it, also for the person herself (RoleEnded); `reason` is
    `ended`, `handed_over`, `expired`, `left` or `removed`."""
    appointment.ended_at, appointment.ended_reason = runtime.current().clock.now(), reason
    appointment.version += 1
    session().flush()
    tell_role(appointment, "ended")
    record(
        RoleEnded(
            scope=f"user:{appointment.user_id}", entity_id=appointment.id, network_id=appointment.network_id,
            role=appointment.role, reason=reason,
        )
    )  # fmt: skip


def check_lead(membership: Membership, refusal: type[LastMetaMentor] = LastMetaMentor) -> None:
    """Raise `refusal` where a network would lose the only one who leads it; the caller holds the network's
    lock. Who is suspended leads nobody meanwhile, so nothing is lost with her (B8)."""
    clock = runtime.current().clock
    today = clock.today()
    leads = any(each.role == "meta_mentor" and is_running(each, today) for each in running_of(membership.id))
    if not leads or is_suspended(membership, clock.now()):
        return
    if not other_leads(membership.network_id, membership.id):
        raise refusal()


def end_roles(membership: Membership, reason: str) -> None:
    """End every role of somebody who goes."""
    for appointment in running_of(membership.id):
        end_role(appointment, reason)


def tell_role(appointment: Appointment, state: str) -> None:
    """Record that a role is `running` or `ended`."""
    record(
        AppointmentChanged(
            scope=f"network:{appointment.network_id}", entity_id=appointment.id,
            entity_version=appointment.version, user_id=appointment.user_id, role=appointment.role,
            state=state,
        )
    )  # fmt: skip
