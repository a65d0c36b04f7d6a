"""Opening a case, copying what it is about, and taking a report in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from models.moderation import Case, Report, ReportSnapshot
from network import membership, organisations, people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import new_id
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.moderation.commands.cases import step
from network.moderation.commands.parties import add_party
from network.moderation.commands.telling import handlers_of, organisation_of, tell_case, tell_queue
from network.moderation.commands.veiling import veil_where_many
from network.moderation.events import CaseChanged, CaseOpened
from network.moderation.queries.route import level_for
from network.moderation.queries.targets import Target, rules_version_at
from network.moderation.rules.cases import ATTACHED, HOSTS, NEW, RUNNING_REPORTS

REPORTS = system_actor("reports")


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody said of a thing, and by which rule of which version."""

    reason: str
    rule_id: str | None
    rules_version_id: str | None


def open_case(target: Target, *, opened_by: str | None, own_initiative: bool = False) -> Case:
    """Within a command that locked the network and found no open case about the thing."""
    now = runtime.current().clock.now()
    case = Case(
        id=new_id(), network_id=target.network_id, target_type=target.type, target_id=target.id,
        about_id=target.author_id, state=NEW, level=HOSTS, severity=int(target.type == "user"),
        own_initiative=own_initiative, revision=target.revision, opened_by=opened_by, opened_at=now,
        reported_at=now, paused_seconds=0, version=1,
    )  # fmt: skip
    session().add(case)
    session().flush()
    add_party(case, target.author_id, "author")
    for user_id in _of_her_organisation(case):
        add_party(case, user_id, "same_organisation")
    return case


def add_snapshot(case: Case, target: Target) -> ReportSnapshot:
    """Copy the thing as it is at this moment."""
    row = ReportSnapshot(
        id=new_id(), case_id=case.id, body=target.body,
        content={**target.content, "confidential": target.confidential}, language=target.language,
        revision=target.revision, author_id=target.author_id,
        rules_version_id=rules_version_at(target.network_id, target.posted_at), posted_at=target.posted_at,
        taken_at=runtime.current().clock.now(),
    )  # fmt: skip
    session().add(row)
    case.revision = target.revision
    session().flush()
    return row


def take_in(case: Case, row: Report, named: frozenset[str], flagged: bool, *, is_first: bool) -> None:
    """Add a report to its case: who tells and whom she names are parties from now on, what several tell of
    is hidden for a short time, and those who are free to handle it hear of it."""
    handled_by = set() if is_first else set(handlers_of(case))
    add_party(case, row.reporter_id, "reporter")
    for user_id in sorted(named):
        add_party(case, user_id, "named")
    if flagged:
        for user_id in _of_founder(case):
            add_party(case, user_id, "same_organisation")
    tell_queue(case, handled_by - set(handlers_of(case)))
    if case.state != NEW:
        row.state = ATTACHED
    counted = select(func.count()).where(Report.case_id == case.id, Report.state.in_(RUNNING_REPORTS))
    if (session().scalar(counted) or 0) > 1:
        case.severity = max(case.severity, 1)
    veil_where_many(case)
    case.level = level_for(case)
    if not is_first:
        step(REPORTS, case, "further_report")
    tell_case(case, CaseOpened if is_first else CaseChanged)


def named_in(actor: Actor, network_id: str, reason: str, named_ids: Sequence[str]) -> frozenset[str]:
    """Whom a report names: those that were chosen, and of those who could handle it whoever is called by her
    name in the words. Raises Invalid."""
    strangers = [one for one in named_ids if not membership.shares_network(actor, one)]
    if strangers:
        raise Invalid({"named_ids": FieldFault.of(_("This person is not one of you."))})
    handlers = membership.leading_now(network_id) | set(
        organisations.stewards_of(organisation_of(network_id))
    )
    known = people.people_by_id(handlers)
    called = {user_id for user_id, person in known.items() if _says(reason, person["display_name"])}
    return frozenset(called | set(named_ids)) - {actor.user_id or ""}


def _says(words: str, name: str) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE) is not None


def _of_her_organisation(case: Case) -> list[str]:
    """A matter about somebody who leads as the organisation's staff is not that organisation's to handle."""
    for one in membership.running_appointments(case.network_id):
        if one["user"]["id"] == case.about_id and one["capacity"] == "staff":
            return _of_founder(case)
    return []


def _of_founder(case: Case) -> list[str]:
    stewards = organisations.stewards_of(organisation_of(case.network_id))
    staff = membership.running_appointments(case.network_id)
    return sorted({*stewards, *(one["user"]["id"] for one in staff if one["capacity"] == "staff")})
