"""Web push: words sealed for one browser (RFC 8291), and the proof of who sends them (RFC 8292).

The key with which we sign follows from the server's key, so neither database nor backup holds one. What
carries a push to its browser sees when it comes and how long it is, and each is as long as every other.
Loaded with the first push or its settings: what it needs is heavy.
"""

from __future__ import annotations

import base64
import os
import struct
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from network.kernel import runtime
from network.kernel.ids import keyed_digest

RECORD = 4096
PADDED = 1024
"""Bytes of words with their padding; longer ones are refused."""
AUTH_LENGTH, POINT_LENGTH, SALT_LENGTH = 16, 65, 16
VALID_FOR = timedelta(hours=12)
"""A signed proof may count for a day at the most (RFC 8292, 2)."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""So many keys the curve P-256 has, and one more (FIPS 186-5)."""


def public_key() -> str:
    """What browsers know us by, as they want to read it: base64url of a point."""
    return _keys(runtime.current().secret_key)[1]


def authorization(endpoint: str, contact: str, now: datetime) -> str:
    """The header that says who sends to this endpoint: `contact` is an address of mail or of the web."""
    private, public = _keys(runtime.current().secret_key)
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + VALID_FOR).timestamp()), "sub": contact,
    }  # fmt: skip
    said = f"{encoded(orjson.dumps({'typ': 'JWT', 'alg': 'ES256'}))}.{encoded(orjson.dumps(claims))}"
    numbers = utils.decode_dss_signature(private.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b"".join(number.to_bytes(32, "big") for number in numbers)
    return f"vapid t={said}.{encoded(signature)}, k={public}"


def seal(
    words: bytes,
    receiver: bytes,
    auth_secret: bytes,
    *,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
    length: int = PADDED,
) -> bytes:
    """Words that only the browser reads whose keys these are, as `aes128gcm` (RFC 8188) in one record, filled
    up to `length`. Raises ValueError for a key that is no point, and for what is too long. `sender` and
    `salt` are new each time."""
    if len(words) >= PADDED:
        raise ValueError("too long for a push")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver)
    ours = sender or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(SALT_LENGTH)
    point = _point(ours.public_key())
    shared = ours.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, auth_secret, b"WebPush: info\0" + receiver + point, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    filled = (words + b"\x02").ljust(length, b"\0")
    return salt + struct.pack("!IB", RECORD, len(point)) + point + AESGCM(key).encrypt(nonce, filled, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def is_point(key: bytes) -> bool:
    """Whether a browser's key lies on the curve: others would tell about ours."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except ValueError:
        return False
    return len(key) == POINT_LENGTH


def encoded(content: bytes) -> str:
    """base64url without its end."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Bytes out of base64url. Raises ValueError for anything else."""
    bare = text.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), b"-_", validate=True)


@lru_cache(maxsize=2)
def _keys(_of: bytes) -> tuple[ec.EllipticCurvePrivateKey, str]:
    number = int(keyed_digest("web-push", "our key"), 16) % (_ORDER - 1) + 1
    private = ec.derive_private_key(number, ec.SECP256R1())
    return private, encoded(_point(private.public_key()))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
