"""Sound in WebM: one track of Opus, as recorders of browsers write it, with sizes that nobody knew beforehand
(RFC 8794, RFC 9559)."""

from __future__ import annotations

import struct

from network.files.rules.opus import seconds_of as opus_seconds

MOST_ELEMENTS = 100_000
_HEADER, _SEGMENT, _CLUSTER, _TRACKS, _TRACK = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE
_INFO, _GROUP = 0x1549A966, 0xA0
_INTO = frozenset({_HEADER, _SEGMENT, _CLUSTER, _TRACKS, _TRACK, _INFO, _GROUP})
"""What is looked into; everything else is stepped over."""
_UNKNOWN = frozenset({_SEGMENT, _CLUSTER})
_DOC_TYPE, _SCALE, _TIME, _SIMPLE, _BLOCK, _KIND, _CODEC = 0x4282, 0x2AD7B1, 0xE7, 0xA3, 0xA1, 0x83, 0x86
_TAKEN = _INTO | {
    _DOC_TYPE, _SCALE, _TIME, _SIMPLE, _BLOCK, _KIND, _CODEC,
    0x4286, 0x42F7, 0x42F2, 0x42F3, 0x4287, 0x4285,  # versions and lengths
    0x114D9B74, 0x1C53BB6B, 0x1254C367, 0xEC, 0xBF,  # ways to seek, tags, filling, sums
    0x4D80, 0x5741, 0x4489, 0x7BA9, 0x4461, 0x73A4,  # who wrote it, how long, title, day, number
    0xD7, 0x73C5, 0xB9, 0x88, 0x55AA, 0x9C, 0x22B59C, 0x536E, 0x258688, 0x63A2, 0x56AA, 0x56BB, 0xE1, 0x6DE7,
    0x23E383, 0x55EE, 0x6D80, 0xAA, 0xAB, 0xA7, 0x9B, 0xFB, 0x75A2, 0xA4, 0x58D7, 0x55B0, 0x22B59D,
}  # fmt: skip


def seconds_of(content: bytes) -> float:
    """How long it lasts, by the times and by the pieces that are in it, whichever is more. Raises ValueError
    for what is no such sound."""
    at = elements = time = 0
    scale, doc_type, pieces = 1_000_000, b"", 0.0
    kinds: list[int] = []
    codecs: list[bytes] = []
    first, last = None, 0.0
    while at < len(content):
        elements += 1
        name, at = _number(content, at, keep_mark=True)
        size, at, is_known = *_number(content, at), True
        if size == -1:
            size, is_known = len(content) - at, False
        if elements > MOST_ELEMENTS or name not in _TAKEN or (not is_known and name not in _UNKNOWN):
            raise ValueError("no recording")
        if at + size > len(content):
            raise ValueError("cut off")
        if name in _INTO:
            if name == _TRACK:
                kinds.append(0)
            continue
        value = content[at : at + size]
        at += size
        if name == _DOC_TYPE:
            doc_type = value
        elif name == _SCALE:
            scale = int.from_bytes(value, "big")
        elif name == _TIME:
            time = int.from_bytes(value, "big")
        elif name == _KIND:
            kinds[-1] = int.from_bytes(value, "big")
        elif name == _CODEC:
            codecs.append(value)
        elif name in (_SIMPLE, _BLOCK):
            offset, packet = _block(value)
            moment = (time + offset) * scale / 1e9
            first = moment if first is None else min(first, moment)
            length = opus_seconds(packet)
            last, pieces = max(last, moment + length), pieces + length
    if doc_type != b"webm" or kinds != [2] or codecs != [b"A_OPUS"] or first is None:
        raise ValueError("no sound, or more than that")
    return max(last - first, pieces)


def _block(value: bytes) -> tuple[int, bytes]:
    _track, at = _number(value, 0)
    offset, flags = struct.unpack_from(">hB", value, at)
    if flags & 0x06:
        raise ValueError("several pieces in one block")
    return offset, value[at + 3 : at + 5]


def _number(content: bytes, at: int, *, keep_mark: bool = False) -> tuple[int, int]:
    """A number of one to eight bytes and where the next one begins; -1 for a size that is not known."""
    first = content[at]
    length = 9 - first.bit_length()
    if length > 8 or at + length > len(content):
        raise ValueError("no number")
    value = int.from_bytes(content[at : at + length], "big")
    if keep_mark:
        return value, at + length
    bare = value & ~(1 << (7 * length))
    return (-1 if bare == (1 << (7 * length)) - 1 else bare), at + length
