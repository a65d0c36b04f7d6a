"""How a picture is drawn anew, in the size that is kept and in a small one. Loaded by the first picture."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from network.kernel.decoding import on_white, opened, plain, turning, written


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as the bytes of a file, its width and height, and a small WebP picture of it."""

    content: bytes
    size: tuple[int, int]
    preview: bytes


def drawn_anew(content: bytes, kind: str, size: tuple[int, int], longest: int, preview_longest: int) -> Drawn:
    """Decode a picture of this kind and size and write it anew as the same kind, neither side longer than
    `longest`. Raises ValueError for what is no such picture."""
    fitting = _fitted(size, longest)
    with opened(content, kind, size, fitting) as picture:
        turned = turning(picture)
        whole = plain(picture)
        if whole.size != fitting:
            whole = whole.resize(fitting, Image.Resampling.LANCZOS, reducing_gap=2.0)
        if turned is not None:
            whole = whole.transpose(turned)
        # What the file said of itself is no part of the picture.
        whole.info.clear()
        small = on_white(whole.resize(_fitted(whole.size, preview_longest), Image.Resampling.LANCZOS))
        return Drawn(_written(whole, kind), whole.size, written(small, "WEBP", quality=75, method=4))


def _fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, longest / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _written(picture: Image.Image, kind: str) -> bytes:
    if kind == "JPEG":
        seen = picture if picture.mode in ("RGB", "L") else on_white(picture)
        return written(seen, "JPEG", quality=85)
    if kind == "PNG":
        return written(picture, "PNG", compress_level=6)
    return written(picture, "WEBP", quality=85, method=4)
