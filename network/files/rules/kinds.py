"""What a file is, by its content and never by its name or what its sender says (trust, A16); and what is kept
of it: pictures are drawn anew, so that nothing else that stood in the file stays."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from network.files.rules import sounds
from network.files.rules.refusals import FileTooLarge, UnsupportedFile
from network.kernel import pictures
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

MOST_FILES = 10
"""That one message carries."""

LONGEST_SIDE, PREVIEW_SIDE = 2560, 640
"""In pixels, of a picture as it is kept and as it is shown in its place."""

MOST_PIXELS = {"JPEG": 24_000_000, "PNG": 8_000_000, "WEBP": 8_000_000}
"""A JPEG is decoded at a part of its size, the others whole."""

PDF = "application/pdf"
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SOUNDS = ("audio/webm", "audio/ogg", "audio/mp4")
DOCUMENTS = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
MEDIA_TYPES = (*PICTURES.values(), PDF, *DOCUMENTS, *SOUNDS)

_PACKED_END = b"PK\x05\x06"
_PDF_END = 1_024
"""Within so many last bytes a PDF says that it ends."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is kept; of a picture its size and a smaller one, of a sound how long it lasts."""

    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None
    seconds: int | None = None
    preview: bytes | None = None


def made_ready(content: bytes, most_bytes: int, longest_seconds: int) -> Kept:
    """What is kept of a file. Raises FileTooLarge, UnsupportedFile for what is none of MEDIA_TYPES, Invalid
    under `file` for what is broken, has too many pixels or lasts too long."""
    if len(content) > most_bytes:
        raise FileTooLarge(most_bytes)
    try:
        return _picture(content, pictures.header_of(content), most_bytes)
    except pictures.NoPicture:
        pass
    except pictures.BrokenPicture:
        raise _broken() from None
    if content.startswith(b"%PDF-1.") or content.startswith(b"%PDF-2."):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        documents = importlib.import_module("network.files.rules.documents")
        return Kept(content, documents.kind_of(content))
    return _sound(content, longest_seconds)


def _picture(content: bytes, header: pictures.Header, most_bytes: int) -> Kept:
    too_long = max(header.width, header.height) > pictures.LONGEST_SIDE
    if too_long or header.width * header.height > MOST_PIXELS[header.kind]:
        raise Invalid({"file": FieldFault.of(_("This picture has too many pixels. Please make it smaller."))})
    with pictures.decoding:
        scaled = importlib.import_module("network.files.rules.scaled")
        try:
            drawn = scaled.drawn_anew(
                content, header.kind, (header.width, header.height), LONGEST_SIDE, PREVIEW_SIDE
            )
        except ValueError:
            raise _broken() from None
    if len(drawn.content) > most_bytes:
        raise FileTooLarge(most_bytes)
    return Kept(drawn.content, PICTURES[header.kind], drawn.size[0], drawn.size[1], preview=drawn.preview)


def _pdf(content: bytes) -> Kept:
    # One that is an archive as well is two files in one.
    if b"%%EOF" not in content[-_PDF_END:] or _PACKED_END in content[-70_000:]:
        raise UnsupportedFile()
    return Kept(content, PDF)


def _sound(content: bytes, longest_seconds: int) -> Kept:
    try:
        found = sounds.sound_of(content)
    except sounds.NoSound:
        raise UnsupportedFile() from None
    if found.seconds > longest_seconds + sounds.ROUNDING:
        too_long = _("This recording is too long: at most %(seconds)s seconds.")
        raise Invalid({"file": FieldFault.of(too_long, seconds=longest_seconds)})
    return Kept(found.content, found.media_type, seconds=max(1, round(found.seconds)))


def _broken() -> Invalid:
    return Invalid({"file": FieldFault.of(_("We cannot read this picture. Please choose another one."))})
