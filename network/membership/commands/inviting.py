"""Invitations written and sent: to a course's graduates at once, to others by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict, cast

from sqlalchemy import Table, bindparam, case, insert, select, update

from models.courses import Completion
from models.membership import Invitation
from models.networks import Network
from network import courses, networks, organisations, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import check_email, sealed_address
from network.kernel.audit import append
from network.kernel.errors import Conflict, FieldFault, Invalid, TooMany
from network.kernel.events import record
from network.kernel.ids import digest, new_untimed_id
from network.kernel.outbox import post_many
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.membership.events import GraduatesInvited
from network.membership.policy import (
    may_invite_by_hand,
    may_invite_graduates,
    may_see_all_invitations,
)
from network.membership.queries.invitations import (
    InvitationView,
    declined_addresses,
    open_invitations,
    show_invitations,
)
from network.membership.queries.memberships import (
    members_by_address,
    running_membership,
    was_removed,
)
from network.membership.rules import (
    DAY,
    LEADS_STRAIGHT_IN,
    MAX_MESSAGE,
    AlreadyApplied,
    AlreadyInvited,
    AlreadyMember,
    InvitationDeclined,
    WasRemoved,
    check_text,
    invitation_secret,
    leads_straight_in,
    letter_language,
)

_TABLE = cast(Table, Invitation.__table__)
_invitations = _TABLE.c
_END = (
    update(_TABLE)
    .where(_invitations.id == bindparam("invitation"))
    .values(
        state=case((_invitations.expires_at <= bindparam("now"), "expired"), else_="revoked"),
        ended_at=bindparam("now"), version=_invitations.version + 1,
    )
)  # fmt: skip


class InvitedCounts(TypedDict):
    """What became of a course's graduates."""

    invited: int
    already_invited: int
    already_member: int


@command
def invite_graduates(
    actor: Actor, course_session_id: str, network_id: str, message: str | None = None, *,
    when_verified: bool = False,
) -> InvitedCounts:  # fmt: skip
    """Invite everybody who finished the course and was not invited yet into a network of the organisation
    that ran it, each by a letter with a link of her own. Whoever is a member, has an open invitation or asked
    not to be invited is left in peace. With `when_verified` the letters of an organisation that waits for
    verification leave as soon as it is verified. Records GraduatesInvited as they leave. Refused to who is no
    steward of the organisation; Invalid for another organisation's network; OrganisationNotVerified."""
    course = courses.course_session_row(course_session_id)
    require(may_invite_graduates(actor, course))
    network = networks.lock_network(network_id) if network_id in actor.standings else None
    if network is None or network.organisation_id != course.organisation_id:
        raise Invalid({"network_id": FieldFault.of(_("This network does not belong to the organisation."))})
    waits = check_verified(network, when_verified)
    text = check_text("message", message, MAX_MESSAGE)
    counted, now = courses.count_by_state(course_session_id), runtime.current().clock.now()
    members, waiting = members_by_address(network_id), open_invitations(network_id)
    declined = declined_addresses(network_id)
    joined, pending, silent, free = [], [], [], []
    for row in courses.ready_completions(course_session_id):
        old = waiting.get(row.address)
        if row.address in members:
            joined.append(row.id)
        elif old is not None and old.expires_at > now:
            pending.append({"id": old.id, "completion_id": row.id})
        elif declined and sealed_address(row.address) in declined:
            silent.append(row.id)
        else:
            free.append(row)
    _end([waiting[row.address].id for row in free if row.address in waiting], now)
    language = letter_language(course.language, network.languages)
    _send([
        draft(
            network, actor.user_id or "", "course", row.email, row.address, language, text, now, row.name,
            row.id,
        )
        for row in free
    ], waits)  # fmt: skip
    if pending:
        # Whoever was invited by hand and stands on the list as well is let in at once.
        session().execute(update(Invitation), pending)
    courses.mark_invited([*(row.id for row in free), *(each["completion_id"] for each in pending), *silent])
    courses.mark_member(joined)
    if free:
        append(
            actor, "graduates.invitation", "course_session", course_session_id, network_id=network_id,
            acting_role="steward", after={"invited": len(free)} | ({"waits": True} if waits else {}),
        )  # fmt: skip
    if free and not waits:
        record(GraduatesInvited(scope=f"network:{network_id}", entity_id=network_id, count=len(free)))
    return {
        "invited": len(free),
        "already_invited": counted["invited"] + len(pending) + len(silent),
        "already_member": counted["member"] + len(joined),
    }


@command
def invite_by_hand(
    actor: Actor, network_id: str, email: str, message: str | None = None, *, when_verified: bool = False
) -> InvitationView:
    """Invite one person by her address, at most 20 a day; `when_verified` as for graduates. Who decides who
    joins is told when the person is a member, has applied, is invited already, was removed or asked not to
    be. An ordinary member is answered the same whatever the address is, and no second letter goes out: else
    invitations would tell who belongs. Refused to outsiders; Invalid; TooMany; OrganisationNotVerified;
    AlreadyMember, AlreadyApplied, AlreadyInvited, WasRemoved, InvitationDeclined."""
    network = networks.visible_network_row(actor, network_id)
    require(may_invite_by_hand(actor, network))
    written, address = check_email(email)
    text = check_text("message", message, MAX_MESSAGE)
    network = networks.lock_network(network.id)
    waits = check_verified(network, when_verified)
    now, origin = runtime.current().clock.now(), acting_as(actor, network.id)
    decides = bool(may_see_all_invitations(actor, network))
    if not decides:
        own = _own_invitation(actor, network.id, address, now)
        if own is not None:
            return show_invitations([own])[0]
    check_daily_limit(actor.user_id or "", now)
    language = letter_language(None, network.languages)
    row = draft(network, actor.user_id or "", origin, written, address, language, text, now)
    return send_by_hand(row, now, decides, waits)


def send_by_hand(row: dict[str, Any], now: datetime, decides: bool, waits: bool) -> InvitationView:
    """Send one drafted invitation, within a command that checked the right and holds the network's lock. Who
    `decides` is told what stands in the way; for others a void one looks the same, and no letter leaves."""
    waiting = _waiting(row["network_id"], row["address"])
    obstacle = _obstacle(row["network_id"], row["address"], waiting, row["origin"], now)
    if obstacle is not None and decides:
        raise obstacle()
    if obstacle is None:
        _end([waiting.id] if waiting is not None else [], now)
        _send([row], waits)
    else:
        void = {"state": "void", "sent_at": None if waits else now}
        session().execute(insert(Invitation), [row | void])
    return show_invitations([session().get_one(Invitation, row["id"])])[0]


def invite_from_list(network: Network, inviter_id: str, listed: Completion, now: datetime) -> None:
    """Invite one person of a course's list in the name of whoever hung up the poster, within a command that
    checked the right."""
    language = letter_language(None, network.languages)
    row = draft(
        network, inviter_id, "course", listed.email, listed.address, language, None, now, listed.name,
        listed.id,
    )  # fmt: skip
    _send([row])
    courses.mark_invited([listed.id])


def check_verified(network: Network, when_verified: bool = False) -> bool:
    """Raise OrganisationNotVerified while nobody may be invited into the network. True where what is prepared
    now waits for the verification, because `when_verified` says that it should."""
    state = organisations.organisation_row(network.organisation_id).state
    if state == "verified":
        return False
    if state == "pending" and when_verified:
        return True
    raise organisations.OrganisationNotVerified()


def acting_as(actor: Actor, network_id: str) -> str:
    """The role in which the actor invites."""
    roles = actor.standings[network_id].roles
    return next((role for role in ("steward", "meta_mentor", "deputy") if role in roles), "member")


def check_daily_limit(inviter_id: str, now: datetime) -> None:
    """Raise TooMany when this person invited 20 by hand within a day. Void ones count as well: else the limit
    would tell them from the others."""
    by_hand = (
        select(Invitation.created_at)
        .where(Invitation.invited_by == inviter_id, Invitation.created_at > now - DAY)
        .where(Invitation.origin != "course")
        .order_by(Invitation.created_at)
    )
    sent = session().scalars(by_hand).all()
    if len(sent) >= runtime.current().settings.invitations_per_day:
        raise TooMany(retry_after=int((sent[0] + DAY - now).total_seconds()) + 1)


def _own_invitation(actor: Actor, network_id: str, address: str, now: datetime) -> Invitation | None:
    wanted = select(Invitation).where(
        Invitation.network_id == network_id, Invitation.address == address,
        Invitation.invited_by == actor.user_id, Invitation.origin != "course",
        Invitation.state.in_(("open", "void")), Invitation.expires_at > now,
    )  # fmt: skip
    return session().scalars(wanted.limit(1)).one_or_none()


def _waiting(network_id: str, address: str) -> Invitation | None:
    wanted = select(Invitation).where(
        Invitation.network_id == network_id, Invitation.address == address, Invitation.state == "open"
    )
    return session().scalars(wanted.with_for_update()).one_or_none()


def _obstacle(
    network_id: str, address: str, waiting: Invitation | None, origin: str, now: datetime
) -> type[Conflict] | None:
    """Why no letter should go to this address now."""
    account = people.user_by_address(address)
    membership = running_membership(network_id, account.id) if account is not None else None
    if membership is not None:
        return AlreadyApplied if membership.state == "applied" else AlreadyMember
    if account is not None and was_removed(network_id, account.id):
        return WasRemoved
    refused = select(Invitation.id).where(
        Invitation.network_id == network_id, Invitation.state == "declined",
        Invitation.address == sealed_address(address),
    )  # fmt: skip
    if session().scalar(refused.limit(1)) is not None:
        return InvitationDeclined
    if waiting is None or waiting.expires_at <= now:
        return None
    lets_in_sooner = origin in LEADS_STRAIGHT_IN and not leads_straight_in(waiting)
    return None if lets_in_sooner else AlreadyInvited


def draft(
    network: Network, inviter_id: str, origin: str, email: str, address: str, language: str, text: str | None,
    now: datetime, name: str | None = None, completion_id: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An invitation before it is written, as the columns of its row."""
    invitation_id = new_untimed_id()
    return {
        "id": invitation_id, "network_id": network.id, "completion_id": completion_id, "email": email,
        "address": address, "name": name, "language": language, "origin": origin, "message": text,
        "invited_by": inviter_id, "token_hash": digest(invitation_secret(invitation_id, 0)),
        "renewals": 0, "resends": 0, "resends_since": None, "state": "open", "created_at": now,
        "sent_at": now, "undelivered_at": None, "wished_email": None, "wished_name": None, "wishes": 0,
        "expires_at": now + timedelta(days=runtime.current().settings.invitation_days),
        "ended_at": None, "membership_id": None, "version": 1,
    }  # fmt: skip


def _send(rows: Sequence[dict[str, Any]], waits: bool = False) -> None:
    if not rows:
        return
    session().execute(insert(Invitation), [{**row, "sent_at": None} for row in rows] if waits else rows)
    if waits:
        return
    post_many(
        "invitation",
        [(row["email"], row["language"], {"invitation_id": row["id"], "renewals": 0}) for row in rows],
    )


def _end(invitation_ids: Sequence[str], now: datetime) -> None:
    """Invitations in whose place a new one is written: their links are dead. One statement for all."""
    if invitation_ids:
        work = session().connection()
        work.execute(_END, [{"invitation": one, "now": now} for one in invitation_ids])
