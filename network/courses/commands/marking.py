"""What became of a graduate's invitation, written for the capability that invites."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import update

from models.courses import Completion
from network.kernel import runtime
from network.kernel.transaction import session

_AT_ONCE = 500


def mark_invited(completion_ids: Iterable[str]) -> None:
    """Say that these people have an invitation, within the running command of a higher capability, which
    asked who may. A member stays one."""
    _mark(completion_ids, "invited", ("not_completed", "ready"))


def mark_member(completion_ids: Iterable[str]) -> None:
    """Say that these people have joined, within the running command of a higher capability."""
    _mark(completion_ids, "member", ("not_completed", "ready", "invited"))


def _mark(completion_ids: Iterable[str], state: str, before: tuple[str, ...]) -> None:
    ids, now = list(completion_ids), runtime.current().clock.now()
    for start in range(0, len(ids), _AT_ONCE):
        meant = Completion.id.in_(ids[start : start + _AT_ONCE])
        changed = update(Completion).where(meant, Completion.state.in_(before))
        session().execute(
            changed.values(state=state, updated_at=now).execution_options(synchronize_session="fetch")
        )
