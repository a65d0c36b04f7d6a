"""The steps of one measure: beginning and ending, each with its effect, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.moderation import Case, Sanction
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.transaction import session
from network.kernel.transitions import transition
from network.moderation.commands.cases import locked_case
from network.moderation.commands.effects import apply_effect, undo_effect
from network.moderation.events import MeasureChanged
from network.moderation.queries.measures import handled_sanction, show_handled
from network.moderation.rules.measures import ACTIVE, NEVER_TOLD, SANCTION, appeal_until

Locked = tuple[Sanction, Case]


def locked_sanction(actor: Actor, sanction_id: str) -> Locked:
    """Within a command: a measure and its case as they are now, kept from others until the end. Raises
    NotFound for whom it is not hers to handle."""
    row, case = handled_sanction(actor, sanction_id)
    case = locked_case(case.id)
    return relocked(row.id), case


def relocked(sanction_id: str) -> Sanction:
    """Within a command that locked the case: the measure as it is now."""
    return session().get_one(Sanction, sanction_id, with_for_update=True, populate_existing=True)


def step_of(
    actor: Actor,
    row: Sanction,
    action: str,
    *,
    role: str | None = None,
    reason: str | None = None,
    expected_version: int | None = None,
) -> str:
    """One step of the machine with its audit row, told to the person where she knows of the measure;
    `reason` is a code, never what somebody wrote."""
    before = transition(
        SANCTION, row, action, actor, expected_version=expected_version, show=_shown,
        network_id=row.network_id, acting_role=role, reason=reason,
    )  # fmt: skip
    session().flush()
    if row.state not in NEVER_TOLD:
        record(
            MeasureChanged(
                scope=f"user:{row.user_id}", entity_id=row.id, entity_version=row.version, state=row.state
            )
        )
    return before


def start(actor: Actor, row: Sanction, now: datetime) -> None:
    """Let a measure begin with its effect; the one that it replaces ends in the same moment."""
    if row.previous_id is not None:
        old = relocked(row.previous_id)
        if old.state == ACTIVE:
            step_of(actor, old, "replacement", reason="replaced")
            old.ended_at = now
            undo_effect(actor, old)
    row.starts_at, row.told_at = now, now
    row.appeal_until = appeal_until(now)
    step_of(actor, row, "starting")
    apply_effect(actor, row)


def _shown(row: Sanction) -> dict[str, Any]:
    return dict(show_handled([row])[0])
