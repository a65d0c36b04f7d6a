"""The members: how each came, which role she has, how far she has read."""

from __future__ import annotations

from functools import partial
from typing import Any

from network import agreements, arrivals, discussions, membership
from network.kernel import runtime
from network.kernel.ids import derived_secret
from web.demo.communities import invitation_to, resend
from web.demo.filling import MINUTE, Filling


def plan_member(filling: Filling, row: dict[str, Any]) -> None:
    network = filling.networks[row["network"]]
    steward = next(o["steward"] for o in filling.content.organisations if o["key"] == network["organisation"])
    zone = network["time_zone"]
    if row["slug"] != steward:
        by_hand = not any(c.get("person") == row["slug"] for c in filling.content.completions)
        if by_hand:
            filling.at(row["since"], zone, lambda: _invite_by_hand(filling, row, steward), later=-MINUTE)
        filling.at(row["since"], zone, lambda: _join(filling, row, steward))
    for role in ("meta_mentor", "deputy"):
        if role in row["roles"]:
            filling.at(row["since"], zone, partial(_appoint, filling, row, role, steward), later=MINUTE)
    filling.at(row["last_visit"], zone, lambda: _read_everything(filling, row))
    if row["state"] == "paused":
        filling.at(row["last_visit"], zone, lambda: _pause(filling, row), later=MINUTE)


def plan_applicant(filling: Filling, row: dict[str, Any]) -> None:
    """Whom a member invites waits until the hosts have decided."""
    zone = filling.zones[row["applied_to"]]

    def invite() -> None:
        network_id = filling.ids["network", row["applied_to"]]
        membership.invite_by_hand(filling.actor(row["invited_by"]), network_id, row["email"])

    def accept() -> None:
        steward = filling.steward_of(filling.networks[row["applied_to"]]["organisation"])
        invitation = invitation_to(filling, filling.actor(steward), row["applied_to"], row["email"])
        membership.accept_invitation(
            filling.actor(row["slug"]), derived_secret("invitation", f"{invitation['id']}:0"),
            display_name=row["name"], language=row["language"], time_zone=row["time_zone"],
        )  # fmt: skip

    filling.at(row["since"], zone, invite, later=MINUTE)
    filling.at(row["since"], zone, accept, later=5 * MINUTE)


def _invite_by_hand(filling: Filling, row: dict[str, Any], steward: str) -> None:
    membership.invite_by_hand(filling.actor(steward), filling.ids["network", row["network"]], row["email"])


def _join(filling: Filling, row: dict[str, Any], steward: str) -> None:
    actor = filling.actor(steward)
    invitation = invitation_to(filling, actor, row["network"], row["email"])
    if invitation["expires_at"] <= runtime.current().clock.now():
        resend(filling, actor, invitation["id"])
    token = derived_secret("invitation", f"{invitation['id']}:{filling.renewals[invitation['id']]}")
    membership.accept_invitation(
        filling.actor(row["slug"]), token, display_name=row["name"], language=row["language"],
        time_zone=row["time_zone"],
    )  # fmt: skip
    network_id = filling.ids["network", row["network"]]
    rules = agreements.rules_of_network(network_id)
    agreements.accept_rules(filling.actor(row["slug"]), network_id, rules["id"])
    if row.get("greets"):
        greeter = filling.actor(row["slug"])
        arrivals.greet_newcomers(greeter, network_id, greeter.user_id or "")


def _membership_of(filling: Filling, slug: str, network: str) -> Any:
    mine = membership.list_my_memberships(filling.actor(slug))
    return next(m for m in mine.items if m["network_id"] == filling.ids["network", network])


def _appoint(filling: Filling, row: dict[str, Any], role: str, steward: str) -> None:
    membership.appoint(
        filling.actor(steward), filling.ids["network", row["network"]],
        membership_id=_membership_of(filling, row["slug"], row["network"])["id"], role=role,
        capacity=row.get("capacity", "volunteer"),
    )  # fmt: skip


def _pause(filling: Filling, row: dict[str, Any]) -> None:
    own = _membership_of(filling, row["slug"], row["network"])
    membership.pause_membership(filling.actor(row["slug"]), own["id"], expected_version=own["version"])


def _read_everything(filling: Filling, row: dict[str, Any]) -> None:
    discussions.mark_network_read(filling.actor(row["slug"]), filling.ids["network", row["network"]])
