"""Objecting to what rests on our own interest, and the operator's answer (GDPR, Article 21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, func, or_, select

from models.people import User
from models.privacy import Objection
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import NotFound, Unauthenticated
from network.kernel.ids import new_id
from network.kernel.jobs import job
from network.kernel.ledger import Decision, done_again, note_decision
from network.kernel.outbox import post
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.kernel.translation import supported, translate
from network.privacy.policy import may_answer_objections, may_decide_for_me, may_remind
from network.privacy.rules.objections import (
    ANSWER_WITHIN,
    OBJECTABLE,
    OUTCOMES,
    REMIND_EVERY,
    ObjectionAnswered,
    ObjectionOpen,
    clean_answer,
    clean_objection,
)

WORDS_LOST = _("The words are lost: the server was brought back from an older backup.")


class ObjectionView(TypedDict):
    """An objection: to which purpose and why, and the answer with its reason, None while it is not given."""

    id: str
    purpose: str
    reason: str
    created_at: datetime
    outcome: str | None
    answer: str | None
    answered_at: datetime | None
    version: int


class WaitingObjectionView(ObjectionView):
    """The same for the operator, with whose it is, by when it is to be answered, and whether that is over."""

    user_id: str
    display_name: str
    answer_by: datetime
    overdue: bool


def list_my_objections(actor: Actor, request: PageRequest) -> PageOf[ObjectionView]:
    """One's own objections, newest first. Raises Unauthenticated, Invalid for a wrong cursor."""
    require(may_decide_for_me(actor))
    mine = select(Objection).where(Objection.user_id == actor.user_id)
    return page(mine, [_id()], request, _view, descending=True)


def list_open_objections(actor: Actor, request: PageRequest) -> PageOf[WaitingObjectionView]:
    """Objections without an answer, the oldest first. Raises NotFound for all but the operator, Invalid for a
    wrong cursor."""
    require(may_answer_objections(actor))
    waiting: Any = (
        select(Objection, User.display_name)
        .join(User, User.id == Objection.user_id)
        .where(Objection.answered_at.is_(None))
    )
    return page(waiting, [_id()], request, _with_name, scalar=False)


def count_open_objections() -> int:
    """How many objections wait for an answer; asked on nobody's behalf."""
    waiting = select(func.count()).select_from(Objection).where(Objection.answered_at.is_(None))
    return session().scalar(waiting) or 0


def count_overdue_objections() -> int:
    """How many of them have waited for more than a month; asked on nobody's behalf."""
    before = runtime.current().clock.now() - ANSWER_WITHIN
    late = select(func.count()).select_from(Objection).where(
        Objection.answered_at.is_(None), Objection.created_at <= before
    )  # fmt: skip
    return session().scalar(late) or 0


@command
def object_to(actor: Actor, purpose: str, reason: str) -> ObjectionView:
    """Object, out of one's own situation, to a purpose that rests on our interest; the operators get a
    letter. In the audit trail. Raises Unauthenticated, Invalid, ObjectionOpen while an earlier one has no
    answer."""
    require(may_decide_for_me(actor))
    person = people.lock_user(actor.user_id or "")
    if person is None:
        raise Unauthenticated()
    words = clean_objection(purpose, reason)
    waiting = select(Objection.id).where(
        Objection.user_id == person.id, Objection.purpose == purpose, Objection.answered_at.is_(None)
    )
    if session().scalar(waiting) is not None:
        raise ObjectionOpen()
    made = Objection(
        id=new_id(), user_id=person.id, purpose=purpose, reason=words,
        created_at=runtime.current().clock.now(), outcome=None, answer=None, answered_by=None,
        answered_at=None, reminded_at=None, version=1,
    )  # fmt: skip
    session().add(made)
    session().flush()
    note_decision("objection", person.id, made.id, f"{purpose}:open")
    append(actor, "objection.made", "objection", made.id, after={"purpose": purpose})
    _tell_operators("objection_waits", made.id)
    return _view(made)


@job("privacy.remind_of_objections", every_minutes=24 * 60)
def remind() -> int:
    """Remind the operators of every objection that has had no answer for a month; how many."""
    return remind_of_objections(system_actor("privacy.remind_of_objections"))


@command
def remind_of_objections(actor: Actor) -> int:
    """Write to the operators about each objection whose month (GDPR, Article 12(3)) is over without an
    answer, and again each week until there is one; how many. Refused to everybody but the system."""
    require(may_remind(actor))
    now = runtime.current().clock.now()
    due = select(Objection).where(
        Objection.answered_at.is_(None), Objection.created_at <= now - ANSWER_WITHIN,
        or_(Objection.reminded_at.is_(None), Objection.reminded_at <= now - REMIND_EVERY),
    )  # fmt: skip
    late = session().scalars(due.order_by(Objection.id).with_for_update(skip_locked=True)).all()
    for row in late:
        row.reminded_at = now
        _tell_operators("objection_overdue", row.id)
    return len(late)


def _tell_operators(kind: str, objection_id: str) -> None:
    for user_id in session().scalars(select(User.id).where(User.is_operator).order_by(User.id)):
        reached = people.address_of(user_id)
        if reached is not None:
            post(kind, *reached, objection_id=objection_id)


@command
def answer_objection(
    actor: Actor, objection_id: str, *, outcome: str, answer: str, expected_version: int
) -> ObjectionView:
    """Follow an objection (`followed`) or say which compelling ground outweighs it (`declined`); the person
    gets a letter with the answer and the way to complain. In the audit trail. Raises NotFound for all but the
    operator, ObjectionAnswered, VersionConflict, Invalid."""
    require(may_answer_objections(actor))
    row = session().get(Objection, objection_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.answered_at is not None:
        raise ObjectionAnswered()
    check_version(row, expected_version, _view)
    row.answer = clean_answer(outcome, answer)
    row.outcome, row.answered_by = outcome, actor.user_id
    row.answered_at, row.version = runtime.current().clock.now(), row.version + 1
    session().flush()
    note_decision("objection", row.user_id, row.id, f"{row.purpose}:{outcome}")
    append(actor, "objection.answered", "objection", row.id, after={"outcome": outcome})
    reached = people.address_of(row.user_id)
    if reached is not None:
        post("objection_answered", *reached, objection_id=row.id)
    return _view(row)


def _id() -> ColumnElement[Any]:
    return Objection.id.expression


def _with_name(found: Sequence[Any]) -> WaitingObjectionView:
    row, display_name = found[0], found[1]
    answer_by = row.created_at + ANSWER_WITHIN
    return WaitingObjectionView(
        **_view(row), user_id=row.user_id, display_name=display_name, answer_by=answer_by,
        overdue=answer_by <= runtime.current().clock.now(),
    )  # fmt: skip


def _view(row: Objection) -> ObjectionView:
    return ObjectionView(
        id=row.id, purpose=row.purpose, reason=row.reason, created_at=row.created_at, outcome=row.outcome,
        answer=row.answer, answered_at=row.answered_at, version=row.version,
    )  # fmt: skip


@done_again("objection")
def _objected(decided: Decision) -> None:
    purpose, _colon, outcome = decided.chosen.partition(":")
    person, row = people.lock_user(decided.user_id), session().get(Objection, decided.about)
    if person is None or person.state == people.ERASED or purpose not in OBJECTABLE:
        return
    lost = translate(supported(person.language), WORDS_LOST)
    if row is None:
        row = Objection(
            id=decided.about, user_id=person.id, purpose=purpose, reason=lost, created_at=decided.at,
            outcome=None, answer=None, answered_by=None, answered_at=None, version=1,
        )  # fmt: skip
        session().add(row)
    if outcome in OUTCOMES and row.answered_at is None:
        row.outcome, row.answer, row.answered_at = outcome, lost, decided.at
        row.version += 1
