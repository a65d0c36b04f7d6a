"""Which messages a message can answer."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from models.discussions import Message
from network.kernel.errors import FieldFault, Invalid
from network.kernel.transaction import session
from network.kernel.translation import mark as _

_messages = Message.__table__.c
_ANSWERED = select(_messages.id).where(
    _messages.id == bindparam("answered"), _messages.topic_id == bindparam("in_topic")
)


def check_answered(message_id: str | None, topic_id: str) -> None:
    """Raise Invalid unless the message, where one is answered, is part of the topic."""
    if message_id is None:
        return
    found = session().connection().execute(_ANSWERED, {"answered": message_id, "in_topic": topic_id})
    if found.one_or_none() is None:
        raise Invalid({"reply_to": FieldFault.of(_("This message is not part of the topic."))})
