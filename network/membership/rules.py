"""Which steps lead from one state of belonging to the next, how long an invitation counts, and what stands in
the way of each (state-machines, B8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from models.membership import Appointment, Invitation, Membership
from network.kernel.addresses import sealed_address
from network.kernel.errors import Conflict, FieldFault, Forbidden, Invalid, TooMany
from network.kernel.ids import derived_secret, digest
from network.kernel.transitions import Machine
from network.kernel.translation import LANGUAGES
from network.kernel.translation import mark as _

APPOINTED_ROLES = ("meta_mentor", "deputy", "safeguarding_lead", "safeguarding_deputy")
CAPACITIES = ("staff", "volunteer")
MEMBER_STATES = ("active", "paused")
NEVER_IN = ("invited", "applied", "accepted", "declined", "withdrawn")
"""The states of those who were never members."""
UNDECIDED_STATES = ("applied", "accepted")

LEADS_STRAIGHT_IN = frozenset({"course", "meta_mentor", "steward"})
"""Whose invitation makes a member at once; everybody else's makes an applicant (contract, invitations)."""

MAX_MESSAGE, MAX_REASON, MAX_STATEMENT = 1000, 2000, 4000
DAY = timedelta(days=1)

MEMBERSHIP = Machine(
    "membership",
    {
        "accept": {"applied": "accepted"},
        "activate": {"accepted": "active"},
        "decline": {"applied": "declined"},
        "pause": {"active": "paused"},
        "resume": {"paused": "active"},
        "leave": {"applied": "withdrawn", "accepted": "left", "active": "left", "paused": "left"},
        "lapse": {"active": "lapsed"},
        "remove": {"accepted": "removed", "active": "removed", "paused": "removed"},
    },
)

_APPLICATION = Machine(
    "application",
    {
        "accept": {"open": "accepted"},
        "decline": {"open": "declined"},
        "withdraw": {"open": "withdrawn"},
    },
    decided_by_others=frozenset({"accept", "decline"}),
)

VOID_STATES = ("void", "void_ended")
"""Of an invitation that an ordinary member wrote to somebody who needs none. No letter belongs to it, and to
her it looks like every other one."""

INVITATION = Machine("invitation", {"revoke": {"open": "revoked", "void": "void_ended"}})

RESENDS_PER_DAY = 3
"""So often somebody can have the same invitation sent again, in a day that begins with the first time."""


WISHES_PER_INVITATION = 5
"""So often the holder of an invitation's link can name another address."""


class AlreadyMember(Conflict):
    """The person belongs to the network already."""

    code = "already_member"
    message = _("This person is a member already.")


class AlreadyApplied(Conflict):
    """An application of this person waits for a decision."""

    code = "already_applied"
    message = _("This person has asked to join already. Please decide about that.")


class AlreadyInvited(Conflict):
    """An invitation to this address is open."""

    code = "already_invited"
    message = _("This person has been invited already. You can send the invitation again.")


class InvitationDeclined(Conflict):
    """The person asked not to be invited any more."""

    code = "invitation_declined"
    message = _("This person does not wish to be invited.")


class InvitationExpired(Conflict):
    """The link was right, but its time is over; a new one can be asked for."""

    code = "invitation_expired"
    message = _("This invitation ran out. You can ask for a new one.")


class OtherAddress(Forbidden):
    """The invitation is bound to another address than the account's."""

    code = "other_address"
    message = _("This invitation is for another mail address than the one of your account.")


class LastMetaMentor(Conflict):
    """Nobody else would lead the network."""

    code = "last_meta_mentor"
    message = _("You are the only meta-mentor here. Please hand over first.")


class OnlyMetaMentor(LastMetaMentor):
    """The same, told to the organisation that wants to end her role."""

    message = _("This is the only meta-mentor here. Please hand the role over to somebody else.")


class NobodyToLead(LastMetaMentor):
    """The same, told to her who wants to be erased."""

    message = _("You are the only meta-mentor of “%(network)s”. Please hand over first.")


class WasRemoved(Conflict):
    """Who was removed comes back by a decision, not by somebody's invitation (B8)."""

    code = "was_removed"
    message = _("Somebody who was removed from this network comes back only if that is decided anew.")


class AlreadyAppointed(Conflict):
    """The person has this role."""

    code = "already_appointed"
    message = _("This person has this role already.")


class NotAnActiveMember(Conflict):
    """A role needs somebody who is there: active, not paused, not suspended."""

    code = "not_an_active_member"
    message = _("This person is not an active member right now.")


class AppointmentEnded(Conflict):
    """The appointment is over."""

    code = "appointment_ended"
    message = _("This role has been given up already.")


class RulesNotAccepted(Forbidden):
    """The rules come before the first word (state-machines, B8)."""

    code = "rules_not_accepted"
    message = _("Please accept the rules of this network first.")


def has_accepted(accepted: str | None, in_force: str | None) -> bool:
    """True when the version of the rules that somebody accepted is the one that holds: who accepted an older
    one reads the new ones first."""
    return accepted is not None and accepted == in_force


def application_machine(membership: Membership) -> Machine:
    """The steps of an application: neither who applied nor who invited her decides it (B8)."""
    parties = frozenset(filter(None, (membership.user_id, membership.invited_by)))
    return replace(_APPLICATION, parties=lambda _application: parties)


def state_now(membership: Membership, today: date) -> str:
    """The state as it is: a pause ends by itself with its last day."""
    if membership.state == "paused" and membership.paused_until is not None:
        return "paused" if membership.paused_until >= today else "active"
    return membership.state


def settle(membership: Membership, today: date) -> None:
    """Write down a pause that ended by itself; to be called before a step out of the state."""
    if membership.state != state_now(membership, today):
        membership.state, membership.paused_until = "active", None


def is_running(appointment: Appointment, today: date) -> bool:
    """True until the appointment was ended or its last day is over."""
    return appointment.ended_at is None and (appointment.until is None or appointment.until >= today)


def is_suspended(membership: Membership, now: datetime) -> bool:
    """True while a suspension lies over the membership."""
    return membership.suspended_until is not None and membership.suspended_until > now


def leads_straight_in(invitation: Invitation) -> bool:
    """True when accepting makes a member at once: written from a course's list or by who decides."""
    return invitation.origin in LEADS_STRAIGHT_IN or invitation.completion_id is not None


def outcome(invitation: Invitation, was_removed: bool) -> str:
    """What accepting the invitation leads to. Who was removed comes back by a decision only (B8): a course's
    list makes her an applicant, and an invitation by hand is not taken. Raises WasRemoved."""
    if was_removed and invitation.origin != "course" and invitation.completion_id is None:
        raise WasRemoved()
    return "active" if leads_straight_in(invitation) and not was_removed else "applied"


def invitation_secret(invitation_id: str, renewals: int) -> str:
    """The 256 bits in the link; derived, so that neither database nor outbox holds them."""
    return derived_secret("invitation", f"{invitation_id}:{renewals}")


def renew(invitation: Invitation, now: datetime, days: int) -> None:
    """A new link with a new time; the old link is dead."""
    invitation.renewals += 1
    invitation.token_hash = digest(invitation_secret(invitation.id, invitation.renewals))
    invitation.expires_at = now + timedelta(days=days)
    invitation.sent_at, invitation.undelivered_at = now, None
    invitation.version += 1


def count_resend(invitation: Invitation, now: datetime) -> None:
    """Count that the invitation is sent again. Raises TooMany, with the seconds until it can be."""
    since = invitation.resends_since
    if since is None or since + DAY <= now:
        since = invitation.resends_since = now
        invitation.resends = 0
    if invitation.resends >= RESENDS_PER_DAY:
        raise TooMany(retry_after=int((since + DAY - now).total_seconds()) + 1)
    invitation.resends += 1


def invitation_state(invitation: Invitation, now: datetime) -> str:
    """The state as those see it who may see the invitation."""
    if invitation.state in ("open", "void"):
        if invitation.sent_at is None:
            return "waiting"
        return "open" if invitation.expires_at > now else "expired"
    if invitation.state == "void_ended":
        revoked = invitation.ended_at is not None and invitation.ended_at < invitation.expires_at
        return "revoked" if revoked else "expired"
    return invitation.state


def trouble_of(invitation: Invitation, now: datetime, days: int) -> str | None:
    """What somebody should look at: another address was named, the letter was given up, or nobody answered
    it for `days`. None for what waits or is over."""
    if invitation.state not in ("open", "void") or invitation.sent_at is None:
        return None
    if invitation.wished_email is not None:
        return "other_address"
    if invitation.undelivered_at is not None:
        return "undelivered"
    return "unanswered" if invitation.sent_at <= now - timedelta(days=days) else None


def forget_address(invitation: Invitation) -> None:
    """Keep nothing of the person but a keyed digest, by which she is recognised when somebody types the
    address again."""
    invitation.address = sealed_address(invitation.address)
    invitation.email = invitation.name = invitation.wished_email = invitation.wished_name = None


def check_text(field: str, text: str | None, most: int, *, needed: bool = False) -> str | None:
    """A text trimmed, None when it is empty. Raises Invalid when it is too long, or missing but needed."""
    cleaned = (text or "").strip()
    if needed and not cleaned:
        raise Invalid({field: FieldFault.of(_("This is needed."))})
    if len(cleaned) > most:
        raise Invalid({field: FieldFault.of(_("At most %(max)s characters, please."), max=most)})
    return cleaned or None


def check_not_past(field: str, day: date | None, today: date) -> date | None:
    """A last day that is not over yet. Raises Invalid."""
    if day is not None and day < today:
        raise Invalid({field: FieldFault.of(_("This day is over already."))})
    return day


def letter_language(course_language: str | None, network_languages: list[str]) -> str:
    """In which language to write to somebody who has not chosen one yet: the course's where we speak it, else
    the network's first one."""
    for tag in (course_language, *network_languages):
        if tag and tag.replace("_", "-").split("-")[0].lower() in LANGUAGES:
            return tag
    return network_languages[0] if network_languages else LANGUAGES[0]
