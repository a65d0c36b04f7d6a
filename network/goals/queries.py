"""What can be seen of a network's goals: one, the list, and how many were looked at in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import case, func, select

from models.goals import Goal, GoalProgress, GoalSupport
from network import networks, people
from network.goals.policy import may_see_goals, visible_goals
from network.goals.rules import ADOPTED
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session


class GoalView(TypedDict):
    """A goal as every surface shows it."""

    id: str
    network_id: str
    title: str
    why: str
    review_on: date | None
    state: str
    proposed_by: Mapping[str, Any]
    created_at: datetime
    adopted_at: datetime | None
    supports: int
    percent: int | None
    outcome: str | None
    closing_sentence: str | None
    closed_at: datetime | None
    version: int


class OwnGoalView(GoalView):
    """A goal as one person sees it: with whether she stands behind it."""

    supported: bool


class ProgressView(TypedDict):
    """A note about the way to a goal."""

    id: str
    person: Mapping[str, Any]
    percent: int | None
    note: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class GoalCounts:
    """How many goals a network adopted, and how many of them have a day to look back that is not past."""

    adopted: int
    in_time: int


def get_goal(actor: Actor, goal_id: str) -> OwnGoalView:
    """One goal. Raises NotFound where it is not open to the actor."""
    return shown_to(actor, [visible_goal(actor, goal_id)])[0]


def list_progress(actor: Actor, goal_id: str, request: PageRequest) -> PageOf[ProgressView]:
    """The notes about the way to a goal, newest first. Raises NotFound where it is not open to the actor."""
    goal = visible_goal(actor, goal_id)
    wanted = select(GoalProgress).where(GoalProgress.goal_id == goal.id)
    rows = page(
        wanted,
        [GoalProgress.noted_at.expression, GoalProgress.id.expression],
        request,
        lambda row: row,
        descending=True,
    )
    writers = people.people_by_id({row.user_id for row in rows.items})
    return PageOf(
        [
            {
                "id": row.id, "person": writers[row.user_id], "percent": row.percent, "note": row.note,
                "noted_at": row.noted_at,
            }
            for row in rows.items
        ],
        rows.next,
    )  # fmt: skip


def visible_goal(actor: Actor, goal_id: str) -> Goal:
    """The row of one goal, the only door to it. Raises NotFound."""
    row = session().scalars(visible_goals(actor).where(Goal.id == goal_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def list_goals(actor: Actor, network_id: str, request: PageRequest) -> PageOf[OwnGoalView]:
    """The goals of a network, the oldest first. Raises NotFound where the network is not visible, Forbidden
    where its goals are not."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_goals(actor, network.id))
    wanted = visible_goals(actor).where(Goal.network_id == network.id)
    rows = page(wanted, [Goal.id.expression], request, lambda row: row)
    return PageOf(shown_to(actor, rows.items), rows.next)


def count_adopted(network_id: str) -> int:
    """How many goals a network made its own."""
    return count_goals(network_id).adopted


def count_goals(network_id: str) -> GoalCounts:
    """The evidence of the roadmap's steps about goals. A goal without a day to look back was not looked at
    in time: nobody promised to."""
    today = runtime.current().clock.today()
    in_time = case((Goal.review_on >= today, 1))
    found = session().execute(
        select(func.count(), func.count(in_time))
        .select_from(Goal)
        .where(Goal.network_id == network_id, Goal.state == ADOPTED)
    ).one()  # fmt: skip
    return GoalCounts(adopted=found[0], in_time=found[1])


@renders("goal")
def render_goals(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The goals as events show them."""
    rows = session().scalars(select(Goal).where(Goal.id.in_(list(ids)))).all()
    return {view["id"]: view for view in shown(rows)}


def shown(rows: Sequence[Goal]) -> list[GoalView]:
    """Rows as views, with the people who proposed them and how many stand behind them."""
    proposers = people.people_by_id({row.proposed_by for row in rows})
    counted = (
        select(GoalSupport.goal_id, func.count())
        .where(GoalSupport.goal_id.in_([row.id for row in rows]))
        .group_by(GoalSupport.goal_id)
    )
    supports = {row[0]: row[1] for row in session().execute(counted)}
    return [
        {
            "id": row.id, "network_id": row.network_id, "title": row.title, "why": row.why,
            "review_on": row.review_on, "state": row.state, "proposed_by": proposers[row.proposed_by],
            "created_at": row.created_at, "adopted_at": row.adopted_at,
            "supports": supports.get(row.id, 0), "percent": row.percent, "outcome": row.outcome,
            "closing_sentence": row.closing_sentence, "closed_at": row.closed_at, "version": row.version,
        }
        for row in rows
    ]  # fmt: skip


def shown_to(actor: Actor, rows: Sequence[Goal]) -> list[OwnGoalView]:
    """Rows as views for one person."""
    mine = select(GoalSupport.goal_id).where(
        GoalSupport.user_id == actor.user_id, GoalSupport.goal_id.in_([row.id for row in rows])
    )
    supported = frozenset(session().scalars(mine))
    return [{**view, "supported": view["id"] in supported} for view in shown(rows)]
