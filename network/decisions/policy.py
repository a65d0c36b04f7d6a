"""Who may prepare, open, see and end a decision, and say where she stands."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from models.decisions import Decision
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import Law, Verdict, all_of, any_of, is_system, predicate
from network.kernel.transitions import PartyToMatter
from network.membership import accepted_rules, is_active, leading_now
from network.networks import is_host, is_member, is_steward, sees_inside


@predicate()
def is_proposer(actor: Actor, decision: Decision) -> bool:
    """Proposed it."""
    return actor.user_id is not None and decision.proposed_by == actor.user_id


@predicate(PartyToMatter)
def is_not_concerned(actor: Actor, decision: Decision) -> bool:
    """It is not about her: nobody leads a matter in which she is a party (state-machines, A/B 4)."""
    return actor.user_id is None or decision.concerned_user_id != actor.user_id


@predicate()
def is_concerned(actor: Actor, decision: Decision) -> bool:
    """It is about her."""
    return actor.user_id is not None and decision.concerned_user_id == actor.user_id


@predicate()
def was_told(_actor: Actor, decision: Decision) -> bool:
    """It was opened, or its opening is set; a draft that was thrown away is nobody's business."""
    return decision.opened_at is not None


@predicate()
def was_abandoned(_actor: Actor, decision: Decision) -> bool:
    """Its proposer left, so that somebody else may take it over."""
    return decision.state == "cancelled" and decision.cancel_reason == "proposer_left"


@predicate()
def takes_care(actor: Actor, decision: Decision) -> bool:
    """Acts for the founding organisation while nobody leads the network whom it is not about, or nobody who
    is not suspended (B8: the organisation is caretaker)."""
    if not is_steward(actor, decision):
        return False
    return not leading_now(decision.network_id) - {decision.concerned_user_id}


_PROPOSES = any_of(all_of(is_member, is_active, accepted_rules), is_steward)

_LEADS = all_of(
    is_not_concerned, any_of(all_of(is_proposer, any_of(is_member, is_steward)), is_host, takes_care)
)
"""Who sees to a decision: who proposed it and is still there, meta-mentor and deputy, the steward where there
is none of them; never the person whom it is about."""

_SEES = all_of(sees_inside, any_of(was_told, is_proposer, is_concerned))


def may_see_decisions(actor: Actor, network_id: str) -> Verdict:
    """Members and stewards (state-machines, E)."""
    return sees_inside(actor, network_id)


def may_see_decision(actor: Actor, decision: Decision) -> Verdict:
    """Members and stewards; a draft: who wrote it and whom it is about."""
    return Verdict() if _SEES(actor, decision) else Verdict(NotFound)


def visible_decisions(actor: Actor) -> Select[Decision]:
    """The same law as a select."""
    return select(Decision).where(
        Decision.network_id.in_(_networks_where(actor, sees_inside)),
        or_(
            Decision.opened_at.is_not(None),
            Decision.proposed_by == actor.user_id,
            Decision.concerned_user_id == actor.user_id,
        ),
    )


def may_draft_decision(actor: Actor, network_id: str) -> Verdict:
    """Active members who accepted the rules, and the steward (state-machines, E: open decisions)."""
    return _PROPOSES(actor, network_id)


def may_open_decision(actor: Actor, decision: Decision) -> Verdict:
    """Who sees to it."""
    return _LEADS(actor, decision)


def may_change_decision(actor: Actor, decision: Decision) -> Verdict:
    """Who sees to it."""
    return _LEADS(actor, decision)


def may_cancel_decision(actor: Actor, decision: Decision) -> Verdict:
    """Who sees to it, with a reason that everybody reads."""
    return _LEADS(actor, decision)


def may_start_next_round(actor: Actor, decision: Decision) -> Verdict:
    """Who sees to it; a decision whose proposer left, every active member who takes it over."""
    return any_of(_LEADS, all_of(is_not_concerned, was_abandoned, is_member, is_active, accepted_rules))(
        actor, decision
    )


def may_publish_outcome(actor: Actor, decision: Decision) -> Verdict:
    """Who sees to it."""
    return _LEADS(actor, decision)


def may_answer_objection(actor: Actor, decision: Decision) -> Verdict:
    """Who sees to the decision offers how an objection could be met."""
    return _LEADS(actor, decision)


def may_take_stance(actor: Actor, decision: Decision) -> Verdict:
    """Members, pausing ones too, while they are not suspended; whether they take part says the electorate."""
    return is_member(actor, decision)


def may_make_statement(actor: Actor, decision: Decision) -> Verdict:
    """The person concerned."""
    return is_concerned(actor, decision)


def may_settle_decisions(actor: Actor) -> Verdict:
    """The system, whoever made it look."""
    return is_system(actor, None)


def _networks_where(actor: Actor, law: Law) -> list[str]:
    return [network_id for network_id in sorted(actor.standings) if law(actor, network_id)]
