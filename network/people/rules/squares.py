"""How a picture is decoded and cut. Loaded by the first photo: most processes never see one."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, PngImagePlugin, WebPImagePlugin  # noqa: F401

SHARPER = 2
"""A JPEG is decoded at so many times the largest square at least."""

PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK


def squares(content: bytes, kind: str, size: tuple[int, int], sides: Sequence[int]) -> dict[int, bytes]:
    """A square WebP picture for each of `sides`, of the middle of a picture of this kind and size. Raises
    ValueError for what is no such picture."""
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as opened:
            if opened.size != size:
                raise ValueError("another size than its header says")
            turned = _turning(opened)
            largest = max(sides)
            opened.draft("RGB", (SHARPER * largest, SHARPER * largest))
            opened.load()
            square = _middle(opened, largest)
        if turned is not None:
            square = square.transpose(turned)
        return {side: _written(square, side) for side in sides}
    except Exception as error:  # a decoder meets anything at all in a broken file, and raises as much
        raise ValueError("no picture that can be read") from error


def _turning(opened: Image.Image) -> Image.Transpose | None:
    """How the camera was held; the note of it is not kept, so the picture itself is turned."""
    try:
        held = opened.getexif().get(0x0112)
    except Exception:  # a note that cannot be read says nothing
        return None
    turn = Image.Transpose
    return {
        2: turn.FLIP_LEFT_RIGHT, 3: turn.ROTATE_180, 4: turn.FLIP_TOP_BOTTOM, 5: turn.TRANSPOSE,
        6: turn.ROTATE_270, 7: turn.TRANSVERSE, 8: turn.ROTATE_90,
    }.get(held if isinstance(held, int) else 0)  # fmt: skip


def _middle(opened: Image.Image, side: int) -> Image.Image:
    """The largest square in the middle, on white where one could look through, without anything beside it."""
    plain = opened if opened.mode in ("RGB", "RGBA", "L") else opened.convert("RGBA")
    width, height = plain.size
    edge = min(width, height)
    left, top = (width - edge) / 2, (height - edge) / 2
    small = plain.resize(
        (side, side), Image.Resampling.LANCZOS, box=(left, top, left + edge, top + edge), reducing_gap=2.0
    ).convert("RGBA")
    ground = Image.new("RGB", (side, side), "white")
    ground.paste(small, mask=small)
    return ground


def _written(square: Image.Image, side: int) -> bytes:
    written = io.BytesIO()
    square.resize((side, side), Image.Resampling.LANCZOS).save(written, "WEBP", quality=80, method=4)
    return written.getvalue()
