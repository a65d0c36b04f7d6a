"""What one is told of, where and how."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.discussions import LevelIn, RoomOut, TopicOut
from api.schemas.notifications import (
    NotificationOut,
    NotificationSettingsIn,
    NotificationSettingsOut,
    NotificationsLeftOut,
    NotificationsReadIn,
)
from network import discussions, notifications
from network.kernel.actor import Actor
from network.kernel.paging import PageOf

blueprint = Blueprint("notifications", __name__, description="What one is told of, where and how")

_OF_A_MESSAGE = dict.fromkeys(
    ("room_id", "room_name", "room_kind", "topic_id", "message_id", "seq", "author", "excerpt")
)
_OF_AN_AFFAIR = dict.fromkeys(("entity_id", "path"))
"""What a notice of the other sort has not."""


@operation(
    blueprint, "PUT", "/rooms/<id:room_id>/notification-level", out=RoomOut, body=LevelIn, problems=(404,)
)
def choose_room_level(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Hear everything of a room, mentions and answers only, or nothing; null: as of its network."""
    return discussions.choose_room_level(actor, room_id, body["level"])


@operation(
    blueprint, "PUT", "/topics/<id:topic_id>/notification-level", out=TopicOut, body=LevelIn,
    problems=(404,),
)  # fmt: skip
def choose_topic_level(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Hear everything of a topic, mentions and answers only, or nothing; null: as of its room."""
    return discussions.choose_topic_level(actor, topic_id, body["level"])


@operation(blueprint, "GET", "/me/notifications", out=page_of(NotificationOut), query=PageQuery)
def list_notifications(actor: Actor, query: dict[str, Any]) -> Any:
    """What concerns one: who wrote to one alone, named one, answered one; what a network decides or signs;
    the newest first. What was deleted or is not open to one any more is not in it."""
    found = notifications.list_notices(actor, page_request(query))
    return PageOf([_OF_A_MESSAGE | _OF_AN_AFFAIR | each for each in found.items], found.next)


@operation(blueprint, "PUT", "/me/notifications/read", out=NotificationsLeftOut, body=NotificationsReadIn)
def mark_notifications_read(actor: Actor, body: dict[str, Any]) -> Any:
    """One has seen one's notices, up to one of them or all; on every device. A notice also counts as read
    when its message was."""
    return notifications.mark_notices_read(actor, body["until"])


@operation(blueprint, "GET", "/me/notification-settings", out=NotificationSettingsOut)
def get_notification_settings(actor: Actor) -> Any:
    """How one wants to be told, and when."""
    return _shown(notifications.show_settings(actor))


@operation(
    blueprint, "PUT", "/me/notification-settings", out=NotificationSettingsOut, body=NotificationSettingsIn,
    problems=(404,),
)  # fmt: skip
def choose_notification_settings(actor: Actor, body: dict[str, Any]) -> Any:
    """Choose how one wants to be told, and when; what is left out stays."""
    quiet, digest = body.get("quiet_hours", {}), body.get("digest", {})
    said = {
        "quiet": quiet.get("on"), "quiet_from": quiet.get("from_hour"),
        "quiet_until": quiet.get("until_hour"), "mail_weekday": digest.get("weekday"),
        "mail_hour": digest.get("hour"),
    }  # fmt: skip
    chosen = notifications.choose_settings(
        actor,
        mails=body.get("mails"),
        times={name: value for name, value in said.items() if value is not None},
        levels=[(each["network_id"], each["level"]) for each in body.get("networks", [])],
    )
    return _shown(chosen)


def _shown(view: notifications.SettingsView) -> dict[str, Any]:
    return {
        "mails": view["mails"], "time_zone": view["time_zone"], "networks": view["networks"],
        "quiet_hours": {"on": view["quiet"], "from": view["quiet_from"], "until": view["quiet_until"]},
        "digest": {"weekday": view["weekday"], "hour": view["hour"]},
    }  # fmt: skip
