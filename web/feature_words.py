"""What a network is offered to switch on, in plain words, and when it has grown enough to be told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from network import membership, networks
from network.kernel.actor import Actor
from network.kernel.policy import any_of
from network.networks import NetworkView

SMALL = 30
"""A network of fewer members needs none of it (experience.md)."""

OFFERED = {
    "amendments": (
        _l("Propose other words for a clause"),
        _l(
            "While a draft is talked about, everybody can propose a change beside a clause and stand behind "
            "the proposal of somebody else."
        ),
    ),
    "organisation_signatures": (
        _l("Organisations sign as well"),
        _l(
            "An agreement can ask for signatures of organisations, for example of the one that founded the "
            "network."
        ),
    ),
    "office_charter": (
        _l("A document about the office"),
        _l("Besides where and when the office is there, you can agree on what it does for you."),
    ),
    "elections": (
        _l("Elect people for roles"),
        _l(
            "The members can decide who becomes meta-mentor or deputy. The role begins when the election is "
            "over."
        ),
    ),
    "typing": (
        _l("Show when somebody is writing"),
        _l("Below a conversation it says “Amina is writing …”. Some find it lively, some feel watched."),
    ),
    "presence": (
        _l("Let programs see who is there"),
        _l("Programs that members connect can see who has mentorNET open. These pages do not show it."),
    ),
}
"""What pages offer to switch: what the product already does something with, in plain words."""


def has_grown(actor: Actor, row: NetworkView, members: int | None = None) -> bool:
    """True for those who can switch features, when the network is not small any more and uses none of them.
    `members` is their number where it is known already."""
    if any(row["features"][name] for name in OFFERED):
        return False
    settles = any_of(networks.is_meta_mentor, networks.is_steward)(actor, row["id"])
    return bool(settles) and (membership.count_active(row["id"]) if members is None else members) > SMALL
