"""Roles: given by the founding organisation, handed over, ended (N6)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.membership import Appointment, Membership
from models.people import User
from network import networks, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import new_id
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.membership.commands.joining import settled, tell_changed
from network.membership.commands.roles import check_lead, end_role, tell_role
from network.membership.policy import may_appoint, may_end_appointment, may_hand_over
from network.membership.queries.appointments import (
    AppointmentView,
    appointment_row,
    running_of,
    show_appointments,
)
from network.membership.rules import (
    AlreadyAppointed,
    AppointmentEnded,
    NotAnActiveMember,
    OnlyMetaMentor,
    check_not_past,
    is_running,
    is_suspended,
)


@command
def appoint(
    actor: Actor, network_id: str, membership_id: str, role: str, capacity: str, until: date | None = None
) -> AppointmentView:
    """Give a role to an active member, as staff or volunteer, to the end of a day or until it is ended.
    Records AppointmentChanged and MembershipChanged; the person gets a letter; in the audit trail. Refused to
    everybody but the steward, with proof; Invalid, NotAnActiveMember, AlreadyAppointed."""
    network = networks.visible_network_row(actor, network_id)
    require(may_appoint(actor, network))
    networks.lock_network(network.id)
    check_not_past("until", until, runtime.current().clock.today())
    membership = member_to_appoint(network.id, membership_id)
    made = give_role(actor, membership, role, capacity, until, "steward")
    return _shown(made)


@command
def hand_over(
    actor: Actor, appointment_id: str, membership_id: str, expected_version: int,
    capacity: str = "volunteer", until: date | None = None,
) -> AppointmentView:  # fmt: skip
    """Give a running role to another active member and end it for who has it, at once; returns the new
    appointment. Records both. By the meta-mentor for her own, by the steward for every role, with proof;
    AppointmentEnded, VersionConflict, Invalid, NotAnActiveMember, AlreadyAppointed."""
    appointment = appointment_row(actor, appointment_id)
    require(may_hand_over(actor, appointment))
    today = runtime.current().clock.today()
    check_not_past("until", until, today)
    appointment = _locked(appointment)
    check_version(appointment, expected_version, lambda row: dict(_shown(row)))
    if not is_running(appointment, today):
        raise AppointmentEnded()
    successor = member_to_appoint(appointment.network_id, membership_id)
    if successor.id == appointment.membership_id:
        raise AlreadyAppointed()
    acting = "meta_mentor" if appointment.user_id == actor.user_id else "steward"
    _end(actor, appointment, "handed_over", acting)
    return _shown(give_role(actor, successor, appointment.role, capacity, until, acting))


@command
def end_appointment(actor: Actor, appointment_id: str) -> AppointmentView:
    """End a role; the last meta-mentor's is handed over instead. Records AppointmentChanged and
    MembershipChanged; in the audit trail. Refused to everybody but the steward, with proof; AppointmentEnded,
    LastMetaMentor."""
    appointment = appointment_row(actor, appointment_id)
    require(may_end_appointment(actor, appointment))
    appointment = _locked(appointment)
    if not is_running(appointment, runtime.current().clock.today()):
        raise AppointmentEnded()
    if appointment.role == "meta_mentor":
        check_lead(session().get_one(Membership, appointment.membership_id), OnlyMetaMentor)
    _end(actor, appointment, "ended", "steward")
    return _shown(appointment)


def member_to_appoint(network_id: str, membership_id: str) -> Membership:
    """Within a command: the locked membership of somebody who can be given a role. Raises Invalid,
    NotAnActiveMember."""
    wanted = select(Membership).where(Membership.id == membership_id, Membership.network_id == network_id)
    fresh = wanted.with_for_update().execution_options(populate_existing=True)
    membership = session().scalars(fresh).one_or_none()
    if membership is None:
        raise Invalid({"membership_id": FieldFault.of(_("This person is no member of the network."))})
    settled(membership)
    now = runtime.current().clock.now()
    # Who waits to be erased would leave the role to nobody.
    is_here = session().scalar(select(User.state).where(User.id == membership.user_id)) == "active"
    if not is_here or membership.state != "active" or is_suspended(membership, now):
        raise NotAnActiveMember()
    return membership


def give_role(
    actor: Actor,
    membership: Membership,
    role: str,
    capacity: str,
    until: date | None,
    acting: str | None,
    *,
    decision_id: str | None = None,
) -> Appointment:
    """Within a command: a role runs from now on, and is told to the network and to who has it. Raises
    AlreadyAppointed."""
    now, today = runtime.current().clock.now(), runtime.current().clock.today()
    held_before = [held for held in running_of(membership.id) if held.role == role]
    if any(is_running(held, today) for held in held_before):
        raise AlreadyAppointed()
    made = Appointment(
        id=new_id(), network_id=membership.network_id, membership_id=membership.id,
        user_id=membership.user_id, role=role, capacity=capacity, appointed_by=actor.id, starts_at=now,
        until=until, ended_at=None, ended_reason=None, version=1,
    )  # fmt: skip
    append(
        actor, "appointment.start", "appointment", made.id, network_id=made.network_id, acting_role=acting,
        after={
            "membership_id": membership.id, "role": role, "capacity": capacity,
            "until": until.isoformat() if until else None,
            **({"decision_id": decision_id} if decision_id else {}),
        },
    )  # fmt: skip
    for held in held_before:
        end_role(held, "expired")
    session().add(made)
    session().flush()
    _announce(made, membership)
    return made


def prolong_role(
    actor: Actor, membership: Membership, role: str, until: date | None, *, decision_id: str
) -> bool:
    """Within a command: who has a role to the end of an earlier day has it to `until`, and is told; False,
    and nothing happens, where she has it not or as long already."""
    today = runtime.current().clock.today()
    held = next(
        (one for one in running_of(membership.id) if one.role == role and is_running(one, today)), None
    )
    if held is None or held.until is None or (until is not None and until <= held.until):
        return False
    append(
        actor, "appointment.prolong", "appointment", held.id, network_id=held.network_id,
        before={"until": held.until.isoformat()},
        after={"until": until.isoformat() if until else None, "decision_id": decision_id},
    )  # fmt: skip
    held.until = until
    held.version += 1
    session().flush()
    _announce(held, membership)
    return True


def _announce(appointment: Appointment, membership: Membership) -> None:
    tell_role(appointment, "running")
    _touch(membership)
    reached = people.address_of(membership.user_id)
    if reached is not None:
        post("appointed", *reached, appointment_id=appointment.id)


def _end(actor: Actor, appointment: Appointment, reason: str, acting: str) -> None:
    append(
        actor, "appointment.end", "appointment", appointment.id, network_id=appointment.network_id,
        acting_role=acting, reason=reason,
        before={"membership_id": appointment.membership_id, "role": appointment.role},
    )  # fmt: skip
    end_role(appointment, reason)
    _touch(session().get_one(Membership, appointment.membership_id))


def _touch(membership: Membership) -> None:
    """The membership shows its roles, so it is another version from now on."""
    membership.version += 1
    session().flush()
    tell_changed(membership)


def _locked(appointment: Appointment) -> Appointment:
    networks.lock_network(appointment.network_id)
    return session().get_one(Appointment, appointment.id, with_for_update=True, populate_existing=True)


def _shown(appointment: Appointment) -> AppointmentView:
    return show_appointments([appointment])[0]
