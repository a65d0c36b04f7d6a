"""Hosting a network: what waits for a host, her weekly round, and who has it."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.hosting import DayIn, DayOut, HostingOut, RoundOut
from network import hosting, membership, moderation
from network.kernel.actor import Actor

blueprint = Blueprint("hosting", __name__, description="What waits for those who look after a network")


@operation(blueprint, "GET", "/networks/<id:network_id>/hosting", out=HostingOut, problems=(404,))
def get_hosting(actor: Actor, network_id: str) -> Any:
    """What waits for a host: whom to welcome, what to answer and to announce, each with words that lie ready;
    and as numbers, with her load. For meta-mentor and deputy."""
    found = hosting.get_hosting(actor, network_id)
    cases, applications = (
        moderation.count_waiting(actor, network_id),
        membership.count_open_applications(network_id),
    )
    waits = {**found["counts"], "application": applications, "case": cases["waiting"]}
    counts = {
        **found["counts"], "applications": applications, "cases": cases["waiting"],
        "oldest_case_at": cases["oldest_at"], "done_this_week": sum(found["done"].values()),
    }  # fmt: skip
    return {**found, "counts": counts, "workload": hosting.load_of(found["done"], waits)}


@operation(blueprint, "PUT", "/networks/<id:network_id>/hosting/day", out=DayOut, body=DayIn, problems=(404,))
def choose_day(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Choose the weekday of one's round."""
    return {"day": hosting.choose_day(actor, network_id, body["day"])}


@operation(
    blueprint, "POST", "/networks/<id:network_id>/hosting/delegation", out=RoundOut, problems=(404, 409)
)
def give_week(actor: Actor, network_id: str) -> Any:
    """Give one's running week to the deputy, who is written to (409 `no_deputy` where there is none)."""
    return hosting.give_week(actor, network_id)


@operation(blueprint, "DELETE", "/networks/<id:network_id>/hosting/delegation", out=RoundOut, problems=(404,))
def take_week_back(actor: Actor, network_id: str) -> Any:
    """Take one's running week back from the deputy, who is written to."""
    return hosting.take_week_back(actor, network_id)
