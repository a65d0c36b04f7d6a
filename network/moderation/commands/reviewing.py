"""Looking again at a measure: what each reviewer says, and what comes of it in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from models.moderation import Appeal, AppealReview, Case, CaseDecision, Sanction
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import new_id
from network.kernel.jobs import job
from network.kernel.outbox import post
from network.kernel.policy import require, require_second_factor
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition
from network.kernel.translation import mark as _
from network.moderation.commands.appealing import locked_appeal, tell_appeal
from network.moderation.commands.cases import locked_case
from network.moderation.commands.effects import apply_effect, undo_effect
from network.moderation.commands.telling import tell_case
from network.moderation.policy.appeals import Review, may_decide_appeal, may_settle_appeals
from network.moderation.queries.appeals import (
    AppealView,
    anybody_left,
    appeal_view,
    handled_view,
    level_of,
    review_of,
    visible_appeal,
)
from network.moderation.rules.appeals import (
    ANSWERED_WITHIN,
    APPEAL,
    MODIFIED,
    OUTCOMES,
    OVERTURNED,
    RUNNING,
    Milder,
    Word,
    agreed,
    as_stored,
    as_written,
    check_milder,
    clean_words,
    climbs,
    disagree,
    next_milder,
    reviewers_needed,
)
from network.moderation.rules.cases import CASE, DECIDED, OPERATORS, PARENTS
from network.moderation.rules.measures import ACTIVE, PROPOSED, SANCTION
from network.networks import is_meta_mentor

CLOCK = system_actor("appeals.settle")
AT_ONCE = 200


@command
def decide_appeal(
    actor: Actor,
    appeal_id: str,
    *,
    outcome: str,
    reply: str,
    milder: Mapping[str, Any] | None = None,
    expected_version: int,
) -> AppealView:
    """Say what one thinks of a measure after looking again: it stays (`upheld`), something milder takes its
    place (`modified`: named in `milder` by kind and end, else words), or it is taken back (`overturned`). A
    written reply is needed. Suspensions and removals take two who say the same; where two differ, the next
    level looks. Taking back undoes every effect in this transaction, and the record counts no more. By
    somebody else than who imposed or seconded it, and no party. Records AppealChanged, CaseChanged, what the
    effects record. Raises NotFound, Forbidden, PartyToMatter, AlreadyReviewed, ProofRequired,
    SecondFactorNeeded, VersionConflict, InvalidTransition, Invalid."""
    row = visible_appeal(actor, appeal_id)
    require(may_decide_appeal(actor, review_of(row)))
    require_second_factor(actor)
    row, case = locked_appeal(row)
    review = review_of(row)
    require(may_decide_appeal(actor, review))
    check_version(row, expected_version, lambda one: dict(handled_view(actor, one, review)))
    measure = session().get_one(Sanction, row.sanction_id, with_for_update=True, populate_existing=True)
    now = runtime.current().clock.now()
    word = _word(measure, outcome, milder, now)
    words = clean_words("reply", reply)
    role = _role(actor, review)
    said = _words(row)
    row.level, row.due_at = max(level_of(row), row.level), climbs(row.due_at, row.level, now)[1]
    session().add(AppealReview(
        appeal_id=row.id, reviewer_id=actor.user_id, acting_role=role, outcome=word.outcome, reply=words,
        milder=as_stored(word.milder), at=now, settled=False,
    ))  # fmt: skip
    session().flush()
    needed = reviewers_needed(measure.kind)
    settled = agreed([*said, word], needed, anybody_left=anybody_left(row))
    action = settled.outcome if settled is not None else "review"
    transition(
        APPEAL, row, action, actor, expected_version=None, show=_view, network_id=row.network_id,
        acting_role=role,
    )  # fmt: skip
    if settled is not None:
        row.reply, row.acting_role, row.decided_at = words, role, now
        row.milder = as_stored(settled.milder)
        _bring_about(actor, case, measure, settled, role, now)
        _write(row, "appeal_decided")
    elif disagree([*said, word], needed):
        row.level = min(row.level + 1, OPERATORS)
        row.level, row.due_at = level_of(row), now + ANSWERED_WITHIN
    tell_appeal(row)
    tell_case(case)
    return appeal_view(row)


def _word(measure: Sanction, outcome: str, milder: Mapping[str, Any] | None, now: datetime) -> Word:
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": FieldFault.of(_("Please choose one of the ways."))})
    if outcome != MODIFIED:
        if milder is not None:
            raise Invalid({"milder": FieldFault.of(_("Only a milder measure is named here."))})
        return Word(outcome)
    if milder is None:
        milder = {"kind": next_milder(measure.kind)}
    wish = Milder(str(milder.get("kind", "")), milder.get("until"))
    return Word(outcome, check_milder(wish, measure.kind, measure.scope_type, measure.ends_at, now))


def _words(row: Appeal) -> list[Word]:
    wanted = select(AppealReview).where(AppealReview.appeal_id == row.id)
    said = session().scalars(wanted.order_by(AppealReview.at, AppealReview.reviewer_id))
    return [Word(one.outcome, as_written(one.milder)) for one in said]


def _role(actor: Actor, review: Review) -> str:
    if review.level >= OPERATORS and actor.is_operator:
        return "operator"
    if review.level < PARENTS and is_meta_mentor(actor, review):
        return "meta_mentor"
    return "steward"


def _bring_about(actor: Actor, case: Case, measure: Sanction, word: Word, role: str, now: datetime) -> None:
    if word.outcome == OVERTURNED:
        _end(actor, measure, "overturning", role, now)
        measure.counts = False
        undo_effect(actor, measure)
    elif word.milder is not None:
        _end(actor, measure, "replacement", role, now)
        measure.counts = False
        undo_effect(actor, measure)
        apply_effect(actor, _replacement(actor, measure, word.milder, role, now))
    case.version += 1


def _end(actor: Actor, measure: Sanction, action: str, role: str, now: datetime) -> None:
    transition(
        SANCTION, measure, action, actor, expected_version=None, show=lambda _row: {},
        network_id=measure.network_id, acting_role=role,
    )  # fmt: skip
    if measure.ended_at is None:
        measure.ended_at, measure.ended_by = now, actor.user_id
    session().flush()


def _replacement(actor: Actor, old: Sanction, milder: Milder, role: str, now: datetime) -> Sanction:
    """The milder measure, by the same statement; nobody asks for another look at it (B3)."""
    made = Sanction(
        id=new_id(), case_id=old.case_id, decision_id=old.decision_id, network_id=old.network_id,
        user_id=old.user_id, kind=milder.kind, scope_type=old.scope_type, scope_id=old.scope_id, state=ACTIVE,
        counts=milder.kind != "guidance", imposed_by=actor.user_id, starts_at=now, ends_at=milder.until,
        told_at=now, previous_id=old.id, created_at=now, version=1,
    )  # fmt: skip
    session().add(made)
    session().flush()
    append(
        actor, "sanction.replacing", "sanction", made.id, network_id=old.network_id, acting_role=role,
        after={"state": ACTIVE, "kind": made.kind, "previous_id": old.id, "version": 1},
    )  # fmt: skip
    return made


def _write(row: Appeal, kind: str) -> None:
    """Write to the person: the reply itself stands behind the link."""
    where = people.address_of(row.user_id)
    if where is not None:
        post(kind, *where, appeal_id=row.id)


@job("appeals.settle", every_minutes=30)
def settle_appeals() -> int:
    """Let overdue appeals climb and tell their persons, and close cases in which nobody can ask for another
    look any more; how many. What it does holds by the clock already; running it twice changes nothing."""
    return _climb(CLOCK) + _close(CLOCK)


@command
def _climb(actor: Actor) -> int:
    require(may_settle_appeals(actor))
    now = runtime.current().clock.now()
    late = select(Appeal.id).where(
        Appeal.state.in_(RUNNING), Appeal.due_at <= now, Appeal.level < OPERATORS
    )  # fmt: skip
    number = 0
    for appeal_id in session().scalars(late.order_by(Appeal.id).limit(AT_ONCE)).all():
        row, case = locked_appeal(session().get_one(Appeal, appeal_id))
        level, due = climbs(row.due_at, row.level, now)
        if row.state not in RUNNING or level == row.level:
            continue
        transition(APPEAL, row, "climb", actor, expected_version=None, show=_view, network_id=row.network_id)
        row.level, row.due_at, row.overdue_told_at = level, due, now
        row.level = level_of(row)
        _write(row, "appeal_climbed")
        tell_appeal(row)
        tell_case(case)
        number += 1
    return number


@command
def _close(actor: Actor) -> int:
    require(may_settle_appeals(actor))
    now = runtime.current().clock.now()
    waits = exists().where(
        Sanction.case_id == Case.id, Sanction.appeal_until > now,
        ~exists().where(Appeal.sanction_id == Sanction.id, Appeal.state.not_in(RUNNING)),
    )  # fmt: skip
    proposed = exists().where(Sanction.case_id == Case.id, Sanction.state == PROPOSED)
    looked_at = exists().where(
        Sanction.case_id == Case.id, Appeal.sanction_id == Sanction.id, Appeal.state.in_(RUNNING)
    )
    unsent = exists().where(
        CaseDecision.case_id == Case.id, CaseDecision.sent_at.is_(None), CaseDecision.undone_at.is_(None)
    )
    over = select(Case.id).where(Case.state == DECIDED, ~waits, ~looked_at, ~unsent, ~proposed)
    number = 0
    for case_id in session().scalars(over.order_by(Case.id).limit(AT_ONCE)).all():
        case = locked_case(case_id)
        if case.state != DECIDED:
            continue
        transition(
            CASE, case, "closing", actor, expected_version=None, show=lambda _row: {},
            network_id=case.network_id,
        )  # fmt: skip
        case.closed_at = now
        number += 1
    session().flush()
    return number


def _view(row: Appeal) -> dict[str, Any]:
    return dict(appeal_view(row))
