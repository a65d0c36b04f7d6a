"""The rule that a decision names: the words that were in force then stay its words, whatever becomes of the
rules later (C23, C39)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple, TypedDict

from sqlalchemy import select, tuple_

from models.agreements import AgreementVersion, Clause
from models.moderation import Case, ReportSnapshot
from network import networks
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.moderation.queries.cases import visible_case
from network.moderation.queries.showing import last_snapshots


class RuleView(TypedDict):
    """A rule as it stood in a version of the rules."""

    id: str
    rules_version_id: str
    number: int
    heading: str
    text: str
    short: str | None


class Named(NamedTuple):
    """A rule by its version and its own number."""

    version_id: str
    rule_id: str


def rules_words(named: Collection[Named]) -> Mapping[Named, RuleView]:
    """The words of rules in their versions, in force or long over, in one statement."""
    if not named:
        return {}
    wanted = (
        select(Clause, AgreementVersion.number)
        .join(AgreementVersion, AgreementVersion.id == Clause.version_id)
        .where(tuple_(Clause.version_id, Clause.clause_id).in_(sorted(named)))
    )
    return {
        Named(clause.version_id, clause.clause_id): _view(clause, number)
        for clause, number in session().execute(wanted)
    }


def rule_words(version_id: str | None, rule_id: str | None) -> RuleView | None:
    """One rule in its version; None where none was named."""
    if version_id is None or rule_id is None:
        return None
    key = Named(version_id, rule_id)
    return rules_words([key]).get(key)


def rules_for(case: Case, snapshot: ReportSnapshot | None) -> list[RuleView]:
    """The rules that a decision in this case can name: those that held when it was posted, in their order,
    then those that came since. The rules of an agreement whose term is over go on as the last rules until
    others replace them (C23)."""
    versions = _versions(case, snapshot)
    if not versions:
        return []
    wanted = (
        select(Clause, AgreementVersion.number)
        .join(AgreementVersion, AgreementVersion.id == Clause.version_id)
        .where(Clause.version_id.in_(versions))
    )
    rows = session().execute(wanted.order_by(Clause.position)).all()
    found: dict[str, RuleView] = {}
    for version_id in versions:
        for clause, number in rows:
            if clause.version_id == version_id:
                found.setdefault(clause.clause_id, _view(clause, number))
    return list(found.values())


def rules_of_case(actor: Actor, case_id: str) -> list[RuleView]:
    """The rules that a decision in this case can name, for who sees the case. Raises NotFound."""
    case = visible_case(actor, case_id)
    return rules_for(case, last_snapshots([case.id]).get(case.id))


def _versions(case: Case, snapshot: ReportSnapshot | None) -> list[str]:
    posted = snapshot.rules_version_id if snapshot is not None else None
    now = networks.network_row(case.network_id).rules_version_id
    return [version for version in dict.fromkeys((posted, now)) if version is not None]


def _view(clause: Clause, number: int) -> RuleView:
    return {
        "id": clause.clause_id, "rules_version_id": clause.version_id, "number": number,
        "heading": clause.heading, "text": clause.text, "short": clause.short,
    }  # fmt: skip
