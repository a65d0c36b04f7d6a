"""Who may have what is stored about somebody: she herself, with a proof of identity."""

from __future__ import annotations

from network.kernel.actor import Actor
from network.kernel.policy import Verdict, all_of, has_proof, is_signed_in, is_system


def may_export_me(actor: Actor) -> Verdict:
    """Oneself, with proof."""
    return all_of(is_signed_in, has_proof)(actor, None)


def may_tidy_exports(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)
