"""How somebody wants to be told, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypedDict

from sqlalchemy import func, select

from models.membership import RUNNING_STATES, Membership
from models.notifications import NoticeSettings
from network import discussions, membership, people
from network.kernel.actor import Actor
from network.kernel.policy import require
from network.kernel.transaction import session
from network.networks import sees_inside
from network.notifications.policy import may_keep_notices
from network.notifications.rules.times import FORTNIGHT, Times


class NetworkLevelView(TypedDict):
    """How much one hears of a network, where one said nothing else of a room or topic."""

    network_id: str
    name: str
    level: str


class SettingsView(TypedDict):
    """For each group of letters `at_once` or `none`; hours of the day in `time_zone`."""

    mails: dict[str, str]
    quiet: bool
    quiet_from: int
    quiet_until: int
    weekday: int
    hour: int
    time_zone: str
    networks: list[NetworkLevelView]


def show_settings(actor: Actor) -> SettingsView:
    """One's own choice. Raises Unauthenticated."""
    require(may_keep_notices(actor))
    times = times_of([actor.user_id or ""])[actor.user_id or ""]
    levels = discussions.network_levels(actor)
    return {
        "mails": people.show_notification_settings(actor)["mails"],
        "quiet": times.quiet, "quiet_from": times.quiet_from, "quiet_until": times.quiet_until,
        "weekday": times.mail_weekday, "hour": times.mail_hour, "time_zone": actor.time_zone,
        "networks": [
            {"network_id": row["id"], "name": row["name"], "level": levels.get(row["id"], discussions.ALL)}
            for row in membership.my_networks(actor)
            if sees_inside(actor, row["id"])
        ],
    }  # fmt: skip


def times_of(user_ids: Collection[str]) -> Mapping[str, Times]:
    """Of each of these people; the defaults where she said nothing."""
    wanted = select(NoticeSettings).where(NoticeSettings.user_id.in_(user_ids))
    said = {
        row.user_id: Times(
            row.quiet, row.quiet_from, row.quiet_until, row.mail_weekday, row.mail_hour
        )
        for row in session().scalars(wanted)
    }  # fmt: skip
    return {user_id: said.get(user_id, Times()) for user_id in user_ids}


def is_daily(user_ids: Collection[str], now: datetime) -> set[str]:
    """Those who joined a network within the last fortnight: their digest comes every day."""
    joined = select(Membership.user_id).where(
        Membership.user_id.in_(user_ids), Membership.state.in_(RUNNING_STATES)
    )
    joined = joined.group_by(Membership.user_id).having(func.max(Membership.since) > now - FORTNIGHT)
    return set(session().scalars(joined))
