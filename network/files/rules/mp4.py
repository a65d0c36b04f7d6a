"""Sound in MP4: one track of AAC, in one piece or in fragments (ISO/IEC 14496-12 and -14)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_BOXES = 50_000
DEEPEST = 8
_INTO = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"})
_OUTSIDE = frozenset({
    b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"free", b"skip", b"wide", b"sidx", b"styp", b"meta",
    b"udta",
})  # fmt: skip
_NOTES = frozenset({b"udta", b"meta", b"free", b"skip", b"wide"})
"""Where places, devices and names are written, or anything at all: emptied."""
_AAC = 0x40


@dataclass(slots=True)
class _Found:
    tracks: list[bytes] = field(default_factory=list)
    codecs: list[bytes] = field(default_factory=list)
    scale: int = 0
    length: int = 0
    piece: int = 0  # how long a piece of a fragment is where it does not say so itself
    boxes: int = 0


def without_notes(content: bytes) -> tuple[bytes, float]:
    """The sound with its notes emptied, everything else where it was, and how long it lasts in seconds.
    Raises ValueError for what is no such sound."""
    kept, found = bytearray(content), _Found()
    _walk(kept, 0, len(kept), found, 0)
    if found.tracks != [b"soun"] or found.codecs != [b"mp4a"] or not found.length:
        raise ValueError("no sound, or more than that")
    return bytes(kept), found.length / found.scale


def _boxes(content: bytearray, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Of each box its kind, where it begins, where what is in it begins, and where it ends."""
    while at < end:
        size, kind = struct.unpack_from(">I4s", content, at)
        inside = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, inside)
            inside += 8
        elif size == 0:
            size = end - at
        if at + size > end or size < inside - at:
            raise ValueError("cut off")
        yield kind, at, inside, at + size
        at += size


def _walk(content: bytearray, at: int, end: int, found: _Found, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError("too deep")
    for kind, begins, inside, ends in _boxes(content, at, end):
        found.boxes += 1
        if found.boxes > MOST_BOXES or (depth == 0 and kind not in _OUTSIDE):
            raise ValueError("no recording")
        if kind in _NOTES:
            content[begins + 4 : begins + 8] = b"free"
            content[inside:ends] = bytes(ends - inside)
        elif kind in _INTO:
            _walk(content, inside, ends, found, depth + 1)
        else:
            _note(kind, bytes(content[inside:ends]), found)


def _note(kind: bytes, box: bytes, found: _Found) -> None:
    if kind == b"hdlr":
        found.tracks.append(box[8:12])
    elif kind == b"mdhd":
        (found.scale,) = struct.unpack_from(">I", box, 20 if box[0] else 12)
    elif kind == b"stsd":
        _check_codec(box, found)
    elif kind == b"stts":
        (number,) = struct.unpack_from(">I", box, 4)
        for row in range(number):
            count, length = struct.unpack_from(">II", box, 8 + 8 * row)
            found.length += count * length
    elif kind == b"trex":
        (found.piece,) = struct.unpack_from(">I", box, 12)
    elif kind == b"tfhd":
        _note_piece(box, found)
    elif kind == b"trun":
        _note_run(box, found)


def _check_codec(box: bytes, found: _Found) -> None:
    (number,) = struct.unpack_from(">I", box, 4)
    kind = box[12:16]
    at = box.find(b"esds")
    # Behind the head: a descriptor of the stream, in it one of the decoder, which begins with the codec.
    decoder = box.find(b"\x04", at + 8 + 3) if at > 0 else -1
    if number != 1 or decoder < 0:
        raise ValueError("another codec")
    length_ends = decoder + 1
    while box[length_ends] & 0x80:
        length_ends += 1
    if box[length_ends + 1] != _AAC:
        raise ValueError("another codec")
    found.codecs.append(kind)


def _note_piece(box: bytes, found: _Found) -> None:
    flags = int.from_bytes(box[1:4], "big")
    at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    if flags & 0x8:
        (found.piece,) = struct.unpack_from(">I", box, at)


def _note_run(box: bytes, found: _Found) -> None:
    flags = int.from_bytes(box[1:4], "big")
    (number,) = struct.unpack_from(">I", box, 4)
    if not flags & 0x100:
        found.length += number * found.piece
        return
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    step = 4 * bin(flags & 0xF00).count("1")
    for row in range(number):
        (length,) = struct.unpack_from(">I", box, at + step * row)
        found.length += length
