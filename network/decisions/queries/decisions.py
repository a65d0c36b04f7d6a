"""What can be seen of decisions: one, the list, results, and what higher capabilities ask about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, exists, select

from models.decisions import Decision, Stance
from network import networks
from network.decisions.policy import may_see_decisions, visible_decisions
from network.decisions.queries.electorate import electing, voter
from network.decisions.queries.showing import options_of, shown
from network.decisions.queries.views import (
    AgreedView,
    DecisionView,
    OwnDecisionView,
    ResultOut,
    StanceView,
)
from network.decisions.rules.counting import PASSED
from network.decisions.rules.drafting import CHOICE, CONSENT_KIND, ELECTION
from network.decisions.rules.states import CANCELLED, DECIDED, RUNNING, StillOpen, WasCancelled
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session

T = TypeVar("T")


def visible_decision(actor: Actor, decision_id: str) -> Decision:
    """The row of one decision, the only door to it. Raises NotFound."""
    row = session().scalars(visible_decisions(actor).where(Decision.id == decision_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def see_decision(actor: Actor, decision_id: str) -> OwnDecisionView:
    """One decision as it is written down. Raises NotFound where it is not open to the actor."""
    return shown_to(actor, [visible_decision(actor, decision_id)])[0]


def see_decisions(
    actor: Actor, network_id: str, request: PageRequest, *, state: str | None = None,
    topic_id: str | None = None,
) -> PageOf[OwnDecisionView]:  # fmt: skip
    """The decisions of a network, newest first; of one state, or about one topic. Raises NotFound where the
    network is not visible, Forbidden where its decisions are not."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_decisions(actor, network.id))
    wanted = visible_decisions(actor).where(Decision.network_id == network.id)
    if state is not None:
        wanted = wanted.where(Decision.state == state)
    if topic_id is not None:
        wanted = wanted.where(Decision.topic_id == topic_id)
    rows = page(wanted, [Decision.id.expression], request, _as_it_is, descending=True)
    return PageOf(shown_to(actor, rows.items), rows.next)


def see_result(actor: Actor, decision_id: str) -> ResultOut:
    """What came of a decision. Raises NotFound; StillOpen before its end, WasCancelled without one."""
    decision = visible_decision(actor, decision_id)
    if decision.state == CANCELLED:
        raise WasCancelled(reason=decision.cancel_reason)
    result = shown([decision])[0]["result"]
    if result is None:
        raise StillOpen(state=decision.state, closes_at=decision.closes_at)
    return result


def see_agreed(actor: Actor, network_id: str, since: datetime | None) -> list[AgreedView]:
    """What passed in a network by consent or choice, without an effect of its own, after `since`: the newest
    first, however many decisions there are. Raises NotFound, Forbidden."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_decisions(actor, network.id))
    wanted = select(Decision.id, Decision.question, Decision.result).where(
        Decision.network_id == network.id, Decision.effect_type.is_(None), Decision.state.in_(DECIDED),
        Decision.kind.in_((CONSENT_KIND, CHOICE)),
    )  # fmt: skip
    if since is not None:
        wanted = wanted.where(Decision.closed_at > since)
    rows = session().execute(wanted.order_by(Decision.closed_at.desc(), Decision.id.desc()))
    return [
        AgreedView(id=row.id, question=row.question)
        for row in rows
        if row.result is not None and row.result["outcome"] == PASSED
    ]


def passed_decision(
    effect_type: str, effect_id: str | None = None, *, network_id: str | None = None, value: Any = None
) -> str | None:
    """The last decision that passed with this effect, or None; asked on nobody's behalf. An effect without
    id is found by its network and value. While the effect is being brought about, its own decision counts as
    passed already."""
    wanted = select(Decision).where(
        Decision.effect_type == effect_type, Decision.effect_id == effect_id, Decision.state.in_(DECIDED)
    )
    if network_id is not None:
        wanted = wanted.where(Decision.network_id == network_id)
    for row in session().scalars(wanted.order_by(Decision.closed_at.desc())):
        if _carries(row) and row.effect_state != "refused" and value in (None, row.effect_value):
            return row.id
    return None


def _carries(row: Decision) -> bool:
    """Passed, and for what its effect is: of several answers it is the first one's."""
    if row.result is None or row.result["outcome"] != PASSED:
        return False
    won = row.result["option_id"]
    return won is None or row.kind == ELECTION or won == options_of([row.id])[row.id][0]["id"]


def open_decision_about(effect_type: str, effect_id: str) -> str | None:
    """The scheduled or open decision with this effect, so that nobody asks twice; or None. A draft, of which
    only few know, keeps nobody from asking."""
    wanted = select(Decision.id).where(*_runs_about(effect_type, effect_id))
    return session().scalar(wanted.order_by(Decision.id.desc()).limit(1))


def is_asked_about(effect_type: str, effect_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The law of `open_decision_about`, as SQL over a column of ids."""
    return exists().where(*_runs_about(effect_type, effect_id))


def _runs_about(effect_type: str, effect_id: str | ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    return Decision.effect_type == effect_type, Decision.effect_id == effect_id, Decision.state.in_(RUNNING)


def shown_to(actor: Actor, rows: Sequence[Decision]) -> list[OwnDecisionView]:
    """Rows as views for one person, with her own stance while anybody can tell which that is."""
    views = shown(rows)
    own = {} if actor.user_id is None else _own_stances(rows, actor.user_id)
    takes_part = electing(rows, actor.user_id)
    return [{**view, "is_elector": view["id"] in takes_part, "mine": own.get(view["id"])} for view in views]


def _own_stances(rows: Sequence[Decision], user_id: str) -> dict[str, StanceView]:
    marks = {
        voter(row, user_id): row.id
        for row in rows
        if row.opened_at is not None and row.anonymous and row.ballot_key is not None
    }
    named = [row.id for row in rows if row.opened_at is not None and not row.anonymous]
    if not named and not marks:
        return {}
    wanted = select(Stance).where(
        Stance.decision_id.in_([*named, *marks.values()]), Stance.voter.in_([user_id, *marks]),
        Stance.replaced_at.is_(None),
    )  # fmt: skip
    return {
        row.decision_id: {
            "stance": row.stance, "option_ids": list(row.option_ids), "reason": row.reason,
            "taken_at": row.said_at,
        }
        for row in session().scalars(wanted)
    }  # fmt: skip


def _as_it_is(row: T) -> T:
    return row


@renders("decision")
def render_decisions(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The decisions as events show them."""
    rows = session().scalars(select(Decision).where(Decision.id.in_(list(ids)))).all()
    views: list[DecisionView] = shown(rows)
    return {view["id"]: view for view in views}
