"""What can be reported: looked at as the reporter sees it, and copied as it is at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models.agreements import Agreement, AgreementVersion, Clause
from models.discussions import Message, Room, Topic
from models.files import File
from models.meetings import Meeting
from models.membership import Membership
from models.networks import Network
from models.people import User
from models.profiles import Profile
from network import discussions, meetings, membership
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.transaction import session
from network.moderation.rules.cases import DELETED_REPORTABLE

OPEN_KINDS = ("open", "announcement")


@dataclass(frozen=True, slots=True)
class Target:
    """A thing as it is now. `confidential` for what was said among a few: then nothing of the place but the
    words themselves is copied."""

    type: str
    id: str
    network_id: str
    author_id: str
    body: str
    revision: int
    posted_at: datetime
    language: str | None = None
    confidential: bool = False
    content: Mapping[str, Any] = field(default_factory=dict)


def visible_target(actor: Actor, kind: str, target_id: str, network_id: str | None = None) -> Target:
    """The thing, for somebody who sees it, or saw it until its author deleted it up to 30 days ago. A person
    is reported in `network_id`, or in the first network that the two share. Raises NotFound."""
    found = _CHECKS[kind](actor, target_id, network_id)
    target = target_row(kind, target_id, found or network_id)
    if target is None:
        raise NotFound()
    return target


def target_row(kind: str, target_id: str, network_id: str | None = None) -> Target | None:
    """The thing as it is now, asked on nobody's behalf; a person in a network of hers."""
    return _ROWS[kind](target_id, network_id)


def rules_version_at(network_id: str, moment: datetime) -> str | None:
    """Which communication rules held in a network then; of a time before all of them those of now."""
    wanted = (
        select(AgreementVersion.id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id == network_id, Agreement.kind == "communication_rules")
        .where(AgreementVersion.in_force_at <= moment)
        .order_by(AgreementVersion.in_force_at.desc(), AgreementVersion.id.desc())
    )
    found = session().scalar(wanted.limit(1))
    network = session().get(Network, network_id)
    return found or (network.rules_version_id if network else None)


def has_rule(version_id: str | None, rule_id: str) -> bool:
    """True where the rule is one of this version."""
    return version_id is not None and session().get(Clause, (version_id, rule_id)) is not None


def bodies_now(targets: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    """What some things say by now, None for what is gone: one statement for each kind among them."""
    wanted: dict[str, list[str]] = {}
    for kind, target_id in targets:
        wanted.setdefault(kind, []).append(target_id)
    found: dict[tuple[str, str], str | None] = dict.fromkeys(targets)
    for kind, ids in wanted.items():
        for target_id, body in _BODIES[kind](ids).items():
            found[(kind, target_id)] = body
    return found


def files_of(message_id: str) -> list[dict[str, Any]]:
    """What a message carries, with the digest by which each file is known again."""
    rows = session().scalars(select(File).where(File.message_id == message_id).order_by(File.position))
    return [_file_words(row) for row in rows]


def _file_words(row: File) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "media_type": row.media_type, "bytes": row.bytes,
        "digest": row.source_digest,
    }  # fmt: skip


def _see_message(actor: Actor, target_id: str, _network_id: str | None) -> None:
    discussions.get_message(actor, target_id)


def _see_topic(actor: Actor, target_id: str, _network_id: str | None) -> None:
    discussions.get_topic(actor, target_id)


def _see_user(actor: Actor, target_id: str, network_id: str | None) -> str:
    shared = [one["id"] for one in membership.get_person(actor, target_id)["networks"]]
    if not shared or (network_id is not None and network_id not in shared):
        raise NotFound()
    return network_id or shared[0]


def _see_file(actor: Actor, target_id: str, _network_id: str | None) -> None:
    row = session().get(File, target_id)
    if row is None or row.message_id is None:
        raise NotFound()
    discussions.get_message(actor, row.message_id)


def _see_meeting(actor: Actor, target_id: str, _network_id: str | None) -> None:
    meetings.get_meeting(actor, target_id)


def _message_rows(message_id: str) -> tuple[Message, Topic, Room] | None:
    row = session().get(Message, message_id)
    if row is None:
        return None
    now = runtime.current().clock.now()
    if row.deleted_at is not None and (row.deleted_at <= now - DELETED_REPORTABLE or not row.body):
        return None
    return row, session().get_one(Topic, row.topic_id), session().get_one(Room, row.room_id)


def _place(topic: Topic, room: Room) -> dict[str, Any]:
    """Where it stands; of a room that is not open to the network nothing."""
    if room.kind not in OPEN_KINDS:
        return {}
    return {"topic_id": topic.id, "topic": topic.title, "room": room.name}


def _message(target_id: str, _network_id: str | None) -> Target | None:
    rows = _message_rows(target_id)
    if rows is None:
        return None
    row, topic, room = rows
    content = {**_place(topic, room), "files": files_of(row.id), "deleted": row.deleted_at is not None}
    return Target(
        "message", row.id, room.network_id, row.author_id, row.body, row.version,
        row.edited_at or row.created_at, row.language, room.kind not in OPEN_KINDS, content,
    )  # fmt: skip


def _topic(target_id: str, _network_id: str | None) -> Target | None:
    topic = session().get(Topic, target_id)
    if topic is None:
        return None
    room = session().get_one(Room, topic.room_id)
    body = _topic_bodies([topic.id])[topic.id]
    return Target(
        "topic", topic.id, room.network_id, topic.created_by, body, topic.version, topic.created_at,
        confidential=room.kind not in OPEN_KINDS, content=_place(topic, room),
    )  # fmt: skip


def _user(target_id: str, network_id: str | None) -> Target | None:
    row, profile = session().get(User, target_id), session().get(Profile, target_id)
    belongs = select(Membership.network_id).where(
        Membership.user_id == target_id, Membership.ended_at.is_(None)
    )
    there = network_id or session().scalar(belongs.order_by(Membership.id).limit(1))
    if row is None or row.state != "active" or there is None:
        return None
    return Target(
        "user", row.id, there, row.id, _user_bodies([row.id])[row.id], profile.version if profile else 1,
        runtime.current().clock.now(), row.language,
    )  # fmt: skip


def _file(target_id: str, _network_id: str | None) -> Target | None:
    row = session().get(File, target_id)
    rows = _message_rows(row.message_id) if row is not None and row.message_id is not None else None
    if row is None or rows is None:
        return None
    _said, topic, room = rows
    return Target(
        "file", row.id, row.network_id, row.uploader_id, _file_body(row), 1, row.created_at,
        confidential=room.kind not in OPEN_KINDS,
        content={**_place(topic, room), "files": [_file_words(row)]},
    )  # fmt: skip


def _meeting(target_id: str, _network_id: str | None) -> Target | None:
    row = session().get(Meeting, target_id)
    if row is None:
        return None
    return Target(
        "meeting", row.id, row.network_id, row.created_by, _meeting_body(row), row.version, row.changed_at,
        content={"title": row.title, "starts_at": row.starts_at.isoformat()},
    )  # fmt: skip


def _file_body(row: File) -> str:
    return "\n".join(part for part in (row.name, row.alt) if part)


def _meeting_body(row: Meeting) -> str:
    return "\n".join(part for part in (row.title, row.about, row.place, row.link) if part)


def _message_bodies(ids: Sequence[str]) -> dict[str, str]:
    rows = session().execute(select(Message.id, Message.body).where(_there(Message, ids)))
    return {row.id: row.body for row in rows}


def _there(table: Any, ids: Sequence[str]) -> Any:
    return table.id.in_(ids) & table.deleted_at.is_(None)


def _topic_bodies(ids: Sequence[str]) -> dict[str, str]:
    """A topic says its title and how it begins."""
    first = select(func.min(Message.seq)).where(Message.topic_id == Topic.id).correlate(Topic)
    rows = session().execute(
        select(Topic.id, Topic.title, Message.body)
        .outerjoin(Message, (Message.topic_id == Topic.id) & (Message.seq == first.scalar_subquery()))
        .where(Topic.id.in_(ids))
    )
    return {row.id: "\n\n".join(part for part in (row.title, row.body) if part) for row in rows}


def _user_bodies(ids: Sequence[str]) -> dict[str, str]:
    """A person says her name, and what she wrote about herself for her networks to read."""
    rows = session().execute(
        select(User.id, User.display_name, Profile.introduction, Profile.introduction_for)
        .outerjoin(Profile, Profile.user_id == User.id)
        .where(User.id.in_(ids), User.state == "active")
    )
    return {
        row.id: "\n\n".join(
            part
            for part in (row.display_name, row.introduction if row.introduction_for != "nobody" else None)
            if part
        )
        for row in rows
    }


def _file_bodies(ids: Sequence[str]) -> dict[str, str]:
    return {row.id: _file_body(row) for row in session().scalars(select(File).where(File.id.in_(ids)))}


def _meeting_bodies(ids: Sequence[str]) -> dict[str, str]:
    return {
        row.id: _meeting_body(row) for row in session().scalars(select(Meeting).where(Meeting.id.in_(ids)))
    }


_CHECKS: dict[str, Callable[[Actor, str, str | None], str | None]] = {
    "message": _see_message, "topic": _see_topic, "user": _see_user, "file": _see_file,
    "meeting": _see_meeting,
}  # fmt: skip
_ROWS: dict[str, Callable[[str, str | None], Target | None]] = {
    "message": _message, "topic": _topic, "user": _user, "file": _file, "meeting": _meeting,
}  # fmt: skip
_BODIES: dict[str, Callable[[Sequence[str]], dict[str, str]]] = {
    "message": _message_bodies, "topic": _topic_bodies, "user": _user_bodies, "file": _file_bodies,
    "meeting": _meeting_bodies,
}  # fmt: skip
