"""What became of a graduate's invitation, written for the capability that invites: also that she said no."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update

from models.courses import Completion, CourseSession
from network.kernel import runtime
from network.kernel.addresses import sealed_address
from network.kernel.transaction import session

_AT_ONCE = 500


def mark_invited(completion_ids: Iterable[str]) -> None:
    """Say that these people have an invitation, within the running command of a higher capability, which
    asked who may. A member stays one."""
    _mark(completion_ids, "invited", ("not_completed", "ready"))


def mark_not_invited(completion_ids: Iterable[str]) -> None:
    """Say that no invitation ever left to these people, within the running command of a higher capability:
    they can be invited again, and are forgotten like all who were not."""
    _mark(completion_ids, "ready", ("invited",))


def mark_member(completion_ids: Iterable[str]) -> None:
    """Say that these people have joined, within the running command of a higher capability."""
    _mark(completion_ids, "member", ("not_completed", "ready", "invited"))


def forget_graduate(organisation_id: str, address: str) -> None:
    """Keep nothing of a person on the lists of an organisation but a sealed address, by which no later list
    brings her back; within the running command of a higher capability. Whoever has joined is left alone."""
    courses = select(CourseSession.id).where(CourseSession.organisation_id == organisation_id)
    rows = session().scalars(
        select(Completion)
        .where(
            Completion.course_session_id.in_(courses), Completion.address == address,
            Completion.state != "member",
        )
        .order_by(Completion.id)
        .with_for_update()
    )  # fmt: skip
    for row in rows:
        row.name = row.email = ""
        row.address, row.completed_on = sealed_address(address), None
        row.state, row.updated_at = "invited", runtime.current().clock.now()


def _mark(completion_ids: Iterable[str], state: str, before: tuple[str, ...]) -> None:
    ids, now = list(completion_ids), runtime.current().clock.now()
    for start in range(0, len(ids), _AT_ONCE):
        meant = Completion.id.in_(ids[start : start + _AT_ONCE])
        changed = update(Completion).where(meant, Completion.state.in_(before))
        session().execute(
            changed.values(state=state, updated_at=now).execution_options(synchronize_session="fetch")
        )
