"""What the parts of a packed document must not say: where templates and objects are fetched, what is run by
itself. Loaded with the first document.

They are read a piece at a time by the parser that comes with Python, without a document type, so that nothing
grows in it. Work is bounded by what is counted, not by time: bytes, elements with their attributes, and how
long one of them is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote
from xml.parsers import expat

MOST_RELATIONS = 1_048_576
"""Of one part that says what belongs to what, in bytes."""
MOST_NODES = 500_000
"""Elements and attributes of all these parts of a document together: half a second of work."""
DEEPEST = 1_000
MOST_NAMES = 10_000
LONGEST_NODE = 524_288
"""In bytes: what is not yet whole is begun again with every piece."""
ENCODINGS = (None, "utf-8", "utf-16")

TYPES = "[content_types].xml"
_RELATIONS = ".rels"
_OPEN_DOCUMENT = ("content.xml", "styles.xml", "meta.xml")

_FETCHED = ("attachedtemplate", "oleobject", "package", "frame", "subdocument", "afchunk")
_HEARS = ("event-listener", "event-listeners", "dde-source", "dde-connection", "dde-connection-decl")
_FETCHES = ("section-source", "object", "object-ole", "template", "floating-frame", "plugin", "applet")
_RUN = re.compile(r"\s*(?:vnd\.sun\.star\.script|macro|script|javascript):", re.IGNORECASE)
# Everything that names a place, but for one on the reader's own disk: LibreOffice writes from where on it a
# template came.
_REMOTE = re.compile(
    r"\s*(?:[/\\]{2}|(?!file:///[^/\\]|[a-z]:[/\\][^/\\])[a-z][a-z0-9+.-]*:)",
    re.IGNORECASE,
)

Attributes = Iterator[tuple[str, str]]


class Marked:
    """Reads the parts of one document."""

    def __init__(self) -> None:
        self.nodes_left = MOST_NODES

    def part(self, name: str) -> Part | None:
        """What takes the pieces of this part; None where nothing that it says matters."""
        name = name.lower()
        if name == TYPES:
            return Part(self, _check_type)
        if name.endswith(_RELATIONS):
            return Part(self, _check_relation, MOST_RELATIONS)
        if name.rpartition("/")[2] in _OPEN_DOCUMENT:
            return Part(self, _check_open_document)
        return None


class Part:
    """One part; `take` and `end` raise ValueError for what it must not say, and for what is no XML."""

    def __init__(
        self, document: Marked, check: Callable[[str, Attributes], None], most: int | None = None
    ) -> None:
        self._document, self._check, self._most, self._seen = document, check, most, 0
        self._depth = 0
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate(intern=self._names)
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.XmlDeclHandler = _check_declaration
        self._parser.StartDoctypeDeclHandler = _refuse_type
        self._parser.EntityDeclHandler = _refuse_type

    def take(self, piece: bytes) -> None:
        """Read on."""
        self._seen += len(piece)
        if self._most is not None and self._seen > self._most:
            raise ValueError("a part that is too long")
        self._parse(piece)
        if self._seen - max(self._parser.CurrentByteIndex, 0) > LONGEST_NODE or len(self._names) > MOST_NAMES:
            raise ValueError("something in it is too long, or has too many names")

    def end(self) -> None:
        """That was all."""
        self._parse(b"", is_last=True)

    def _parse(self, piece: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except expat.ExpatError as error:
            raise ValueError("no XML") from error

    def _begin(self, name: str, attributes: list[str]) -> None:
        self._document.nodes_left -= 1 + len(attributes) // 2
        self._depth += 1
        if self._document.nodes_left < 0 or self._depth > DEEPEST:
            raise ValueError("too much in it")
        self._check(_local(name), zip(map(_local, attributes[::2]), attributes[1::2], strict=True))

    def _end(self, _name: str) -> None:
        self._depth -= 1


def _local(name: str) -> str:
    """A name without the prefix, which everybody may choose."""
    return name.rpartition(":")[2].lower()


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise ValueError("in letters that readers may take for others")


def _refuse_type(*_said: object) -> None:
    raise ValueError("a document type")


def _check_type(_name: str, attributes: Attributes) -> None:
    if any("macroenabled" in value.lower() for _key, value in attributes):
        raise ValueError("something that is run")


def _check_relation(name: str, attributes: Attributes) -> None:
    if name != "relationship":
        return
    said = {key: value.strip().lower() for key, value in attributes}
    if said.get("targetmode") == "external" and said.get("type", "").rpartition("/")[2] in _FETCHED:
        raise ValueError("it fetches something to run")


def _check_open_document(name: str, attributes: Attributes) -> None:
    if name in _HEARS:
        raise ValueError("something that is run")
    for key, value in attributes:
        if key == "href" and (_RUN.match(value) or (name in _FETCHES and _REMOTE.match(unquote(value)))):
            raise ValueError("it runs or fetches something")
