"""Who may see a network's meetings, propose one, change it, say whether she comes and who was there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from models.meetings import Meeting
from models.networks import Network
from network.discussions import MembershipPaused
from network.kernel.actor import Actor
from network.kernel.policy import Law, Verdict, all_of, any_of, is_signed_in, is_system, predicate
from network.membership import accepted_rules
from network.networks import is_host, is_member, is_steward, sees_inside, standing_in


@predicate(MembershipPaused)
def is_active(actor: Actor, thing: Any) -> bool:
    """Is not pausing."""
    standing = standing_in(actor, thing)
    return standing is not None and standing.state == "active"


@predicate()
def proposed_it(actor: Actor, meeting: Meeting) -> bool:
    """The meeting is her own."""
    return actor.user_id is not None and meeting.created_by == actor.user_id


@predicate()
def founds(actor: Actor, network: Network) -> bool:
    """Is a steward of the organisation that founds the network."""
    return network.organisation_id in actor.stewardships


_leads = any_of(is_host, is_steward)


def may_see_meetings(actor: Actor, thing: Any) -> Verdict:
    """Members and stewards, with place and link (state-machines, E)."""
    return sees_inside(actor, thing)


def visible_meetings(actor: Actor) -> Select[Meeting]:
    """The meetings that `may_see_meetings` opens to the actor."""
    return select(Meeting).where(Meeting.network_id.in_(_networks_where(actor, may_see_meetings)))


def may_plan_meeting(actor: Actor, thing: Any) -> Verdict:
    """Active members who accepted the rules (state-machines, E)."""
    return all_of(is_member, is_active, accepted_rules)(actor, thing)


def may_plan_first_meeting(actor: Actor, network: Network) -> Verdict:
    """The founding organisation, in founding; the system where a network is brought in from elsewhere."""
    return any_of(founds, is_system)(actor, network)


def may_change_meeting(actor: Actor, meeting: Meeting) -> Verdict:
    """Meta-mentor, deputy and steward every one; who proposed it her own, as an active member."""
    return any_of(_leads, all_of(proposed_it, is_member, is_active))(actor, meeting)


def may_reply(actor: Actor, thing: Any) -> Verdict:
    """Active members, from the first day on: coming takes no rules."""
    return all_of(is_member, is_active)(actor, thing)


def may_record_attendance(actor: Actor, meeting: Meeting) -> Verdict:
    """Who may change it: the host of the meeting and who leads the network."""
    return may_change_meeting(actor, meeting)


def may_write_down_decision(actor: Actor, thing: Any) -> Verdict:
    """Active members who accepted the rules: who may open a decision may write down one that was taken."""
    return all_of(is_member, is_active, accepted_rules)(actor, thing)


def may_have_calendar_feed(actor: Actor) -> Verdict:
    """Everybody who is signed in, for herself."""
    return is_signed_in(actor, None)


def meetings_in_feed(actor: Actor) -> Select[Meeting]:
    """The meetings of the networks to which the actor belongs as a member: what her calendar holds."""
    return select(Meeting).where(Meeting.network_id.in_(_networks_where(actor, is_member)))


def may_remind(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def _networks_where(actor: Actor, law: Law) -> list[str]:
    return [network_id for network_id in sorted(actor.standings) if law(actor, network_id)]
