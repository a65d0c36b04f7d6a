"""Who may read what is said about a text, say something, propose other words and answer that."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from models.agreements import Agreement, AgreementVersion, Amendment
from network.agreements.policy.versions import is_mentor, leads
from network.kernel.actor import Actor
from network.kernel.policy import Verdict, any_of, is_system, predicate
from network.networks import is_steward, sees_inside


def may_see_deliberation(actor: Actor, network_id: str) -> Verdict:
    """What is said about a text: members and stewards, not those who are still coming."""
    return sees_inside(actor, network_id)


def may_comment(actor: Actor, network_id: str) -> Verdict:
    """Active members who accepted the rules, and the founding organisation, which signs too."""
    return any_of(is_mentor, is_steward)(actor, network_id)


def may_amend(actor: Actor, network_id: str) -> Verdict:
    """Who may comment may propose other words and stand behind them."""
    return may_comment(actor, network_id)


def may_answer_amendment(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentor, deputy, steward; the machine keeps the author out (B5)."""
    return leads(actor, network_id)


def may_settle_amendments(actor: Actor) -> Verdict:
    """The system, for what a vote decided."""
    return is_system(actor, None)


@predicate()
def _wrote(actor: Actor, user_id: str) -> bool:
    return actor.user_id is not None and user_id == actor.user_id


def may_delete_comment(actor: Actor, user_id: str) -> Verdict:
    """Who wrote it."""
    return _wrote(actor, user_id)


def may_change_amendment(actor: Actor, submitted_by: str) -> Verdict:
    """Who proposed it."""
    return _wrote(actor, submitted_by)


def visible_amendments(actor: Actor) -> Select[Amendment]:
    """The amendments that `may_see_deliberation` opens to the actor; a draft to its author alone."""
    inside = [network_id for network_id in actor.standings if may_see_deliberation(actor, network_id)]
    return (
        select(Amendment)
        .join(AgreementVersion, AgreementVersion.id == Amendment.version_id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id.in_(inside))
        .where(or_(Amendment.state != "draft", Amendment.submitted_by == actor.user_id))
    )
