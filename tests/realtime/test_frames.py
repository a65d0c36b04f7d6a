"""Websocket frames beside another library's, and whatever a client should not send."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websocket import ABNF
from wsproto.frame_protocol import FrameDecoder, Opcode

from realtime.frames import (
    BINARY,
    CLOSE,
    NORMAL,
    PING,
    PROTOCOL,
    TEXT,
    TOO_BIG,
    Fault,
    Frame,
    Reader,
    accepted,
    closing,
    frame,
    is_key,
)

LONGEST = 70_000
LENGTHS = st.sampled_from([0, 1, 5, 125, 126, 127, 65_535, 65_536, LONGEST])


def sent(
    content: bytes, kind: int = TEXT, *, final: bool = True, mask: bool = True, reserved: int = 0
) -> bytes:
    """A frame as another library's client makes it."""
    made = bytearray(ABNF(int(final), 0, 0, 0, kind, int(mask), content).format())
    made[0] |= reserved
    return bytes(made)


def read(data: bytes, *, pieces: int = LONGEST) -> list[Frame]:
    """What a reader makes of bytes that come in pieces."""
    reader = Reader(LONGEST)
    return [one for at in range(0, len(data), pieces) for one in reader.feed(data[at : at + pieces])]


@given(LENGTHS, st.binary(min_size=1, max_size=8), st.sampled_from([TEXT, BINARY]), st.integers(1, 4_000))
@settings(max_examples=60, deadline=None)
def test_what_another_client_sends_is_read_however_it_arrives(
    length: int, seed: bytes, kind: int, pieces: int
) -> None:
    content = (seed * length)[:length]
    data = sent(content, kind) + sent(b"between", PING) + sent(content[:100], kind)
    assert read(data, pieces=pieces) == [
        Frame(kind, content), Frame(PING, b"between"), Frame(kind, content[:100])
    ]  # fmt: skip


@given(LENGTHS, st.binary(min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_what_we_send_is_read_by_another_library(length: int, seed: bytes) -> None:
    content = (seed * length)[:length]
    decoder = FrameDecoder(client=True)
    decoder.receive_bytes(frame(content, BINARY) + closing(NORMAL))
    whole = b""
    while (found := decoder.process_buffer()) is not None and found.opcode is not Opcode.CLOSE:
        whole += bytes(found.payload)
    assert whole == content
    assert found is not None
    assert found.opcode is Opcode.CLOSE


def test_one_message_in_many_frames_with_a_question_between() -> None:
    data = sent(b"a", final=False) + sent(b"?", PING) + sent(b"b", 0, final=False) + sent(b"c", 0)
    for pieces in (1, 2, 1000):
        assert read(data, pieces=pieces) == [Frame(PING, b"?"), Frame(TEXT, b"abc")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sent(b"x", mask=False), PROTOCOL),
        (sent(b"x", reserved=0x40), PROTOCOL),
        (sent(b"x", reserved=0x10), PROTOCOL),
        (b"\x83\x80" + bytes(4), PROTOCOL),
        (sent(b"x", 0), PROTOCOL),
        (sent(b"x", final=False) + sent(b"y"), PROTOCOL),
        (b"\x09\x80" + bytes(4), PROTOCOL),
        (b"\x89\xfe\x00\x80" + bytes(132), PROTOCOL),
        (sent(b"x" * (LONGEST + 1)), TOO_BIG),
        (b"\x81\xff" + struct.pack("!Q", 2**63), TOO_BIG),
        (sent(b"x" * LONGEST, final=False) + sent(b"y", 0), TOO_BIG),
    ],
    ids=[
        "not masked", "compressed", "reserved", "unknown", "goes on with nothing", "begins within",
        "control in parts", "long control", "too long", "far too long", "too long in parts",
    ],
)  # fmt: skip
def test_what_no_client_may_send_is_a_fault(data: bytes, code: int) -> None:
    for pieces in (1, 7, LONGEST * 2):
        with pytest.raises(Fault) as fault:
            read(data, pieces=pieces)
        assert fault.value.code == code


def test_what_is_too_long_is_not_waited_for() -> None:
    reader = Reader(LONGEST)
    with pytest.raises(Fault):
        list(reader.feed(b"\x81\xff" + struct.pack("!Q", LONGEST + 1)))


def test_the_answer_of_the_standard() -> None:
    assert accepted("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, 1.3
    assert is_key("dGhlIHNhbXBsZSBub25jZQ==")
    assert not any(map(is_key, ("", "short", "dGhlIHNhbXBsZSBub25jZQ", "====", "ä" * 24)))


def test_a_close_says_why() -> None:
    assert closing(NORMAL) == bytes((0x80 | CLOSE, 2)) + struct.pack("!H", 1000)
