"""Asking for another look at a measure, and taking that back (state-machines, B3)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.moderation import Appeal, Sanction
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.audit import append
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session
from network.kernel.transitions import transition
from network.moderation.commands.cases import locked_case
from network.moderation.commands.telling import tell_case
from network.moderation.events import AppealChanged
from network.moderation.policy.appeals import may_appeal, may_withdraw_appeal
from network.moderation.queries.appeal_links import sanction_of_link
from network.moderation.queries.appeals import AppealView, appeal_view, level_of, review_of, visible_appeal
from network.moderation.queries.case_measures import state_of
from network.moderation.queries.measures import own_sanction
from network.moderation.rules.appeals import (
    ANSWERED_WITHIN,
    APPEAL,
    SUBMITTED,
    check_can_appeal,
    clean_words,
)
from network.moderation.rules.cases import HOSTS


@command
def appeal(actor: Actor, sanction_id: str, text: str) -> AppealView:
    """Ask for another look at a measure of which one was told, once, in words, within six months, also while
    one is suspended or removed. The measure holds meanwhile. Somebody else looks at it: neither who imposed
    or seconded it nor any party. Records AppealChanged, CaseChanged. Raises NotFound for whom the measure is
    not about, Invalid, AlreadyAppealed, NoSecondAppeal, NotAppealable, AppealWindowOver."""
    row = own_sanction(actor, sanction_id)
    require(may_appeal(actor, row))
    return _submit(actor, row, text)


@command
def appeal_by_link(token: str, text: str) -> AppealView:
    """The same by the link in the letter about the measure, without signing in: who holds the link speaks as
    the person about this measure and nothing else. Raises NotFound for a link that is not ours."""
    require(anyone(ANONYMOUS, token))
    return _submit(ANONYMOUS, sanction_of_link(token), text)


def _submit(actor: Actor, found: Sanction, text: str) -> AppealView:
    words = clean_words("text", text)
    case = locked_case(found.case_id)
    row = session().get_one(Sanction, found.id, with_for_update=True, populate_existing=True)
    now = runtime.current().clock.now()
    appealed = session().scalar(select(Appeal.id).where(Appeal.sanction_id == row.id)) is not None
    check_can_appeal(
        state_of(row, now), row.appeal_until, now, appealed=appealed, replaces=row.previous_id is not None
    )
    made = Appeal(
        id=new_id(), sanction_id=row.id, network_id=row.network_id, user_id=row.user_id, text=words,
        state=SUBMITTED, level=max(HOSTS, case.level), submitted_at=now, due_at=now + ANSWERED_WITHIN,
        version=1,
    )  # fmt: skip
    session().add(made)
    session().flush()
    made.level = level_of(made)
    append(
        actor, "appeal.submission", "appeal", made.id, network_id=row.network_id, acting_role="person",
        after={"state": SUBMITTED, "sanction_id": row.id, "version": 1},
    )  # fmt: skip
    tell_appeal(made)
    tell_case(case)
    return appeal_view(made)


@command
def withdraw_appeal(actor: Actor, appeal_id: str, expected_version: int) -> AppealView:
    """Take an appeal back; there is no second one. By the person. Records AppealChanged, CaseChanged. Raises
    NotFound, Forbidden for those who look again, VersionConflict, InvalidTransition."""
    row = visible_appeal(actor, appeal_id)
    require(may_withdraw_appeal(actor, review_of(row)))
    row, case = locked_appeal(row)
    transition(
        APPEAL, row, "withdrawal", actor, expected_version=expected_version, show=_shown,
        network_id=row.network_id, acting_role="person",
    )  # fmt: skip
    tell_appeal(row)
    tell_case(case)
    return appeal_view(row)


def locked_appeal(found: Appeal) -> tuple[Appeal, Any]:
    """Within a command: the appeal as it is now and its case, kept from others until the end; the case
    first, for every step of a matter waits there."""
    measure = session().get(Sanction, found.sanction_id)
    if measure is None:
        raise NotFound()
    case = locked_case(measure.case_id)
    row = session().get_one(Appeal, found.id, with_for_update=True, populate_existing=True)
    return row, case


def tell_appeal(row: Appeal) -> None:
    """Record in the person's own scope that her appeal is another."""
    session().flush()
    record(
        AppealChanged(
            scope=f"user:{row.user_id}", entity_id=row.id, entity_version=row.version, state=row.state
        )
    )


def _shown(row: Appeal) -> dict[str, Any]:
    return dict(appeal_view(row))
