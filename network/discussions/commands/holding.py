"""A newcomer's first message, where her network looks at such before others see them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.discussions import Message, Room
from models.hints import HeldMessage
from network.discussions.policy import TO_WHOLE_NETWORK, Place
from network.discussions.queries.held import held_view
from network.discussions.queries.messages import MessageView
from network.discussions.rules.holding import FilesLater, held_until
from network.discussions.rules.texts import ClientMsgIdConflict, Draft
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import new_id
from network.kernel.transaction import session
from network.networks import is_host, is_steward


def held_before(actor: Actor, place: Any, client_msg_id: str, digest: str) -> MessageView | None:
    """What the actor sent under this id and what waits. Raises ClientMsgIdConflict where it was another
    text. Where the network holds nothing, nothing is looked up."""
    if not place.holds_first:
        return None
    sent = (HeldMessage.author_id == (actor.user_id or ""), HeldMessage.client_msg_id == client_msg_id)
    row = session().scalars(select(HeldMessage).where(*sent)).one_or_none()
    if row is None:
        return None
    if row.content_digest != digest:
        raise ClientMsgIdConflict()
    return held_view(row)


def must_wait(actor: Actor, place: Any, at: Place) -> bool:
    """True for a message of somebody of whom nothing stands in the rooms of the whole network yet, since she
    came; who looks after the rooms needs nobody to look. `place` is a row of `queries.places`."""
    if not place.holds_first or at.kind not in TO_WHOLE_NETWORK:
        return False
    if is_host(actor, at) or is_steward(actor, at):
        return False
    wanted = (
        select(Message.id)
        .join(Room, Room.id == Message.room_id)
        .where(
            Message.author_id == (actor.user_id or ""), Message.created_at >= place.member_since,
            Room.network_id == place.network_id, Room.kind.in_(TO_WHOLE_NETWORK),
        )
        .limit(1)
    )  # fmt: skip
    return session().scalar(wanted) is None


def hold(
    actor: Actor, place: Any, draft: Draft, digest: str, topic_id: str | None, title: str | None = None
) -> MessageView:
    """Keep a message until somebody looked at it, within a command that checked the right: in a topic, or
    with the title of the one that it opens. Nobody but its author and those who look after the rooms sees it.
    Raises FilesLater."""
    if draft.file_ids:
        raise FilesLater()
    now = runtime.current().clock.now()
    row = HeldMessage(
        id=new_id(), network_id=place.network_id, room_id=place.room_id, topic_id=topic_id or new_id(),
        title=title, author_id=actor.user_id or "", body=draft.body, client_msg_id=draft.client_msg_id,
        content_digest=digest, reply_to=draft.reply_to, language=draft.language,
        translation=draft.translation, held_at=now, until=held_until(now),
    )  # fmt: skip
    session().add(row)
    session().flush()
    return held_view(row)
