"""Sound in Ogg: one stream of Opus (RFC 3533, RFC 7845)."""

from __future__ import annotations

import struct

from network.files.rules.opus import seconds_of as opus_seconds

_PAGE = struct.Struct("<4sBBqIIIB")
RATE = 48_000
MOST_SEGMENTS = 100_000
"""Of 255 bytes or the end of a packet; the shortest pieces there are come to 48 000 in two minutes."""


def seconds_of(content: bytes) -> float:
    """How long it lasts, by its last number and by the pieces that are in it, whichever is more. Raises
    ValueError for what is no such sound."""
    at, packets, pieces, last, skipped, left = 0, 0, 0.0, 0, 0, MOST_SEGMENTS
    serial: int | None = None
    begins = True  # whether the next bytes begin a packet
    while at < len(content):
        mark, version, _kind, number, stream, _page, _sum, segments = _PAGE.unpack_from(content, at)
        if mark != b"OggS" or version or (serial is not None and stream != serial):
            raise ValueError("no page, or more than one stream")
        serial = stream
        at += _PAGE.size
        table = content[at : at + segments]
        at += segments
        if len(table) < segments or at + sum(table) > len(content):
            raise ValueError("cut off")
        left -= max(1, segments)
        if left < 0:
            raise ValueError("too many pieces")
        last = max(last, number)
        for length in table:
            if begins:
                head = content[at : at + min(length, 19)]
                skipped = _check_head(head, packets) or skipped
                pieces += opus_seconds(head[:2]) if packets > 1 else 0
                packets += 1
            begins = length < 255
            at += length
    if packets < 3:
        raise ValueError("nothing is heard")
    return max((last - skipped) / RATE, pieces)


def _check_head(head: bytes, packet: int) -> int:
    """The first two packets say what it is; the first also how much of the beginning is not heard."""
    if packet == 0:
        if not head.startswith(b"OpusHead"):
            raise ValueError("another codec")
        (skipped,) = struct.unpack_from("<H", head, 10)
        return int(skipped)
    if packet == 1 and not head.startswith(b"OpusTags"):
        raise ValueError("no tags")
    return 0
