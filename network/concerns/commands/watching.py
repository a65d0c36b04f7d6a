"""What nobody has to remember: that a concern waits too long, that its time is over."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update

from models.concerns import Concern, ConcernAccount, ConcernLook, ConcernName, ConcernNote, ConcernTold
from network import networks, organisations
from network.concerns.commands.concerns import readers_now, tell
from network.concerns.policy import may_watch_concerns
from network.concerns.queries.concerns import named_in
from network.concerns.rules.concerns import FIRST_LOOK, REVIEW_AHEAD
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import AT_ONCE, in_steps, note_forgotten, tidies
from network.kernel.transaction import command, session

RECORDS = (ConcernAccount, ConcernNote, ConcernName, ConcernTold, ConcernLook)


@job("concerns.watch", every_minutes=15)
def watch() -> int:
    """Tell what waits too long; how many concerns."""
    return tell_overdue(system_actor("concerns.watch"))


@job("concerns.tidy", every_minutes=24 * 60)
def tidy() -> int:
    """Ask about what is over soon, and forget what is; how many."""
    actor = system_actor("concerns.tidy")
    ask_for_review(actor)
    return in_steps(lambda: forget_concerns(actor))


@command
def tell_overdue(actor: Actor) -> int:
    """Write again to lead and deputy of each concern that nobody read for 48 hours, and to the organisation's
    contacts that something waits, without a word of it and never to who is named in it; every 48 hours until
    somebody reads it. How many concerns. Refused to everybody but the system. No facts."""
    require(may_watch_concerns(actor))
    late = runtime.current().clock.now() - FIRST_LOOK
    rows = session().scalars(
        select(Concern)
        .where(Concern.state == "waiting", Concern.waiting_since <= late)
        .where(or_(Concern.overdue_told_at.is_(None), Concern.overdue_told_at <= late))
        .order_by(Concern.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    told = rows.all()
    for row in told:
        readers = readers_now(row)
        tell(row, readers, "overdue")
        organisation = networks.network_row(row.network_id).organisation_id
        out = named_in(row.id) | {user_id for _role, user_id in readers}
        stewards = [one for one in organisations.stewards_of(organisation) if one not in out]
        tell(row, [("steward", one) for one in stewards], "overdue")
        row.overdue_told_at = runtime.current().clock.now()
    return len(told)


@command
def ask_for_review(actor: Actor) -> int:
    """Tell lead and deputy a month before that a concern will be deleted unless they say why it is needed
    still; how many concerns. Refused to everybody but the system. No facts."""
    require(may_watch_concerns(actor))
    now = runtime.current().clock.now()
    due = select(Concern).where(Concern.review_at <= now + REVIEW_AHEAD, Concern.review_told_at.is_(None))
    rows = session().scalars(due.order_by(Concern.id).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    for row in rows:
        tell(row, readers_now(row), "review")
        row.review_told_at = now
    return len(rows)


@tidies
@command
def forget_concerns(actor: Actor) -> int:
    """Delete concerns with all that stands of them whose review is over and was announced a month ago; at
    most a thousand, how many. Refused to everybody but the system."""
    require(may_watch_concerns(actor))
    now = runtime.current().clock.now()
    over = select(Concern.id).where(Concern.review_at <= now, Concern.review_told_at <= now - REVIEW_AHEAD)
    ids = session().scalars(over.order_by(Concern.id).limit(AT_ONCE).with_for_update()).all()
    if ids:
        # The database lets the record go only when the concern itself says that it is over.
        session().execute(update(Concern).where(Concern.id.in_(ids)).values(state="over"))
        for table in RECORDS:
            gone = session().execute(delete(table).where(table.concern_id.in_(ids)).returning(table.id))
            note_forgotten(actor, table.__tablename__, len(gone.all()))
        session().execute(delete(Concern).where(Concern.id.in_(ids)))
    note_forgotten(actor, Concern.__tablename__, len(ids))
    return len(ids)
