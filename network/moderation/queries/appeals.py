"""Appeals as they are seen: by the person, and by those who look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.membership import Membership
from models.moderation import Appeal, AppealReview, CaseParty, Sanction
from models.networks import Network
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.moderation.policy.appeals import (
    Review,
    may_decide_appeal,
    may_see_appeal,
    may_see_appeals,
    somebody_free,
    visible_appeals,
)
from network.moderation.queries.case_measures import state_of as state_of_measure
from network.moderation.queries.measures import HandledSanctionView, own_sanction, show_handled
from network.moderation.rules.appeals import (
    LAST_LEVEL,
    NONE,
    OF_A_MEMBER,
    RUNNING,
    climbs,
    milder_kinds,
    reviewers_needed,
    state_of,
)
from network.moderation.rules.cases import FOUNDERS, HOSTS, PARENTS


class AppealView(TypedDict):
    """An appeal as its person sees it. `due_at` is until when it is answered on its level."""

    id: str
    sanction_id: str
    network_id: str
    text: str
    state: str
    level: int
    reply: str | None
    acting_role: str | None
    submitted_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    version: int


class HandledAppealView(AppealView):
    """The same for those who look again, with the measure, what could take its place, and whether it is
    hers to answer. `spoken` is how many have said something, of `needed`."""

    sanction: HandledSanctionView
    milder_kinds: Sequence[str]
    needed: int
    spoken: int
    may_decide: bool


def review_of(row: Appeal) -> Review:
    """What the law asks of an appeal as it stands now."""
    measure = session().get_one(Sanction, row.sanction_id)
    above = aliased(Network)
    founder, parent_founder = (
        session()
        .execute(
            select(Network.organisation_id, above.organisation_id)
            .outerjoin(above, above.id == Network.parent_id)
            .where(Network.id == row.network_id)
        )
        .one()
    )
    parties = select(CaseParty.user_id).where(CaseParty.case_id == measure.case_id)
    inviters = select(Membership.invited_by).where(
        Membership.network_id == row.network_id, Membership.user_id == row.user_id,
        Membership.invited_by.is_not(None), Membership.origin == OF_A_MEMBER,
    )  # fmt: skip
    barred = {row.user_id, measure.imposed_by, measure.seconded_by}
    barred |= {*session().scalars(parties), *session().scalars(inviters)}
    spoken = session().scalars(select(AppealReview.reviewer_id).where(AppealReview.appeal_id == row.id))
    return Review(
        row.network_id, row.user_id, level_of(row), frozenset(one for one in barred if one is not None),
        frozenset(spoken), founder, parent_founder,
    )  # fmt: skip


def level_of(row: Appeal) -> int:
    """How far up the route an appeal stands by now: higher each time its fourteen days are over, and where
    nobody below is free of the matter."""
    level, _due = climbs(row.due_at, row.level, runtime.current().clock.now())
    free = {
        each: session().scalar(select(somebody_free(each)).where(Appeal.id == row.id))
        for each in (HOSTS, FOUNDERS, PARENTS)
        if each >= level
    }
    return next((each for each in sorted(free) if free[each]), LAST_LEVEL)


def anybody_left(row: Appeal) -> bool:
    """Somebody on the route, from where the appeal stands, could say another word."""
    levels = [each for each in (HOSTS, FOUNDERS, PARENTS, LAST_LEVEL) if each >= row.level]
    asked = [select(somebody_free(each)).where(Appeal.id == row.id) for each in levels]
    return any(session().scalar(each) for each in asked)


def visible_appeal(actor: Actor, appeal_id: str) -> Appeal:
    """The row of an appeal, for its person and those who look again. Raises NotFound."""
    row = session().get(Appeal, appeal_id)
    if row is None or not may_see_appeal(actor, review_of(row)):
        raise NotFound()
    return row


def see_appeal(actor: Actor, appeal_id: str) -> AppealView | HandledAppealView:
    """One appeal: as its person sees it, or as those who look again. Raises NotFound."""
    row = session().get(Appeal, appeal_id)
    if row is None:
        raise NotFound()
    review = review_of(row)
    require(may_see_appeal(actor, review))
    if row.user_id == actor.user_id:
        return appeal_view(row)
    return handled_view(actor, row, review)


def see_appeals(actor: Actor, network_id: str, request: PageRequest) -> PageOf[AppealView]:
    """The appeals of a network that the actor may answer or could read as one who does, the oldest first.
    Raises NotFound for whom the network does not exist, Forbidden."""
    found = networks.get_network(actor, network_id)
    require(may_see_appeals(actor, found["id"]))
    wanted = visible_appeals(actor).where(Appeal.network_id == found["id"], Appeal.state.in_(RUNNING))
    return page(wanted, [Appeal.id.expression], request, appeal_view)


def appeals_in_sight(actor: Actor) -> list[AppealView]:
    """Every running appeal that the actor could look at, wherever: what a steward above or who runs the
    platform has no network page for."""
    wanted = visible_appeals(actor).where(Appeal.state.in_(RUNNING)).order_by(Appeal.id).limit(200)
    return [appeal_view(row) for row in session().scalars(wanted)]


def appeal_about(sanction_id: str) -> AppealView | None:
    """The appeal against a measure, for whom the measure is about; None where there is none."""
    row = session().scalars(select(Appeal).where(Appeal.sanction_id == sanction_id)).one_or_none()
    return None if row is None else appeal_view(row)


def standing_of(sanction: Sanction) -> str:
    """Where a measure stands with its appeal: `none` while its person can ask."""
    row = session().scalars(select(Appeal.state).where(Appeal.sanction_id == sanction.id)).one_or_none()
    now = runtime.current().clock.now()
    return state_of(row, sanction.appeal_until, now, replaces=sanction.previous_id is not None)


def appeal_view(row: Appeal) -> AppealView:
    """An appeal as its person sees it."""
    running = row.state in RUNNING
    level, due = climbs(row.due_at, row.level, runtime.current().clock.now())
    return {
        "id": row.id, "sanction_id": row.sanction_id, "network_id": row.network_id, "text": row.text,
        "state": row.state, "level": level if running else row.level, "reply": row.reply,
        "acting_role": row.acting_role, "submitted_at": row.submitted_at, "due_at": due if running else None,
        "decided_at": row.decided_at, "version": row.version,
    }  # fmt: skip


def handled_view(actor: Actor, row: Appeal, review: Review) -> HandledAppealView:
    """An appeal as those see it who look again."""
    measure = session().get_one(Sanction, row.sanction_id)
    return {
        **appeal_view(row), "sanction": show_handled([measure])[0],
        "milder_kinds": milder_kinds(measure.kind, measure.scope_type),
        "needed": reviewers_needed(measure.kind), "spoken": len(review.spoken),
        "may_decide": row.state in RUNNING and bool(_could_decide(actor, review)),
    }  # fmt: skip


def _could_decide(actor: Actor, review: Review) -> bool:
    verdict = may_decide_appeal(actor, review)
    return bool(verdict) or verdict.code in ("proof_required", "second_factor_needed")


@renders("appeal")
def render_appeals(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Appeals as events show them: to their person, in her own scope."""
    rows = session().scalars(select(Appeal).where(Appeal.id.in_(list(ids))))
    return {row.id: appeal_view(row) for row in rows}


def check_appeal_visible(actor: Actor, appeal_id: str) -> None:
    """Raise NotFound for whom an appeal does not exist, before anything of a request is read."""
    visible_appeal(actor, appeal_id)


def can_appeal(actor: Actor, sanction_id: str) -> bool:
    """Whether the person of a measure can still ask for another look at it. Raises NotFound."""
    row = own_sanction(actor, sanction_id)
    holds = state_of_measure(row) in ("active", "expired", "lifted")
    return holds and standing_of(row) == NONE
