"""Which picture can be a photo of somebody, and what is kept of it: two small squares, nothing beside them.

What comes in is looked at before a decoder sees it (A16): its kind by its first bytes, its size by its own
header. Whatever stood in the file besides the picture, such as the place where it was taken, is not kept.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from network.kernel import pictures
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

SIZES = (96, 256)
"""Sides of the squares in pixels: beside a name, and on a page of one's own."""

AUDIENCES = ("nobody", "networks", "everyone")

MOST_PIXELS = {"JPEG": 24_000_000, "PNG": 8_000_000, "WEBP": 8_000_000}
"""A JPEG is decoded at an eighth of its size, the others whole."""


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


def made_into_photo(content: bytes, most_bytes: int) -> Photo:
    """Cut the middle out of a picture, in the sizes that are kept. Raises PhotoTooLarge, UnsupportedFileType,
    Invalid under `file` for a picture that is broken or has too many pixels."""
    if len(content) > most_bytes:
        raise PhotoTooLarge(most_bytes)
    try:
        header = pictures.header_of(content)
    except pictures.NoPicture:
        raise UnsupportedFileType() from None
    except pictures.BrokenPicture:
        raise _broken() from None
    if header.width * header.height > MOST_PIXELS[header.kind] or (
        max(header.width, header.height) > pictures.LONGEST_SIDE
    ):
        raise Invalid({"file": FieldFault.of(_("This picture has too many pixels. Please make it smaller."))})
    with pictures.decoding:
        cutting = importlib.import_module("network.people.rules.squares")
        try:
            return Photo(cutting.squares(content, header.kind, (header.width, header.height), SIZES))
        except ValueError:
            raise _broken() from None


def _broken() -> Invalid:
    return Invalid({"file": FieldFault.of(_("We cannot read this picture. Please choose another one."))})
