"""What the links of a change of address open."""

from __future__ import annotations

from sqlalchemy import select

from models.people import AddressChange
from network.kernel import runtime
from network.kernel.ids import digest
from network.kernel.transaction import session
from network.people.rules.address_changes import CONFIRM_WITHIN, UNDO_WITHIN


def confirmable(token: str) -> AddressChange | None:
    """The open change that the link to a new address belongs to; None for one that is unknown, used, replaced
    or too old."""
    wanted = select(AddressChange).where(
        AddressChange.token_hash == digest(token),
        AddressChange.ended_at.is_(None),
        AddressChange.created_at > runtime.current().clock.now() - CONFIRM_WITHIN,
    )
    return session().scalars(wanted).one_or_none()


def undoable(token: str) -> AddressChange | None:
    """The change that the link to an old address belongs to; None for one that is unknown, undone or too
    old."""
    wanted = select(AddressChange).where(
        AddressChange.undo_hash == digest(token),
        AddressChange.confirmed_at > runtime.current().clock.now() - UNDO_WITHIN,
    )
    return session().scalars(wanted).one_or_none()


def address_to_confirm(token: str) -> str | None:
    """The new address that the link can still confirm."""
    change = confirmable(token)
    return None if change is None else change.email


def address_to_take_back(token: str) -> str | None:
    """The old address that the link can still bring back."""
    change = undoable(token)
    return None if change is None else change.old_email
