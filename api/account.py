"""Account of power: the moderation log, its report in numbers, the audit trail, who looked at what."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.account import AuditRowOut, LogEntryOut, LookOut, ModerationReportOut, SpanQuery
from api.schemas.base import PageQuery, page_of
from network import audit, moderation
from network.kernel.actor import Actor

blueprint = Blueprint("account", __name__, description="How power over others was used")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/moderation-log", out=page_of(LogEntryOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_log(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """What was done in moderation and why, the latest first, for members and stewards; without names."""
    return moderation.list_log(actor, network_id, page_request(query))


@operation(
    blueprint, "GET", "/networks/<id:network_id>/moderation-report", out=ModerationReportOut,
    query=SpanQuery, problems=(404, 409),
)  # fmt: skip
def get_report(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """Moderation in numbers from one day to another, in UTC, for members and stewards, where the network has
    the feature `transparency_report` (else 409 `feature_off`)."""
    first, last = moderation.default_span()
    return moderation.get_moderation_report(actor, network_id, query["from_"] or first, query["to"] or last)


@operation(
    blueprint, "GET", "/networks/<id:network_id>/audit", out=page_of(AuditRowOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_trail(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The network's part of the audit trail, the latest first, for meta-mentors and stewards; nothing of a
    case to which the caller is a party."""
    return audit.list_trail(actor, network_id, page_request(query))


@operation(blueprint, "GET", "/me/looks", out=page_of(LookOut), query=PageQuery)
def list_looks(actor: Actor, query: dict[str, Any]) -> Any:
    """Who looked, in which role and when, at what you wrote because somebody had reported it."""
    return moderation.list_looks(actor, page_request(query))
