"""Posters: the open link of a network, and what it does with an address."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from api.operations import operation
from api.printing import print_poster
from api.schemas.posters import PosterAddressIn, PosterOut, PosterQuery
from network import membership, networks, organisations
from network.kernel.actor import Actor
from network.kernel.translation import supported

blueprint = Blueprint("posters", __name__, description="The open link of a network, for a poster")


@operation(blueprint, "GET", "/networks/<id:network_id>/poster", out=PosterOut, problems=(404,))
def get_poster(actor: Actor, network_id: str) -> Any:
    """The open link that counts now: for those who decide who joins; 404 where none counts."""
    return membership.get_poster(actor, network_id)


@operation(
    blueprint, "GET", "/networks/<id:network_id>/poster.pdf", out=None, query=PosterQuery, problems=(404,)
)
def get_poster_pdf(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The poster with its QR code as one page of A4 (application/pdf), in the network's first language or in
    the one that is asked for. Rights as for the link itself; 404 where none counts."""
    found = membership.get_poster(actor, network_id)
    row = networks.get_network(actor, network_id)
    organisation = organisations.get_organisation(actor, row["organisation_id"])
    language = query["language"] or supported(row["languages"][0])
    response = Response(
        print_poster(found, row["name"], organisation["name"], language), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="poster.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@operation(
    blueprint, "POST", "/networks/<id:network_id>/poster", out=PosterOut, status=201, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def hang_poster(actor: Actor, network_id: str) -> Any:
    """Make an open link, or a new one in place of the old, which is dead from then on."""
    return membership.hang_poster(actor, network_id)


@operation(blueprint, "DELETE", "/networks/<id:network_id>/poster", out=None, status=204, problems=(404,))
def take_poster_down(actor: Actor, network_id: str) -> None:
    """Make the open link dead."""
    membership.take_poster_down(actor, network_id)


@operation(blueprint, "POST", "/join/<code>", out=None, status=202, body=PosterAddressIn, audience="anyone")
def ask_by_poster(_actor: Actor, code: str, body: dict[str, Any]) -> None:
    """Type one's address behind the open link. Who finished the network's course gets her personal invitation
    by mail, everybody else a mail that leads to asking to join. The answer is always the same."""
    membership.ask_by_poster(code, body["email"])
