"""Cases: the queue, one with its content, and what can be done about it. To a party none of it exists."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import VersionedIn, page_of
from api.schemas.moderation import (
    CaseAnswerIn,
    CaseDetailOut,
    CaseOut,
    CaseQuery,
    EscalationIn,
    NeighboursOut,
    OwnInitiativeIn,
    QuestionIn,
    QuestionOut,
    ReopeningIn,
    SetAsideIn,
    VeilIn,
)
from network import moderation
from network.kernel.actor import Actor

blueprint = Blueprint("cases", __name__, description="Handling what was reported")

_seen = moderation.check_case_visible


@operation(
    blueprint,
    "GET",
    "/networks/<id:network_id>/cases",
    out=page_of(CaseOut),
    query=CaseQuery,
    problems=(404,),
)
def list_cases(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The cases of a network that are open to the caller, the newest first, without what they are about."""
    return moderation.list_cases(actor, network_id, page_request(query), state=query["state"])


@operation(
    blueprint, "POST", "/networks/<id:network_id>/cases", out=CaseDetailOut, status=201,
    body=OwnInitiativeIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def open_case(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Open a case without a report, and take it: nothing is hidden or removed without one."""
    target = body.pop("target")
    return moderation.open_own_case(actor, network_id, target["type"], target["id"], **body)


@operation(blueprint, "GET", "/cases/<id:case_id>", out=CaseDetailOut, problems=(404,), seen_by=_seen)
def get_case(actor: Actor, case_id: str) -> Any:
    """One case with what was reported. The look is written down; the author can ask who looked."""
    return moderation.get_case(actor, case_id)


@operation(
    blueprint, "GET", "/cases/<id:case_id>/neighbours", out=NeighboursOut, problems=(404,), seen_by=_seen
)
def list_neighbours(actor: Actor, case_id: str) -> Any:
    """Up to two messages before and after a reported one, in rooms open to the whole network alone. The look
    is written down."""
    return {"items": moderation.list_neighbours(actor, case_id), "next": None}


@operation(
    blueprint, "POST", "/cases/<id:case_id>/claim", out=CaseDetailOut, body=VersionedIn, problems=(404, 409),
    idempotent=True, seen_by=_seen,
)  # fmt: skip
def claim_case(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Take a case for 72 hours."""
    return moderation.claim_case(actor, case_id, body["expected_version"])


@operation(
    blueprint, "POST", "/cases/<id:case_id>/question", out=CaseDetailOut, body=QuestionIn,
    problems=(404, 409), idempotent=True, seen_by=_seen,
)  # fmt: skip
def ask_question(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Ask the author or who reported; the clock stands until she answers, seven days at the most."""
    return moderation.ask_question(actor, case_id, **body)


@operation(
    blueprint, "POST", "/cases/<id:case_id>/answer", out=QuestionOut, body=CaseAnswerIn, problems=(404, 409),
    idempotent=True, seen_by=moderation.check_asked,
)  # fmt: skip
def answer_question(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Answer what one was asked in a case: nothing else of it is told."""
    body.pop("expected_version")
    return moderation.answer_question(actor, case_id, **body)


@operation(
    blueprint, "POST", "/cases/<id:case_id>/veil", out=CaseOut, body=VeilIn, problems=(404, 409),
    idempotent=True, seen_by=_seen,
)  # fmt: skip
def veil_case(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Hide what a case is about for 72 hours, or until it is decided."""
    return moderation.veil_case(actor, case_id, **body)


@operation(
    blueprint, "POST", "/cases/<id:case_id>/escalation", out=CaseOut, body=EscalationIn, problems=(404, 409),
    idempotent=True, seen_by=_seen,
)  # fmt: skip
def escalate_case(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Hand a case over to those who stand above."""
    return moderation.escalate_case(actor, case_id, **body)


@operation(
    blueprint, "POST", "/cases/<id:case_id>/stepping-aside", out=CaseOut, body=VersionedIn,
    problems=(404, 409), idempotent=True, seen_by=_seen,
)  # fmt: skip
def step_aside(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Say that one is too close to a matter: others handle it, and it does not exist for her any more.
    Answers with the case as she saw it last."""
    return moderation.step_aside(actor, case_id, body["expected_version"])


@operation(
    blueprint, "POST", "/cases/<id:case_id>/reopening", out=CaseDetailOut, body=ReopeningIn,
    problems=(404, 409), idempotent=True, seen_by=_seen,
)  # fmt: skip
def reopen_case(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Look at a closed case again, with something new: the founding organisation and those above."""
    return moderation.reopen_case(actor, case_id, **body)


@operation(
    blueprint, "POST", "/cases/<id:case_id>/unfounded-reports", out=CaseOut, body=SetAsideIn,
    problems=(404, 409), idempotent=True, seen_by=_seen,
)  # fmt: skip
def set_report_aside(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Say of one report that it is about nothing. Many of them bring a warning, then a pause."""
    return moderation.set_report_aside(actor, case_id, **body)
