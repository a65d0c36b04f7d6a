"""What a packed document is: ODT or DOCX, without programs in it, and not grown by unpacking. Loaded by the
first one.

It is unpacked once, a piece at a time and kept nowhere: what it says of its sizes is not believed.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from network.files.rules.marked import TYPES, Marked
from network.files.rules.refusals import UnsupportedFile

ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MOST_PARTS = 2_000
MOST_UNPACKED = 100_000_000
"""Of all parts together, in bytes."""
MOST_XML = 40_000_000
"""Of one part that a reader holds in memory."""
AT_ONCE = 65_536
LONGEST_MARK = 64

_END = struct.Struct("<4s4H2LH")
_FLAGS_REFUSED = 0x0001 | 0x0040 | 0x2000  # encrypted
# Programs in either kind of document, and what a reader would run or fetch by itself.
_PROGRAMS = re.compile(
    r"(?:basic|scripts)/|.*\b(?:vbaproject|vbadata)[^/]*\.bin\Z|.*/activex/|.*\.(?:exe|dll|js|vbs|jar|html?|svg)\Z",
    re.IGNORECASE,
)
_GROWS = re.compile(rb"<!ENTITY", re.IGNORECASE)


def kind_of(content: bytes) -> str:
    """The media type of a packed document. Raises UnsupportedFile for every other archive, for one with
    macros or something else to run, for one that grows beyond MOST_UNPACKED, for one with anything before,
    behind or between its parts."""
    try:
        _check_ends(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _kind(archive)
    except (
        zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError,
        OverflowError, OSError,
    ):  # fmt: skip
        raise UnsupportedFile() from None


def _check_ends(content: bytes) -> None:
    """An archive that begins with its first part and ends with its list, so that it is nothing else too."""
    at = len(content) - _END.size
    mark, _disk, _start, here, parts, size, begins, comment = _END.unpack_from(content, at)
    if mark != b"PK\x05\x06" or comment or here != parts or begins + size != at:
        raise ValueError("something stands before, behind or between")


def _kind(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if not parts or len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise ValueError("too many parts, or one twice")
    if min(part.header_offset for part in parts) != 0:
        raise ValueError("something stands before it")
    if any(_is_unsafe(part) for part in parts) or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ValueError("a part that is not taken")
    _unpack_all(archive, parts)
    first = min(parts, key=lambda part: part.header_offset)
    if first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED:
        if archive.read(first) == ODT.encode() and "content.xml" in names:
            return ODT
    elif TYPES in names and "word/document.xml" in names and "mimetype" not in names:
        return DOCX
    raise ValueError("another kind of archive")


def _is_unsafe(part: zipfile.ZipInfo) -> bool:
    name = part.filename
    return (
        bool(part.flag_bits & _FLAGS_REFUSED)
        or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        or name.startswith("/")
        or "\\" in name
        or ".." in name.split("/")
        or _PROGRAMS.match(name) is not None
    )


def _unpack_all(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    left, marked = MOST_UNPACKED, Marked()
    for part in parts:
        is_xml = part.filename.lower().endswith((".xml", ".rels"))
        most, seen, tail = min(left, MOST_XML if is_xml else left), 0, b""
        read = marked.part(part.filename)
        with archive.open(part) as file:
            while piece := file.read(AT_ONCE):
                seen += len(piece)
                if seen > most:
                    raise ValueError("it grows")
                if is_xml:
                    # In UTF-16 every other byte of a mark is zero.
                    text = tail + piece.replace(b"\x00", b"")
                    if _GROWS.search(text):
                        raise ValueError("something that grows")
                    tail = text[-LONGEST_MARK:]
                if read is not None:
                    read.take(piece)
        if read is not None:
            read.end()
        left -= seen
