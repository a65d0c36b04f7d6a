"""What goes from offices when somebody leaves or is erased."""

from __future__ import annotations

from network.kernel.actor import system_actor
from network.kernel.erasures import Leaver, after_erasure
from network.kernel.events import subscribe
from network.membership.events import MembershipChanged
from network.offices.commands import forget_contact

GONE = frozenset({"left", "removed", "lapsed"})


@subscribe(MembershipChanged)
def forget_who_left(fact: MembershipChanged) -> None:
    """Who left is asked for nothing any more."""
    if fact.state in GONE:
        forget_contact(system_actor("offices"), fact.user_id, fact.scope.removeprefix("network:"))


@after_erasure("offices.contact")
def forget_who_was_erased(leaver: Leaver) -> None:
    """How she was reached goes with her."""
    forget_contact(system_actor("offices"), leaver.user_id)
