"""From a mail to an answer, and the ways in which mails come: the mailbox, or one mail by a pipe."""

from __future__ import annotations

from typing import BinaryIO

import structlog

from network import notifications
from network.kernel import runtime
from network.notifications import IGNORED, MailedAnswer
from web.incoming.reading import LARGEST, read

log = structlog.get_logger("mail_answers")

LARGEST_PIPED = 50 << 20
"""Bytes that are taken off a pipe, so that who writes into it is not cut short; the first are looked at."""


def take(raw: bytes, *, may_wait: bool) -> str:
    """Post a mail as an answer, refuse it, or pass it over; what became of it. Raises DatabaseBusy,
    StorageFull."""
    settings = runtime.current().settings
    try:
        mail = read(raw[:LARGEST], settings.reply_address, settings.mail_from)
    except ValueError as error:
        log.warning("mail_not_read", why=str(error))
        return IGNORED
    why = mail.automatic or ("no sender" if mail.sender is None else "")
    why = why or ("" if mail.tokens else "no address of ours")
    if why or mail.sender is None:
        log.info("mail_passed_over", why=why)
        return IGNORED
    outcome = notifications.answer_by_mail(
        MailedAnswer(mail.sender, mail.tokens, mail.key, mail.words), may_wait=may_wait
    )
    log.info("mail_taken", outcome=outcome)
    return outcome


def read_pipe(pipe: BinaryIO) -> bytes:
    """The beginning of what comes through a pipe, which is read to its end."""
    head = pipe.read(LARGEST)
    left = LARGEST_PIPED
    while left > 0 and (more := pipe.read(min(left, 1 << 16))):
        left -= len(more)
    return head
