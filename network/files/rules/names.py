"""How a file is called: a name without a way, with the ending of what it is."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

NAME_MAX, ALT_MAX = 100, 300
_ENDINGS = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "audio/webm": ("webm", "weba"),
    "audio/ogg": ("ogg", "opus", "oga"),
    "audio/mp4": ("m4a", "mp4"),
}

# No controls, no half characters, no marks that turn the direction or cannot be seen, nothing that a file
# system reads as a way or a pattern.
_UNWRITABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)
_UNSAFE = re.compile(r'[<>:"|?*%]')
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")


def kept_name(said: str, media_type: str) -> str:
    """The name under which a file is shown and saved: what its sender's device called it, without the way to
    it and without signs that mislead, with an ending that fits what it is."""
    endings = _ENDINGS[media_type]
    name = unicodedata.normalize("NFC", _UNWRITABLE.sub("", said.replace("\\", "/").rpartition("/")[2]))
    stem = _UNSAFE.sub("_", " ".join(name.split())).strip(". ")
    ending = endings[0]
    if found := _ENDING.search(stem):
        stem, had = stem[: found.start()], found[0][1:].lower()
        ending = had if had in endings else ending
    stem = stem[: NAME_MAX - 1 - len(ending)].strip(". ")
    return f"{stem or 'file'}.{ending}"


def check_alt(said: str) -> str | None:
    """What a picture shows, in the words of who sends it, in one line; None for nothing. Raises Invalid."""
    line = " ".join(unicodedata.normalize("NFC", _UNWRITABLE.sub(" ", said)).split())
    if len(line) > ALT_MAX:
        too_long = _("This is too long: at most %(most)s characters.")
        raise Invalid({"alt": FieldFault.of(too_long, most=ALT_MAX)})
    return line or None


def attachment_header(name: str) -> str:
    """The value of Content-Disposition by which a file is saved under its name, never shown (RFC 6266): in
    plain letters for old programs, and in full (RFC 8187)."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r'["\\%]', "_", bare)
    header = f'attachment; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
