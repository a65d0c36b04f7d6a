"""Deciding cases, measures, and looking at them again."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, VersionedIn, page_of
from api.schemas.measures import (
    AppealDecisionIn,
    AppealIn,
    AppealOut,
    CaseDecisionIn,
    HandledSanctionOut,
    ReasonIn,
    SanctionOut,
)
from api.schemas.moderation import CaseOut
from network import moderation
from network.kernel.actor import Actor
from network.moderation import Draft, Wish

blueprint = Blueprint(
    "sanctions", __name__, description="Measures: decided, seconded, ended, looked at again"
)

_seen = moderation.check_case_visible


@operation(
    blueprint, "POST", "/cases/<id:case_id>/decision", out=CaseOut, body=CaseDecisionIn,
    problems=(404, 409), idempotent=True, seen_by=_seen,
)  # fmt: skip
def decide_case(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Decide a case that one has taken, whole or not at all; a weighty act. It is sent at once, with
    `undoable` after five minutes, in which it can be taken back. 409 `measure_running` carries the first one
    as `current`."""
    wishes = tuple(
        Wish(
            one["kind"],
            one["scope"]["type"],
            one["scope"]["id"],
            one["until"],
            one["replaces"],
            one["beside"],
        )
        for one in body.pop("sanctions")
    )
    version = body.pop("expected_version")
    return moderation.decide_case(actor, case_id, version, Draft(sanctions=wishes, **body))


@operation(
    blueprint, "POST", "/cases/<id:case_id>/decision/withdrawal", out=CaseOut, body=VersionedIn,
    problems=(404, 409), seen_by=_seen,
)  # fmt: skip
def withdraw_decision(actor: Actor, case_id: str, body: dict[str, Any]) -> Any:
    """Take a decision back while nobody was told of it (409 `already_sent`)."""
    return moderation.withdraw_decision(actor, case_id, body["expected_version"])


@operation(blueprint, "GET", "/me/sanctions", out=page_of(SanctionOut), query=PageQuery)
def list_own_sanctions(actor: Actor, query: dict[str, Any]) -> Any:
    """The measures of which the caller was told, the newest first."""
    return moderation.see_own_sanctions(actor, page_request(query))


@operation(blueprint, "GET", "/sanctions/<id:sanction_id>", out=HandledSanctionOut, problems=(404,))
def get_sanction(actor: Actor, sanction_id: str) -> Any:
    """One measure with its statement: as its person reads it, or as those who handle the case."""
    return moderation.see_sanction(actor, sanction_id)


@operation(
    blueprint, "POST", "/sanctions/<id:sanction_id>/second", out=HandledSanctionOut, body=VersionedIn,
    problems=(404, 409), seen_by=moderation.check_sanction_visible,
)  # fmt: skip
def second_sanction(actor: Actor, sanction_id: str, body: dict[str, Any]) -> Any:
    """Agree to a weighty measure as the second person; a weighty act."""
    return moderation.second_sanction(actor, sanction_id, body["expected_version"])


@operation(
    blueprint, "POST", "/sanctions/<id:sanction_id>/rejection", out=HandledSanctionOut, body=ReasonIn,
    problems=(404, 409), seen_by=moderation.check_sanction_visible,
)  # fmt: skip
def reject_sanction(actor: Actor, sanction_id: str, body: dict[str, Any]) -> Any:
    """Say no to a weighty measure as the second person; a weighty act."""
    return moderation.reject_sanction(actor, sanction_id, **body)


@operation(
    blueprint, "POST", "/sanctions/<id:sanction_id>/lift", out=HandledSanctionOut, body=ReasonIn,
    problems=(404, 409), seen_by=moderation.check_sanction_visible,
)  # fmt: skip
def lift_sanction(actor: Actor, sanction_id: str, body: dict[str, Any]) -> Any:
    """End a measure early; the record stays. A weighty act."""
    return moderation.lift_sanction(actor, sanction_id, **body)


@operation(
    blueprint, "POST", "/sanctions/<id:sanction_id>/appeal", out=AppealOut, status=201, body=AppealIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def appeal(actor: Actor, sanction_id: str, body: dict[str, Any]) -> Any:
    """Ask for another look at a measure against oneself, once, within six months."""
    return moderation.appeal(actor, sanction_id, body["text"])


@operation(
    blueprint, "GET", "/networks/<id:network_id>/appeals", out=page_of(AppealOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_appeals(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The appeals of a network that wait and that the caller could answer, the oldest first."""
    return moderation.see_appeals(actor, network_id, page_request(query))


@operation(blueprint, "GET", "/appeals/<id:appeal_id>", out=AppealOut, problems=(404,))
def get_appeal(actor: Actor, appeal_id: str) -> Any:
    """One appeal: as its person sees it, or as those who look again."""
    return moderation.see_appeal(actor, appeal_id)


@operation(
    blueprint, "POST", "/appeals/<id:appeal_id>/withdrawal", out=AppealOut, body=VersionedIn,
    problems=(404, 409), seen_by=moderation.check_appeal_visible,
)  # fmt: skip
def withdraw_appeal(actor: Actor, appeal_id: str, body: dict[str, Any]) -> Any:
    """Take one's appeal back; there is no second one."""
    return moderation.withdraw_appeal(actor, appeal_id, body["expected_version"])


@operation(
    blueprint, "POST", "/appeals/<id:appeal_id>/decision", out=AppealOut, body=AppealDecisionIn,
    problems=(404, 409), idempotent=True, seen_by=moderation.check_appeal_visible,
)  # fmt: skip
def decide_appeal(actor: Actor, appeal_id: str, body: dict[str, Any]) -> Any:
    """Say what one thinks after looking again, in words; a weighty act. Suspensions and removals take two:
    after the first the appeal is `under_review`."""
    return moderation.decide_appeal(actor, appeal_id, **body)
