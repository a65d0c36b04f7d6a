"""What follows from a decision, in words; and what the person says whom one concerns."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.decisions import Decision
from models.membership import Membership
from network import membership
from network.decisions.commands.closing import settle_due
from network.decisions.commands.opening import fresh
from network.decisions.commands.taking_stances import check_open
from network.decisions.commands.telling import tell
from network.decisions.events import DecisionChanged, OutcomePublished
from network.decisions.policy import may_make_statement, may_publish_outcome
from network.decisions.queries.decisions import shown_to, visible_decision
from network.decisions.queries.showing import shown
from network.decisions.queries.views import OwnDecisionView
from network.decisions.rules.drafting import MAX_STATEMENT, check_review, check_words
from network.decisions.rules.states import DECISION, DRAFT, SCHEDULED
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition
from network.kernel.translation import mark as _


def publish_outcome(
    actor: Actor, decision_id: str, expected_version: int, text: str = "", *,
    responsible_id: str | None = None, review_on: date | None = None,
) -> OwnDecisionView:  # fmt: skip
    """Write down, once, what follows from a decision that was counted, who sees to it (an active member;
    without one the writer) and on which day somebody looks at it again. Records OutcomePublished. By who
    sees to the decision. Raises NotFound, Forbidden, PartyToMatter, VersionConflict, InvalidTransition
    (still open, without result, published already), Invalid."""
    settle_due(decision_id=decision_id)
    return _publish(actor, decision_id, expected_version, text.strip(), responsible_id, review_on)


@command
def _publish(
    actor: Actor, decision_id: str, expected_version: int, text: str, responsible_id: str | None,
    review_on: date | None,
) -> OwnDecisionView:  # fmt: skip
    decision = visible_decision(actor, decision_id)
    require(may_publish_outcome(actor, decision))
    check_words(outcome=text)
    clock = runtime.current().clock
    check_review(review_on, clock.today())
    if responsible_id is not None:
        active = membership.active_user_ids(decision.network_id).where(Membership.user_id == responsible_id)
        if session().scalar(active) is None:
            raise Invalid({"responsible_id": FieldFault.of(_("This person is no active member."))})
    decision = fresh(decision.id)
    transition(
        DECISION, decision, "outcome", actor, expected_version=expected_version, show=_view,
        network_id=decision.network_id,
    )  # fmt: skip
    decision.outcome, decision.outcome_by, decision.outcome_at = text, actor.id, clock.now()
    decision.responsible_id, decision.review_on = responsible_id or actor.id, review_on
    session().flush()
    tell(OutcomePublished, decision)
    return shown_to(actor, [decision])[0]


def make_statement(
    actor: Actor, decision_id: str, statement: str, expected_version: int | None = None
) -> OwnDecisionView:
    """Say something to a matter that concerns oneself, from the moment one is told until the end; it stands
    on the decision's page above everything else. Records DecisionChanged, before the opening nothing. By the
    person concerned alone. Raises NotFound, Forbidden, VersionConflict, DecisionEnded, DecisionNotOpen,
    Invalid."""
    settle_due(decision_id=decision_id)
    return _state(actor, decision_id, statement.strip(), expected_version)


@command
def _state(actor: Actor, decision_id: str, statement: str, expected_version: int | None) -> OwnDecisionView:
    decision = visible_decision(actor, decision_id)
    require(may_make_statement(actor, decision))
    check_words(MAX_STATEMENT, statement=statement)
    decision = fresh(decision.id)
    if expected_version is not None:
        check_version(decision, expected_version, _view)
    if decision.state not in (DRAFT, SCHEDULED):
        check_open(decision)
    decision.statement = statement or None
    decision.version += 1
    session().flush()
    if decision.state != DRAFT:
        tell(DecisionChanged, decision)
    return shown_to(actor, [decision])[0]


def _view(decision: Decision) -> dict[str, Any]:
    return dict(shown([decision])[0])
