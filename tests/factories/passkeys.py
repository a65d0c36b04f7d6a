"""A device with passkeys in it, as a browser speaks with it (WebAuthn Level 3, ES256, no attestation)."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from network import people
from network.kernel.actor import ANONYMOUS, Actor
from network.people.commands.passkeys import AddedPasskey
from network.people.rules.passkeys import from_base64, to_base64

PRESENT, VERIFIED, ELIGIBLE, SYNCED, NEW_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
ORIGIN = "http://localhost"


class Device:
    """One key, for one person. `counts`: it says how often it signed; `verifies`: it asks for a finger."""

    def __init__(self, *, counts: bool = True, verifies: bool = True, origin: str = ORIGIN) -> None:
        self.counts, self.verifies, self.origin = counts, verifies, origin
        self.id, self.count = secrets.token_bytes(32), 0
        self.user_handle: bytes | None = None
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        self.user_handle = from_base64(options["user"]["id"])
        numbers = self._key.public_key().public_numbers()
        key = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        said = self._said(options["rp"]["id"], NEW_KEY) + held
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        return self._credential(
            {
                "clientDataJSON": self._asked("webauthn.create", options),
                "attestationObject": to_base64(attestation),
                "transports": ["internal", "hybrid"],
            }
        )

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives."""
        self.count += 1 if self.counts else 0
        said, asked = self._said(options["rpId"]), self._asked("webauthn.get", options)
        signed = said + hashlib.sha256(from_base64(asked)).digest()
        return self._credential(
            {
                "clientDataJSON": asked,
                "authenticatorData": to_base64(said),
                "signature": to_base64(self._key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": None if self.user_handle is None else to_base64(self.user_handle),
            }
        )

    def _said(self, party: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0) | (0 if self.counts else ELIGIBLE | SYNCED)
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _asked(self, what: str, options: dict[str, Any]) -> str:
        asked = {"type": what, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return to_base64(json.dumps(asked).encode())

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = to_base64(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def add_passkey(actor: Actor, device: Device, name: str = "My phone") -> AddedPasskey:
    """Let a person make a passkey on a device."""
    return people.add_passkey(actor, device.make(people.begin_passkey(actor)), name)


def show_passkey(device: Device) -> dict[str, Any]:
    """A device's answer to a question that was asked just now."""
    return device.show(people.ask_for_passkey(ANONYMOUS))
