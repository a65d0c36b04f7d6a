"""A role that the network gives by a decision of its own: in an election, or to whom it names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from models.membership import Membership
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FeatureOff, FieldFault, Invalid
from network.kernel.policy import is_system, require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.membership.commands.appointing import give_role, member_to_appoint, prolong_role
from network.membership.queries.appointments import running_appointments
from network.membership.rules import APPOINTED_ROLES, NotAnActiveMember, check_not_past
from network.networks import is_feature_on

YEARS = 1
"""So long a role runs where the decision names no last day: what our own texts of an agreement say."""
VOLUNTEER = "volunteer"
"""Whom a network chooses is nobody's employee by that; the steward changes it where it is otherwise."""


def check_decided_role(_actor: Actor, network_id: str, membership_id: str | None, value: Any) -> None:
    """Whether the network may decide on a role: where elections are on, or while it has no meta-mentor
    (state-machines, E). `value` is the role, or `{role, until}` with its last day, None for none. Without a
    membership it is an election that will name one. Raises Invalid for what is no role, no day to come or no
    member, FeatureOff, NotAnActiveMember."""
    _wished(value)
    network = networks.network_row(network_id)
    leads = any(each["role"] == "meta_mentor" for each in running_appointments(network_id))
    if leads and not is_feature_on(network, "elections"):
        raise FeatureOff(feature="elections")
    if membership_id is None:
        return
    wanted = select(Membership.state).where(
        Membership.id == membership_id, Membership.network_id == network_id
    )
    state = session().scalar(wanted)
    if state is None:
        raise Invalid({"id": FieldFault.of(_("This person is no member of the network."))})
    if state != "active":
        raise NotAnActiveMember()


@command
def appoint_as_decided(
    actor: Actor, network_id: str, membership_id: str | None, value: Any, decision_id: str
) -> None:
    """Give a role to the member whom the network decided on, as a volunteer, to the last day that was named
    or for a year; who has it is given it for longer. Records AppointmentChanged and MembershipChanged; the
    person gets a letter; in the audit trail, with the decision. Refused to everybody but the system; else as
    `check_decided_role`, AlreadyAppointed where nothing would become longer."""
    require(is_system(actor, None))
    networks.lock_network(network_id)
    check_decided_role(actor, network_id, membership_id, value)
    if membership_id is None:
        raise Invalid({"id": FieldFault.of(_("This person is no member of the network."))})
    membership = member_to_appoint(network_id, membership_id)
    role, until = _wished(value)
    if not prolong_role(actor, membership, role, until, decision_id=decision_id):
        give_role(actor, membership, role, VOLUNTEER, until, None, decision_id=decision_id)


def _wished(value: Any) -> tuple[str, date | None]:
    """The role and its last day that a decision names."""
    today = runtime.current().clock.today()
    named = value if isinstance(value, Mapping) and set(value) == {"role", "until"} else None
    role = value if named is None else named["role"]
    if not isinstance(role, str) or role not in APPOINTED_ROLES:
        raise Invalid({"value": FieldFault.of(_("There is no such role."))})
    if named is None:
        return role, _years_from(today)
    if named["until"] is None:
        return role, None
    try:
        until = date.fromisoformat(named["until"])
    except (TypeError, ValueError):
        raise Invalid({"value": FieldFault.of(_("Please choose a day."))}) from None
    return role, check_not_past("value", until, today)


def _years_from(day: date) -> date:
    try:
        return day.replace(year=day.year + YEARS)
    except ValueError:  # from the 29th of February
        return day.replace(year=day.year + YEARS, day=28)
