"""How a picture is cut. Loaded by the first photo: most processes never see one."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from network.kernel.decoding import on_white, opened, plain, turning, written

SHARPER = 2
"""A JPEG is decoded at so many times the largest square at least."""


def squares(content: bytes, kind: str, size: tuple[int, int], sides: Sequence[int]) -> dict[int, bytes]:
    """A square WebP picture for each of `sides`, of the middle of a picture of this kind and size. Raises
    ValueError for what is no such picture."""
    largest = max(sides)
    with opened(content, kind, size, (SHARPER * largest, SHARPER * largest)) as picture:
        turned = turning(picture)
        square = _middle(picture, largest)
        if turned is not None:
            square = square.transpose(turned)
        return {side: _written(square, side) for side in sides}


def _middle(picture: Image.Image, side: int) -> Image.Image:
    """The largest square in the middle, on white where one could look through, without anything beside it."""
    whole = plain(picture)
    width, height = whole.size
    edge = min(width, height)
    left, top = (width - edge) / 2, (height - edge) / 2
    return on_white(whole.resize(
        (side, side), Image.Resampling.LANCZOS, box=(left, top, left + edge, top + edge), reducing_gap=2.0
    ))  # fmt: skip


def _written(square: Image.Image, side: int) -> bytes:
    small = square.resize((side, side), Image.Resampling.LANCZOS)
    return written(small, "WEBP", quality=80, method=4)
