"""Who may have what is stored about somebody, and have it erased: she herself, with a proof of identity."""

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
