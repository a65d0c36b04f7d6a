"""Which texts can be taken: bodies, titles, names, the id that a client gives; and when two are the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from network.discussions.rules.markdown import render
from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.translation import mark as _

TITLE_MAX = 200
NAME_MAX = 120
PURPOSE_MAX = 1_000
REASON_MAX = 300
TRANSLATION_MAX = 120
CLIENT_ID = re.compile(r"[\x21-\x7e]{1,64}\Z")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\Z")

# What no text holds: NUL and other controls but tab and line end, half characters, and the marks that turn
# the direction of everything behind them.
_UNWRITABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


class ClientMsgIdConflict(Conflict):
    """The same `client_msg_id` came with another content."""

    code = "client_msg_id_conflict"
    message = _("This was already sent with another text.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that can be stored: its text, how it looks, and what makes it this message and no other."""

    body: str
    html: str
    client_msg_id: str
    reply_to: str | None
    language: str | None
    translation: str | None = None
    file_ids: tuple[str, ...] = ()


def check_draft(
    body: str,
    client_msg_id: str,
    reply_to: str | None,
    language: str | None,
    most: int,
    translation: str | None = None,
    file_ids: tuple[str, ...] = (),
) -> Draft:
    """Take a message or raise Invalid: 1 to `most` characters that are not blank, or none beside files, a
    `client_msg_id` of 1 to 64 printable ASCII characters, a language by BCP 47; of `translation`, how the
    author came from her language to this one, at most 120 characters."""
    faults: dict[str, FieldFault] = {}
    try:
        text = check_body(body, most) if not file_ids or tidy_text(body) else ""
    except Invalid as refusal:
        text, faults = "", dict(refusal.faults)
    if not CLIENT_ID.match(client_msg_id):
        faults["client_msg_id"] = FieldFault.of(_("Please use 1 to 64 letters, digits or signs."))
    if language is not None and not LANGUAGE.match(language):
        faults["language"] = FieldFault.of(_("This is not a language code such as en or pt-BR."))
    note = " ".join(tidy_text(translation or "").split())
    if len(note) > TRANSLATION_MAX:
        too_long = _("This is too long: at most %(most)s characters.")
        faults["translation"] = FieldFault.of(too_long, most=TRANSLATION_MAX)
    if faults:
        raise Invalid(faults)
    return Draft(text, render(text), client_msg_id, reply_to, language, note or None, file_ids)


def check_body(body: str, most: int) -> str:
    """What a message says, as it is kept: 1 to `most` characters that are not blank. Raises Invalid."""
    text = tidy_text(body)
    if not text:
        raise Invalid({"body": FieldFault.of(_("Please write something."))})
    if len(text) > most:
        raise Invalid({"body": FieldFault.of(_("This is too long: at most %(most)s characters."), most=most)})
    return text


def check_line(field: str, text: str, most: int, *, empty: bool = False) -> str:
    """A title, name or purpose in one line, or Invalid for `field`."""
    line = " ".join(tidy_text(text).split())
    if not line and not empty:
        raise Invalid({field: FieldFault.of(_("Please write something."))})
    if len(line) > most:
        raise Invalid({field: FieldFault.of(_("This is too long: at most %(most)s characters."), most=most)})
    return line


def check_reason(reason: str) -> str | None:
    """Why somebody did something to a place, in one line; None where nothing was said. Raises Invalid."""
    return check_line("reason", reason, REASON_MAX, empty=True) or None


def tidy_text(text: str) -> str:
    """A text as it is kept: NFC, line ends as LF, no signs that cannot be written, no blanks at its ends."""
    plain = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", plain).strip()


def content_digest(*parts: str | None) -> str:
    """By which two sends are told to be the same: SHA-256 over everything that was said and where."""
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def people_digest(user_ids: Iterable[str]) -> str:
    """By which the same people are told to be the same, in whatever order: SHA-256 over their sorted ids."""
    return hashlib.sha256(" ".join(sorted(user_ids)).encode()).hexdigest()
