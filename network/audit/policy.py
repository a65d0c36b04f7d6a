"""Who may read a network's part of the audit trail, and which rows of it are nobody's there."""

from __future__ import annotations

from network.kernel.actor import Actor
from network.kernel.policy import Verdict, any_of
from network.networks import is_meta_mentor, is_steward

OPEN_TYPES = (
    "agreement", "agreement_version", "amendment", "application", "appointment", "course_session", "decision",
    "goal", "hints", "invitation", "meeting", "membership", "message", "network", "office", "organisation",
    "room", "topic",
)  # fmt: skip
"""What everybody reads who may read the trail."""
OF_CASES = ("appeal", "case", "report", "sanction")
"""What only those read who may see the case: for a party it does not exist (state-machines, A/B 4)."""
CLOSED_TYPES = ("concern", "job", "mail", "objection", "outside_notice", "platform", "professional_contact",
                "token", "user")  # fmt: skip
"""What is no network's business: concerns are the safeguarding lead's, accounts and letters a person's own,
an objection of a decision may be anonymous."""
CLOSED_ACTIONS = (
    "membership.remove", "membership.suspend", "membership.suspension", "membership.suspension_end",
    "posting.pause", "posting.resume",
)  # fmt: skip
"""What a measure does to somebody: it stands in the rows of its case, which are kept from the parties."""


def may_see_trail(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentors and the founding organisation."""
    return any_of(is_meta_mentor, is_steward)(actor, network_id)
