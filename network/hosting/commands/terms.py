"""The last day of a role: its holder and the founding organisation are reminded; what is kept of it all."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models.hosting import HostDeed, HostRound, TermReminder
from models.membership import Appointment
from models.networks import Network
from network import organisations, people
from network.hosting.policy import may_begin_rounds
from network.hosting.rules.weeks import KEPT, TERM_DAYS, reminder_due
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import add_once, command, session, unit_of_work


@job("hosting.terms", every_minutes=6 * 60)
def remind_of_terms() -> int:
    """Remind of the last days of roles that are near; of how many. Running it twice changes nothing more; a
    run that was missed is made up for as long as the role runs."""
    today = runtime.current().clock.today()
    with unit_of_work():
        wanted = select(Appointment.id).where(
            Appointment.ended_at.is_(None), Appointment.until >= today,
            Appointment.until <= today + timedelta(days=max(TERM_DAYS)),
        )  # fmt: skip
        ids = list(session().scalars(wanted.order_by(Appointment.id)))
    actor = system_actor("hosting.terms")
    return sum(remind_of_term(actor, one) for one in ids)


@command
def remind_of_term(actor: Actor, appointment_id: str) -> int:
    """Write to the holder of a role and to the stewards of the founding organisation that its last day is
    near, once for each of the two distances; 1 when it was due. Refused to everybody but the system."""
    require(may_begin_rounds(actor))
    role = session().get(Appointment, appointment_id)
    today = runtime.current().clock.today()
    if role is None or role.ended_at is not None or role.until is None:
        return 0
    days = reminder_due(today, role.until, role.starts_at.date())
    if days is None:
        return 0
    now = runtime.current().clock.now()
    if not add_once(TermReminder(appointment_id=role.id, until=role.until, days=days, promised_at=now)):
        return 0
    network = session().get_one(Network, role.network_id)
    for user_id in dict.fromkeys([role.user_id, *organisations.stewards_of(network.organisation_id)]):
        reached = people.address_of(user_id)
        if reached is not None:
            post("term_ends", *reached, appointment_id=role.id, user_id=user_id, until=role.until.isoformat())
    return 1


@job("hosting.forget", every_minutes=24 * 60)
def forget_weeks() -> int:
    """Forget old weeks, what was done in them and who was reminded; how many."""
    return in_steps(lambda: _forget(system_actor("hosting.forget")))


@tidies
@command
def _forget(actor: Actor) -> int:
    """Delete weeks, what was done in them, and reminders of roles after 90 days, at most a thousand of each;
    how many of that with most. Refused to everybody but the system."""
    require(may_begin_rounds(actor))
    clock = runtime.current().clock
    return max(
        forget(actor, HostRound, HostRound.began_at <= clock.now() - KEPT),
        forget(actor, HostDeed, HostDeed.at <= clock.now() - KEPT),
        forget(actor, TermReminder, TermReminder.until <= clock.today() - KEPT),
    )
