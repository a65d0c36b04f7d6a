"""Which picture can be a photo of somebody, and what is kept of it: two small squares, nothing beside them.

What comes in is looked at before a decoder sees it (A16): its kind by its first bytes, its size by its own
header. Whatever stood in the file besides the picture, such as the place where it was taken, is not kept.
"""

from __future__ import annotations

import importlib
import struct
import threading
from dataclasses import dataclass

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

SIZES = (96, 256)
"""Sides of the squares in pixels: beside a name, and on a page of one's own."""

AUDIENCES = ("nobody", "networks", "everyone")

MOST_PIXELS = {"JPEG": 24_000_000, "PNG": 8_000_000, "WEBP": 8_000_000}
"""A JPEG is decoded at an eighth of its size, the others whole."""

LONGEST_SIDE = 12_000
MOST_SCANS = 40
"""Parts that a JPEG is built up from; a camera writes ten at most, and each costs a walk over all of it."""

MOST_PARTS = 2_000
_decoding = threading.BoundedSemaphore(2)
"""So many at a time: what many send at once must not fill the memory."""


class UnsupportedFileType(Invalid):
    """What was sent is no picture of a kind that is taken."""

    code = "unsupported_file_type"
    message = _("Please choose a photo: a JPEG, PNG or WebP picture that does not move.")

    def __init__(self) -> None:
        super().__init__({"file": FieldFault.of(self.message)})


class PhotoTooLarge(Invalid):
    """The file has more bytes than a photo may have."""

    code = "photo_too_large"
    message = _("This file is too large. A photo may have %(megabytes)s MB.")

    def __init__(self, most_bytes: int) -> None:
        megabytes = round(most_bytes / 1_048_576, 1)
        shown = int(megabytes) if megabytes == int(megabytes) else megabytes
        super().__init__({"file": FieldFault.of(self.message, megabytes=shown)}, megabytes=shown)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept: a WebP file for each of SIZES."""

    squares: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class _Header:
    kind: str
    width: int
    height: int


def made_into_photo(content: bytes, most_bytes: int) -> Photo:
    """Cut the middle out of a picture, in the sizes that are kept. Raises PhotoTooLarge, UnsupportedFileType,
    Invalid under `file` for a picture that is broken or has too many pixels."""
    if len(content) > most_bytes:
        raise PhotoTooLarge(most_bytes)
    header = _header_of(content)
    if header.width * header.height > MOST_PIXELS[header.kind] or (
        max(header.width, header.height) > LONGEST_SIDE
    ):
        raise Invalid({"file": FieldFault.of(_("This picture has too many pixels. Please make it smaller."))})
    with _decoding:
        cutting = importlib.import_module("network.people.rules.squares")
        try:
            return Photo(cutting.squares(content, header.kind, (header.width, header.height), SIZES))
        except ValueError:
            raise _broken() from None


def _header_of(content: bytes) -> _Header:
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(content)
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError):
        raise _broken() from None
    raise UnsupportedFileType()


def _png(content: bytes) -> _Header:
    length, name, width, height = struct.unpack_from(">I4sII", content, 8)
    if name != b"IHDR" or length != 13:
        raise _broken()
    at = 8
    for _part in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", content, at)
        if name == b"acTL":
            raise UnsupportedFileType()  # it moves
        if name == b"IDAT":
            return _Header("PNG", width, height)
        at += 12 + length
    raise _broken()


def _jpeg(content: bytes) -> _Header:
    if content.count(b"\xff\xda") > MOST_SCANS:
        raise _broken()
    at = 2
    for _part in range(MOST_PARTS):
        mark, kind, length = struct.unpack_from(">BBH", content, at)
        if mark != 0xFF:
            raise _broken()
        if kind == 0xFF:  # filling
            at += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return _Header("JPEG", width, height)
        elif kind in (0xD9, 0xDA):
            raise _broken()
        else:
            at += 2 + length
    raise _broken()


def _webp(content: bytes) -> _Header:
    kind = content[12:16]
    if kind == b"VP8X":
        if content[20] & 0x02:
            raise UnsupportedFileType()  # it moves
        sides = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
        if len(content) < 30:
            raise _broken()
        return _Header("WEBP", *sides)
    if kind == b"VP8L" and content[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", content, 21)
        return _Header("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 26)
        return _Header("WEBP", width & 0x3FFF, height & 0x3FFF)
    raise _broken()


def _broken() -> Invalid:
    return Invalid({"file": FieldFault.of(_("We cannot read this picture. Please choose another one."))})
