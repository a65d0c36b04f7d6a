"""The mailbox to which letters are answered, read by IMAP: a bounded number of mails in a round, each once.

What was posted or refused is deleted there. What no person wrote, or nobody of ours, stays flagged for a
month, for whoever runs the server to look at. A round that is ended in between begins with the same mail
again; that it is posted once is seen to where it is posted.
"""

from __future__ import annotations

import contextlib
import imaplib
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from config import is_loopback
from network.kernel import runtime
from network.kernel.errors import DatabaseBusy, StorageFull
from network.notifications import IGNORED, LATER
from web.incoming.reading import LARGEST

log = structlog.get_logger("mail_answers")

TLS_PORT, OPEN_PORT = 993, 143
TIMEOUT_SECONDS = 10
ROUND_SECONDS = 40
MOST_IN_A_ROUND = 50
MOST_LOOKED_AT = 200
MOST_WAITING = 20
"""Mails that are put off in one round; whoever writes more at once is told so."""

WAITS_AT_MOST = timedelta(hours=1)
PASSED_OVER_KEPT = timedelta(days=30)

Take = Callable[..., str]
"""(raw, may_wait=…) → what became of a mail."""


class MailboxAway(Exception):
    """The mailbox cannot be read; the text says why, and holds no password."""


def fetch(url: str, take: Take) -> Counter[str]:
    """Hand the mails that wait to `take`, oldest first; how many became what. Raises MailboxAway."""
    done: Counter[str] = Counter()
    began = time.monotonic()
    with _opened(url) as box:
        for uid in _search(box, "UNSEEN", "UNDELETED")[:MOST_LOOKED_AT]:
            if time.monotonic() - began > ROUND_SECONDS or done.total() - done[LATER] >= MOST_IN_A_ROUND:
                break
            found = _read(box, uid)
            if found is None:
                continue
            raw, came_at = found
            young = runtime.current().clock.now() - came_at < WAITS_AT_MOST
            outcome = _taken(take, raw, may_wait=young and done[LATER] < MOST_WAITING)
            done[outcome] += 1
            if outcome != LATER:
                flags = r"(\Seen \Flagged)" if outcome == IGNORED else r"(\Seen \Deleted)"
                _ask(box, "STORE", uid, "+FLAGS.SILENT", flags)
        _forget_passed_over(box)
        _answer_of(box.expunge())
    return done


def fault_of(url: str) -> str | None:
    """Why the mailbox cannot be read; None when it can. Nothing in it is touched."""
    try:
        with _opened(url, readonly=True):
            return None
    except MailboxAway as error:
        return str(error)


def _taken(take: Take, raw: bytes, *, may_wait: bool) -> str:
    try:
        return take(raw, may_wait=may_wait)
    except (DatabaseBusy, StorageFull):
        return LATER
    except Exception:
        # One mail that we cannot handle must not keep the others; it stays there, flagged.
        log.exception("mail_not_handled")
        return IGNORED


@contextmanager
def _opened(url: str, *, readonly: bool = False) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    box: imaplib.IMAP4 | None = None
    try:
        box = _connected(parts)
        if parts.scheme == "imap" and not is_loopback(parts.hostname):
            # Refuses where the server offers none: no password goes over an open line.
            box.starttls(ssl.create_default_context())
        _log_in(box, user, password)
        said, data = box.select(_quoted(folder), readonly=readonly)
        if said != "OK":
            raise MailboxAway(f"there is no folder {folder}: {_first(data)}")
        yield box
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise MailboxAway(why.replace(password, "…") if password else why) from None
    finally:
        if box is not None:
            for end in (box.logout, box.shutdown):
                with contextlib.suppress(imaplib.IMAP4.error, OSError, EOFError):
                    end()


def _connected(parts: Any) -> imaplib.IMAP4:
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(
            parts.hostname, parts.port or TLS_PORT, ssl_context=context, timeout=TIMEOUT_SECONDS
        )
    return imaplib.IMAP4(parts.hostname, parts.port or OPEN_PORT, timeout=TIMEOUT_SECONDS)


def _log_in(box: imaplib.IMAP4, user: str, password: str) -> None:
    if user.isascii() and password.isascii():
        box.login(_quoted(user), password)
    else:
        box.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _search(box: imaplib.IMAP4, *wanted: str) -> list[str]:
    data = _ask(box, "SEARCH", *wanted)
    return (data[0] or b"").decode("ascii").split() if data else []


def _read(box: imaplib.IMAP4, uid: str) -> tuple[bytes, datetime] | None:
    """The beginning of a mail and when it came; None when it is gone."""
    for part in _ask(box, "FETCH", uid, f"(INTERNALDATE BODY.PEEK[]<0.{LARGEST}>)"):
        if isinstance(part, tuple):
            came = imaplib.Internaldate2tuple(part[0])
            at = datetime.fromtimestamp(time.mktime(came), UTC) if came else runtime.current().clock.now()
            return part[1], at
    return None


def _forget_passed_over(box: imaplib.IMAP4) -> None:
    before = runtime.current().clock.now() - PASSED_OVER_KEPT
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    day = f"{before.day}-{months[before.month - 1]}-{before.year}"
    old = _search(box, "SEEN", "FLAGGED", "UNDELETED", "BEFORE", day)[:MOST_LOOKED_AT]
    if old:
        _ask(box, "STORE", ",".join(old), "+FLAGS.SILENT", r"(\Deleted)")


def _ask(box: imaplib.IMAP4, verb: str, *arguments: str) -> list[Any]:
    return _answer_of(box.uid(verb, *arguments))


def _answer_of(answer: tuple[str, list[Any]]) -> list[Any]:
    said, data = answer
    if said != "OK":
        raise MailboxAway(f"the mail server refused: {_first(data)}")
    return data


def _first(data: list[Any]) -> str:
    return data[0].decode("utf-8", "replace") if data and isinstance(data[0], bytes) else "?"
