"""How long a piece of Opus lasts, by its own first bytes (RFC 6716, 3.1 and 3.2)."""

from __future__ import annotations

_LONG, _MIXED, _SHORT = (0.01, 0.02, 0.04, 0.06), (0.01, 0.02), (0.0025, 0.005, 0.01, 0.02)


def seconds_of(packet: bytes) -> float:
    """Of one packet; only its first two bytes are looked at."""
    if not packet:
        return 0.0
    setting, way = packet[0] >> 3, packet[0] & 3
    if setting < 12:
        frame = _LONG[setting % 4]
    elif setting < 16:
        frame = _MIXED[setting % 2]
    else:
        frame = _SHORT[setting % 4]
    if way == 3:
        return frame * (packet[1] & 0x3F) if len(packet) > 1 else frame
    return frame * (1 if way == 0 else 2)
