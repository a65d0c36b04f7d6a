"""How a picture is opened, turned as it was held, and written anew without anything that stood beside it in
the file. Loaded by the first picture: most processes never see one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, PngImagePlugin, WebPImagePlugin  # noqa: F401

PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK

PLAIN = ("RGB", "RGBA", "L")


@contextmanager
def opened(content: bytes, kind: str, size: tuple[int, int], least: tuple[int, int]) -> Iterator[Image.Image]:
    """The decoded picture, of this kind and size by its own header, not turned yet. A JPEG is decoded smaller
    where `least` allows. Raises ValueError, also within the block, for what is no such picture."""
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
            if picture.size != size:
                raise ValueError("another size than its header says")
            picture.draft("RGB", least)
            picture.load()
            yield picture
    except Exception as error:  # a decoder meets anything at all in a broken file, and raises as much
        raise ValueError("no picture that can be read") from error


def turning(picture: Image.Image) -> Image.Transpose | None:
    """How the camera was held; the note of it is not kept, so the picture itself is turned."""
    try:
        held = picture.getexif().get(0x0112)
    except Exception:  # a note that cannot be read says nothing
        return None
    turn = Image.Transpose
    return {
        2: turn.FLIP_LEFT_RIGHT, 3: turn.ROTATE_180, 4: turn.FLIP_TOP_BOTTOM, 5: turn.TRANSPOSE,
        6: turn.ROTATE_270, 7: turn.TRANSVERSE, 8: turn.ROTATE_90,
    }.get(held if isinstance(held, int) else 0)  # fmt: skip


def plain(picture: Image.Image) -> Image.Image:
    """The picture in colours that every kind of file can hold."""
    return picture if picture.mode in PLAIN else picture.convert("RGBA")


def on_white(picture: Image.Image) -> Image.Image:
    """The picture without anything beside it, white where one could look through."""
    seen = picture.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen)
    return ground


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as the bytes of a file, and nothing besides."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
