"""When a one-time code or a recovery code fits, and how often a wrong one may be tried."""

from __future__ import annotations

import base64
import secrets
import unicodedata
from datetime import datetime

import pyotp

from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.ids import keyed_digest, same_secret
from network.kernel.translation import mark as _

STEP_SECONDS = 30
STEPS_ASIDE = 1
"""A code counts half a minute before and after its time: clocks of phones differ (RFC 6238, 5.2)."""
STEPS_REMEMBERED = 14
"""So many taken codes are remembered: more than can fit again when the clock is set back by 5 minutes."""
LIMITS = ((5, 5), (20, 60), (50, 24 * 60))
"""(failures, minutes): PyPI's, as trust.md C has them."""
CHALLENGE_MINUTES = 10
SETUP_MINUTES = 60
RECOVERY_CODES = 10
ISSUER = "mentorNET"

_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_RECOVERY_SIGNS = 12


class SecondFactorThere(Conflict):
    """There is a second factor already; it is taken away first."""

    code = "second_factor_there"
    message = _("You have a second factor already.")


class NoSecondFactor(Conflict):
    """There is no second factor, or none that was begun within the hour."""

    code = "no_second_factor"
    message = _("There is no second factor yet. Please begin with setting one up.")


def secret_of(seed_id: str) -> str:
    """The secret that goes into the app, in Base32: bound to the server's key, so no database holds it."""
    return base64.b32encode(bytes.fromhex(keyed_digest("one-time-codes", seed_id))[:20]).decode()


def address_for_app(seed_id: str, email: str) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    return pyotp.TOTP(secret_of(seed_id)).provisioning_uri(name=email, issuer_name=ISSUER)


def fitting_step(seed_id: str, typed: str, now: datetime, used: set[int]) -> int | None:
    """The half minute whose code was typed, unless it was taken before; None for every other code."""
    codes, current = pyotp.TOTP(secret_of(seed_id)), int(now.timestamp()) // STEP_SECONDS
    around = range(current - STEPS_ASIDE, current + STEPS_ASIDE + 1)
    fitting = [step for step in around if same_secret(codes.generate_otp(step), typed)]
    return next((step for step in fitting if step not in used), None)


def remember(used: set[int], step: int) -> str:
    """The taken half minutes as they are kept, with one more."""
    return " ".join(str(one) for one in sorted({*used, step}, reverse=True)[:STEPS_REMEMBERED])


def new_recovery_code() -> str:
    """Twelve signs in three groups, 59 bits: `k7wm-2q9x-hd4p`."""
    signs = "".join(secrets.choice(_SIGNS) for _sign in range(_RECOVERY_SIGNS))
    return "-".join(signs[start : start + 4] for start in range(0, _RECOVERY_SIGNS, 4))


def recovery_digest(user_id: str, code: str) -> str:
    """The form in which a recovery code is kept and looked up."""
    return keyed_digest("recovery-code", f"{user_id} {code.replace('-', '')}")


def clean_second_code(text: str, *, field: str = "code") -> str:
    """What was typed: six digits out of the app, or the signs of a recovery code; spaces, hyphens and
    capitals do not matter. Raises Invalid under `field` for what can be neither."""
    signs = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    if len(signs) == 6 and all(sign.isdecimal() for sign in signs):
        return "".join(str(unicodedata.decimal(sign)) for sign in signs)
    if len(signs) == _RECOVERY_SIGNS and all(sign in _SIGNS for sign in signs):
        return signs
    raise Invalid({field: FieldFault.of(_("Please write the six digits of your app, or a recovery code."))})
