"""Keeping what somebody typed and did not send, so that each of her devices goes on from there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, Text, bindparam, delete, func, or_, select
from sqlalchemy import cast as cast_column

from models.discussions import Message, StoredDraft, Topic
from network.discussions.commands.answering import check_answered
from network.discussions.commands.limits import longest_message
from network.discussions.commands.upserts import upsert
from network.discussions.policy import may_keep_marks, may_tidy
from network.discussions.queries.drafts import DraftView, get_draft, visible_context
from network.discussions.rules.drafts import Texts, opening_parts, room_of, saved, sent, topic_of
from network.discussions.rules.texts import CLIENT_ID, TITLE_MAX, tidy_text
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import new_untimed_id
from network.kernel.policy import require
from network.kernel.prepared import Prepared
from network.kernel.tidying import AT_ONCE, note_forgotten, tidies
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _

KEPT = timedelta(days=90)
"""So long what nobody sent is kept after the last sign of it."""

ON_ITS_WAY = timedelta(minutes=1)
"""So long a save may take to arrive after what it says was sent."""

_DRAFTS = cast(Table, StoredDraft.__table__)
_TAKE = Prepared(
    delete(_DRAFTS)
    .where(
        _DRAFTS.c.user_id == bindparam("whose"), _DRAFTS.c.context == bindparam("place"),
        # The same text is the same thought: a page that was loaded anew may have given it another id.
        # What waits behind another may be what was said; the other one is put back.
        or_(
            _DRAFTS.c.client_msg_id == bindparam("sent_as"), func.trim(_DRAFTS.c.body) == bindparam("said"),
            cast_column(_DRAFTS.c.set_aside, Text) != "[]",
        ),
    )
    .returning(*_DRAFTS.c)
)  # fmt: skip


@command
def save_draft(
    actor: Actor, context: str, body: str, client_msg_id: str | None = None, reply_to: str | None = None, *,
    expected_version: int,
) -> DraftView:  # fmt: skip
    """Keep what somebody typed for `topic:<id>`, or for a new topic in `room:<id>`, whose title is the first
    line; an empty body to keep nothing. Never refused as stale: where
    another device saved something else meanwhile, both texts stay. `client_msg_id` is the one under which it
    will be sent; once it was, it is no draft any more. Raises NotFound, Invalid."""
    visible_context(actor, context)
    require(may_keep_marks(actor))
    text, known_as = _checked(context, body, client_msg_id)
    check_answered(reply_to, topic_of(context) or "")
    row = _locked(actor, context)
    sent_as_it = _sent_as(actor, client_msg_id)
    # A save that was on its way when the text was sent must not bring it back; another's text stays.
    is_state = sent_as_it is not None and (
        topic_of(context) is None or sent_as_it.startswith(tidy_text(text))
    )
    if is_state or _was_just_said(actor, context, text):
        text = ""
    stored = Texts(row.body, tuple(row.set_aside))
    # The id too: after something was sent or emptied the versions begin again.
    same = row.version == 0 or client_msg_id in (None, row.client_msg_id)
    kept = saved(stored, text, knew=same and row.version == expected_version)
    if not kept.body:
        session().delete(row)
        session().flush()
        return get_draft(actor, context)
    if kept != stored or (text and row.reply_to != reply_to):
        row.version += 1
    if kept.body == text:
        # What parts from the other device's text must not be sent as the same message.
        parts = sent_as_it is not None or (stored.body in kept.set_aside and known_as == row.client_msg_id)
        row.client_msg_id, row.reply_to = new_untimed_id() if parts else known_as, reply_to
    elif kept.body != stored.body:
        row.client_msg_id, row.reply_to = new_untimed_id(), None
    row.body, row.set_aside = kept.body, list(kept.set_aside)
    row.updated_at = runtime.current().clock.now()
    session().flush()
    return get_draft(actor, context)


def _checked(context: str, body: str, client_msg_id: str | None) -> tuple[str, str]:
    # Blanks at the ends belong to somebody who is still typing.
    text = body if tidy_text(body) else ""
    most = longest_message() if topic_of(context) else longest_message() + TITLE_MAX + 1
    if len(text) > most:
        raise Invalid({"body": FieldFault.of(_("This is too long: at most %(most)s characters."), most=most)})
    if client_msg_id is not None and not CLIENT_ID.match(client_msg_id):
        raise Invalid({"client_msg_id": FieldFault.of(_("Please use 1 to 64 letters, digits or signs."))})
    return text, client_msg_id or new_untimed_id()


def _locked(actor: Actor, context: str) -> StoredDraft:
    """The row, made where there is none, and nobody else's until the commit."""
    work = session()
    empty: dict[str, Any] = {
        "user_id": actor.id, "context": context, "body": "", "set_aside": [], "client_msg_id": "",
        "reply_to": None, "version": 0, "updated_at": runtime.current().clock.now(),
    }  # fmt: skip
    work.execute(upsert(StoredDraft).values(empty).on_conflict_do_nothing())
    wanted = select(StoredDraft).where(StoredDraft.user_id == actor.id, StoredDraft.context == context)
    return work.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()


def _sent_as(actor: Actor, client_msg_id: str | None) -> str | None:
    """What was said under this id, if anything was."""
    wanted = select(Message.body).where(
        Message.author_id == actor.id, Message.client_msg_id == (client_msg_id or "")
    )
    return session().scalar(wanted) if client_msg_id is not None else None


def _was_just_said(actor: Actor, context: str, text: str) -> bool:
    # The page may have been loaded anew in between, and have sent it under another id.
    since = runtime.current().clock.now() - ON_ITS_WAY
    wanted = select(Message.id).where(Message.author_id == actor.id, Message.created_at >= since)
    if (topic_id := topic_of(context)) is not None:
        wanted = wanted.where(Message.topic_id == topic_id, Message.body == tidy_text(text))
    else:
        title, body = opening_parts(text)
        wanted = wanted.join(Topic, Topic.id == Message.topic_id).where(
            Message.room_id == room_of(context), Message.body == tidy_text(body), Topic.title == title.strip()
        )
    return text != "" and session().scalar(wanted.limit(1)) is not None


def take_draft(actor: Actor, context: str, client_msg_id: str, said: str) -> None:
    """What was sent, under this id or in these words, is no draft any more; what was set aside behind it
    comes to the front. Within the command that sends it."""
    wanted = {
        "whose": actor.id, "place": context, "sent_as": client_msg_id, "said": said
    }  # fmt: skip
    gone = _TAKE.one_or_none(wanted)
    if gone is None:
        return
    behind = [text for text in gone.set_aside if text.strip() != said]
    is_it = gone.client_msg_id == client_msg_id or gone.body.strip() == said
    left = sent(behind) if is_it else Texts(gone.body, tuple(behind))
    if left.body:
        session().add(
            StoredDraft(
                user_id=actor.id, context=context, body=left.body, set_aside=list(left.set_aside),
                client_msg_id=new_untimed_id() if is_it else gone.client_msg_id,
                reply_to=None if is_it else gone.reply_to,
                version=gone.version + is_it,
                updated_at=runtime.current().clock.now() if is_it else gone.updated_at,
            )
        )  # fmt: skip


@tidies
@command
def forget_drafts(actor: Actor) -> int:
    """Delete what was typed three months ago and never sent. At most a thousand, how many. Refused to
    everybody but the system."""
    require(may_tidy(actor))
    past = runtime.current().clock.now() - KEPT
    due = select(StoredDraft).where(StoredDraft.updated_at <= past).order_by(StoredDraft.updated_at)
    rows = session().scalars(due.limit(AT_ONCE).with_for_update()).all()
    for row in rows:
        session().delete(row)
    session().flush()
    note_forgotten(actor, "drafts", len(rows))
    return len(rows)
