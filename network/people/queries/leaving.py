"""What can be seen of accounts that are about to be erased."""

from __future__ import annotations

from sqlalchemy import select

from models.privacy import Erasure
from network.kernel import runtime
from network.kernel.ids import derived_secret, digest
from network.kernel.transaction import session
from network.people.rules.leaving import TAKE_BACK


def erasure_of(user_id: str) -> Erasure | None:
    """The erasure that a person asked for, or None."""
    return session().scalars(select(Erasure).where(Erasure.user_id == user_id)).one_or_none()


def erasure_to_take_back(token: str) -> Erasure | None:
    """The erasure that a link's secret belongs to; None for one that is unknown, done, taken back or due."""
    wanted = select(Erasure).where(
        Erasure.token_hash == digest(token), Erasure.erases_at > runtime.current().clock.now()
    )
    return session().scalars(wanted).one_or_none()


def take_back_secret(erasure: Erasure) -> str:
    """The secret in the link; derived, so that the database does not hold it."""
    return derived_secret(TAKE_BACK, erasure.id)
