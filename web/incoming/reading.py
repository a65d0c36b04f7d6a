"""What came by mail: who says that she sent it, to which of our addresses, with which words; and whether it
is a person's at all (RFC 3834: no answer to what a program sent)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from typing import Any

from network.notifications import TOKEN
from web.incoming.plain import plain_text
from web.incoming.words import own_words

LARGEST = 1 << 20
"""Bytes of a mail that are looked at: words come first, files behind them."""

LONGEST_HEAD = 1 << 17
MOST_PARTS = 300
MOST_TOKENS = 5
DEEPEST = 20
LONGEST_TEXT = 200_000

_ENDS_OF_HEAD = (b"\n\n", b"\r\n\r\n")
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_TELL_A_PROGRAM = (
    "X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Failed-Recipients", "List-Id",
)  # fmt: skip
_PROGRAMS = ("mailer-daemon", "postmaster", "noreply", "no-reply")
_ONE_ADDRESS = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^<>@",;:()])*<\s*([^<>\s@,;:"()]+@[^<>\s@,;:"()]+)\s*>|'
                          r'([^<>\s@,;:"()]+@[^<>\s@,;:"()]+)')  # fmt: skip
_NO_CHARSETS = ("punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7", "utf-7")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as it claims to be. `sender` is None unless exactly one address stands in From; `tokens` are
    the secret parts of our addresses to which it went; `automatic` says why no person wrote it."""

    sender: str | None
    tokens: tuple[str, ...]
    key: str
    words: str
    automatic: str | None


def read(raw: bytes, reply_address: str, mail_from: str) -> Incoming:
    """Read a mail that may be anything. `reply_address` is where answers come, `mail_from` who our own mails
    are from. Raises ValueError for what is no mail that can be read."""
    if raw.count(b"\n--") > MOST_PARTS:
        raise ValueError("a mail of very many parts")
    if min(place if (place := raw.find(end)) >= 0 else len(raw) for end in _ENDS_OF_HEAD) > LONGEST_HEAD:
        raise ValueError("a mail with a very long head")
    try:
        mail = message_from_bytes(raw[:LARGEST])
        sender = _sender(mail)
        name, own = parseaddr(mail_from)
        ours = (own, f"{reply_address.partition('@')[0]}+", reply_address, name)
        words = own_words(_writable(_text(mail)[:LONGEST_TEXT]), ours)
    except (RecursionError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise ValueError("a mail that cannot be read") from error
    automatic = _automatic(mail)
    if sender is not None and _is_ours(sender, reply_address, own):
        automatic = "our own"
    said = "\n".join((_header(mail, "Message-ID"), _header(mail, "Date"), words))
    key = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    return Incoming(sender, _tokens(mail, reply_address), key, words, automatic)


def _writable(text: str) -> str:
    """Without what no database keeps: zero bytes and halves of signs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _header(mail: Message, name: str) -> str:
    return " ".join(str(mail.get(name, "")).split())


def _sender(mail: Message) -> str | None:
    said = mail.get_all("From", [])
    if len(said) != 1:
        return None
    found = _ONE_ADDRESS.fullmatch(" ".join(str(said[0])[:1_000].split()))
    return None if found is None else found[1] or found[2]


def _tokens(mail: Message, reply_address: str) -> tuple[str, ...]:
    local, _, domain = reply_address.rpartition("@")
    form = rf"(?<![\w.+-]){re.escape(local)}\+({TOKEN})@{re.escape(domain)}(?![\w.-])"
    ours = re.compile(form, re.IGNORECASE)
    said = " ".join(str(value)[:10_000] for name in _TO for value in mail.get_all(name, [])[:20])
    return tuple(dict.fromkeys(found.lower() for found in ours.findall(said)))[:MOST_TOKENS]


def _automatic(mail: Message) -> str | None:
    if _header(mail, "Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no"):
        return "Auto-Submitted"
    if _header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return "Precedence"
    for name in _TELL_A_PROGRAM:
        if mail.get(name) is not None:
            return name
    if mail.get("Return-Path") is not None and _header(mail, "Return-Path") in ("<>", ""):
        return "Return-Path"
    if mail.get_content_type() in ("multipart/report", "message/delivery-status"):
        return "a report"
    sender = (_sender(mail) or "").lower()
    return "a program's address" if sender.partition("@")[0] in _PROGRAMS else None


def _is_ours(sender: str, reply_address: str, own: str) -> bool:
    local, _, domain = sender.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in (reply_address.lower(), own.lower())


def _text(part: Message, depth: int = 0) -> str:
    kind = part.get_content_type()
    if depth > DEEPEST or kind.startswith("message/"):
        return ""
    if part.is_multipart():
        inside: Any = part.get_payload()
        found = [(each.get_content_type(), _text(each, depth + 1)) for each in inside]
        found = [each for each in found if each[1].strip()]
        if kind != "multipart/alternative":
            return "\n".join(said for _kind, said in found)
        found.sort(key=lambda each: each[0] != "text/plain")
        return found[0][1] if found else ""
    if kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
        return ""
    if part.get_filename() is not None:
        return ""
    said = _decoded(part)
    if kind == "text/html":
        return plain_text(said)
    is_flowed = str(part.get_param("format", "")).lower() == "flowed"
    return _unfolded(said, str(part.get_param("delsp", "")).lower() == "yes") if is_flowed else said


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    content = content[: 4 * LONGEST_TEXT]
    charset = (part.get_content_charset() or "utf-8").strip()
    for name in (charset, "utf-8"):
        if name.lower() in _NO_CHARSETS:
            continue
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _unfolded(text: str, delete_space: bool) -> str:
    """Lines that a mail program broke by itself, in one piece again (RFC 3676)."""
    lines: list[str] = []
    goes_on = False
    for line in text.splitlines():
        quoted = line.startswith(">")
        said = line[1:] if line.startswith(" ") else line
        if goes_on and not quoted and said != "-- ":
            lines[-1] = (lines[-1][:-1] if delete_space else lines[-1]) + said
        else:
            lines.append(said)
        goes_on = not quoted and said.endswith(" ") and said != "-- "
    return "\n".join(lines)
