"""Websocket frames (RFC 6455): those that go out are made once for everybody, those that come in are read as
they arrive, in pieces or several at once."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterator
from typing import NamedTuple

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_CONTINUED = 0x0
_KNOWN = frozenset({_CONTINUED, TEXT, BINARY, CLOSE, PING, PONG})
_LONGEST_CONTROL = 125
_FINAL, _RESERVED, _MASKED = 0x80, 0x70, 0x80
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

NORMAL, GOING_AWAY, PROTOCOL, NOT_TEXT, TOO_BIG = 1000, 1001, 1002, 1007, 1009


class Fault(Exception):
    """What came in is no frame that may come; `code` is what the other side is told."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Frame(NamedTuple):
    """One message that came in whole, or a control frame."""

    kind: int
    data: bytes


def accepted(key: str) -> str:
    """The answer to a handshake's key (RFC 6455, 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()).decode()


def is_key(key: str) -> bool:
    """True for sixteen bytes in base 64, as a handshake's key has to be."""
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except ValueError:
        return False


def frame(data: bytes, kind: int = TEXT) -> bytes:
    """A whole message as a server sends it: one frame, not masked, not compressed."""
    length = len(data)
    if length < 126:
        return bytes((_FINAL | kind, length)) + data
    if length < 65_536:
        return struct.pack("!BBH", _FINAL | kind, 126, length) + data
    return struct.pack("!BBQ", _FINAL | kind, 127, length) + data


def closing(code: int) -> bytes:
    """The frame that ends a line and says why."""
    return frame(struct.pack("!H", code), CLOSE)


class Reader:
    """Puts together what one client sends. `longest` bounds a message, however many frames it comes in."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._buffer = bytearray()
        self._parts: bytearray | None = None
        self._kind = 0

    def feed(self, data: bytes) -> Iterator[Frame]:
        """What is complete with these bytes. Raises Fault at the first thing that no client may send."""
        self._buffer += data
        while (found := self._next()) is not None:
            head, content = found
            whole = self._whole(head, content)
            if whole is not None:
                yield whole

    def _next(self) -> tuple[int, bytes] | None:
        """The first byte and the content of the next frame, once it is there."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        head, length, start = buffer[0], buffer[1] & 0x7F, 2
        self._check(head, buffer[1], length)
        if length >= 126:
            width = 2 if length == 126 else 8
            if len(buffer) < 2 + width:
                return None
            length, start = int.from_bytes(buffer[2 : 2 + width], "big"), 2 + width
        if length + len(self._parts or b"") > self._longest:
            raise Fault(TOO_BIG)
        end = start + 4 + length
        if len(buffer) < end:
            return None
        content = _unmasked(bytes(buffer[start : start + 4]), bytes(buffer[start + 4 : end]))
        del buffer[:end]
        return head, content

    def _check(self, head: int, second: int, length: int) -> None:
        kind = head & 0x0F
        is_control = kind >= CLOSE
        if head & _RESERVED or kind not in _KNOWN or not second & _MASKED:
            raise Fault(PROTOCOL)  # compressed, unknown, or from a client that does not mask
        if is_control and (not head & _FINAL or length > _LONGEST_CONTROL):
            raise Fault(PROTOCOL)
        if not is_control and (kind == _CONTINUED) != (self._parts is not None):
            raise Fault(PROTOCOL)  # goes on with what was not begun, or begins within another

    def _whole(self, head: int, content: bytes) -> Frame | None:
        kind = head & 0x0F
        if kind >= CLOSE:
            return Frame(kind, content)
        if self._parts is None:
            if head & _FINAL:
                return Frame(kind, content)
            self._parts, self._kind = bytearray(), kind
        self._parts += content
        if not head & _FINAL:
            return None
        whole, self._parts = bytes(self._parts), None
        return Frame(self._kind, whole)


def _unmasked(mask: bytes, content: bytes) -> bytes:
    length = len(content)
    if not length:
        return content
    repeated = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(content, "big") ^ int.from_bytes(repeated, "big")).to_bytes(length, "big")
