"""What was done to the rooms of a network and why, as its log shows it: without a name."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from models.discussions import Room, RoomMeasure, Topic
from network.discussions.queries.titles import shown_title
from network.kernel.transaction import session


class RoomMeasureView(TypedDict):
    """One measure: `kind` is `lock`, `unlock`, `slow_mode`, `move`, `archive` or `unarchive`, of a room or,
    where `topic_id` is there, of a topic in it; a topic that is gone or hidden has no title."""

    id: str
    kind: str
    room_id: str
    room_name: str
    topic_id: str | None
    topic_title: str | None
    reason: str | None
    acting_role: str
    at: datetime


def list_room_measures(
    network_id: str,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    most: int | None = None,
) -> list[RoomMeasureView]:
    """The measures taken about the rooms of a network, the latest first, from `since` on and before another
    moment. For whoever asked who may see the log. One statement."""
    wanted = (
        select(RoomMeasure, Room.name, shown_title(Topic))
        .join(Room, Room.id == RoomMeasure.room_id)
        .outerjoin(Topic, Topic.id == RoomMeasure.topic_id)
        .where(RoomMeasure.network_id == network_id)
        .order_by(RoomMeasure.at.desc(), RoomMeasure.id.desc())
    )
    if since is not None:
        wanted = wanted.where(RoomMeasure.at >= since)
    if before is not None:
        wanted = wanted.where(RoomMeasure.at < before)
    if most is not None:
        wanted = wanted.limit(most)
    return [
        {
            "id": row.id, "kind": row.kind, "room_id": row.room_id, "room_name": name,
            "topic_id": row.topic_id, "topic_title": title or None, "reason": row.reason,
            "acting_role": row.acting_role, "at": row.at,
        }
        for row, name, title in session().execute(wanted)
    ]  # fmt: skip
