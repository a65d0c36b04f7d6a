"""What applicants and those who decide say to each other while an application waits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.membership import Application, ApplicationMessage
from models.networks import Network
from network import networks, organisations, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import InvalidTransition, TooMany
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.membership.events import ApplicationTalked
from network.membership.policy import may_talk_about_application
from network.membership.queries.applications import (
    ApplicationMessageView,
    application_row,
    show_messages,
)
from network.membership.queries.appointments import running_appointments
from network.membership.rules import DAY, MAX_STATEMENT, check_text

MESSAGES_PER_DAY = 50
"""So much one person says about one application in a day."""


@command
def write_about_application(actor: Actor, application_id: str, body: str) -> ApplicationMessageView:
    """Say something to the other side while the application waits: the applicant to those who decide, or one
    of them to her. Whoever decides answers by mail too: the first word since the applicant's last one.
    Records ApplicationTalked for each of them. Raises NotFound, Invalid, TooMany, and InvalidTransition once
    the application is settled."""
    application = application_row(actor, application_id)
    require(may_talk_about_application(actor, application))
    said = check_text("body", body, MAX_STATEMENT, needed=True) or ""
    network = networks.lock_network(application.network_id)
    application = session().get_one(Application, application.id, with_for_update=True, populate_existing=True)
    if application.state != "open":
        raise InvalidTransition(state=application.state)
    now = runtime.current().clock.now()
    _check_daily_limit(actor, application, now)
    is_first_answer = actor.user_id != application.user_id and _last_author(application) in (
        None, application.user_id,
    )  # fmt: skip
    row = ApplicationMessage(
        id=new_id(), application_id=application.id, author_id=actor.user_id or "", body=said, created_at=now
    )
    session().add(row)
    session().flush()
    for user_id in _readers(application, network):
        record(
            ApplicationTalked(
                scope=f"user:{user_id}", entity_id=application.id, entity_version=application.version,
                network_id=application.network_id,
            )
        )  # fmt: skip
    reached = people.address_of(application.user_id) if is_first_answer else None
    if reached is not None:
        post("application_talked", *reached, application_id=application.id)
    return show_messages([row])[0]


def _check_daily_limit(actor: Actor, application: Application, now: datetime) -> None:
    written = select(ApplicationMessage.created_at).where(
        ApplicationMessage.application_id == application.id,
        ApplicationMessage.author_id == actor.user_id,
        ApplicationMessage.created_at > now - DAY,
    )
    times = session().scalars(written.order_by(ApplicationMessage.id)).all()
    if len(times) >= MESSAGES_PER_DAY:
        raise TooMany(retry_after=int((times[0] + DAY - now).total_seconds()) + 1)


def _last_author(application: Application) -> str | None:
    wanted = select(ApplicationMessage.author_id).where(ApplicationMessage.application_id == application.id)
    return session().scalar(wanted.order_by(ApplicationMessage.id.desc()).limit(1))


def _readers(application: Application, network: Network) -> list[str]:
    """Whose open pages hear of it, always in the same order."""
    hosts = {
        held["user"]["id"] for held in running_appointments(network.id)
        if held["role"] in ("meta_mentor", "deputy")
    }  # fmt: skip
    return sorted({application.user_id, *hosts, *organisations.stewards_of(network.organisation_id)})
