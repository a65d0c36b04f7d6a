"""The one door through which a command takes a case: looked at, locked, and settled by the clock."""

from __future__ import annotations

from models.moderation import Case
from network.kernel.transaction import session


def locked_case(case_id: str) -> Case:
    """Within a command that saw the case: the row as it is now, kept from others until the end."""
    return session().get_one(Case, case_id, with_for_update=True, populate_existing=True)
