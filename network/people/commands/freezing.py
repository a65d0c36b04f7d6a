"""Freezing one's own data, and letting it go on (GDPR, Article 18).

While it is frozen, what a person tells about herself is not changed and is shown to nobody, what she said
is not forgotten when its time is over, and no letter goes to her but about her account and her rights. What
keeps accounts safe (sign-ins, codes, failed tries) goes in its time as always. She can read, speak, get her
data, be erased, and end it at any time.
"""

from __future__ import annotations

from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import Conflict, Unauthenticated
from network.kernel.events import record
from network.kernel.ledger import note_decision
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.people.commands.sessions import lock_user
from network.people.events import PersonChanged
from network.people.policy import may_change_me
from network.people.queries.accounts import ACTIVE


class DataFrozen(Conflict):
    """Her data is frozen: she ends that first."""

    code = "data_frozen"
    message = _("Your data is frozen. End that first, then you can change it.")


def check_not_frozen(person: User) -> None:
    """Raise DataFrozen for who froze her data."""
    if person.frozen_at is not None:
        raise DataFrozen()


@command
def freeze_me(actor: Actor, frozen: bool) -> None:
    """Freeze one's own data, or let it go on; twice is once. In the audit trail. Records PersonChanged when
    that is new. Raises Unauthenticated."""
    require(may_change_me(actor))
    person = lock_user(actor.user_id or "")
    if person is None or person.state != ACTIVE:
        raise Unauthenticated()
    if (person.frozen_at is not None) == frozen:
        return
    person.frozen_at = runtime.current().clock.now() if frozen else None
    person.version += 1
    session().flush()
    note_decision("frozen", person.id, chosen="yes" if frozen else "no")
    append(actor, "user.frozen" if frozen else "user.unfrozen", "user", person.id)
    record(PersonChanged(scope=f"user:{person.id}", entity_id=person.id, entity_version=person.version))
