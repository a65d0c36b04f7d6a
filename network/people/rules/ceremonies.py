"""When a device's answer is a passkey: what it is asked and how its signature is checked (WebAuthn, 7).

Loaded when somebody uses a passkey and not before: certificates and CBOR weigh more than the rest of people.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from network.people.rules.passkeys import (
    CHALLENGE_MINUTES,
    LONGEST_CREDENTIAL_ID,
    LONGEST_KEY,
    RP_NAME,
    PasskeyRefused,
    RelyingParty,
    from_base64,
    to_base64,
)

TIMEOUT = CHALLENGE_MINUTES * 60_000
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class MadePasskey:
    """A new passkey, as the device described it; ids and keys in base64url."""

    credential_id: str
    public_key: str
    transports: str
    sign_count: int
    synced: bool


@dataclass(frozen=True, slots=True)
class ShownPasskey:
    """A passkey whose signature is right. `verified`: the device made sure who holds it."""

    sign_count: int
    synced: bool
    verified: bool


def to_make(
    party: RelyingParty, challenge: bytes, user_id: str, address: str, name: str, have: Iterable[str]
) -> dict[str, Any]:
    """What goes to `navigator.credentials.create`: a key that the device finds by itself, and that asks for
    PIN or finger where it can. `have`: the ids of the person's passkeys, so that no device makes two."""
    options = generate_registration_options(
        rp_id=party.id, rp_name=RP_NAME, user_id=uuid.UUID(user_id).bytes, user_name=address,
        user_display_name=name, challenge=challenge, timeout=TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=from_base64(one)) for one in have],
    )  # fmt: skip
    return options_to_json_dict(options)


def to_show(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """What goes to `navigator.credentials.get`: it names nobody, the device knows whose it is (A19)."""
    options = generate_authentication_options(
        rp_id=party.id, challenge=challenge, timeout=TIMEOUT,
        user_verification=UserVerificationRequirement.PREFERRED,
    )  # fmt: skip
    return options_to_json_dict(options)


def check_made(party: RelyingParty, challenge: bytes, credential: Mapping[str, Any]) -> MadePasskey:
    """A new passkey. Raises PasskeyRefused for another challenge, site or kind of key, and for garbage."""
    made = _checked(
        lambda: verify_registration_response(
            credential=dict(credential), expected_challenge=challenge, expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    )  # fmt: skip
    if len(made.credential_id) > LONGEST_CREDENTIAL_ID or len(made.credential_public_key) > LONGEST_KEY:
        raise PasskeyRefused()
    return MadePasskey(
        credential_id=to_base64(made.credential_id), public_key=to_base64(made.credential_public_key),
        transports=_transports(credential), sign_count=made.sign_count, synced=made.credential_backed_up,
    )  # fmt: skip


def check_shown(
    party: RelyingParty, challenge: bytes, credential: Mapping[str, Any], public_key: str, user_id: str
) -> ShownPasskey:
    """A passkey that was shown. Raises PasskeyRefused for another challenge, site or signature, and where the
    device means another person than the one whose key it is. Whether the device was copied is not looked at
    here: only a right signature may say so."""
    shown = _checked(
        lambda: verify_authentication_response(
            credential=dict(credential), expected_challenge=challenge, expected_rp_id=party.id,
            expected_origin=party.origin, credential_public_key=from_base64(public_key),
            credential_current_sign_count=0,
        )
    )  # fmt: skip
    handle = credential["response"].get("userHandle")
    if handle is not None and _checked(lambda: from_base64(handle)) != uuid.UUID(user_id).bytes:
        raise PasskeyRefused()
    return ShownPasskey(
        sign_count=shown.new_sign_count, synced=shown.credential_backed_up, verified=shown.user_verified
    )  # fmt: skip


def _checked(check: Callable[[], R]) -> R:
    try:
        return check()
    except Exception:
        # Whatever is wrong with what came, from its CBOR to its curve, is wrong with what came: the library
        # raises what its parsers raise.
        raise PasskeyRefused() from None


def _transports(credential: Mapping[str, Any]) -> str:
    said = credential["response"].get("transports")
    known = {one.value for one in AuthenticatorTransport}
    given = [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
    return " ".join(sorted(known.intersection(given)))
