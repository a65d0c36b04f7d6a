"""Reports and notices: telling of a problem, one's own, taking one back."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, VersionedIn, page_of
from api.schemas.moderation import NoticeIn, NoticeOut, ReportIn, ReportOut
from network import moderation
from network.kernel.actor import Actor

blueprint = Blueprint("reports", __name__, description="Telling of a problem")


@operation(
    blueprint, "POST", "/reports", out=ReportOut, status=201, body=ReportIn, problems=(404,),
    also={200: ReportOut}, idempotent=True,
)  # fmt: skip
def report(actor: Actor, body: dict[str, Any]) -> Any:
    """Report something that one sees, or saw until its author deleted it up to 30 days ago. Told of the same
    before: 200 and the first report. What was decided already is answered at once."""
    target = body.pop("target")
    receipt = moderation.report(actor, target["type"], target["id"], **body)
    return receipt.report, 201 if receipt.is_new else 200


@operation(blueprint, "GET", "/reports", out=page_of(ReportOut), query=PageQuery)
def list_reports(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own reports, the newest first."""
    return moderation.list_reports(actor, page_request(query))


@operation(blueprint, "GET", "/reports/<id:report_id>", out=ReportOut, problems=(404,))
def get_report(actor: Actor, report_id: str) -> Any:
    """One's own report."""
    return moderation.get_report(actor, report_id)


@operation(
    blueprint, "POST", "/reports/<id:report_id>/withdrawal", out=ReportOut, body=VersionedIn,
    problems=(404, 409), idempotent=True,
)  # fmt: skip
def withdraw_report(actor: Actor, report_id: str, body: dict[str, Any]) -> Any:
    """Take one's own report back, before the case is decided."""
    return moderation.withdraw_report(actor, report_id, body["expected_version"])


@operation(blueprint, "POST", "/notices", out=NoticeOut, status=201, body=NoticeIn, audience="anyone")
def notice(actor: Actor, body: dict[str, Any]) -> Any:
    """Tell of something without an account. The answer is the same whatever the address leads to; who gives
    a mail address gets a receipt."""
    return {"id": moderation.notice(request.remote_addr, language=actor.language, **body)}
