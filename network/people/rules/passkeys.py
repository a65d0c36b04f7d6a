"""Where passkeys count, when one was copied, and what is refused about them."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from network.kernel.errors import Conflict
from network.kernel.translation import mark as _
from network.people.rules.codes import SignInRefused

CHALLENGE_MINUTES = 5
PASSKEYS = 20
"""So many one person can have."""
LONGEST_KEY = 2900
"""Bytes of a public key: RSA with 8192 bits stays far below."""
LONGEST_CREDENTIAL_ID = 1023
"""Bytes (WebAuthn Level 3, 6.5.1)."""
RP_NAME = "mentorNET"


class PasskeyRefused(SignInRefused):
    """What came is no passkey of this person or of anybody, is not for this site, or answers nothing that was
    asked within five minutes; it is not told which (A19)."""

    message = _("This passkey did not work here. Please try once more, or take another way.")


class PasskeyUnverified(PasskeyRefused):
    """The device signed, but did not ask who holds it: that is one factor and not two."""

    code = "passkey_unverified"
    message = _("The device asked for no PIN or finger. Sign in with a code first, then show the passkey.")


class PasskeyThere(Conflict):
    """This device's passkey is registered already."""

    code = "passkey_there"
    message = _("This passkey is here already.")


class TooManyPasskeys(Conflict):
    """One person needs no more."""

    code = "too_many_passkeys"
    message = _("You have %(n)s passkeys. Please remove one first.")


class PasskeysUnavailable(Conflict):
    """The site is reached by a number instead of a name, and browsers make no passkeys for numbers."""

    code = "passkeys_unavailable"
    message = _("This site has no name of its own, only a number. Passkeys need a name.")


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For whom a passkey is made (`id`), and from which pages it may be shown (`origin`)."""

    id: str
    origin: str


def relying_party(base_url: str) -> RelyingParty | None:
    """Follows from where people reach the site; on this very machine it is `localhost`, whatever number is
    written. None where the site has no name (WebAuthn Level 3, 5.1.3: an address in figures is no RP ID)."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, f"{parts.scheme}://{parts.netloc.lower()}") if host else None
    if not address.is_loopback:
        return None
    port = f":{parts.port}" if parts.port else ""
    return RelyingParty("localhost", f"{parts.scheme}://localhost{port}")


def is_copied(known: int, said: int) -> bool:
    """True when a device says that it signed no more often than it had before: then there are two of it
    (WebAuthn Level 3, 6.1.1). Devices that do not count always say 0."""
    return (known > 0 or said > 0) and said <= known


def challenge_in(credential: Mapping[str, Any]) -> bytes:
    """What the device says it was asked. Raises PasskeyRefused for what is no answer of a device."""
    try:
        said = json.loads(from_base64(credential["response"]["clientDataJSON"]))
        return from_base64(said["challenge"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise PasskeyRefused() from None


def from_base64(text: str) -> bytes:
    """Bytes as WebAuthn writes them: base64url without padding. Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, AttributeError) as error:
        raise ValueError("no base64url") from error


def to_base64(content: bytes) -> str:
    """The same the other way."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
