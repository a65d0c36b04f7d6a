"""Who may have what is stored about somebody, have it erased, agree and object: she herself."""

from __future__ import annotations

from network.kernel.actor import Actor
from network.kernel.policy import (
    Verdict,
    all_of,
    anyone,
    has_fresh_proof,
    has_proof,
    is_signed_in,
    is_system,
    sees_platform,
)


def may_export_me(actor: Actor) -> Verdict:
    """Oneself, with proof."""
    return all_of(is_signed_in, has_proof)(actor, None)


def may_tidy_exports(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def may_erase_me(actor: Actor) -> Verdict:
    """Oneself, with proof; nobody has to set up a second factor in order to go."""
    return all_of(is_signed_in, has_fresh_proof)(actor, None)


def may_take_back(actor: Actor) -> Verdict:
    """Everybody: the secret is the right."""
    return anyone(actor, None)


def may_erase(actor: Actor) -> Verdict:
    """The system's own job, and whoever has the server's command line."""
    return is_system(actor, None)


def may_decide_for_me(actor: Actor) -> Verdict:
    """Oneself: to what one agrees, and to what one objects."""
    return is_signed_in(actor, None)


def may_forget_consents(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def may_remind(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def may_answer_objections(actor: Actor) -> Verdict:
    """Whoever runs the platform; for everybody else there are none."""
    return sees_platform(actor, None)
