"""What can be seen of applications: by the applicant and by those who decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import func, select

from models.membership import Application, ApplicationMessage, Membership
from network import networks, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership.policy import (
    may_decide_application,
    may_see_applications,
    may_talk_about_application,
    visible_applications,
)
from network.membership.rules import application_machine
from network.people import PersonView


class ApplicationView(TypedDict):
    """A person's wish to join, and what became of it."""

    id: str
    network_id: str
    membership_id: str
    user: PersonView
    experience: str
    statement: str
    references: str | None
    state: str
    decided_at: datetime | None
    reason: str | None
    created_at: datetime
    answer_by: datetime
    version: int


class ApplicationMessageView(TypedDict):
    """One thing said between the applicant and those who decide."""

    id: str
    application_id: str
    author: PersonView
    body: str
    created_at: datetime


def list_applications(
    actor: Actor, network_id: str, request: PageRequest, state: str | None = None
) -> PageOf[ApplicationView]:
    """The applications to a network, newest first, for those who decide. Raises NotFound for a network that
    is not visible, Forbidden for everybody else."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_applications(actor, network))
    query = select(Application).where(Application.network_id == network.id)
    if state is not None:
        query = query.where(Application.state == state)
    found = page(query, [Application.id.expression], request, _as_it_is, descending=True)
    return PageOf(show_applications(found.items), found.next)


def get_application(actor: Actor, application_id: str) -> ApplicationView:
    """One application. Raises NotFound when it is not open to the actor."""
    return show_applications([application_row(actor, application_id)])[0]


def list_my_applications(actor: Actor, request: PageRequest) -> PageOf[ApplicationView]:
    """The actor's own applications, also those that were settled, newest first."""
    query = select(Application).where(Application.user_id == (actor.user_id or ""))
    found = page(query, [Application.id.expression], request, _as_it_is, descending=True)
    return PageOf(show_applications(found.items), found.next)


def list_application_messages(
    actor: Actor, application_id: str, request: PageRequest
) -> PageOf[ApplicationMessageView]:
    """What was said about an application, oldest first. Raises NotFound when it is not open to the actor."""
    application = application_row(actor, application_id)
    require(may_talk_about_application(actor, application))
    query = select(ApplicationMessage).where(ApplicationMessage.application_id == application.id)
    found = page(query, [ApplicationMessage.id.expression], request, _as_it_is)
    return PageOf(show_messages(found.items), found.next)


def show_messages(rows: Sequence[ApplicationMessage]) -> list[ApplicationMessageView]:
    """What was said, with who said it."""
    persons = people.people_by_id(row.author_id for row in rows) if rows else {}
    return [
        {
            "id": row.id, "application_id": row.application_id, "author": persons[row.author_id],
            "body": row.body, "created_at": row.created_at,
        }
        for row in rows
    ]  # fmt: skip


def application_row(actor: Actor, application_id: str) -> Application:
    """The row behind `get_application`, for commands."""
    wanted = visible_applications(actor).where(Application.id == application_id)
    found = session().scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def decides_about(actor: Actor, application_id: str) -> bool:
    """True when the answer to this application is the actor's to give: not for the applicant, nor for who
    invited her, nor once it was given. Raises NotFound when it is not open to the actor."""
    row = application_row(actor, application_id)
    machine = application_machine(session().get_one(Membership, row.membership_id))
    is_party = actor.user_id in machine.parties(row)
    return bool(may_decide_application(actor, row)) and machine.can(row.state, "accept") and not is_party


def application_of(membership_id: str) -> Application | None:
    """The application that a membership began with, or None."""
    wanted = select(Application).where(Application.membership_id == membership_id)
    return session().scalars(wanted).one_or_none()


def count_open_applications(network_id: str) -> int:
    """How many people wait for a decision."""
    counted = select(func.count()).select_from(Application)
    waiting = counted.where(Application.network_id == network_id, Application.state == "open")
    return session().scalar(waiting) or 0


def show_applications(rows: Sequence[Application]) -> list[ApplicationView]:
    """Rows as the applicant and those see them who decide."""
    if not rows:
        return []
    persons = people.people_by_id(row.user_id for row in rows)
    wait = timedelta(days=runtime.current().settings.application_answer_days)
    return [
        {
            "id": row.id, "network_id": row.network_id, "membership_id": row.membership_id,
            "user": persons[row.user_id], "experience": row.experience, "statement": row.statement,
            "references": row.referees, "state": row.state, "decided_at": row.decided_at,
            "reason": row.reason, "created_at": row.created_at, "answer_by": row.created_at + wait,
            "version": row.version,
        }
        for row in rows
    ]  # fmt: skip


def _as_it_is(row: Any) -> Any:
    return row


@renders("application")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(Application).where(Application.id.in_(sorted(set(ids))))).all()
    # The applicant's own scope shows what became of it; what she wrote she reads on its page.
    return {row.id: {"id": row.id, "network_id": row.network_id, "state": row.state, "version": row.version}
            for row in rows}  # fmt: skip
