"""What the roadmap asks of belonging: who takes part, who was invited, who leads. Counts, never persons."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from models.membership import Appointment, Invitation, Membership
from network.kernel import runtime
from network.kernel.transaction import session
from network.membership.queries.memberships import is_active_on, running_on
from network.membership.rules import VOID_STATES


class BelongingEvidence(NamedTuple):
    """Active members, invitations that were sent, roles that run."""

    active: int
    invitations: int
    meta_mentors: int
    deputies: int


def belonging_evidence(network_id: str) -> BelongingEvidence:
    """How many belong to a network today, asked on nobody's behalf. One statement."""
    today = runtime.current().clock.today()
    active = select(func.count()).select_from(Membership).where(
        Membership.network_id == network_id, is_active_on(today)
    )  # fmt: skip
    sent = select(func.count()).select_from(Invitation).where(
        Invitation.network_id == network_id, Invitation.state.not_in(VOID_STATES),
        Invitation.sent_at.is_not(None),
    )  # fmt: skip
    having = select(func.count()).select_from(Appointment).where(
        Appointment.network_id == network_id, running_on(today)
    )  # fmt: skip
    leading, deputising = (having.where(Appointment.role == role) for role in ("meta_mentor", "deputy"))
    counted = (each.scalar_subquery() for each in (active, sent, leading, deputising))
    return BelongingEvidence(*session().execute(select(*counted)).one())
