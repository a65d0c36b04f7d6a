"""Meeting an objection: offering a way, and the word of who raised it. Nobody strikes out another's."""

from __future__ import annotations

from typing import Any

from models.decisions import Decision, DecisionObjection
from network.decisions.commands.closing import settle_due
from network.decisions.commands.opening import fresh
from network.decisions.commands.taking_stances import check_open, end_objection, set_stance
from network.decisions.commands.telling import tell_objection
from network.decisions.policy import may_answer_objection, may_take_stance
from network.decisions.queries.electorate import is_elector
from network.decisions.queries.objections import (
    is_own_objection,
    shown,
    shown_to,
    visible_objection,
)
from network.decisions.queries.views import OwnObjectionView
from network.decisions.rules.counting import OBJECTION as OBJECTS
from network.decisions.rules.counting import STANCES, STAND_ASIDE
from network.decisions.rules.drafting import check_words
from network.decisions.rules.states import OBJECTION, NotAnElector
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Forbidden, Invalid, InvalidTransition
from network.kernel.idempotency import keep_no_answer
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.kernel.transitions import check_version, transition
from network.kernel.translation import mark as _


def integrate_objection(
    actor: Actor, objection_id: str, answer: str = "", expected_version: int | None = None
) -> OwnObjectionView:
    """Offer how an objection could be met, while the decision is open; it stays open until who raised it says
    otherwise or a next round has another text. Records ObjectionChanged. By who sees to the decision. Raises
    NotFound, Forbidden, PartyToMatter, VersionConflict, InvalidTransition, DecisionEnded, DecisionNotOpen,
    Invalid."""
    _settle(objection_id)
    return _integrate(actor, objection_id, answer.strip(), expected_version)


def resolve_objection(
    actor: Actor, objection_id: str, stance: str = STAND_ASIDE, expected_version: int | None = None
) -> OwnObjectionView:
    """Say that one's own objection is met. From then on one stands aside, unless `stance` says more: nobody
    is taken to agree. Records ObjectionChanged and StanceTaken; of an anonymous decision nothing, for what
    became of an objection is told with its end. By who raised it alone. Raises as
    `integrate_objection`, and NotAnElector."""
    _settle(objection_id)
    return _end(actor, objection_id, "resolution", stance, expected_version)


def withdraw_objection(
    actor: Actor, objection_id: str, stance: str = STAND_ASIDE, expected_version: int | None = None
) -> OwnObjectionView:
    """Take one's own objection back; otherwise as `resolve_objection`."""
    _settle(objection_id)
    return _end(actor, objection_id, "withdrawal", stance, expected_version)


@command
def _integrate(
    actor: Actor, objection_id: str, answer: str, expected_version: int | None
) -> OwnObjectionView:
    objection, decision = visible_objection(actor, objection_id)
    require(may_answer_objection(actor, decision))
    check_words(answer=answer)
    decision = fresh(decision.id)
    check_open(decision)
    session().refresh(objection)
    transition(
        OBJECTION, objection, "integration", actor, expected_version=expected_version,
        show=lambda row: _view(row, decision), network_id=decision.network_id,
    )  # fmt: skip
    objection.answer, objection.answered_by = answer or None, actor.id
    _tell(decision, objection)
    return shown_to(actor, decision, [objection])[0]


@command
def _end(
    actor: Actor, objection_id: str, action: str, stance: str, expected_version: int | None
) -> OwnObjectionView:
    objection, decision = visible_objection(actor, objection_id)
    require(may_take_stance(actor, decision))
    decision = fresh(decision.id)
    check_open(decision)
    if not is_own_objection(actor, objection, decision):
        raise Forbidden()
    if not is_elector(decision, actor.user_id, runtime.current().clock.now()):
        raise NotAnElector()
    if stance not in STANCES or stance == OBJECTS:
        raise Invalid({"stance": FieldFault.of(_("Please say where you stand."))})
    session().refresh(objection)
    if expected_version is not None:
        check_version(objection, expected_version, lambda row: _view(row, decision))
    (own,) = shown_to(actor, decision, [objection])
    if not OBJECTION.can(own["state"], action):
        raise InvalidTransition(state=own["state"])
    if decision.anonymous:
        keep_no_answer()  # and the end of the objection is told with the decision's
    else:
        end_objection(actor, decision, objection, action)
        _tell(decision, objection)
    set_stance(decision, objection.voter, stance, (), "")
    return shown_to(actor, decision, [objection])[0]


def _settle(objection_id: str) -> None:
    with unit_of_work():
        raised = session().get(DecisionObjection, objection_id)
        if raised is not None:
            settle_due(decision_id=raised.decision_id)


def _tell(decision: Decision, objection: DecisionObjection) -> None:
    session().flush()
    tell_objection(objection, decision)


def _view(objection: DecisionObjection, decision: Decision) -> dict[str, Any]:
    return dict(shown([objection], {decision.id: decision})[0])
