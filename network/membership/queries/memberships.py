"""What can be seen of who belongs: memberships, roles, and counts for higher capabilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from models.membership import RUNNING_STATES, Appointment, Membership
from models.networks import Network
from models.organisations import Steward
from models.people import User
from network import networks, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership.policy import (
    SHOWN_TO_DECIDERS,
    SHOWN_TO_MEMBERS,
    decides_who_joins,
    may_see_members,
    may_see_why,
    visible_memberships,
)
from network.membership.rules import MEMBER_STATES, has_accepted, state_now
from network.people import PersonView


class NetworkName(TypedDict):
    id: str
    slug: str
    name: str


class MyNetwork(NetworkName):
    """A network of one's own; `state` is None for a steward who is no member."""

    phase: str
    state: str | None
    roles: list[str]


class MembershipView(TypedDict):
    """A membership as the contract has it. `suspended_until` and `paused_until` are told to the person and to
    who decides who joins."""

    id: str
    network_id: str
    user: PersonView
    state: str
    suspended_until: datetime | None
    paused_until: date | None
    roles: list[str]
    since: datetime
    version: int


class OwnMembershipView(MembershipView):
    """One's own membership, with what its network is called, whether its rules are accepted, and where its
    page is: None once it has ended."""

    network: NetworkName
    rules_accepted: bool
    url: str | None


ROLE_ORDER = ("steward", "meta_mentor", "deputy", "safeguarding_lead", "safeguarding_deputy", "mentor")


def get_membership(actor: Actor, membership_id: str) -> MembershipView:
    """One membership. Raises NotFound when it is not open to the actor."""
    return show_memberships(actor, [membership_row(actor, membership_id)])[0]


def list_memberships(
    actor: Actor, network_id: str, request: PageRequest, state: str | None = None
) -> PageOf[MembershipView]:
    """Who belongs to a network, in the order of joining; applicants only for those who decide, and only when
    asked for by `state`. Raises NotFound for a network that is not visible, Forbidden for outsiders."""
    query = _belonging(actor, network_id, state)
    if query is None:
        return PageOf([], None)
    found = page(query, [Membership.id.expression], request, _as_it_is)
    return PageOf(show_memberships(actor, found.items), found.next)


def list_all_memberships(actor: Actor, network_id: str, state: str | None = None) -> list[MembershipView]:
    """`list_memberships` of everybody at once, for choosing among them: as many statements for thousands as
    for a few."""
    query = _belonging(actor, network_id, state)
    return [] if query is None else show_memberships(actor, session().scalars(query).all())


def _belonging(actor: Actor, network_id: str, state: str | None) -> Select[Membership] | None:
    network = networks.visible_network_row(actor, network_id)
    require(may_see_members(actor, network))
    query = select(Membership).where(Membership.network_id == network.id)
    if state is None:
        return query.where(Membership.state.in_(SHOWN_TO_MEMBERS))
    allowed = SHOWN_TO_DECIDERS if decides_who_joins(actor, network) else SHOWN_TO_MEMBERS
    return query.where(_in_state(state)) if state in allowed else None


def list_my_memberships(
    actor: Actor,
    request: PageRequest = PageRequest(),  # noqa: B008 - it cannot be changed
) -> PageOf[OwnMembershipView]:
    """The actor's memberships, also those that ended, newest first."""
    query = select(Membership).where(Membership.user_id == actor.user_id)
    found = page(query, [Membership.id.expression], request, _as_it_is, descending=True)
    named = networks.networks_by_id(row.network_id for row in found.items)
    own: list[OwnMembershipView] = []
    for view, row in zip(show_memberships(actor, found.items), found.items, strict=True):
        network = named[row.network_id]
        name = NetworkName(id=network["id"], slug=network["slug"], name=network["name"])
        accepted = has_accepted(row.rules_version_id, network["rules_version_id"])
        url = f"/network/{network['slug']}/membership" if row.state in RUNNING_STATES else None
        own.append({**view, "network": name, "rules_accepted": accepted, "url": url})
    return PageOf(own, found.next)


def my_networks(actor: Actor) -> list[MyNetwork]:
    """The networks that the actor belongs to or carries as a steward, by name: what she switches between."""
    found = [(row, actor.standings[row["id"]]) for row in networks.networks_by_id(actor.standings).values()]
    return [
        {
            "id": row["id"], "slug": row["slug"], "name": row["name"], "phase": row["phase"],
            "state": standing.state,
            "roles": [role for role in ROLE_ORDER if role in standing.roles],
        }
        for row, standing in sorted(found, key=lambda each: (each[0]["name"].casefold(), each[0]["id"]))
    ]  # fmt: skip


def membership_row(actor: Actor, membership_id: str) -> Membership:
    """The row behind `get_membership`, for commands."""
    wanted = visible_memberships(actor).where(Membership.id == membership_id)
    found = session().scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def running_membership(network_id: str, user_id: str) -> Membership | None:
    """The one membership of a person that runs, in whatever state, asked on nobody's behalf."""
    return session().scalars(
        select(Membership).where(
            Membership.network_id == network_id, Membership.user_id == user_id,
            Membership.state.in_(RUNNING_STATES),
        )
    ).one_or_none()  # fmt: skip


def show_memberships(viewer: Actor | None, rows: Sequence[Membership]) -> list[MembershipView]:
    """Rows as `viewer` sees them; None: as everybody in the network does."""
    if not rows:
        return []
    persons = people.people_by_id(row.user_id for row in rows)
    roles, today = roles_of(rows), runtime.current().clock.today()
    views: list[MembershipView] = []
    for row in rows:
        open_to_viewer = viewer is not None and bool(may_see_why(viewer, row))
        state = state_now(row, today)
        views.append({
            "id": row.id, "network_id": row.network_id, "user": persons[row.user_id], "state": state,
            "suspended_until": row.suspended_until if open_to_viewer else None,
            "paused_until": row.paused_until if open_to_viewer and state == "paused" else None,
            "roles": [role for role in ROLE_ORDER if role in roles[row.id]],
            "since": row.since, "version": row.version,
        })  # fmt: skip
    return views


def roles_of(rows: Sequence[Membership]) -> dict[str, set[str]]:
    """The roles that run for each membership, by its id: every member is a mentor; steward where she acts for
    the founding organisation."""
    today = runtime.current().clock.today()
    roles: dict[str, set[str]] = {row.id: {"mentor"} if row.state in MEMBER_STATES else set() for row in rows}
    given = select(Appointment.membership_id, Appointment.role).where(
        Appointment.membership_id.in_([row.id for row in rows]), running_on(today)
    )
    for membership_id, role in session().execute(given):
        roles[membership_id].add(role)
    acting = (
        select(Network.id, Steward.user_id)
        .join(Steward, Steward.organisation_id == Network.organisation_id)
        .where(Network.id.in_({row.network_id for row in rows}), Steward.ended_at.is_(None))
    )
    stewards = {(network_id, user_id) for network_id, user_id in session().execute(acting)}
    for row in rows:
        if row.state in MEMBER_STATES and (row.network_id, row.user_id) in stewards:
            roles[row.id].add("steward")
    return roles


def running_on(today: date) -> ColumnElement[bool]:
    """The appointments that run, as SQL; the law of `rules.is_running`."""
    return and_(Appointment.ended_at.is_(None), or_(Appointment.until.is_(None), Appointment.until >= today))


def is_active_on(today: date) -> ColumnElement[bool]:
    """The memberships that are active, as SQL; the law of `rules.state_now`."""
    over = and_(Membership.state == "paused", Membership.paused_until < today)
    return or_(Membership.state == "active", over)


def active_by_network(network_ids: Iterable[str]) -> Mapping[str, int]:
    """How many active members each of some networks has, in one statement; none where it has none."""
    today = runtime.current().clock.today()
    counted = select(Membership.network_id, func.count()).group_by(Membership.network_id)
    wanted = counted.where(Membership.network_id.in_(sorted(set(network_ids))), is_active_on(today))
    return {network_id: int(number) for network_id, number in session().execute(wanted)}


def count_active(network_id: str) -> int:
    """How many active members a network has."""
    today = runtime.current().clock.today()
    counted = select(func.count()).select_from(Membership).where(Membership.network_id == network_id)
    return session().scalar(counted.where(is_active_on(today))) or 0


def active_user_ids(network_id: str) -> Select[str]:
    """The users who are active members, as a select for higher capabilities to join or count in."""
    today = runtime.current().clock.today()
    return select(Membership.user_id).where(Membership.network_id == network_id, is_active_on(today))


def members_by_address(network_id: str) -> dict[str, str]:
    """The state of every running membership of a network by the normal form of the member's address."""
    rows = session().execute(
        select(User.address, Membership.state)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.network_id == network_id, Membership.state.in_(RUNNING_STATES))
    )
    return {address: state for address, state in rows if address is not None}


def was_removed(network_id: str, user_id: str) -> bool:
    """True when the person was removed from the network and nobody decided to take her in again since."""
    belonged = select(Membership.state).where(
        Membership.network_id == network_id, Membership.user_id == user_id,
        Membership.state.in_(("active", "paused", "left", "lapsed", "removed")),
    )  # fmt: skip
    return session().scalar(belonged.order_by(Membership.id.desc()).limit(1)) == "removed"


def suspended_until(network_id: str, user_id: str) -> datetime | None:
    """Until when a suspension of the person runs, whichever of her memberships it was laid over; or None."""
    running = select(func.max(Membership.suspended_until)).where(
        Membership.network_id == network_id, Membership.user_id == user_id,
        Membership.suspended_until > runtime.current().clock.now(),
    )  # fmt: skip
    return session().scalar(running)


def _in_state(state: str) -> ColumnElement[bool]:
    today = runtime.current().clock.today()
    if state == "active":
        return is_active_on(today)
    if state == "paused":
        return and_(Membership.state == "paused", func.not_(is_active_on(today)))
    return Membership.state == state


def _as_it_is(row: Membership) -> Membership:
    return row


@renders("membership")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(Membership).where(Membership.id.in_(_many(ids)))).all()
    shown = show_memberships(None, rows)
    # How long a suspension lasts differs by viewer, so the scope does not carry it.
    hidden = {"suspended_until", "paused_until"}
    return {v["id"]: {key: value for key, value in v.items() if key not in hidden} for v in shown}


def _many(ids: Iterable[str]) -> list[str]:
    return sorted(set(ids))
