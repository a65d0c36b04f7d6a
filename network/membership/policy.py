"""Who may see who belongs, invite, decide about applications, appoint, pause and leave; and the same law as
SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, or_, select

from models.courses import CourseSession
from models.membership import Application, Appointment, Invitation, Membership
from models.networks import Network
from network.kernel.actor import Actor
from network.kernel.policy import Law, Verdict, all_of, any_of, has_proof, is_signed_in, is_system, predicate
from network.membership.rules import VOID_STATES, RulesNotAccepted
from network.networks import is_host, is_member, is_meta_mentor, is_steward, sees_inside, standing_in

SHOWN_TO_MEMBERS = ("active", "paused")
SHOWN_TO_DECIDERS = ("applied", "accepted", "active", "paused")

decides_who_joins = any_of(is_host, is_steward)
"""Meta-mentor, the deputy who stands in, the founding organisation (state-machines, E)."""


@predicate()
def is_active(actor: Actor, thing: Any) -> bool:
    """Is not pausing in the network that is meant."""
    standing = standing_in(actor, thing)
    return standing is not None and standing.state == "active"


@predicate(RulesNotAccepted)
def accepted_rules(actor: Actor, thing: Any) -> bool:
    """Accepted the rules of the network that hold now."""
    standing = standing_in(actor, thing)
    return standing is not None and standing.rules_accepted


@predicate()
def is_own(actor: Actor, thing: Membership | Application | Appointment) -> bool:
    """The thing is the actor's."""
    return actor.user_id is not None and thing.user_id == actor.user_id


@predicate()
def is_inviter(actor: Actor, invitation: Invitation) -> bool:
    """The actor wrote the invitation by hand."""
    return invitation.invited_by == actor.user_id and invitation.origin != "course"


@predicate()
def is_shown_to_members(_actor: Actor, membership: Membership) -> bool:
    """Somebody who is in, not somebody who asks to come in."""
    return membership.state in SHOWN_TO_MEMBERS


@predicate()
def is_shown_to_deciders(_actor: Actor, membership: Membership) -> bool:
    """Somebody who is in or waits for a decision."""
    return membership.state in SHOWN_TO_DECIDERS


@predicate()
def is_real(_actor: Actor, invitation: Invitation) -> bool:
    """A letter belongs to the invitation; a void one exists for its writer only."""
    return invitation.state not in VOID_STATES


@predicate()
def acts_for_course(actor: Actor, course: CourseSession) -> bool:
    """Is a steward of the organisation that ran the course."""
    return course.organisation_id in actor.stewardships


@predicate()
def is_lead(_actor: Actor, appointment: Appointment) -> bool:
    """It is the meta-mentor's."""
    return appointment.role == "meta_mentor"


def may_see_members(actor: Actor, network: Any) -> Verdict:
    """Members and stewards see who belongs and who has which role."""
    return sees_inside(actor, network)


_SEE_MEMBERSHIP = any_of(
    is_own,
    all_of(sees_inside, is_shown_to_members),
    all_of(decides_who_joins, is_shown_to_deciders),
)


def may_see_membership(actor: Actor, membership: Membership) -> Verdict:
    """One's own always; those who are in: members and stewards; applicants: those who decide."""
    return _SEE_MEMBERSHIP(actor, membership)


def visible_memberships(actor: Actor) -> Select[Membership]:
    """The same law as a select."""
    return select(Membership).where(
        or_(
            Membership.user_id == actor.user_id,
            and_(
                Membership.network_id.in_(networks_where(actor, sees_inside)),
                Membership.state.in_(SHOWN_TO_MEMBERS),
            ),
            and_(
                Membership.network_id.in_(networks_where(actor, decides_who_joins)),
                Membership.state.in_(SHOWN_TO_DECIDERS),
            ),
        )
    )


def may_see_why(actor: Actor, membership: Membership) -> Verdict:
    """How long somebody is suspended or paused: the person herself, and who decides who joins."""
    return any_of(is_own, decides_who_joins)(actor, membership)


def may_change_membership(actor: Actor, membership: Membership) -> Verdict:
    """Pausing, coming back and leaving are everybody's own; removing is a measure in a case."""
    return is_own(actor, membership)


def may_end_all_memberships(actor: Actor) -> Verdict:
    """The system, when an account was closed."""
    return is_system(actor, None)


def may_tell_how_somebody_looks(actor: Actor) -> Verdict:
    """The system, when a name or a picture is another."""
    return is_system(actor, None)


def may_miss_members(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def may_tidy_invitations(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def may_send_waiting(actor: Actor) -> Verdict:
    """The system, once the organisation is verified."""
    return is_system(actor, None)


def may_invite_graduates(actor: Actor, course: CourseSession) -> Verdict:
    """A steward of the organisation that ran the course."""
    return all_of(is_signed_in, acts_for_course)(actor, course)


def may_invite_by_hand(actor: Actor, network: Any) -> Verdict:
    """Every member, and the steward."""
    return any_of(is_member, is_steward)(actor, network)


def may_see_all_invitations(actor: Actor, network: Any) -> Verdict:
    """Who decides who joins. An ordinary member sees her own: else the list would tell who has the course."""
    return decides_who_joins(actor, network)


_SEE_INVITATION = any_of(all_of(decides_who_joins, is_real), all_of(is_member, is_inviter))


def may_see_invitation(actor: Actor, invitation: Invitation) -> Verdict:
    """Who decides who joins, and who wrote it by hand and is still a member."""
    return _SEE_INVITATION(actor, invitation)


def visible_invitations(actor: Actor) -> Select[Invitation]:
    """The same law as a select."""
    return select(Invitation).where(
        or_(
            and_(
                Invitation.network_id.in_(networks_where(actor, decides_who_joins)),
                Invitation.state.not_in(VOID_STATES),
            ),
            and_(
                Invitation.network_id.in_(networks_where(actor, is_member)),
                Invitation.invited_by == actor.user_id,
                Invitation.origin != "course",
            ),
        )
    )


def may_change_invitation(actor: Actor, invitation: Invitation) -> Verdict:
    """Taking back and sending again: whoever sees it."""
    return _SEE_INVITATION(actor, invitation)


def may_hang_poster(actor: Actor, network: Any) -> Verdict:
    """Who decides who joins, hangs the poster up, renews its link and takes it down."""
    return decides_who_joins(actor, network)


def may_apply(actor: Actor, _network: Network) -> Verdict:
    """Everybody signed in who sees the network."""
    return is_signed_in(actor, _network)


def may_see_applications(actor: Actor, network: Any) -> Verdict:
    """Who decides them."""
    return decides_who_joins(actor, network)


def may_see_application(actor: Actor, application: Application) -> Verdict:
    """The applicant and who decides."""
    return any_of(is_own, decides_who_joins)(actor, application)


def visible_applications(actor: Actor) -> Select[Application]:
    """The same law as a select."""
    return select(Application).where(
        or_(
            Application.user_id == actor.user_id,
            Application.network_id.in_(networks_where(actor, decides_who_joins)),
        )
    )


def may_decide_application(actor: Actor, application: Application) -> Verdict:
    """Meta-mentor, deputy or steward; the machine keeps out the applicant and who invited her."""
    return decides_who_joins(actor, application)


def may_talk_about_application(actor: Actor, application: Application) -> Verdict:
    """The applicant and who decides: nobody else reads or writes there."""
    return any_of(is_own, decides_who_joins)(actor, application)


def may_withdraw_application(actor: Actor, application: Application) -> Verdict:
    """The applicant."""
    return is_own(actor, application)


def may_appoint(actor: Actor, network: Any) -> Verdict:
    """The founding organisation alone (N6), with proof."""
    return all_of(is_steward, has_proof)(actor, network)


def may_end_appointment(actor: Actor, appointment: Appointment) -> Verdict:
    """The founding organisation, with proof."""
    return all_of(is_steward, has_proof)(actor, appointment)


def may_hand_over(actor: Actor, appointment: Appointment) -> Verdict:
    """The meta-mentor her own role, the founding organisation every one; with proof."""
    return all_of(any_of(is_steward, all_of(is_own, is_lead, is_meta_mentor)), has_proof)(actor, appointment)


def networks_where(actor: Actor, law: Law) -> list[str]:
    """The networks in which a law about the actor's standing allows."""
    return [network_id for network_id in sorted(actor.standings) if law(actor, network_id)]
