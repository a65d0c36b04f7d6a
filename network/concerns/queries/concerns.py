"""What can be seen of concerns: lead and deputy all of it, who raised one what she said and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict, TypeVar

from sqlalchemy import Exists, Select, exists, func, or_, select

from models.base import fold
from models.concerns import Concern, ConcernAccount, ConcernLook, ConcernName, ConcernNote, ConcernTold
from models.membership import Membership
from models.people import User
from network import membership, networks, organisations, people
from network.concerns.policy import may_list_concerns, may_raise_concern, safeguarded_by, visible_concerns
from network.concerns.rules.concerns import FIRST_LOOK, ROLES, is_overdue
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import is_id
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require, require_second_factor
from network.kernel.transaction import session
from network.membership import AppointmentView
from network.people import PersonView

Record = TypeVar("Record", ConcernAccount, ConcernLook, ConcernName, ConcernNote, ConcernTold)


class ConcernItemView(TypedDict):
    """A concern in a list, without a word of it. `mine` where the reader raised it, `handles` where she sees
    to it; `first_look_by` is when it is late."""

    id: str
    network_id: str
    danger: bool
    state: str
    overdue: bool
    raised_at: datetime
    first_look_by: datetime
    mine: bool
    handles: bool
    version: int


class AccountView(TypedDict):
    """What who raised it said at a time."""

    body: str
    at: datetime


class NamedView(TypedDict):
    """Whom it is about: somebody with an account, or a name alone."""

    user: PersonView | None
    name: str


class NoteView(TypedDict):
    """What lead or deputy wrote down."""

    kind: str
    body: str
    author: PersonView
    at: datetime


class ToldView(TypedDict):
    """Whom this program wrote to, in which role and why: raised, added, overdue, review."""

    user: PersonView
    role: str
    why: str
    at: datetime


class LookView(TypedDict):
    """Who read it, and when."""

    user: PersonView
    at: datetime


class ConcernView(ConcernItemView):
    """All of a concern for lead and deputy; for who raised it `raised_by`, `notes` and `looks` are empty and
    `told` says to whom it went."""

    raised_by: PersonView | None
    first_seen_at: datetime | None
    accounts: list[AccountView]
    about: list[NamedView]
    notes: list[NoteView]
    told: list[ToldView]
    looks: list[LookView]
    review_at: datetime


def people_for_concerns(actor: Actor, network_id: str) -> list[AppointmentView]:
    """To whom concerns of a network go now, lead first, each with hours; empty where nobody is there. Raises
    NotFound where the network is not visible, Forbidden for who does not belong to it."""
    network = networks.visible_network_row(actor, network_id)
    require(may_raise_concern(actor, network.id))
    return safeguarding_now(network.id)


def safeguarding_now(network_id: str) -> list[AppointmentView]:
    """The same on nobody's behalf."""
    found = membership.acting_now(network_id, ROLES)
    return sorted(found, key=lambda one: ROLES.index(one["role"]))


def list_concerns(actor: Actor, request: PageRequest) -> PageOf[ConcernItemView]:
    """What one raised and, as safeguarding lead or deputy, what came to one, the newest first; without a
    word of it. Raises Unauthenticated, SecondFactorNeeded for lead and deputy."""
    require(may_list_concerns(actor))
    if safeguarded_by(actor):
        require_second_factor(actor)
    named = set(session().scalars(_naming(actor)))
    return page(
        visible_concerns(actor), [Concern.id.expression], request,
        lambda row: item_view(actor, row, named=row.id in named), descending=True,
    )  # fmt: skip


def count_waiting(actor: Actor) -> int:
    """How many concerns hold something that nobody read, of those that came to the actor."""
    places = safeguarded_by(actor)
    if not places:
        return 0
    mine = visible_concerns(actor).where(Concern.network_id.in_(places), Concern.state == "waiting")
    return session().scalar(select(func.count()).select_from(mine.subquery())) or 0


def visible_concern(actor: Actor, concern_id: str) -> Concern:
    """The row of a concern that the actor sees to or raised. Raises NotFound."""
    found = session().scalars(visible_concerns(actor).where(Concern.id == concern_id)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def is_named(user_id: str | None, concern_id: str) -> bool:
    """Whether a concern names somebody."""
    return bool(session().scalar(select(_is_named(user_id, concern_id))))


def _is_named(user_id: str | None, concern_id: str) -> Exists:
    return exists().where(ConcernName.concern_id == concern_id, ConcernName.user_id == user_id)


def _naming(actor: Actor) -> Select[str]:
    return select(ConcernName.concern_id).where(ConcernName.user_id == actor.user_id)


def named_in(concern_id: str) -> frozenset[str]:
    """The accounts that a concern names."""
    wanted = select(ConcernName.user_id).where(
        ConcernName.concern_id == concern_id, ConcernName.user_id.is_not(None)
    )
    return frozenset(user_id for user_id in session().scalars(wanted) if user_id)


def accounts_meant(network_id: str, names: Iterable[str]) -> list[tuple[str | None, str]]:
    """Whom names mean, as (user id, name): an id of somebody who is or was in the network or acts for its
    organisation; a written name everybody there who bears it, and as it is where nobody does. An id of
    nobody there is (None, the id)."""
    network = networks.network_row(network_id)
    belongs = or_(
        exists().where(Membership.user_id == User.id, Membership.network_id == network_id),
        User.id.in_(organisations.stewards_of(network.organisation_id)),
    )
    found: list[tuple[str | None, str]] = []
    for name in names:
        same = User.id == name if is_id(name) else User.folded_name == fold(name)
        rows = session().execute(select(User.id, User.display_name).where(belongs, same)).all()
        found += [(row[0], row[1]) for row in rows] or [(None, name)]
    return found


def item_view(actor: Actor, row: Concern, *, named: bool) -> ConcernItemView:
    """A concern without a word of it."""
    return {
        "id": row.id, "network_id": row.network_id, "danger": row.danger, "state": row.state,
        "overdue": is_overdue(row.state, row.waiting_since, runtime.current().clock.now()),
        "raised_at": row.raised_at, "first_look_by": row.waiting_since + FIRST_LOOK,
        "mine": row.raised_by == actor.user_id,
        "handles": not named and row.network_id in safeguarded_by(actor), "version": row.version,
    }  # fmt: skip


def full_view(actor: Actor, row: Concern, *, handles: bool) -> ConcernView:
    """All that the actor sees of a concern, as who sees to it or as who raised it."""
    accounts = _of(ConcernAccount, row.id)
    names = _of(ConcernName, row.id)
    notes = _of(ConcernNote, row.id) if handles else []
    looks = _of(ConcernLook, row.id) if handles else []
    told = [one for one in _of(ConcernTold, row.id) if handles or one.why == "raised"]
    known = people.people_by_id(
        {row.raised_by, *(one.user_id for one in names if one.user_id), *(one.author_id for one in notes),
         *(one.user_id for one in looks), *(one.user_id for one in told)}
    )  # fmt: skip
    return {
        **item_view(actor, row, named=not handles),
        "raised_by": known[row.raised_by] if handles else None,
        "first_seen_at": row.first_seen_at,
        "accounts": [{"body": one.body, "at": one.at} for one in accounts],
        "about": [{"user": known.get(one.user_id or ""), "name": one.name} for one in names],
        "notes": [
            {"kind": one.kind, "body": one.body, "author": known[one.author_id], "at": one.at}
            for one in notes
        ],
        "told": [
            {"user": known[one.user_id], "role": one.role, "why": one.why, "at": one.at} for one in told
        ],
        "looks": [{"user": known[one.user_id], "at": one.at} for one in looks],
        "review_at": row.review_at,
    }  # fmt: skip


def _of(table: type[Record], concern_id: str) -> Sequence[Record]:
    found = select(table).where(table.concern_id == concern_id).order_by(table.at, table.id)
    return session().scalars(found).all()
