"""Who takes part: fixed at the opening, without those who left since; and by which mark a stance is hers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from models.audit import AuditRow
from models.decisions import Decision, Elector, Stance
from models.membership import Membership
from models.people import User
from network.decisions.rules.drafting import PERSON
from network.decisions.rules.states import BELONGS_SINCE
from network.kernel.ids import keyed_digest
from network.kernel.transaction import session
from network.membership import active_user_ids


def electors_to_be(decision: Decision, opens_at: datetime) -> Select[str]:
    """Who takes part in a decision that opens at this moment: active members with an account that is not
    about to go, and not those who are suspended beyond its end, for they could say nothing. About a person
    decide those who belong for two weeks and since before the matter was raised, and not she herself: nobody
    brings friends in (C5)."""
    hers = and_(
        Membership.user_id == User.id, Membership.network_id == decision.network_id,
        Membership.since <= opens_at, Membership.ended_at.is_(None),
        or_(Membership.suspended_until.is_(None), Membership.suspended_until < decision.closes_at),
    )  # fmt: skip
    if decision.kind == PERSON:
        hers = and_(hers, *_about_a_person(decision, opens_at))
    active = active_user_ids(decision.network_id)
    return select(User.id).where(User.state == "active", User.id.in_(active), exists().where(hers))


def electors_then(decision: Decision, opens_at: datetime) -> list[tuple[str, datetime | None]]:
    """The same for a decision whose opening is looked at late: who was active at that moment, by what the
    audit trail says of her membership since; with the moment at which she left, where that was before the
    end."""
    wanted = (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.network_id == decision.network_id, Membership.since <= opens_at,
            or_(Membership.ended_at.is_(None), Membership.ended_at > opens_at), User.state == "active",
            or_(Membership.suspended_until.is_(None), Membership.suspended_until < decision.closes_at),
        )
        .order_by(Membership.user_id)
    )  # fmt: skip
    if decision.kind == PERSON:
        wanted = wanted.where(*_about_a_person(decision, opens_at))
    before = _states_before(decision.network_id, opens_at)
    found: list[tuple[str, datetime | None]] = []
    for row in session().scalars(wanted):
        state = before.get(row.id, row.state)
        over = state == "paused" and row.paused_until is not None and row.paused_until < opens_at.date()
        if state == "active" or over:
            left_at = row.ended_at
            found.append((row.user_id, left_at if left_at and left_at <= decision.closes_at else None))
    return found


def _states_before(network_id: str, moment: datetime) -> dict[str, str]:
    """The state at a moment of each membership whose state has changed since, by its id."""
    wanted = select(AuditRow.entity_id, AuditRow.before).where(
        AuditRow.network_id == network_id, AuditRow.entity_type == "membership", AuditRow.at > moment
    )
    states: dict[str, str] = {}
    for membership_id, before in session().execute(wanted.order_by(AuditRow.seq)):
        if before and "state" in before:
            states.setdefault(membership_id, before["state"])
    return states


def _about_a_person(decision: Decision, opens_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.since <= opens_at - BELONGS_SINCE,
        Membership.since < decision.raised_at,
        Membership.user_id != decision.concerned_user_id,
    )


def standing_electors(decision: Decision, until: datetime) -> Select[str]:
    """The electors who still belong at `until`, without a break since the opening: who left is out even when
    nobody noted it yet, and stays out when she comes back, for that is a new membership (C4)."""
    belongs = exists().where(
        Membership.user_id == Elector.user_id, Membership.network_id == decision.network_id,
        Membership.since <= (decision.opened_at or until), or_(
            Membership.ended_at.is_(None), Membership.ended_at > until
        ),
    )  # fmt: skip
    return select(Elector.user_id).where(
        Elector.decision_id == decision.id, Elector.voided_at.is_(None), belongs
    )


def is_elector(decision: Decision, user_id: str | None, now: datetime) -> bool:
    """True when this person takes part."""
    if user_id is None or decision.opened_at is None:
        return False
    wanted = standing_electors(decision, now).where(Elector.user_id == user_id)
    return session().scalar(wanted) is not None


def electing(decisions: Sequence[Decision], user_id: str | None) -> frozenset[str]:
    """In which of some decisions this person takes part or took part, in one statement."""
    opened = [row.id for row in decisions if row.opened_at is not None]
    if user_id is None or not opened:
        return frozenset()
    wanted = (
        select(Elector.decision_id)
        .join(Decision, Decision.id == Elector.decision_id)
        .where(Elector.decision_id.in_(opened), Elector.user_id == user_id, Elector.voided_at.is_(None))
        .where(exists().where(
            Membership.network_id == Decision.network_id, Membership.user_id == user_id,
            Membership.since <= Decision.opened_at, Membership.ended_at.is_(None),
        ))
    )  # fmt: skip
    return frozenset(session().scalars(wanted))


def has_gone(decision: Decision, user_id: str, until: datetime) -> bool:
    """True when somebody belonged to the network as the decision was raised and left by `until`; somebody
    who never was a member, such as a steward, has not gone."""
    hers = select(Membership.ended_at).where(
        Membership.network_id == decision.network_id, Membership.user_id == user_id,
        Membership.since <= decision.created_at,
    )  # fmt: skip
    ended = session().scalars(hers.where(or_(
        Membership.ended_at.is_(None), Membership.ended_at > decision.created_at
    ))).all()  # fmt: skip
    return bool(ended) and all(at is not None and at <= until for at in ended)


def voter(decision: Decision, user_id: str) -> str:
    """The mark by which a stance belongs to a person: her number, or in an anonymous decision a digest under
    the decision's own key and the server's. With the decision's key, at the closing, the way from one to the
    other is gone for everybody, the operator included. Raises KeyError after that."""
    if not decision.anonymous:
        return user_id
    if decision.ballot_key is None:
        raise KeyError(decision.id)
    return keyed_digest("ballot", f"{decision.ballot_key}:{user_id}")


def silent_electors(decision_id: str) -> Sequence[str]:
    """Who takes part in an open decision and said nothing yet, for reminders; asked on nobody's behalf. Empty
    for one that is not open."""
    decision = session().get(Decision, decision_id)
    if decision is None or decision.state != "open" or (decision.anonymous and not decision.ballot_key):
        return []
    taken = select(Stance.voter).where(Stance.decision_id == decision_id, Stance.replaced_at.is_(None))
    said = frozenset(session().scalars(taken))
    standing = session().scalars(standing_electors(decision, decision.closes_at))
    return sorted(user_id for user_id in standing if voter(decision, user_id) not in said)
