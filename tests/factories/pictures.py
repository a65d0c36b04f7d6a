"""Makes pictures as people and their enemies send them: good ones, and a corpus of what must be refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image
from PIL.ExifTags import IFD, Base

CANARY = "Lindenstrasse-canary"
HTML = f"<html><script>alert('{CANARY}')</script></html>".encode()


def written(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as the bytes of a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def half_and_half(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (0, height // 2, width, height))
    return picture.convert(mode)


def photo(kind: str = "JPEG", width: int = 60, height: int = 40) -> bytes:
    """A small picture without anything else in the file."""
    return written(half_and_half(width, height), kind)


def photo_with_place(orientation: int = 1) -> bytes:
    """As a phone writes it: with the place, the phone's name, and how it was held."""
    exif = Image.Exif()
    exif[Base.ImageDescription] = CANARY
    exif[Base.Model] = CANARY
    exif[Base.Orientation] = orientation
    where = exif.get_ifd(IFD.GPSInfo)
    where.update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return written(half_and_half(), "JPEG", exif=exif, comment=CANARY.encode(), icc_profile=HTML)


def png_part(name: bytes, content: bytes) -> bytes:
    """One part of a PNG."""
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, data: bytes, *parts: bytes) -> bytes:
    """A PNG that says so many pixels; `data` are its compressed lines."""
    head = png_part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"".join((b"\x89PNG\r\n\x1a\n", head, *parts, png_part(b"IDAT", data), png_part(b"IEND", b"")))


def _riff(*parts: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(c)) + c + b"\x00" * (len(c) % 2) for name, c in parts)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _canvas(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X", bytes((flags, 0, 0, 0)) + sides


def _moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "green")]
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def _packed() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("evil.html", HTML)
    return file.getvalue()


def _huge_jpeg() -> bytes:
    jpeg = bytearray(photo())
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    return bytes(jpeg)


def _many_scans() -> bytes:
    jpeg = written(half_and_half(3000, 3000), "JPEG", progressive=True)
    at = jpeg.rindex(b"\xff\xda")
    return jpeg[:at] + (len(jpeg) - at > 0) * (jpeg[at:-2] * 200) + jpeg[-2:]


UNSUPPORTED = {
    "nothing": b"",
    "text": b"I am no picture",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with a head": b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>',
    "html": HTML,
    "html called a picture": b"<!-- \xff\xd8\xff -->" + HTML,
    "gif": written(half_and_half(), "GIF"),
    "gif and script": b"GIF89a/*" + HTML + b"*/=1",
    "bmp": written(half_and_half(), "BMP"),
    "tiff": written(half_and_half(), "TIFF"),
    "icon": written(half_and_half(48, 48), "ICO"),
    "pdf": b"%PDF-1.7\n" + photo(),
    "zip": _packed(),
    "zip before a picture": _packed() + photo(),
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200),
    "film": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(200),
    "program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run",
    "sound": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
    "moving png": _moving("PNG"),
    "moving webp": _moving("WEBP"),
}
"""No picture of a kind that is taken."""

BROKEN = {
    "half a jpeg": photo("JPEG", 400, 400)[:-900],
    "beginning of a jpeg": photo()[:30],
    "jpeg without a picture": b"\xff\xd8\xff\xd9" + bytes(40),
    "jpeg of markers only": b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100_000,
    "jpeg of filling": b"\xff\xd8" + b"\xff" * 1_000_000,
    "half a png": photo("PNG")[:60],
    "beginning of a png": photo("PNG")[:20],
    "png of another size": png(400, 400, zlib.compress(bytes(60 * 40))),
    "png of parts only": photo("PNG")[:33] + png_part(b"tEXt", b"a\x00b") * 50_000,
    "png of noise": photo("PNG")[:33] + bytes(range(256)) * 50,
    "half a webp": photo("WEBP")[:40],
    "webp of nothing": _riff((b"VP8 ", bytes(30))),
    "webp of another size": _riff(_canvas(500, 500), (b"VP8 ", photo("WEBP")[20:])),
    "webp that says it is long": b"RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xff",
}
"""Begins as a picture and is none."""

BOMBS = {
    "png of four thousand million pixels": png(65_535, 65_535, zlib.compress(bytes(1000))),
    "png of its own weight in zeros": png(30_000, 30_000, zlib.compress(bytes(30_000_000), 9)),
    "png with a text that grows": png(
        9,
        9,
        zlib.compress(bytes(90)),
        *[png_part(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(30_000_000), 9))] * 20,
    ),
    "png with a profile that grows": png(
        9, 9, zlib.compress(bytes(90)), png_part(b"iCCP", b"a\x00\x00" + zlib.compress(bytes(90_000_000), 9))
    ),
    "png with longer lines than it says": png(9, 9, zlib.compress(bytes(60_000_000), 9)),
    "jpeg of four thousand million pixels": _huge_jpeg(),
    "jpeg in very many scans": _many_scans(),
    "webp canvas": _riff(_canvas(16_384, 16_384), (b"VP8 ", photo("WEBP")[20:])),
    "webp canvas with transparency": _riff(_canvas(1 << 24, 1 << 24, 0x10), (b"ALPH", bytes(9))),
    "webp without loss": _riff((b"VP8L", b"\x2f" + struct.pack("<I", 0x0FFFFFFF) + bytes(20))),
}  # fmt: skip
"""Small files that would fill the memory; whether they are refused or read as a small picture."""

GOOD = {
    "jpeg": photo("JPEG"),
    "png": photo("PNG"),
    "webp": photo("WEBP"),
    "webp without loss": written(half_and_half(), "WEBP", lossless=True),
    "webp with transparency": written(half_and_half(mode="RGBA"), "WEBP"),
    "progressive jpeg": written(half_and_half(900, 700), "JPEG", progressive=True),
    "grey jpeg": written(half_and_half(mode="L"), "JPEG"),
    "jpeg for print": written(half_and_half(mode="CMYK"), "JPEG"),
    "png of few colours": written(half_and_half(mode="P"), "PNG"),
    "png of two colours": written(half_and_half(mode="1"), "PNG"),
    "png with transparency": written(half_and_half(mode="RGBA"), "PNG"),
    "one pixel": photo("PNG", 1, 2),
    "very wide": photo("JPEG", 9000, 20),
    "large": written(half_and_half(4000, 3000), "JPEG", quality=60),
    "with a place": photo_with_place(),
    "jpeg and html": photo() + HTML,
    "jpeg and zip": photo() + _packed(),
    "png and html": photo("PNG") + HTML,
    "png with html": png(9, 9, zlib.compress(bytes(90)), png_part(b"tEXt", b"Title\x00" + HTML)),
}
"""Taken, whatever else is in the file."""
