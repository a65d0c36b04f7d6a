"""What members see of each other: the people of a network, and one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import load_only

from models.base import fold
from models.membership import Membership
from models.people import User
from network import networks, people
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership.policy import SHOWN_TO_MEMBERS, may_see_members, networks_where
from network.membership.queries.memberships import ROLE_ORDER, NetworkName, roles_of
from network.networks import sees_inside


class MemberView(TypedDict):
    """A person in a network, as its members see her."""

    id: str
    membership_id: str
    display_name: str
    photo_url: str | None
    roles: list[str]
    language: str
    since: datetime


class SharedNetwork(NetworkName):
    """A network that the viewer and the person share."""

    roles: list[str]


class PersonInNetworksView(TypedDict):
    """A person as somebody sees her who shares a network with her."""

    id: str
    display_name: str
    photo_url: str | None
    roles: list[str]
    language: str
    networks: list[SharedNetwork]


def list_people(
    actor: Actor, network_id: str, request: PageRequest, q: str | None = None, *,
    among: Sequence[ColumnElement[bool]] = (),
) -> PageOf[MemberView]:  # fmt: skip
    """The people of a network by name; `q` is a part of the name in whatever case, with or without accents;
    `among` are conditions on `Membership` and `User` that narrow further. Raises NotFound for a network that
    is not visible, Forbidden for outsiders."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_members(actor, network))
    query: Any = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.network_id == network.id, Membership.state.in_(SHOWN_TO_MEMBERS))
    )
    if q and fold(q):
        query = query.where(User.folded_name.contains(fold(q), autoescape=True))
    query = query.where(*among)
    # Thousands are put into order: only the names of all, and everything else of those who are shown.
    found = page(query, [User.folded_name.expression, User.id.expression], request, lambda row: row)
    if not found.items:
        return PageOf([], None)
    rows = _rows_of(found.items)
    roles = roles_of([membership for membership, *_user in rows])
    items: list[MemberView] = [
        {
            "id": user_id, "membership_id": membership.id, "display_name": name,
            "photo_url": people.photo_url(picture), "language": language,
            "roles": [role for role in ROLE_ORDER if role in roles[membership.id]],
            "since": membership.since,
        }
        for membership, user_id, name, language, picture in rows
    ]  # fmt: skip
    return PageOf(items, found.next)


def _rows_of(membership_ids: Sequence[str]) -> list[Any]:
    wanted = (
        select(Membership, User.id, User.display_name, User.language, people.shown_picture(User.__table__.c))
        .options(load_only(Membership.network_id, Membership.user_id, Membership.state, Membership.since))
        .join(User, User.id == Membership.user_id)
        .where(Membership.id.in_(membership_ids))
    )
    by_id = {row[0].id: row for row in session().execute(wanted)}
    return [by_id[one] for one in membership_ids]


def shares_network(actor: Actor, user_id: str) -> bool:
    """True for somebody who belongs to a network into which the actor sees."""
    shared = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.network_id.in_(networks_where(actor, sees_inside)),
        Membership.state.in_(SHOWN_TO_MEMBERS),
    )
    return session().scalar(shared.limit(1)) is not None


def get_person(actor: Actor, user_id: str) -> PersonInNetworksView:
    """A person with whom the actor shares a network, or the actor herself. Raises NotFound for everybody
    else, so that nobody learns who has an account."""
    shared = select(Membership).where(
        Membership.user_id == user_id,
        Membership.network_id.in_(networks_where(actor, sees_inside)),
        Membership.state.in_(SHOWN_TO_MEMBERS),
    )
    rows = session().scalars(shared.order_by(Membership.id)).all()
    user = session().get(User, user_id) if rows or user_id == actor.user_id else None
    if user is None:
        raise NotFound()
    roles = roles_of(rows) if rows else {}
    named = networks.networks_by_id(row.network_id for row in rows)
    everywhere = set().union(*roles.values()) if roles else set()
    return {
        "id": user.id, "display_name": user.display_name,
        "photo_url": people.people_by_id([user.id])[user.id]["photo_url"],
        "roles": [role for role in ROLE_ORDER if role in everywhere], "language": user.language,
        "networks": [
            {
                "id": row.network_id, "slug": named[row.network_id]["slug"],
                "name": named[row.network_id]["name"],
                "roles": [role for role in ROLE_ORDER if role in roles[row.id]],
            }
            for row in rows
        ],
    }  # fmt: skip
