"""Who acts for an organisation: added, asked by mail, removed; the last one stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select, update

from models.organisations import Organisation, Steward, StewardInvitation
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.addresses import check_email, normal_address
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, NotFound, TooMany
from network.kernel.events import record
from network.kernel.ids import derived_secret, digest, new_id, new_untimed_id
from network.kernel.jobs import job
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.organisations.events import StewardAdded, StewardRemoved, StewardshipEnded
from network.organisations.policy import may_accept_stewardship, may_appoint_stewards, may_tidy
from network.organisations.queries.organisations import (
    MyOrganisation,
    lock_organisation,
    my_organisation,
    visible_organisation_row,
)
from network.organisations.queries.stewards import StewardView, steward_invitation_row, stewards_of
from network.organisations.rules import (
    INVITATION,
    AlreadySteward,
    InvitationForAnother,
    LastSteward,
    OrganisationNotVerified,
)

_DAY, _KEPT = timedelta(days=1), timedelta(days=30)


@command
def add_steward(actor: Actor, organisation_id: str, user_id: str) -> StewardView:
    """Let a person act for the organisation at once; she gets a letter. Her id is known only to those who met
    her in a network; who has just an address asks by `invite_steward`. Records StewardAdded. Refused to all
    but stewards, with proof; NotFound; Invalid for a person who does not exist; AlreadySteward."""
    require(may_appoint_stewards(actor, visible_organisation_row(actor, organisation_id)))
    organisation = lock_organisation(organisation_id)
    reached = people.address_of(user_id)
    if reached is None:
        raise Invalid({"user_id": FieldFault.of(_("There is no such person."))})
    if user_id in stewards_of(organisation_id):
        raise AlreadySteward()
    added = start_stewardship(organisation, user_id)
    append(
        actor, "organisation.steward_added", "organisation", organisation_id, acting_role="steward",
        after={"user_id": user_id},
    )  # fmt: skip
    post("steward_added", *reached, organisation_id=organisation_id, user_id=user_id, by=actor.id)
    return {**people.people_by_id([user_id])[user_id], "since": added.since}


@command
def invite_steward(actor: Actor, organisation_id: str, email: str) -> None:
    """Ask whoever reads mail at an address to act for the organisation. The answer is the same for every
    address, known or not, so that nobody learns who has an account (trust.md, A19). A second letter to the
    same address replaces the first link. Refused to all but stewards, with proof; NotFound; Invalid;
    OrganisationNotVerified, for nobody is written to before; TooMany."""
    require(may_appoint_stewards(actor, visible_organisation_row(actor, organisation_id)))
    typed, address = check_email(email)
    organisation = lock_organisation(organisation_id)
    if organisation.state != "verified":
        raise OrganisationNotVerified()
    _check_daily_limit(actor)
    now, settings = runtime.current().clock.now(), runtime.current().settings
    _end_invitations(organisation_id, address)
    invitation_id = new_untimed_id()
    session().add(
        StewardInvitation(
            id=invitation_id, organisation_id=organisation_id, email=typed, address=address,
            token_hash=digest(derived_secret(INVITATION, invitation_id)), language=actor.language,
            invited_by=actor.id, created_at=now, expires_at=now + timedelta(days=settings.invitation_days),
        )
    )  # fmt: skip
    session().flush()
    append(
        actor, "organisation.steward_invited", "organisation", organisation_id, acting_role="steward",
        after={"invitation_id": invitation_id},
    )  # fmt: skip
    post("steward_invited", typed, actor.language, invitation_id=invitation_id)


@command
def revoke_steward_invitation(actor: Actor, organisation_id: str, invitation_id: str) -> None:
    """Take the question back: its link is dead. Refused to all but stewards, with proof; NotFound."""
    require(may_appoint_stewards(actor, visible_organisation_row(actor, organisation_id)))
    ended = (
        update(StewardInvitation)
        .where(
            StewardInvitation.id == invitation_id,
            StewardInvitation.organisation_id == organisation_id,
            StewardInvitation.ended_at.is_(None),
        )
        .values(ended_at=runtime.current().clock.now())
        .returning(StewardInvitation.id)
    )
    if session().execute(ended).one_or_none() is None:
        raise NotFound()


@command
def accept_stewardship(actor: Actor, token: str) -> MyOrganisation:
    """Act for the organisation from now on, by the link in the mail, once. Records StewardAdded. Raises
    Unauthenticated; NotFound for a link that is unknown, used or over; InvitationForAnother."""
    require(may_accept_stewardship(actor, None))
    invitation = steward_invitation_row(token, locked=True)
    if actor.email is None or normal_address(actor.email) != invitation.address:
        raise InvitationForAnother()
    organisation = lock_organisation(invitation.organisation_id)
    invitation.ended_at = runtime.current().clock.now()
    if actor.user_id not in stewards_of(organisation.id):
        start_stewardship(organisation, actor.id)
        append(
            actor, "organisation.steward_added", "organisation", organisation.id, acting_role="invited",
            after={"user_id": actor.id, "invited_by": invitation.invited_by},
        )  # fmt: skip
    session().flush()
    return my_organisation(organisation)


@command
def remove_steward(actor: Actor, organisation_id: str, user_id: str) -> None:
    """End that a person acts for the organisation: another steward does it, or she herself. She gets a
    letter. Records StewardRemoved and, for her own open connections, StewardshipEnded. Refused to all but
    stewards, with proof; NotFound; LastSteward."""
    require(may_appoint_stewards(actor, visible_organisation_row(actor, organisation_id)))
    lock_organisation(organisation_id)
    running = stewards_of(organisation_id)
    if user_id not in running:
        raise NotFound()
    # Who is about to be erased does not stay.
    if not any(people.address_of(other) for other in running if other != user_id):
        raise LastSteward()
    ended = update(Steward).where(
        Steward.organisation_id == organisation_id, Steward.user_id == user_id, Steward.ended_at.is_(None)
    )
    session().execute(ended.values(ended_at=runtime.current().clock.now()))
    append(
        actor, "organisation.steward_removed", "organisation", organisation_id, acting_role="steward",
        before={"user_id": user_id},
    )  # fmt: skip
    _tell_ended(organisation_id, user_id, "left" if user_id == actor.user_id else "removed")
    reached = people.address_of(user_id)
    if reached is not None and user_id != actor.user_id:
        post("steward_removed", *reached, organisation_id=organisation_id, user_id=user_id)


@command
def end_all_stewardships(actor: Actor, user_id: str) -> None:
    """A closed account acts for nobody, even where it was the last one. Records StewardRemoved and
    StewardshipEnded for each. Refused to everybody but the system."""
    require(may_tidy(actor))
    running = select(Steward).where(Steward.user_id == user_id, Steward.ended_at.is_(None))
    for row in session().scalars(running.order_by(Steward.id)):
        row.ended_at = runtime.current().clock.now()
        append(
            actor, "organisation.steward_removed", "organisation", row.organisation_id,
            before={"user_id": user_id}, reason="account_closed",
        )  # fmt: skip
        _tell_ended(row.organisation_id, user_id, "account_closed")


def start_stewardship(organisation: Organisation, user_id: str) -> Steward:
    """Write the row and record StewardAdded, within a command that asked who may."""
    row = Steward(
        id=new_id(), organisation_id=organisation.id, user_id=user_id, since=runtime.current().clock.now()
    )
    session().add(row)
    session().flush()
    scope = f"organisation:{organisation.id}"
    record(StewardAdded(scope=scope, entity_id=organisation.id, user_id=user_id))
    return row


def _tell_ended(organisation_id: str, user_id: str, reason: str) -> None:
    scope = f"organisation:{organisation_id}"
    record(StewardRemoved(scope=scope, entity_id=organisation_id, user_id=user_id))
    record(
        StewardshipEnded(
            scope=f"user:{user_id}", entity_id=organisation_id, organisation_id=organisation_id,
            reason=reason,
        )
    )  # fmt: skip


@job("organisations.tidy", every_minutes=24 * 60)
def tidy() -> int:
    """Delete what is over; how much."""
    return in_steps(lambda: forget_steward_invitations(system_actor("organisations.tidy")))


@tidies
@command
def forget_steward_invitations(actor: Actor) -> int:
    """Delete questions that are over for 30 days: an address is kept no longer than it is needed. Some, and
    how many. Refused to everybody but the system."""
    require(may_tidy(actor))
    past = runtime.current().clock.now() - _KEPT
    over = or_(StewardInvitation.expires_at <= past, StewardInvitation.ended_at <= past)
    return forget(actor, StewardInvitation, over)


def _end_invitations(organisation_id: str, address: str) -> None:
    open_ones = update(StewardInvitation).where(
        StewardInvitation.organisation_id == organisation_id, StewardInvitation.address == address,
        StewardInvitation.ended_at.is_(None),
    )  # fmt: skip
    session().execute(open_ones.values(ended_at=runtime.current().clock.now()))


def _check_daily_limit(actor: Actor) -> None:
    since = runtime.current().clock.now() - _DAY
    mine = (StewardInvitation.invited_by == actor.id, StewardInvitation.created_at > since)
    counted = session().scalar(select(func.count()).select_from(StewardInvitation).where(*mine)) or 0
    if counted >= runtime.current().settings.invitations_per_day:
        raise TooMany(retry_after=int(_DAY.total_seconds()))
