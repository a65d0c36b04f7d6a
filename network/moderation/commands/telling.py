"""Who hears what of a case: those who handle it, each by herself; nobody who is a party."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from models.moderation import Case, Report
from models.networks import Network
from models.people import User
from network import membership, organisations, people
from network.kernel.events import record
from network.kernel.outbox import post
from network.kernel.transaction import session
from network.moderation.events import CaseChanged, CaseOpened, QueueChanged, ReportAnswered
from network.moderation.queries.route import matter_of
from network.moderation.rules.cases import FOUNDERS, HOSTS, PARENTS


def tell_case(case: Case, fact: type[CaseOpened] | type[CaseChanged] = CaseChanged) -> None:
    """Record what happened to a case in its own scope, and in the queue of each who handles it now."""
    session().flush()
    record(fact(scope=f"case:{case.id}", entity_id=case.id, entity_version=case.version, state=case.state))
    handlers = handlers_of(case)
    tell_queue(case, handlers)
    if fact is CaseOpened and case.assignee_id is None:
        write_to_handlers(case, handlers)


def write_to_handlers(case: Case, handlers: Sequence[str]) -> None:
    """Promise each of them a letter that a case waits, without a word of what it is about."""
    for user_id in handlers:
        where = people.address_of(user_id)
        if where is not None:
            post("case_waits", *where, case_id=case.id, level=case.level)


def tell_queue(case: Case, user_ids: Iterable[str]) -> None:
    """Record for each of them that her queue is another, also where the case is no more in it."""
    for user_id in sorted(user_ids):
        record(QueueChanged(scope=f"user:{user_id}", entity_id=case.network_id))


def handlers_of(case: Case) -> list[str]:
    """Those who are free to handle a case where it stands by now, by id."""
    matter = matter_of(case)
    if matter.level == HOSTS:
        there = set(membership.leading_now(case.network_id))
    elif matter.level == FOUNDERS:
        there = set(organisations.stewards_of(matter.founder_id))
    elif matter.level == PARENTS and matter.parent_founder_id is not None:
        there = set(organisations.stewards_of(matter.parent_founder_id))
    else:
        running = select(User.id).where(User.is_operator.is_(True), User.state == "active")
        there = set(session().scalars(running))
    return sorted(there - matter.parties)


def organisation_of(network_id: str) -> str:
    """Whose network it is."""
    return session().get_one(Network, network_id).organisation_id


def tell_answer(row: Report) -> None:
    """Within a command that wrote the answer into a report: its reporter hears it, once and nothing after."""
    if row.reporter_id is None or row.answer is None:
        return
    session().flush()
    record(
        ReportAnswered(
            scope=f"user:{row.reporter_id}", entity_id=row.id, entity_version=row.version, answer=row.answer
        )
    )
    where = people.address_of(row.reporter_id)
    if where is not None:
        post("report_answered", *where, report_id=row.id)
