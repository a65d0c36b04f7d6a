"""What kind of picture a file is and how large, by its own first bytes: looked at before a decoder sees it
(trust, A16)."""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass

LONGEST_SIDE = 12_000
MOST_SCANS = 40
"""Parts that a JPEG is built up from; a camera writes ten at most, and each costs a walk over all of it."""

MOST_PARTS = 2_000

decoding = threading.BoundedSemaphore(2)
"""So many pictures are decoded at a time: what many send at once must not fill the memory."""


class NoPicture(ValueError):
    """It is no picture of a kind that is taken."""


class BrokenPicture(ValueError):
    """It says that it is a picture, and cannot be read."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says of itself; `kind` is JPEG, PNG or WEBP."""

    kind: str
    width: int
    height: int


def header_of(content: bytes) -> Header:
    """What the first bytes of a file say, before a decoder sees it. Raises NoPicture for what is no JPEG, PNG
    or WebP that stands still, BrokenPicture for one that cannot be read."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(content)
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError):
        raise BrokenPicture() from None
    raise NoPicture()


def _png(content: bytes) -> Header:
    length, name, width, height = struct.unpack_from(">I4sII", content, 8)
    if name != b"IHDR" or length != 13:
        raise BrokenPicture()
    at = 8
    for _part in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", content, at)
        if name == b"acTL":
            raise NoPicture()  # it moves
        if name == b"IDAT":
            return Header("PNG", width, height)
        at += 12 + length
    raise BrokenPicture()


def _jpeg(content: bytes) -> Header:
    if content.count(b"\xff\xda") > MOST_SCANS:
        raise BrokenPicture()
    at = 2
    for _part in range(MOST_PARTS):
        mark, kind, length = struct.unpack_from(">BBH", content, at)
        if mark != 0xFF:
            raise BrokenPicture()
        if kind == 0xFF:  # filling
            at += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Header("JPEG", width, height)
        elif kind in (0xD9, 0xDA):
            raise BrokenPicture()
        else:
            at += 2 + length
    raise BrokenPicture()


def _webp(content: bytes) -> Header:
    kind = content[12:16]
    if kind == b"VP8X":
        if content[20] & 0x02:
            raise NoPicture()  # it moves
        sides = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
        if len(content) < 30:
            raise BrokenPicture()
        return Header("WEBP", *sides)
    if kind == b"VP8L" and content[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", content, 21)
        return Header("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 26)
        return Header("WEBP", width & 0x3FFF, height & 0x3FFF)
    raise BrokenPicture()
