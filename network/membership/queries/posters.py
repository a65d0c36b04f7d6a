"""The open link of a network's poster: what those see who hang it up, and what it leads to."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from models.membership import Poster
from network import networks, organisations
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import derived_secret, digest
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership.policy import may_hang_poster

CODE_LENGTH = 22
"""132 bits, and short enough for a picture that a phone reads from across the room."""


class PosterView(TypedDict):
    """The open link as those see it who decide who joins."""

    network_id: str
    url: str
    created_at: datetime
    expires_at: datetime


def get_poster(actor: Actor, network_id: str) -> PosterView:
    """The open link that counts now. Refused to all but those who decide who joins; NotFound for a network
    that is not visible, and where no link counts."""
    network = networks.visible_network_row(actor, network_id)
    require(may_hang_poster(actor, network))
    row = session().get(Poster, network.id)
    if row is None or not counts(row):
        raise NotFound()
    return show_poster(row)


def poster_by_code(code: str) -> Poster | None:
    """The row behind an open link, where it counts and the organisation may write to people; else None."""
    row = session().scalars(select(Poster).where(Poster.code_hash == digest(code))).one_or_none()
    if row is None or not counts(row):
        return None
    verified = organisations.is_verified(networks.network_row(row.network_id).organisation_id)
    return row if verified else None


def counts(row: Poster) -> bool:
    """True until the link was taken down or its time is over."""
    return row.ended_at is None and row.expires_at > runtime.current().clock.now()


def show_poster(row: Poster) -> PosterView:
    """The row with its link."""
    url = f"{runtime.current().settings.base_url}/join/{code_of(row.network_id, row.renewals)}"
    return {
        "network_id": row.network_id, "url": url, "created_at": row.created_at, "expires_at": row.expires_at,
    }  # fmt: skip


def code_of(network_id: str, renewals: int) -> str:
    """The secret in the open link; derived, so that the database does not hold it."""
    return derived_secret("poster", f"{network_id}:{renewals}")[:CODE_LENGTH]
