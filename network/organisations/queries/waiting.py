"""What the operator sees of organisations that wait for verification, and since when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from models.organisations import Organisation
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.organisations.policy import may_see_waiting, visible_organisations
from network.organisations.queries.organisations import BY_ID, OrganisationView, due_by, organisation_view
from network.organisations.queries.stewards import StewardView, stewards_of_each


class WaitingView(OrganisationView):
    """An organisation as the operator decides about it."""

    asked_at: datetime
    overdue: bool
    stewards: list[StewardView]


def list_for_decision(actor: Actor, request: PageRequest, state: str = "pending") -> PageOf[WaitingView]:
    """Who waits for verification, longest first, with the people who act for it; or who was decided about.
    Refused to all but the operator."""
    require(may_see_waiting(actor))
    wanted = visible_organisations(actor).where(Organisation.state == state)
    found = page(wanted, [BY_ID], request, lambda row: row)
    stewards, now = stewards_of_each([row.id for row in found.items]), runtime.current().clock.now()
    return PageOf([
        {
            **organisation_view(actor, row), "asked_at": row.asked_at, "overdue": _is_overdue(row, now),
            "stewards": stewards.get(row.id, []),
        }
        for row in found.items
    ], found.next)  # fmt: skip


def count_waiting() -> int:
    """How many organisations wait for verification; asked on nobody's behalf."""
    waiting = select(func.count()).select_from(Organisation).where(Organisation.state == "pending")
    return session().scalar(waiting) or 0


def count_overdue() -> int:
    """How many of them wait longer than we promise; asked on nobody's behalf."""
    waiting = session().scalars(select(Organisation).where(Organisation.state == "pending"))
    now = runtime.current().clock.now()
    return sum(_is_overdue(row, now) for row in waiting)


def _is_overdue(row: Organisation, now: datetime) -> bool:
    due = due_by(row)
    return due is not None and due < now
