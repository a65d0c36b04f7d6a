"""Reminders of what ends: decisions, signing, a newcomer's time, what is in force. Each once, also when the
jobs were dead for a while: that it was promised is written in the transaction that promises it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import aliased

from models.agreements import Agreement, AgreementReminder, AgreementVersion, Signature, SignatureRequest
from models.decisions import Decision, Elector
from network import agreements, decisions
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import DatabaseBusy, StorageFull
from network.kernel.failures import count_failure
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.notifications.commands.deriving import add_affairs
from network.notifications.policy import may_notify
from network.notifications.queries.concerned import (
    ToTell,
    accepted_once,
    electors_of,
    leads_of,
    stewards_of,
    told,
)
from network.notifications.rules.affairs import (
    ACCEDE,
    AGREEMENT_END,
    AGREEMENT_REVIEW,
    NOT_ASKED,
    REVIEW,
    SIGN_SOON,
    SOON,
)
from network.notifications.rules.due import BEFORE_THE_END, LATEST, is_soon, reminder_due, signing_reminder

log = structlog.get_logger("notifications")

ASK_BEFORE = timedelta(days=7)


@job("notifications.remind", every_minutes=5)
def remind() -> int:
    """Promise the reminders that are due; how many. One that fails is logged and counted, and the others go
    on."""
    actor = system_actor("notifications.remind")
    parts: Sequence[tuple[Callable[[], Sequence[str]], Callable[[Actor, str], int]]] = (
        (_closing_decisions, remind_of_decision), (_versions_to_sign, remind_to_sign),
        (_decisions_to_review, remind_of_review), (_versions_that_end, remind_of_term),
        (_texts_nobody_asked_about, remind_to_ask),
    )  # fmt: skip
    made = 0
    for find, tell in parts:
        with unit_of_work():
            due = find()
        made += sum(reminded(tell, actor, each) for each in due)
    return made


def reminded(tell: Callable[[Actor, str], int], actor: Actor, each: str) -> int:
    """What one reminder promised; 0 for one that fails, which is logged and counted."""
    try:
        return tell(actor, each)
    except (OperationalError, DatabaseBusy, StorageFull):
        raise  # nothing of this one: the job tries again
    except Exception:
        log.exception("not_reminded", part=tell.__name__, entity=each)
        count_failure("reminder")
        return 0


@command
def remind_of_decision(actor: Actor, decision_id: str) -> int:
    """Remind whoever has not spoken, a day before the end; of an anonymous decision everybody, for who spoke
    shall be written nowhere. How many. Refused to everybody but the system."""
    require(may_notify(actor))
    decision = session().get_one(Decision, decision_id)
    now = runtime.current().clock.now()
    if decision.opened_at is None or not is_soon(decision.opened_at, decision.closes_at, now):
        return 0
    silent = electors_of(decision) if decision.anonymous else decisions.silent_electors(decision.id)
    wanted = select(Elector).where(
        Elector.decision_id == decision.id, Elector.user_id.in_(silent), Elector.reminded_at.is_(None)
    )
    electors = session().scalars(wanted.order_by(Elector.user_id)).all()
    for elector in electors:
        elector.reminded_at = now
    event = f"decision:{decision.id}:{SOON}"
    who = [elector.user_id for elector in electors]
    return add_affairs(actor, told(SOON, event, decision.network_id, decision.id, who))


@command
def remind_to_sign(actor: Actor, version_id: str) -> int:
    """Ask newcomers to accede, and remind who has not signed: a first and a second time before the end of
    signing, or of the time that is left when the version is in force already; newcomers once. Where the jobs
    were dead, the last of them comes late. How many. Refused to everybody but the system."""
    require(may_notify(actor))
    version = session().get_one(AgreementVersion, version_id)
    document = session().get_one(Agreement, version.agreement_id)
    now, wanted = runtime.current().clock.now(), []
    requests = select(SignatureRequest).where(SignatureRequest.version_id == version_id, ~_has_answered())
    # Nobody who signs now waits for this: only the rows that are marked below are locked, and of two who mark
    # one each notice is one.
    rows = session().scalars(requests.order_by(SignatureRequest.party)).all()
    acceded = set(session().scalars(accepted_once(document.network_id)))
    for asked in rows:
        in_force = version.state == "in_force"
        new = in_force and version.in_force_at is not None and asked.requested_at > version.in_force_at
        ends_at = asked.due_at if in_force else version.signing_until
        people = [asked.party] if asked.capacity == "member" else stewards_of([asked.party])
        if ends_at is None or (asked.capacity == "member" and asked.party not in acceded):
            continue  # before she accepted the rules she gets no letters (state-machines, B8)
        if not in_force and ends_at <= now:
            continue  # the clock decides first whether it comes into force
        if new and now < ends_at:
            event = f"version:{version.id}:{ACCEDE}"
            wanted += told(ACCEDE, event, document.network_id, version.id, people)
        number = signing_reminder(asked.requested_at, ends_at, now)
        if number is None or _was_reminded(asked, 1 if new else number):
            continue
        asked.first_reminder_at = asked.first_reminder_at or now
        if number > 1:
            asked.second_reminder_at = now
        event = f"version:{version.id}:{SIGN_SOON}:{1 if new else number}"
        wanted += told(SIGN_SOON, event, document.network_id, version.id, people)
    session().flush()
    return add_affairs(actor, wanted)


@command
def remind_to_ask(actor: Actor, version_id: str) -> int:
    """Remind who drafted a fixed text and who leads, a week before its time is over, that nobody has asked
    the network yet whether it wants it; how many. Refused to everybody but the system."""
    require(may_notify(actor))
    version = session().get_one(AgreementVersion, version_id)
    until, now = agreements.consent_until(version), runtime.current().clock.now()
    if until is None or not until - ASK_BEFORE <= now < until:
        return 0
    if decisions.open_decision_about("activate_agreement", version.id) is not None:
        return 0
    network_id = session().get_one(Agreement, version.agreement_id).network_id
    event = f"version:{version.id}:{NOT_ASKED}:{until.date()}"
    who = [version.created_by, *leads_of(network_id)]
    return add_affairs(actor, told(NOT_ASKED, event, network_id, version.id, who))


@command
def remind_of_review(actor: Actor, decision_id: str) -> int:
    """Remind who sees to the outcome of a decision on the day on which it is looked at again; how many.
    Refused to everybody but the system."""
    require(may_notify(actor))
    decision = session().get_one(Decision, decision_id)
    event = f"decision:{decision.id}:{REVIEW}:{decision.review_on}"
    who = [decision.responsible_id] if decision.responsible_id else []
    return add_affairs(actor, told(REVIEW, event, decision.network_id, decision.id, who))


@command
def remind_of_term(actor: Actor, version_id: str) -> int:
    """Remind meta-mentors and stewards of the review and of the end of what is in force, late where the jobs
    were dead; how many. Refused to everybody but the system."""
    require(may_notify(actor))
    version = session().get_one(AgreementVersion, version_id)
    document = session().get_one(Agreement, version.agreement_id)
    if version.state not in ("in_force", "expired") or version.in_force_at is None:
        return 0
    clock, wanted = runtime.current().clock, list[ToTell]()
    sent = (
        session().scalars(select(AgreementReminder).where(AgreementReminder.version_id == version.id)).all()
    )
    for occasion, kind, day in (
        ("review", AGREEMENT_REVIEW, version.review_on), ("end", AGREEMENT_END, version.valid_until),
    ):  # fmt: skip
        if day is None or (occasion == "review" and version.state != "in_force"):
            continue
        known = [row.days for row in sent if row.occasion == occasion and row.day == day]
        since = version.in_force_at.date()
        if occasion == "end" and version.end_reason is not None:
            since = max(since, day - LATEST + timedelta(days=1))  # a month ahead everybody was told
        due = reminder_due(day, since, clock.today(), known)
        if due is None:
            continue
        mark = AgreementReminder(
            version_id=version.id, occasion=occasion, days=due, day=day, sent_at=clock.now()
        )
        try:
            with session().begin_nested():
                session().add(mark)
        except IntegrityError:
            continue  # another process promised it at this moment
        event = f"version:{version.id}:{occasion}:{day}:{due}"
        leads = leads_of(document.network_id, with_deputies=False)
        wanted += told(kind, event, document.network_id, version.id, leads)
    session().flush()
    return add_affairs(actor, wanted)


def _closing_decisions() -> Sequence[str]:
    now = runtime.current().clock.now()
    silent = exists().where(
        Elector.decision_id == Decision.id, Elector.voided_at.is_(None), Elector.reminded_at.is_(None)
    )
    wanted = select(Decision.id).where(
        Decision.state == "open", Decision.closes_at > now, Decision.closes_at <= now + BEFORE_THE_END,
        silent,
    )  # fmt: skip
    return session().scalars(wanted.order_by(Decision.id)).all()


def _versions_to_sign() -> Sequence[str]:
    now = runtime.current().clock.now()
    still = or_(
        and_(AgreementVersion.state == "signing", AgreementVersion.signing_until > now),
        and_(AgreementVersion.state == "in_force", SignatureRequest.due_at > now - LATEST),
    )
    wanted = select(AgreementVersion.id).join(
        SignatureRequest, SignatureRequest.version_id == AgreementVersion.id
    )
    open_ones = wanted.where(still, SignatureRequest.second_reminder_at.is_(None), ~_has_answered())
    return session().scalars(open_ones.distinct().order_by(AgreementVersion.id)).all()


def _texts_nobody_asked_about() -> Sequence[str]:
    wanted = select(AgreementVersion.id).where(AgreementVersion.state == "frozen")
    return session().scalars(wanted.order_by(AgreementVersion.id)).all()


def _decisions_to_review() -> Sequence[str]:
    today = runtime.current().clock.today()
    wanted = select(Decision.id).where(
        Decision.state == "outcome_published", Decision.responsible_id.is_not(None),
        Decision.review_on <= today, Decision.review_on > today - LATEST,
    )  # fmt: skip
    return session().scalars(wanted.order_by(Decision.id)).all()


def _versions_that_end() -> Sequence[str]:
    since, version, later = (
        runtime.current().clock.today() - LATEST,
        AgreementVersion,
        aliased(AgreementVersion),
    )
    ends = or_(version.review_on >= since, version.valid_until >= since)
    replaced = exists().where(
        later.agreement_id == version.agreement_id, later.state == "in_force", later.id != version.id
    )
    wanted = select(version.id).where(version.state.in_(("in_force", "expired")), ends, ~replaced)
    return session().scalars(wanted.order_by(version.id)).all()


def _has_answered() -> ColumnElement[bool]:
    """In a select over requests: she signed, or said that she does not."""
    mine = or_(
        and_(SignatureRequest.capacity == "member", Signature.user_id == SignatureRequest.party),
        Signature.organisation_id == SignatureRequest.party,
    )
    return exists().where(
        Signature.version_id == SignatureRequest.version_id,
        Signature.capacity == SignatureRequest.capacity, mine,
    )  # fmt: skip


def _was_reminded(asked: SignatureRequest, number: int) -> bool:
    return asked.second_reminder_at is not None if number > 1 else asked.first_reminder_at is not None
