"""A role that the network gives by a decision of its own: in an election, or to whom it names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.membership import Membership
from network import networks
from network.kernel.actor import Actor
from network.kernel.errors import FeatureOff, FieldFault, Invalid
from network.kernel.policy import is_system, require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.membership.commands.appointing import give_role, member_to_appoint
from network.membership.queries.appointments import running_appointments
from network.membership.rules import APPOINTED_ROLES, NotAnActiveMember
from network.networks import is_feature_on

VOLUNTEER = "volunteer"
"""Whom a network chooses is nobody's employee by that; the steward changes it where it is otherwise."""


def check_decided_role(_actor: Actor, network_id: str, membership_id: str | None, role: Any) -> None:
    """Whether the network may decide on a role: where elections are on, or while it has no meta-mentor
    (state-machines, E). Without a membership it is an election that will name one. Raises Invalid for what is
    no role or no member, FeatureOff, NotAnActiveMember."""
    if role not in APPOINTED_ROLES:
        raise Invalid({"value": FieldFault.of(_("There is no such role."))})
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
    actor: Actor, network_id: str, membership_id: str | None, role: Any, decision_id: str
) -> None:
    """Give a role to the member whom the network decided on, as a volunteer and until it is ended. Records
    AppointmentChanged and MembershipChanged; the person gets a letter; in the audit trail, with the decision.
    Refused to everybody but the system; else as `check_decided_role`, AlreadyAppointed."""
    require(is_system(actor, None))
    networks.lock_network(network_id)
    check_decided_role(actor, network_id, membership_id, role)
    if membership_id is None:
        raise Invalid({"id": FieldFault.of(_("This person is no member of the network."))})
    membership = member_to_appoint(network_id, membership_id)
    give_role(actor, membership, role, VOLUNTEER, None, None, decision_id=decision_id)
