"""What can be seen of notices by people without an account: by who runs the platform."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.moderation import OutsideNotice
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require, sees_platform
from network.kernel.transaction import session


class NoticeView(TypedDict):
    """A notice; `report_id` where it became a report, else it is the operator's to answer."""

    id: str
    url: str
    why: str
    name: str | None
    email: str | None
    state: str
    answer: str | None
    report_id: str | None
    created_at: datetime
    answered_at: datetime | None
    version: int


def list_notices(actor: Actor, request: PageRequest) -> PageOf[NoticeView]:
    """Notices that led to nothing that can be reported, the newest first. Raises NotFound to all but who runs
    the platform."""
    require(sees_platform(actor, None))
    wanted = select(OutsideNotice).where(OutsideNotice.report_id.is_(None))
    rows = page(wanted, [OutsideNotice.id.expression], request, _as_it_is, descending=True)
    return PageOf([notice_view(row) for row in rows.items], rows.next)


def get_notice(actor: Actor, notice_id: str) -> NoticeView:
    """One of them. Raises NotFound."""
    return notice_view(notice_row(actor, notice_id))


def notice_row(actor: Actor, notice_id: str) -> OutsideNotice:
    """The row of one that the operator answers. Raises NotFound."""
    require(sees_platform(actor, None))
    row = session().get(OutsideNotice, notice_id)
    if row is None or row.report_id is not None:
        raise NotFound()
    return row


def notice_view(row: OutsideNotice) -> NoticeView:
    """A notice as the operator sees it."""
    return {
        "id": row.id, "url": row.url, "why": row.why, "name": row.name, "email": row.email,
        "state": row.state, "answer": row.answer, "report_id": row.report_id, "created_at": row.created_at,
        "answered_at": row.answered_at, "version": row.version,
    }  # fmt: skip


def _as_it_is(row: Any) -> Any:
    return row
