"""The poster of a network: hung up, renewed, taken down, and what its open link does with an address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from models.membership import Invitation, Poster
from models.networks import Network
from models.outbox import OutboxMail
from network import courses, networks
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.addresses import check_email
from network.kernel.audit import append
from network.kernel.errors import NotFound, TooMany
from network.kernel.ids import digest
from network.kernel.outbox import post
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session
from network.kernel.translation import supported
from network.membership.commands.inviting import acting_as, check_verified, invite_from_list
from network.membership.commands.renewing import renew_and_post
from network.membership.policy import may_hang_poster
from network.membership.queries.posters import PosterView, code_of, counts, poster_by_code, show_poster
from network.membership.rules import DAY, count_resend

LETTERS_PER_ADDRESS = 3
"""So many letters about asking to join one address gets in a day, by whatever poster."""


@command
def hang_poster(actor: Actor, network_id: str) -> PosterView:
    """Give the network an open link for a poster, or a new one: the one before is dead. In the audit trail.
    Refused to all but those who decide who joins; NotFound; OrganisationNotVerified."""
    network = networks.visible_network_row(actor, network_id)
    require(may_hang_poster(actor, network))
    network = networks.lock_network(network.id)
    check_verified(network)
    now = runtime.current().clock.now()
    row = session().get(Poster, network.id, with_for_update=True)
    renewals = 0 if row is None else row.renewals + 1
    values: dict[str, Any] = {
        "code_hash": digest(code_of(network.id, renewals)), "renewals": renewals, "created_at": now,
        "hung_by": actor.user_id or "", "ended_at": None,
        "expires_at": now + timedelta(days=runtime.current().settings.poster_days),
    }  # fmt: skip
    if row is None:
        row = Poster(network_id=network.id, sent=0, sent_since=None, **values)
        session().add(row)
    for name, value in values.items():
        setattr(row, name, value)
    session().flush()
    _note(actor, "poster.hang", network.id)
    return show_poster(row)


@command
def take_poster_down(actor: Actor, network_id: str) -> None:
    """Make the open link dead. In the audit trail. Refused to all but those who decide who joins; NotFound,
    also where no link counts."""
    network = networks.visible_network_row(actor, network_id)
    require(may_hang_poster(actor, network))
    row = session().get(Poster, network.id, with_for_update=True)
    if row is None or not counts(row):
        raise NotFound()
    row.ended_at = runtime.current().clock.now()
    session().flush()
    _note(actor, "poster.take_down", network.id)


@command
def ask_by_poster(code: str, email: str, language: str | None = None) -> None:
    """Write to an address that somebody typed behind the open link: who finished the network's course gets
    her personal invitation, everybody else the way to ask to join. Whatever the address and the link are, the
    caller is told the same; beyond the caps nothing is sent. Raises Invalid for what is no address."""
    require(anyone(ANONYMOUS, None))
    written, address = check_email(email)
    known = poster_by_code(code)
    if known is None:
        return
    network = networks.lock_network(known.network_id)
    poster = session().get_one(Poster, network.id, with_for_update=True, populate_existing=True)
    now = runtime.current().clock.now()
    if not counts(poster) or not _take(poster, now):
        return
    waiting = session().scalars(
        select(Invitation)
        .where(
            Invitation.network_id == network.id, Invitation.address == address, Invitation.state == "open"
        )
        .with_for_update()
    ).one_or_none()  # fmt: skip
    if waiting is not None:
        try:
            count_resend(waiting, now)
        except TooMany:
            return
        renew_and_post(waiting)
        return
    listed = courses.ready_completion(network.course_session_id or "", address)
    if listed is not None:
        invite_from_list(network, poster.hung_by, listed, now)
        return
    if _written_today(address, now) < LETTERS_PER_ADDRESS:
        chosen = supported(language) if language else network.languages[0]
        post("poster_way", written, chosen, network_id=network.id, renewals=poster.renewals)


def network_of_poster(code: str) -> Network:
    """The network that an open link belongs to, for who came by a letter of it. Raises NotFound."""
    poster = poster_by_code(code)
    if poster is None:
        raise NotFound()
    return networks.network_row(poster.network_id)


def _take(poster: Poster, now: datetime) -> bool:
    if poster.sent_since is None or poster.sent_since + DAY <= now:
        poster.sent_since, poster.sent = now, 0
    if poster.sent >= runtime.current().settings.poster_mails_per_day:
        return False
    poster.sent += 1
    return True


def _written_today(address: str, now: datetime) -> int:
    wanted = select(func.count()).select_from(OutboxMail).where(
        OutboxMail.kind == "poster_way", func.lower(OutboxMail.address) == address,
        OutboxMail.created_at > now - DAY,
    )  # fmt: skip
    return session().scalar(wanted) or 0


def _note(actor: Actor, action: str, network_id: str) -> None:
    role = acting_as(actor, network_id)
    append(actor, action, "network", network_id, network_id=network_id, acting_role=role)
