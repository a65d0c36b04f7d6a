"""What can be seen of networks: one, the list, and what other capabilities ask about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import func, inspect, select

from models.networks import Network
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.ids import is_id
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.networks.policy import may_see_all_networks, may_see_network, visible_networks
from network.networks.rules import features_of


class NetworkView(TypedDict):
    """A network as the contract has it."""

    id: str
    slug: str
    name: str
    purpose: str
    organisation_id: str
    course_session_id: str | None
    parent_id: str | None
    languages: list[str]
    country: str
    visibility: str
    phase: str
    overlay: str | None
    features: dict[str, bool]
    rules_version_id: str | None
    version: int


class RunView(TypedDict):
    """What who runs the platform sees of a network."""

    id: str
    name: str
    organisation_id: str
    phase: str
    phase_since: datetime
    created_at: datetime


def network_view(network: Network) -> NetworkView:
    """A row as everybody who may see it sees it."""
    return {
        "id": network.id, "slug": network.slug, "name": network.name, "purpose": network.purpose,
        "organisation_id": network.organisation_id, "course_session_id": network.course_session_id,
        "parent_id": network.parent_id, "languages": list(network.languages), "country": network.country,
        "visibility": network.visibility, "phase": network.phase, "overlay": network.overlay,
        "features": features_of(network), "rules_version_id": network.rules_version_id,
        "version": network.version,
    }  # fmt: skip


def get_network(actor: Actor, id_or_slug: str) -> NetworkView:
    """One network by its id or the word in its address. Raises NotFound when it is not open to the actor."""
    return network_view(visible_network_row(actor, id_or_slug))


def list_networks(actor: Actor, request: PageRequest) -> PageOf[NetworkView]:
    """The actor's own networks and those that show themselves to everybody, in the order of founding."""
    return page(visible_networks(actor), [Network.id.expression], request, network_view)


def list_all_networks(actor: Actor, request: PageRequest) -> PageOf[RunView]:
    """Every network of the platform, newest first, without anything that is in it. Raises NotFound for all
    but the operator."""
    require(may_see_all_networks(actor))
    return page(select(Network), [Network.id.expression], request, _run_view, descending=True)


def count_networks() -> int:
    """How many networks there are; asked on nobody's behalf."""
    return session().scalar(select(func.count()).select_from(Network)) or 0


def _run_view(network: Network) -> RunView:
    return {
        "id": network.id, "name": network.name, "organisation_id": network.organisation_id,
        "phase": network.phase, "phase_since": network.phase_since, "created_at": network.created_at,
    }  # fmt: skip


def visible_network_row(actor: Actor, id_or_slug: str) -> Network:
    """The row behind `get_network`, for commands of this and higher capabilities. One that this unit of work
    has read already is not read again."""
    if is_id(id_or_slug):
        found = session().get(Network, id_or_slug)
    else:
        found = session().scalars(visible_networks(actor).where(Network.slug == id_or_slug)).one_or_none()
    if found is None or not may_see_network(actor, found):
        raise NotFound()
    return _kept(found)


def network_row(network_id: str) -> Network:
    """The row, asked on nobody's behalf. Raises NotFound."""
    found = session().get(Network, network_id)
    if found is None:
        raise NotFound()
    return found


def networks_by_id(ids: Iterable[str]) -> Mapping[str, NetworkView]:
    """Networks by their ids, in one statement, asked on nobody's behalf; those that the page has read already
    are not read again."""
    wanted = set(ids)
    kept: Mapping[str, Network] = session().info.get("networks", {})
    rows = [kept[each] for each in sorted(wanted & kept.keys()) if not inspect(kept[each]).expired]
    if missing := wanted - {row.id for row in rows}:
        rows += session().scalars(select(Network).where(Network.id.in_(sorted(missing))))
    return {row.id: network_view(_kept(row)) for row in rows}


def _kept(row: Network) -> Network:
    # A session forgets what nobody holds; a page asks for its network half a dozen times.
    session().info.setdefault("networks", {})[row.id] = row
    return row


def lock_network(network_id: str) -> Network:
    """The row, kept from others who lock it until the running command ends: whoever counts the people of a
    network before changing them takes it first. Raises NotFound."""
    wanted = select(Network).where(Network.id == network_id).with_for_update(key_share=True)
    found = session().scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound()
    return found


@renders("network")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    return networks_by_id(ids)
