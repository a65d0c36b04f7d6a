"""How a letter leaves: to a mail server, or as a file that the demo shows."""

from __future__ import annotations

import copy
import os
import re
import secrets
import smtplib
import ssl
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, SMTPUTF8, default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from config import BadSetting
from network.kernel.letters import NoSuchAddress

TIMEOUT_SECONDS = 20
LONGEST_LINE = 998
"""Bytes of a line in a letter (RFC 5322, 2.1.1)."""


def choose(smtp_url: str, outbox: Path) -> Callable[[EmailMessage], None]:
    """Mail over SMTP where a server is set, else `.eml` files in `outbox`."""
    return smtp_delivery(smtp_url) if smtp_url else file_delivery(outbox)


def file_delivery(outbox: Path) -> Callable[[EmailMessage], None]:
    """Each letter a file whose name sorts by time; it appears whole or not at all."""
    outbox.mkdir(mode=0o700, parents=True, exist_ok=True)

    def deliver(message: EmailMessage) -> None:
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
        draft = outbox / f".{name}.part"
        content = _legible(message).as_bytes(policy=_policy(message))
        try:
            # Letters hold links that open accounts: nobody but us reads them here.
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            os.replace(draft, outbox / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    return deliver


def _legible(message: EmailMessage) -> EmailMessage:
    """The same letter with its text as it reads, links in one piece: files pass no server that would mind."""
    copied = copy.deepcopy(message)
    for part in copied.walk():
        if part.get_content_maintype() == "text":
            text = part.get_content()
            if all(len(line.encode()) <= LONGEST_LINE for line in text.splitlines()):
                part.set_content(text, subtype=part.get_content_subtype(), cte="8bit")
    return copied


def forget_files(outbox: Path, before: datetime) -> int:
    """Delete letters that were written before a moment, and drafts that a power cut left; how many letters.
    Their own date counts, which obeys the product's clock; the file's where there is none."""
    forgotten = 0
    for path in outbox.glob("*.eml*") if outbox.is_dir() else ():
        if _written_at(path) <= before:
            path.unlink(missing_ok=True)
            forgotten += path.suffix == ".eml"
    return forgotten


def forget_files_to(outbox: Path, addresses: Collection[str]) -> None:
    """Delete letters that were written to one of these addresses."""
    wanted = {address.casefold() for address in addresses}
    for path in outbox.glob("*.eml") if outbox.is_dir() else ():
        with path.open("rb") as file:
            said = BytesHeaderParser(policy=default).parse(file)["To"]
        if said is not None and {to.addr_spec.casefold() for to in said.addresses} & wanted:
            path.unlink(missing_ok=True)


def _written_at(path: Path) -> datetime:
    try:
        with path.open("rb") as file:
            said = BytesHeaderParser().parse(file)["Date"]
        return parsedate_to_datetime(str(said)).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def smtp_delivery(url: str) -> Callable[[EmailMessage], None]:
    """Each letter over a connection of its own; `smtps://` is TLS from the start, `smtp://` uses STARTTLS
    where the server offers it, and insists on it when a password would be sent."""
    enter = _door_of(url)

    def deliver(message: EmailMessage) -> None:
        with enter() as server:
            try:
                server.send_message(message)
            except smtplib.SMTPRecipientsRefused as refusal:
                if _says_nobody(refusal):
                    raise NoSuchAddress() from refusal
                raise

    return deliver


def _says_nobody(refusal: smtplib.SMTPRecipientsRefused) -> bool:
    """True for `550 5.1.1` and its like (RFC 3463: 5.1.x is about the address); a server that refuses for
    other reasons may be mended, and then the letter leaves."""
    return all(code >= 500 and re.match(rb"5\.1\.\d", said) for code, said in refusal.recipients.values())


def fault_of_server(url: str) -> str | None:
    """Why the mail server would take no letter from us; None when it lets us in. Nothing is sent."""
    try:
        with _door_of(url)() as server:
            server.noop()
    except smtplib.SMTPAuthenticationError:
        return "it does not take the name and password"
    except (OSError, smtplib.SMTPException) as error:
        return " ".join(str(error).split()) or type(error).__name__
    return None


def _door_of(url: str) -> Callable[[], AbstractContextManager[smtplib.SMTP]]:
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise BadSetting("MENTORNET_SMTP_URL must look like smtp://user:password@host:587")
    host, port = parts.hostname, parts.port or (465 if parts.scheme == "smtps" else 587)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")

    @contextmanager
    def enter() -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        with server:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif parts.scheme == "smtp" and user:
                raise smtplib.SMTPNotSupportedError("the server offers no encryption for the password")
            if user:
                server.login(user, password)
            yield server

    return enter


def _policy(message: EmailMessage) -> Any:
    """Plain SMTP where the addresses allow it: müller@… needs the newer kind (RFC 6532)."""
    return SMTP if f"{message['To']}{message['From']}".isascii() else SMTPUTF8
