"""What a recording is and how long it lasts: Opus in WebM or Ogg, AAC in MP4; read from what is in it, not
from what it says of itself."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from network.files.rules import mp4, ogg, webm

ROUNDING = 2
"""Seconds that a recorder may take to stop."""


class NoSound(ValueError):
    """It is no recording of a kind that is taken."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as it is kept."""

    content: bytes
    media_type: str
    seconds: float


def sound_of(content: bytes) -> Sound:
    """A recording without what its file said of place and device. Raises NoSound for what is none of the
    three, is cut off, has something behind it, or holds a film as well."""
    try:
        if content.startswith(b"\x1a\x45\xdf\xa3"):
            return Sound(content, "audio/webm", webm.seconds_of(content))
        if content.startswith(b"OggS"):
            return Sound(content, "audio/ogg", ogg.seconds_of(content))
        if content[4:8] == b"ftyp":
            kept, seconds = mp4.without_notes(content)
            return Sound(kept, "audio/mp4", seconds)
    except (struct.error, IndexError, ValueError, OverflowError, ZeroDivisionError, RecursionError):
        pass
    raise NoSound()
