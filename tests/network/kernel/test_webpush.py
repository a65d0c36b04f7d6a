"""Sealing for one browser and saying who sends: by the example of RFC 8291, and as a browser reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from network.kernel import runtime, webpush
from network.kernel.webpush import decoded, encoded
from tests.factories.push import Browser

# RFC 8291, Appendix A.
WORDS = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SALT, AUTH = "DGv6ra1nlYgDCS1FRnbzlw", "BTBZMqHH6r4Tts7J_aSIgg"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6"
    "PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_comes_out() -> None:
    sender = ec.derive_private_key(int.from_bytes(decoded(SENDER), "big"), ec.SECP256R1())
    sealed = webpush.seal(
        WORDS, decoded(RECEIVER), decoded(AUTH), sender=sender, salt=decoded(SALT), length=0
    )
    assert encoded(sealed) == SEALED


def test_only_its_browser_reads_it_and_its_length_says_nothing() -> None:
    mine, other = Browser(), Browser()
    short = webpush.seal(b"a", mine.point, mine.auth)
    long = webpush.seal(b"b" * 900, mine.point, mine.auth)
    assert (mine.read(short), mine.read(long)) == (b"a", b"b" * 900)
    assert len(short) == len(long) < webpush.RECORD
    with pytest.raises(InvalidTag):
        other.read(short)
    with pytest.raises(ValueError, match="too long"):
        webpush.seal(b"c" * webpush.PADDED, mine.point, mine.auth)


def test_keys_off_the_curve_are_none() -> None:
    good = Browser().point
    assert webpush.is_point(good)
    assert not webpush.is_point(good[:-1] + bytes([good[-1] ^ 1]))
    assert not webpush.is_point(b"\0")
    assert not webpush.is_point(b"\x04" + b"\0" * 64)
    for text in ("a b", "ä", "a"):
        with pytest.raises(ValueError, match=r"base64|ASCII|characters"):
            decoded(text)


def test_who_sends_is_signed_for_this_service_alone(live: runtime.Runtime) -> None:
    assert live.secret_key
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    header = webpush.authorization("https://push.example/one/abc", "mailto:us@mentors.example", at)
    scheme, _, rest = header.partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(", "))
    assert (scheme, parts["k"]) == ("vapid", webpush.public_key())
    said, _, signature = parts["t"].rpartition(".")
    claims = json.loads(decoded(said.partition(".")[2]))
    assert claims == {
        "aud": "https://push.example", "exp": int(at.timestamp()) + 12 * 3600,
        "sub": "mailto:us@mentors.example",
    }  # fmt: skip
    assert json.loads(decoded(said.partition(".")[0])) == {"typ": "JWT", "alg": "ES256"}
    numbers = decoded(signature)
    pair = (int.from_bytes(numbers[:32], "big"), int.from_bytes(numbers[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
    key.verify(utils.encode_dss_signature(*pair), said.encode(), ec.ECDSA(hashes.SHA256()))
