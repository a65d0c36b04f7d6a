"""What a measure does to what people see and may, and the inverse of each: within the command that decided
it (state-machines, B3). Both can be asked for twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from models.moderation import Case, Sanction
from network import discussions, files, meetings, membership, profiles
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.transaction import session
from network.kernel.veils import FOREVER
from network.moderation.rules.cases import OPEN_STATES
from network.moderation.rules.measures import (
    ACTIVE,
    CONTENT_REMOVAL,
    FILE,
    MEETING,
    MESSAGE,
    OF_CONTENT,
    POSTING_PAUSE,
    REMOVAL,
    SUSPENSION,
    TOPIC,
    USER,
    VEIL,
)

_VEIL: dict[str, Callable[[Actor, str, datetime], None]] = {
    MESSAGE: discussions.veil_message, TOPIC: discussions.veil_topic, FILE: files.veil_file,
    MEETING: meetings.veil_meeting, USER: profiles.veil_profile,
}  # fmt: skip
_UNVEIL: dict[str, Callable[[Actor, str], None]] = {
    MESSAGE: discussions.unveil_message, TOPIC: discussions.unveil_topic, FILE: files.unveil_file,
    MEETING: meetings.unveil_meeting, USER: profiles.unveil_profile,
}  # fmt: skip


def apply_effect(actor: Actor, sanction: Sanction) -> None:
    """Bring about what a measure says, from now to its end. What is gone meanwhile, a content or a
    membership, needs nothing."""
    try:
        _bring_about(actor, sanction)
    except NotFound:
        return


def _bring_about(actor: Actor, sanction: Sanction) -> None:
    until = sanction.ends_at or FOREVER
    if sanction.kind in OF_CONTENT:
        _VEIL[sanction.scope_type](actor, sanction.scope_id, until)
    elif sanction.kind == POSTING_PAUSE:
        discussions.pause_posting(
            actor, sanction.network_id, sanction.user_id,
            topic_id=sanction.scope_id if sanction.scope_type == TOPIC else None, until=until,
            measure_id=sanction.id,
        )  # fmt: skip
    elif sanction.kind in (SUSPENSION, REMOVAL):
        # A removal holds like a suspension until nobody can ask for another look any more (B3).
        membership.suspend_member(actor, sanction.network_id, sanction.user_id, until)


def undo_effect(actor: Actor, sanction: Sanction) -> None:
    """Take back what a measure did; what another one that holds says of the same stays (the strictest
    applies). Called after the measure's own state is another."""
    try:
        _take_back(actor, sanction)
    except NotFound:
        return


def _take_back(actor: Actor, sanction: Sanction) -> None:
    if sanction.kind in OF_CONTENT:
        show_again(actor, sanction.scope_type, sanction.scope_id)
    elif sanction.kind == POSTING_PAUSE:
        discussions.end_pause(actor, sanction.id)
    elif sanction.kind in (SUSPENSION, REMOVAL):
        left = [row.ends_at or FOREVER for row in _others(sanction, (SUSPENSION, REMOVAL))]
        membership.end_suspension(actor, sanction.network_id, sanction.user_id, max(left, default=None))


def hide(actor: Actor, target_type: str, target_id: str, until: datetime) -> None:
    """Hide a content until a moment; nothing where it is gone."""
    try:
        _VEIL[target_type](actor, target_id, until)
    except NotFound:
        return


def show_again(actor: Actor, target_type: str, target_id: str) -> None:
    """Show a content again, unless another measure or the veil of an open case still hides it."""
    now = runtime.current().clock.now()
    measures = select(Sanction).where(
        Sanction.scope_type == target_type, Sanction.scope_id == target_id, Sanction.state == ACTIVE,
        Sanction.kind.in_((VEIL, CONTENT_REMOVAL)),
    )  # fmt: skip
    left = [row.ends_at or FOREVER for row in session().scalars(measures)]
    cases = select(Case.veil_until).where(
        Case.target_type == target_type, Case.target_id == target_id, Case.veil_until > now,
        Case.state.in_(OPEN_STATES),
    )  # fmt: skip
    left += [until for until in session().scalars(cases) if until is not None]
    try:
        _UNVEIL[target_type](actor, target_id)
        if left and max(left) > now:
            _VEIL[target_type](actor, target_id, max(left))
    except NotFound:
        return


def _others(sanction: Sanction, kinds: tuple[str, ...]) -> list[Sanction]:
    now = runtime.current().clock.now()
    wanted = select(Sanction).where(
        Sanction.user_id == sanction.user_id, Sanction.network_id == sanction.network_id,
        Sanction.kind.in_(kinds), Sanction.state == ACTIVE, Sanction.id != sanction.id,
    )  # fmt: skip
    return [row for row in session().scalars(wanted) if row.ends_at is None or row.ends_at > now]
