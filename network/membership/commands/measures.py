"""What a measure does to somebody's belonging, within the command of moderation that decided it and asked who
may: a pause from writing, a suspension, the end of the membership; and how each of them ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from models.membership import Invitation, Membership, PostingRestriction
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command, session
from network.kernel.transitions import transition
from network.kernel.veils import lapsed_now, later
from network.membership.commands.belonging import end_membership, locked_membership
from network.membership.commands.joining import shown, tell_changed
from network.membership.events import AccessEnded, AccessGained, PostingPaused, PostingResumed
from network.membership.policy import may_end_lapsed_suspensions
from network.membership.queries.memberships import running_membership
from network.membership.rules import INVITATION, MEMBERSHIP, is_suspended

AT_ONCE = 100
PAUSES_KEPT = timedelta(days=30)


def pause_posting(
    actor: Actor,
    network_id: str,
    user_id: str,
    *,
    topic_id: str | None,
    until: datetime,
    measure_id: str,
) -> None:
    """Let somebody write nothing in a network, or in one topic of it, until a moment: no message, no sign at
    one, and from the whole network no file, goal or meeting either. The same measure again takes the later
    end. Fact: PostingPaused to herself. In the audit trail."""
    work, now = session(), runtime.current().clock.now()
    row = work.get(PostingRestriction, measure_id, with_for_update=True)
    if row is None:
        row = PostingRestriction(
            id=measure_id, network_id=network_id, user_id=user_id, topic_id=topic_id, until=until,
            created_at=now, ended_at=None,
        )  # fmt: skip
        work.add(row)
    else:
        row.until, row.ended_at = later(row.until, until), None
    work.flush()
    append(
        actor, "posting.pause", "membership", user_id, network_id=network_id,
        after={"until": row.until.isoformat(), "topic_id": topic_id, "measure_id": measure_id},
    )  # fmt: skip
    record(
        PostingPaused(
            scope=f"user:{user_id}", entity_id=measure_id, network_id=network_id, topic_id=row.topic_id
        )
    )


def end_pause(actor: Actor, measure_id: str) -> None:
    """End a pause from writing before its time; what has ended, or never was, stays so. Fact: PostingResumed
    to the person. In the audit trail."""
    row = session().get(PostingRestriction, measure_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        return
    row.ended_at = runtime.current().clock.now()
    session().flush()
    append(
        actor, "posting.resume", "membership", row.user_id, network_id=row.network_id,
        before={"until": row.until.isoformat(), "topic_id": row.topic_id, "measure_id": measure_id},
    )  # fmt: skip
    record(
        PostingResumed(
            scope=f"user:{row.user_id}", entity_id=measure_id, network_id=row.network_id,
            topic_id=row.topic_id,
        )
    )  # fmt: skip


def suspend_member(actor: Actor, network_id: str, user_id: str, until: datetime) -> None:
    """Shut somebody out of a network until a moment; of two suspensions the later end counts. She keeps her
    membership, her roles do not act meanwhile, and her open connections leave the network's scopes. Raises
    NotFound where no membership of hers runs. Facts: MembershipChanged, AccessEnded. In the audit trail."""
    membership = _locked_running(network_id, user_id)
    before = membership.suspended_until
    membership.suspended_until = later(before, until)
    membership.version += 1
    _note(actor, "membership.suspend", membership, before)
    tell_changed(membership)
    record(
        AccessEnded(scope=f"user:{user_id}", entity_id=network_id, network_id=network_id, reason="suspended")
    )


def end_suspension(actor: Actor, network_id: str, user_id: str, until: datetime | None = None) -> None:
    """Let somebody in again before a suspension's time is over, or from `until` on, where another suspension
    of hers lasts so long. She may have left and come back meanwhile: it ends on every membership. Where none
    runs nothing changes. Facts: MembershipChanged, AccessGained. In the audit trail."""
    networks.lock_network(network_id)
    now = runtime.current().clock.now()
    wanted = select(Membership).where(
        Membership.network_id == network_id, Membership.user_id == user_id, Membership.suspended_until > now
    )
    rows = session().scalars(
        wanted.order_by(Membership.id).with_for_update().execution_options(populate_existing=True)
    )  # fmt: skip
    for membership in rows.all():
        before = membership.suspended_until
        if until is not None and until > now:
            membership.suspended_until = until
        else:
            membership.suspended_until = None
        if membership.suspended_until == before:
            continue
        membership.version += 1
        _note(actor, "membership.readmit", membership, before)
        if membership.ended_at is None:
            tell_changed(membership)
            if not is_suspended(membership, now):
                _tell_open(membership)


def remove_member(actor: Actor, network_id: str, user_id: str) -> None:
    """End somebody's membership for good, with her roles; her open invitations by hand are dead, and she
    comes back by a decision only. Where none of hers runs, because she left meanwhile, nothing changes.
    Facts: MembershipChanged, AccessEnded. In the audit trail."""
    found = running_membership(network_id, user_id)
    if found is None:
        return
    membership = locked_membership(found.id)
    if not MEMBERSHIP.can(membership.state, "remove"):
        return
    transition(
        MEMBERSHIP, membership, "remove", actor, expected_version=None, show=shown, network_id=network_id
    )
    now = runtime.current().clock.now()
    written = select(Invitation).where(
        Invitation.network_id == network_id, Invitation.invited_by == user_id,
        Invitation.state.in_(("open", "void")), Invitation.origin != "course",
    )  # fmt: skip
    for invitation in session().scalars(written):
        invitation.state = INVITATION.steps["revoke"][invitation.state]
        invitation.ended_at = now
        invitation.version += 1
    end_membership(membership, "removed")


@job("memberships.suspensions", every_minutes=1)
def tell_ended_suspensions() -> int:
    """Tell of suspensions that ended by the clock; how many. Who comes back comes in without it."""
    told = 0
    while some := tell_some_ended(system_actor("memberships.suspensions")):
        told += some
    return told


@command
def tell_some_ended(actor: Actor) -> int:
    """Tell of some suspensions that ended by the clock; how many. Facts: MembershipChanged, AccessGained.
    Refused to everybody but the system."""
    require(may_end_lapsed_suspensions(actor))
    over = lapsed_now(Membership.suspended_until)
    due = select(Membership.network_id, Membership.id).where(over, Membership.ended_at.is_(None))
    found = session().execute(due.order_by(Membership.network_id, Membership.id).limit(AT_ONCE)).all()
    for network_id in sorted({network_id for network_id, _id in found}):
        networks.lock_network(network_id)
    told = 0
    for _network_id, membership_id in found:
        membership = locked_membership(membership_id)
        if membership.suspended_until is None or is_suspended(membership, runtime.current().clock.now()):
            continue
        membership.suspended_until = None
        membership.version += 1
        session().flush()
        tell_changed(membership)
        _tell_open(membership)
        told += 1
    return told


@job("memberships.forget_pauses", every_minutes=24 * 60)
def forget_pauses() -> int:
    """Forget pauses from writing that were over 30 days ago; how many. The measure itself is kept
    elsewhere."""
    return in_steps(lambda: _forget_pauses(system_actor("memberships.forget_pauses")))


@tidies
@command
def _forget_pauses(actor: Actor) -> int:
    require(may_end_lapsed_suspensions(actor))
    before = runtime.current().clock.now() - PAUSES_KEPT
    over = or_(PostingRestriction.until <= before, PostingRestriction.ended_at <= before)
    return forget(actor, PostingRestriction, over)


def _locked_running(network_id: str, user_id: str) -> Membership:
    found = running_membership(network_id, user_id)
    if found is None:
        raise NotFound()
    return locked_membership(found.id)


def _tell_open(membership: Membership) -> None:
    record(
        AccessGained(
            scope=f"user:{membership.user_id}", entity_id=membership.network_id,
            network_id=membership.network_id,
        )
    )  # fmt: skip


def _note(actor: Actor, action: str, membership: Membership, before: datetime | None) -> None:
    after = membership.suspended_until
    session().flush()
    append(
        actor, action, "membership", membership.id, network_id=membership.network_id,
        before={"suspended_until": None if before is None else before.isoformat()},
        after={
            "suspended_until": None if after is None else after.isoformat(), "version": membership.version,
        },
    )  # fmt: skip
