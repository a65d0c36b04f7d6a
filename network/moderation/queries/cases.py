"""What can be seen of cases: one row as the only door to it, the queue, and counts without content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy import case as when

from models.moderation import Case
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.ids import is_id
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.moderation.policy.appeals import running_appeals
from network.moderation.policy.cases import (
    Matter,
    may_act_on_case,
    may_reopen_case,
    may_see_queue,
    visible_cases,
)
from network.moderation.policy.measures import proposals_for
from network.moderation.queries.route import matters_of
from network.moderation.queries.showing import Known, shown
from network.moderation.queries.views import OwnCaseView
from network.moderation.rules.cases import (
    AWAITING_INFO,
    CLOSED,
    DECIDED,
    HOSTS,
    IN_REVIEW,
    NEW,
    OPEN_STATES,
    OPERATORS,
    due_at,
    is_claimed,
    is_veiled,
    state_now,
)
from network.networks import is_steward


class WaitingCases(TypedDict):
    """How many cases wait, since when the oldest does, and how many of them somebody has herself; how many
    appeals she may look at, and measures for which she could be the second person. Nothing of what they are
    about."""

    waiting: int
    oldest_at: datetime | None
    mine: int
    appeals: int
    seconds: int


class OpenCaseView(TypedDict):
    """An open case as a line: nothing of what it is about, nor who."""

    id: str
    target_type: str
    state: str
    reported_at: datetime
    due_at: datetime
    decided_at: datetime | None


def visible_case(actor: Actor, case_id: str) -> Case:
    """The row of one case, the only door to it. Raises NotFound, to a party as to a stranger."""
    row = session().scalars(visible_cases(actor).where(Case.id == case_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def check_case_visible(actor: Actor, case_id: str) -> None:
    """Raise NotFound to whom the case does not exist: asked before anything that she sent is looked at."""
    if not is_id(case_id):
        raise NotFound()
    visible_case(actor, case_id)


def see_cases(
    actor: Actor, network_id: str, request: PageRequest, *, state: str | None = None
) -> PageOf[OwnCaseView]:
    """The cases of a network that are open to the actor, the newest first, of one state by the clock; without
    what they are about. Raises NotFound where the network is not visible, Forbidden to who handles none."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_queue(actor, network.id))
    wanted = visible_cases(actor).where(Case.network_id == network.id)
    if state is not None:
        wanted = in_state(wanted, state, runtime.current().clock.now())
    rows = page(wanted, [Case.id.expression], request, _as_it_is, descending=True)
    return PageOf(shown_to(actor, rows.items), rows.next)


def in_state(wanted: Select[Case], state: str, now: datetime) -> Select[Case]:
    """The law of `rules.cases.state_now` as SQL."""
    answered = and_(Case.state == AWAITING_INFO, Case.asked_until <= now)
    lapsed = Case.claimed_until <= now
    runs = or_(Case.claimed_until.is_(None), Case.claimed_until > now)
    reviewed = or_(Case.state == IN_REVIEW, answered)
    if state == NEW:
        return wanted.where(or_(Case.state == NEW, and_(reviewed, lapsed)))
    if state == IN_REVIEW:
        return wanted.where(and_(reviewed, runs))
    if state == AWAITING_INFO:
        return wanted.where(Case.state == AWAITING_INFO, Case.asked_until > now)
    return wanted.where(Case.state == state)


def shown_to(
    actor: Actor, rows: Sequence[Case], *, with_content: bool = False,
    matters: Mapping[str, Matter] | None = None, known: Known | None = None,
) -> list[OwnCaseView]:  # fmt: skip
    """Rows with whose they are and which steps the actor could take now. What was asked already is given as
    `matters` and `known`."""
    now = runtime.current().clock.now()
    matters = matters_of(rows) if matters is None else matters
    views = []
    for row, view in zip(rows, shown(rows, with_content=with_content, known=known), strict=True):
        mine = is_claimed(row, now) and row.assignee_id == actor.user_id
        steps = next_steps(actor, row, matters[row.id], now)
        views.append(OwnCaseView(**view, mine=mine, next_steps=steps))
    return views


def next_steps(actor: Actor, row: Case, matter: Matter, now: datetime) -> list[str]:
    """What the actor could do with a case at this moment, the nearest first."""
    state = state_now(row, now)
    if state == CLOSED:
        return ["reopening"] if may_reopen_case(actor, matter) else []
    if not may_act_on_case(actor, matter) or state == DECIDED:
        return []
    if not is_claimed(row, now):
        return ["claim", "step_aside"] if is_veiled(row.veil_until, now) else ["claim", "veil", "step_aside"]
    if row.assignee_id != actor.user_id:
        return []
    steps = ["talk", "decision", "question"] if state == IN_REVIEW else []
    if state == IN_REVIEW and not is_veiled(row.veil_until, now):
        steps.append("veil")
    return [*steps, *(["escalation"] if matter.level < OPERATORS else []), "step_aside"]


def count_waiting(actor: Actor, network_id: str) -> WaitingCases:
    """What waits in the queue of somebody, as numbers: nobody is counted a case to which she is a party."""
    now = runtime.current().clock.now()
    wanted = visible_cases(actor).where(Case.network_id == network_id, Case.state.in_(OPEN_STATES))
    if not is_steward(actor, network_id):
        wanted = wanted.where(Case.level == HOSTS)  # what was handed over is seen and waits for others
    own = wanted.subquery()
    hers = and_(own.c.assignee_id == actor.user_id, own.c.claimed_until > now)
    counted = select(
        func.count(), func.min(own.c.reported_at), func.sum(when((hers, 1), else_=0)),
        running_appeals(actor, network_id), proposals_for(actor, network_id),
    )  # fmt: skip
    number, oldest, mine, appeals, seconds = session().execute(counted.select_from(own)).one()
    return {
        "waiting": int(number), "oldest_at": oldest, "mine": int(mine or 0), "appeals": int(appeals or 0),
        "seconds": int(seconds or 0),
    }  # fmt: skip


def list_open(actor: Actor, network_id: str, most: int) -> list[OpenCaseView]:
    """The open cases of a network that press most, for a page that names them only. Raises NotFound where the
    network is not visible, Forbidden to who handles none."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_queue(actor, network.id))
    wanted = visible_cases(actor).where(Case.network_id == network.id, Case.state.in_(OPEN_STATES))
    now = runtime.current().clock.now()
    return [
        {
            "id": row.id, "target_type": row.target_type, "state": state_now(row, now),
            "reported_at": row.reported_at, "due_at": due_at(row), "decided_at": row.decided_at,
        }
        for row in session().scalars(wanted.order_by(Case.severity.desc(), Case.reported_at).limit(most))
    ]  # fmt: skip


def may_see_case_scope(actor: Actor, case_id: str) -> bool:
    """The law of the scope `case:<id>`."""
    wanted = visible_cases(actor).where(Case.id == case_id).with_only_columns(Case.id)
    return session().execute(wanted).one_or_none() is not None


def _as_it_is(row: Any) -> Any:
    return row


@renders("case")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(Case).where(Case.id.in_(sorted(set(ids))))).all()
    return {view["id"]: dict(view) for view in shown(rows)}
