"""Posting what somebody answered to a letter: once, in her name, by the rights that she has just then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from models.notifications import HandledMail
from network import discussions
from network.kernel import outbox, runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.addresses import normal_address
from network.kernel.errors import Conflict, DomainError, NotFound, TooMany
from network.kernel.ids import keyed_digest
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import AT_ONCE, in_steps, note_forgotten, tidies
from network.kernel.transaction import command, session, unit_of_work
from network.notifications.policy import may_keep_notices, may_notify
from network.notifications.queries.answers import OPEN_ROOMS, Answered, find_answered
from network.notifications.queries.readers import reader_of
from network.notifications.rules.answers import (
    CLOSED_PLACE,
    EXPIRED,
    IGNORED,
    KEPT,
    LATER,
    MOST_REFUSALS,
    NO_WORDS,
    OTHER_SENDER,
    POSTED,
    REFUSAL,
    REFUSED,
    WORTH_WAITING,
)
from network.notifications.rules.reply_addresses import COUNTS


@dataclass(frozen=True, slots=True)
class MailedAnswer:
    """A mail that somebody seems to have written. `tokens` are those of our addresses to which it went,
    `key` tells it from every other mail, `language` is what it is written in, where that is known."""

    sender: str
    tokens: Sequence[str]
    key: str
    words: str
    language: str | None = None


class PlaceClosed(Conflict):
    """What was open to the whole network when the letter left is so no more."""

    code = CLOSED_PLACE


def answer_by_mail(mail: MailedAnswer, *, may_wait: bool) -> str:
    """Post a mail as the answer to the message that its letter was about; what became of it.

    It takes both, an address that we gave out and the sender to whom we gave it (decision 17). Whatever else
    comes is IGNORED, and nobody hears of it. A refusal is told to the account's own address, with the words.
    LATER, where `may_wait`: nothing was done, and it is worth trying again in some minutes.

    Raises DatabaseBusy, StorageFull. Facts as of `post_message`."""
    with unit_of_work():
        answered = find_answered(mail.tokens)
        reader = reader_of(answered.user_id) if answered is not None else None
    if answered is None or reader is None:
        return IGNORED
    now = runtime.current().clock.now()
    if normal_address(mail.sender) != normal_address(reader.email or ""):
        # Whoever wrote this may be anybody: its words go nowhere, and however many come, one letter tells it.
        return _refused(answered, reader, f"{OTHER_SENDER} {answered.notice_id}", OTHER_SENDER, None)
    key = f"{answered.notice_id} {mail.key}"
    if answered.told_at + COUNTS <= now:
        return _refused(answered, reader, key, EXPIRED, mail.words)
    if not mail.words:
        return _refused(answered, reader, key, NO_WORDS, None)
    try:
        return post_answer(reader, answered, key, mail.words, mail.language)
    except TooMany as error:
        if may_wait and timedelta(seconds=error.retry_after) <= WORTH_WAITING:
            return LATER
        return _refused(answered, reader, key, error.code, mail.words)
    except DomainError as error:
        return _refused(answered, reader, key, error.code, mail.words)


@command
def post_answer(actor: Actor, answered: Answered, key: str, words: str, language: str | None) -> str:
    """Write down that a mail was handled, and post it as an answer, in one transaction; what became of it,
    which may have been before. Refusals and errors as in `post_message`; PlaceClosed where only some read
    along by now."""
    require(may_keep_notices(actor))
    digest = keyed_digest("handled mail", key)
    if not _note(digest, answered, POSTED, None):
        before = session().scalar(select(HandledMail.outcome).where(HandledMail.key == digest))
        return POSTED if before == POSTED else REFUSED
    if answered.topic_id is None:
        raise NotFound()
    if answered.room_kind not in OPEN_ROOMS:
        raise PlaceClosed()
    known_as = f"mail-{digest[:40]}"
    discussions.post_message(actor, answered.topic_id, words, known_as, answered.message_id, language)
    return POSTED


def _refused(answered: Answered, reader: Actor, key: str, why: str, words: str | None) -> str:
    to = (reader.email or "", reader.language)
    refuse_answer(system_actor("mail_answers"), answered, to, key, why, words)
    return REFUSED


@command
def refuse_answer(
    actor: Actor, answered: Answered, to: tuple[str, str], key: str, why: str, words: str | None
) -> None:
    """Write down that a mail was refused, and promise its sender a letter that brings her words back; once
    for a mail, and for ten a day at most; `to` is her account's address and language. Refused to everybody
    but the system."""
    require(may_notify(actor))
    now = runtime.current().clock.now()
    today = select(func.count()).where(
        HandledMail.user_id == answered.user_id, HandledMail.outcome != POSTED,
        HandledMail.handled_at > now - timedelta(days=1),
    )  # fmt: skip
    told = session().scalar(today) or 0
    digest = keyed_digest("handled mail", key)
    kept = None if words is None else words[: runtime.current().settings.message_max_characters]
    if _note(digest, answered, why[:40], kept) and told < MOST_REFUSALS:
        outbox.post(REFUSAL, *to, key=digest)


def _note(digest: str, answered: Answered, outcome: str, words: str | None) -> bool:
    make: Any = sqlite_insert if runtime.current().database.is_sqlite else postgresql_insert
    row = {
        "key": digest, "user_id": answered.user_id, "message_id": answered.message_id, "outcome": outcome,
        "words": words, "handled_at": runtime.current().clock.now(),
    }  # fmt: skip
    new = make(HandledMail).values(row).on_conflict_do_nothing().returning(HandledMail.key)
    return session().scalar(new) is not None


@job("mail_answers.tidy", every_minutes=24 * 60)
def tidy() -> int:
    """Forget what mails said that were refused, and later that there were any; how many."""
    actor = system_actor("mail_answers.tidy")
    return in_steps(lambda: forget_words(actor)) + in_steps(lambda: forget_handled_mails(actor))


@tidies
@command
def forget_words(actor: Actor) -> int:
    """Empty refused answers as long after as letters are kept. At most a thousand, how many. Refused to
    everybody but the system."""
    require(may_notify(actor))
    kept = timedelta(days=runtime.current().settings.settled_mails_kept_days)
    before = runtime.current().clock.now() - kept
    over = select(HandledMail.key).where(HandledMail.words.is_not(None), HandledMail.handled_at <= before)
    keys = session().scalars(over.limit(AT_ONCE)).all()
    session().execute(update(HandledMail).where(HandledMail.key.in_(keys)).values(words=None))
    note_forgotten(actor, "handled_mails", len(keys))
    return len(keys)


@tidies
@command
def forget_handled_mails(actor: Actor) -> int:
    """Delete which mails were handled after 60 days, when their addresses count no more. At most a thousand,
    how many. Refused to everybody but the system."""
    require(may_notify(actor))
    over = select(HandledMail.key).where(HandledMail.handled_at <= runtime.current().clock.now() - KEPT)
    keys = session().scalars(over.limit(AT_ONCE)).all()
    session().execute(delete(HandledMail).where(HandledMail.key.in_(keys)))
    note_forgotten(actor, "handled_mails", len(keys))
    return len(keys)
