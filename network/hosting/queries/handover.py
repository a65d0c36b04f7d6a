"""What is open when a role passes on: roles and their ends, questions, decisions, the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import or_, select

from models.decisions import Decision
from models.moderation import CaseParty
from network import membership, networks
from network.hosting.policy import may_see_handover
from network.hosting.queries.rounds import WeekView, list_weeks
from network.hosting.queries.things import ThingView, done_keys, list_things
from network.kernel.actor import Actor
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership import AppointmentView
from network.people import PersonView

ROLES = ("meta_mentor", "deputy", "safeguarding_lead", "safeguarding_deputy")


class LedDecision(TypedDict):
    """An open decision that somebody with a role proposed and sees to."""

    id: str
    question: str
    language: str
    closes_at: datetime


class HandoverView(TypedDict):
    """What is open in a network, for who hands over and who goes on. Cases, applications and agreements are
    told by those who keep them."""

    roles: list[AppointmentView]
    things: list[ThingView]
    decisions: list[LedDecision]
    weeks: list[WeekView]


def get_handover(
    actor: Actor, network_id: str, successor_id: str | None = None, *, known: Sequence[PersonView] = ()
) -> HandoverView:
    """What is open; nothing about the reader herself or about `successor_id`, for whom it is printed. Who is
    `known` need not be looked up. Raises NotFound where the network is not visible, Forbidden to who neither
    hosts nor appoints hosts."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_handover(actor, network.id))
    roles = [one for one in membership.running_appointments(network.id) if one["role"] in ROLES]
    done, persons = done_keys(network.id), {one["id"]: one for one in known}
    return {
        "roles": roles,
        "things": [one for one in list_things(actor, network.id, done) if not _is_about(one, successor_id)],
        "decisions": _decisions(network.id, [one["user"]["id"] for one in roles], (actor.id, successor_id)),
        "weeks": list_weeks(actor, network.id, done=done, known=persons),
    }


def without_party(case_ids: Sequence[str], user_id: str) -> list[str]:
    """Those of some cases to which somebody is no party, for whoever may see them and prints them for her."""
    wanted = select(CaseParty.case_id).where(CaseParty.user_id == user_id, CaseParty.case_id.in_(case_ids))
    hers = set(session().scalars(wanted))
    return [case_id for case_id in case_ids if case_id not in hers]


def _is_about(thing: ThingView, user_id: str | None) -> bool:
    return user_id is not None and thing["person"] is not None and thing["person"]["id"] == user_id


def _decisions(network_id: str, leading: Sequence[str], parties: tuple[str | None, ...]) -> list[LedDecision]:
    about_none = [Decision.concerned_user_id != one for one in parties if one is not None]
    wanted = select(Decision).where(
        Decision.network_id == network_id, Decision.state.in_(("scheduled", "open")),
        Decision.proposed_by.in_(leading), Decision.opened_at.is_not(None),
        *(or_(Decision.concerned_user_id.is_(None), one) for one in about_none),
    )  # fmt: skip
    return [
        {"id": row.id, "question": row.question, "language": row.language, "closes_at": row.closes_at}
        for row in session().scalars(wanted.order_by(Decision.closes_at))
    ]
