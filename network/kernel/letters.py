"""How a letter looks: plain text and simple HTML of the same words, without images or trackers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime, make_msgid
from html import escape
from urllib.parse import urlsplit

from network.kernel import runtime
from network.kernel.translation import mark as _
from network.kernel.translation import translate


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, in the reader's language: plain paragraphs and at most one link to follow. With
    `reply_to` it is answered there, above the line with which it begins. `papers` are PDFs that it carries,
    each with a name for the file; `answers` are links that answer a question at once."""

    subject: str
    paragraphs: Sequence[str]
    action: tuple[str, str] | None = None
    code: str | None = None
    after: Sequence[str] = field(default_factory=tuple)
    reply_to: str | None = None
    papers: Sequence[tuple[str, bytes]] = field(default_factory=tuple)
    answers: Sequence[tuple[str, str]] = field(default_factory=tuple)


LINE = "#-#-#"
"""In the line above which an answer is written: mail programs may break, quote and turn it as they like."""


class NoSuchAddress(Exception):
    """The mail server says that there is nobody at this address: trying again would change nothing."""


class NotYet(Exception):
    """Whoever writes the letter says that it leaves later: its reader is left in peace until then."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header as it stands: never encoded, never folded. Mail programs read the address that ends letters
    (RFC 2369, RFC 8058), and a long one to answer to, only so: Python's own folding encodes what is longer
    than a line."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To"):
    _HEADERS.map_to_type(_name, _OneLine)


def as_message(letter: Letter, address: str, language: str, end_url: str | None = None) -> EmailMessage:
    """A letter as mail: plain text and simple HTML of the same words, without images or trackers. `end_url`
    ends letters of this group, also by the mail program alone (RFC 8058)."""
    settings = runtime.current().settings
    host = urlsplit(settings.base_url).hostname or "localhost"
    message = EmailMessage(default.clone(header_factory=_HEADERS))
    message["Subject"] = " ".join(letter.subject.split())
    message["From"] = settings.mail_from
    message["To"] = address
    message["Date"] = format_datetime(runtime.current().clock.now())
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    if letter.reply_to is not None:
        message["Reply-To"] = letter.reply_to
        letter = replace(letter, paragraphs=[_line(language), *letter.paragraphs])
    footer = translate(language, _("This mail was sent by mentorNET: %(url)s"), {"url": settings.base_url})
    if end_url is not None:
        message["List-Unsubscribe"] = f"<{end_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        footer += "\n" + translate(language, _("No more mails like this one: %(url)s"), {"url": end_url})
    message.set_content(_plain(letter, footer))
    message.add_alternative(_html(letter, footer, language), subtype="html")
    for name, content in letter.papers:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    message["Content-Language"] = language  # last: setting a content drops every Content- header
    return message


def _line(language: str) -> str:
    said = translate(language, _("Write your answer above this line."))
    return f"{LINE} {said} {LINE}"


def _plain(letter: Letter, footer: str) -> str:
    parts = [*letter.paragraphs]
    if letter.code:
        parts.append(letter.code)
    parts += [f"{label}:\n{url}" for label, url in letter.answers]
    if letter.action:
        parts.append(f"{letter.action[0]}:\n{letter.action[1]}")
    return "\n\n".join([*parts, *letter.after, f"-- \n{footer}"]) + "\n"


def _html(letter: Letter, footer: str, language: str) -> str:
    quiet = ' style="font-size:14px;color:#565c63;overflow-wrap:anywhere"'
    body = [f"<p{quiet if text.startswith(LINE) else ''}>{escape(text)}</p>" for text in letter.paragraphs]
    if letter.code:
        body.append(f'<p style="font-size:28px;font-weight:700;letter-spacing:6px">{escape(letter.code)}</p>')
    body += [f'<p><a href="{escape(url)}">{escape(label)}</a></p>' for label, url in letter.answers]
    if letter.action:
        label, url = letter.action
        style = (
            "display:inline-block;padding:14px 22px;border-radius:12px;background:#0b6478;"
            "color:#ffffff;font-weight:700;text-decoration:none"
        )
        body.append(f'<p><a href="{escape(url)}" style="{style}">{escape(label)}</a></p>')
        body.append(f"<p{quiet}>{escape(url)}</p>")
    body += [f"<p>{escape(text)}</p>" for text in letter.after]
    return (
        f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8">'
        '<body style="font-family:system-ui,sans-serif;font-size:17px;line-height:1.55;color:#1d2126;'
        'max-width:36em;margin:0 auto;padding:16px">'
        + "".join(body)
        + f"<p{quiet}>{escape(footer).replace(chr(10), '<br>')}</p></body></html>"
    )
