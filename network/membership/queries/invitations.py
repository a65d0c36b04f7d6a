"""What can be seen of invitations: by those who sent them, and by whom the link in the letter reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from models.membership import Invitation
from network import courses, networks, organisations, people
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.addresses import hint
from network.kernel.errors import NotFound
from network.kernel.ids import digest
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership.policy import may_invite_by_hand, visible_invitations
from network.membership.queries.memberships import count_active
from network.membership.rules import InvitationExpired, invitation_state, trouble_of
from network.people import PersonView

INVITATION_STATES = ("waiting", "open", "expired", "accepted", "declined", "revoked")
TROUBLES = ("other_address", "undelivered", "unanswered")
MEMBERS_WORTH_TELLING = 5


class InvitationView(TypedDict):
    """An invitation as those see it who manage it."""

    id: str
    network_id: str
    email: str | None
    name: str | None
    state: str
    origin: str
    message: str | None
    invited_by: PersonView
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    trouble: str | None
    wished_email: str | None
    wished_name: str | None
    version: int


class InvitingNetwork(TypedDict):
    id: str
    name: str
    purpose: str


class Inviter(TypedDict):
    display_name: str
    photo_url: str | None


class OpenInvitationView(TypedDict):
    """What the holder of the link sees before she decides: the contract's fields, and what the page says."""

    network: InvitingNetwork
    inviter: Inviter
    message: str | None
    email_hint: str
    account_exists: bool
    for_you: bool
    name: str | None
    language: str
    expires_at: datetime
    organisation: str
    from_course: bool
    contact_ground: str | None
    members: int | None


def list_invitations(
    actor: Actor, network_id: str, request: PageRequest, state: str | None = None, trouble: str | None = None
) -> PageOf[InvitationView]:
    """The invitations into a network, in a fixed order: all of them for those who decide who joins, one's own
    for a member; `state` narrows them, and `trouble` (`any`, or one of TROUBLES) to those that somebody
    should look at. Raises NotFound for a network that is not visible, Forbidden for outsiders."""
    network = networks.visible_network_row(actor, network_id)
    require(may_invite_by_hand(actor, network))
    query = visible_invitations(actor).where(Invitation.network_id == network.id)
    if state is not None:
        query = query.where(_in_state(state))
    if trouble is not None:
        query = query.where(_in_trouble(trouble))
    found = page(query, [Invitation.id.expression], request, _as_it_is)
    return PageOf(show_invitations(found.items), found.next)


def get_invitation(actor: Actor, invitation_id: str) -> InvitationView:
    """One invitation. Raises NotFound when it is not open to the actor."""
    return show_invitations([invitation_row(actor, invitation_id)])[0]


def invitation_row(actor: Actor, invitation_id: str, *, locked: bool = False) -> Invitation:
    """The row behind `get_invitation`, for commands; `locked`: until the running command ends."""
    wanted = visible_invitations(actor).where(Invitation.id == invitation_id)
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def show_invitations(rows: Sequence[Invitation]) -> list[InvitationView]:
    """Rows as those see them who may."""
    if not rows:
        return []
    persons, now = people.people_by_id(row.invited_by for row in rows), runtime.current().clock.now()
    days = runtime.current().settings.invitation_unanswered_days
    return [
        {
            "id": row.id, "network_id": row.network_id, "email": row.email, "name": row.name,
            "state": invitation_state(row, now), "origin": "course" if row.origin == "course" else "hand",
            "message": row.message, "invited_by": persons[row.invited_by], "created_at": row.created_at,
            "sent_at": row.sent_at, "expires_at": row.expires_at, "trouble": trouble_of(row, now, days),
            "wished_email": row.wished_email, "wished_name": row.wished_name, "version": row.version,
        }
        for row in rows
    ]  # fmt: skip


def find_invitation(token: str, actor: Actor = ANONYMOUS) -> OpenInvitationView:
    """What the link in a letter opens; `for_you`: the one who asks is signed in with the invited address.
    Raises NotFound, the same for used, revoked, declined and unknown ones, and InvitationExpired."""
    row = by_token(token)
    if row is None or row.state != "open":
        raise NotFound()
    if row.expires_at <= runtime.current().clock.now():
        raise InvitationExpired()
    network = networks.network_row(row.network_id)
    inviter = people.people_by_id([row.invited_by])[row.invited_by]
    members, account = count_active(network.id), people.user_by_address(row.address)
    return {
        "network": {"id": network.id, "name": network.name, "purpose": network.purpose},
        "inviter": {"display_name": inviter["display_name"], "photo_url": inviter["photo_url"]},
        "message": row.message, "email_hint": hint(row.email or row.address),
        "account_exists": account is not None,
        "for_you": account is not None and account.id == actor.user_id,
        "name": row.name, "language": row.language, "expires_at": row.expires_at,
        "organisation": organisations.organisation_row(network.organisation_id).name,
        "from_course": row.origin == "course",
        "contact_ground": courses.ground_of_completion(row.completion_id),
        "members": members if members >= MEMBERS_WORTH_TELLING else None,
    }  # fmt: skip


def by_token(token: str, *, locked: bool = False) -> Invitation | None:
    """The row that a link's secret belongs to, in whatever state; None for an unknown one, and for one whose
    letter still waits for verification."""
    wanted = select(Invitation).where(Invitation.token_hash == digest(token), Invitation.sent_at.is_not(None))
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session().scalars(wanted).one_or_none()


class Waiting(NamedTuple):
    """An invitation that was neither used nor ended; it may have run out."""

    id: str
    expires_at: datetime


def open_invitations(network_id: str) -> dict[str, Waiting]:
    """Every invitation of a network that was neither used nor ended, by address."""
    rows = session().execute(
        select(Invitation.address, Invitation.id, Invitation.expires_at).where(
            Invitation.network_id == network_id, Invitation.state == "open"
        )
    )
    return {row.address: Waiting(row.id, row.expires_at) for row in rows}


def declined_addresses(network_id: str) -> frozenset[str]:
    """The sealed addresses of those who asked this network not to write to them."""
    wanted = select(Invitation.address).where(
        Invitation.network_id == network_id, Invitation.state == "declined"
    )
    return frozenset(session().scalars(wanted))


def count_in_trouble(actor: Actor, network_id: str) -> int:
    """How many of the invitations that the actor manages somebody should look at."""
    seen = visible_invitations(actor).where(Invitation.network_id == network_id, _in_trouble("any"))
    return session().scalar(select(func.count()).select_from(seen.subquery())) or 0


def count_waiting(network_ids: Iterable[str]) -> int:
    """How many invitations of these networks wait for verification; asked on nobody's behalf."""
    waiting = select(func.count()).select_from(Invitation).where(
        Invitation.network_id.in_(sorted(set(network_ids))), Invitation.sent_at.is_(None),
        Invitation.state == "open",
    )  # fmt: skip
    return session().scalar(waiting) or 0


def _in_trouble(trouble: str) -> ColumnElement[bool]:
    """`rules.trouble_of` as SQL."""
    days = timedelta(days=runtime.current().settings.invitation_unanswered_days)
    sent = and_(Invitation.state.in_(("open", "void")), Invitation.sent_at.is_not(None))
    wished, lost = Invitation.wished_email.is_not(None), Invitation.undelivered_at.is_not(None)
    late = Invitation.sent_at <= runtime.current().clock.now() - days
    which = {
        "any": or_(wished, lost, late), "other_address": wished, "undelivered": and_(not_(wished), lost),
        "unanswered": and_(not_(wished), not_(lost), late),
    }  # fmt: skip
    return and_(sent, which[trouble])


def _in_state(state: str) -> ColumnElement[bool]:
    now, running = runtime.current().clock.now(), Invitation.state.in_(("open", "void"))
    waiting = and_(running, Invitation.sent_at.is_not(None))
    if state == "waiting":
        return and_(running, Invitation.sent_at.is_(None))
    if state == "open":
        return and_(waiting, Invitation.expires_at > now)
    if state == "expired":
        ended = and_(Invitation.state == "void_ended", Invitation.ended_at >= Invitation.expires_at)
        return or_(Invitation.state == "expired", ended, and_(waiting, Invitation.expires_at <= now))
    if state == "revoked":
        ended = and_(Invitation.state == "void_ended", Invitation.ended_at < Invitation.expires_at)
        return or_(Invitation.state == "revoked", ended)
    return Invitation.state == state


def _as_it_is(row: Any) -> Any:
    return row
