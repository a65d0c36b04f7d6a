"""When what was typed can be a mailed code, and how often one may be asked for."""

from __future__ import annotations

import unicodedata

from network.kernel.errors import FieldFault, Forbidden, Invalid, TooMany, Unauthenticated
from network.kernel.translation import mark as _

SIGN_IN = "sign-in-code"
"""What the digits of a code are derived for."""
RESET = "password-reset"
"""What the secret of a reset's link is derived for."""

DIGITS = 6
CODES_PER_HOUR = 10
CODES_PER_DAY = 30
CODES_PER_PEER_AND_HOUR = 120
RESETS_PER_HOUR = 3
RESETS_PER_DAY = 5


class SignInRefused(Unauthenticated):
    """Address and password or code do not open an account; it is not told which of them is wrong (A19)."""

    code = "wrong_credentials"
    message = _("Address and password do not fit together. Please look at both again.")


class CodeRefused(SignInRefused):
    """The digits are not those that were mailed last, or were used, or are too old; it is not told which."""

    message = _("This code is not right, or it no longer counts. You can ask for a new one.")


class SecondFactorRefused(SignInRefused):
    """What was typed is neither the code of now nor an unused recovery code."""

    message = _("This code is not right, or it was used already. Take the one that your app shows now.")


class SecondFactorRequired(Unauthenticated):
    """Code or password fit, and the second factor is still to come: `challenge` goes along with it."""

    code = "second_factor_required"
    message = _("Please show your second factor as well.")


class ChallengeOver(Unauthenticated):
    """What should be answered is unknown, was answered, or is too old."""

    code = "challenge_over"
    message = _("That took too long. Please begin once more.")


class TooManyFailures(TooMany):
    """So many tries failed that the next one has to wait, also if it were right."""

    code = "too_many_failures"
    message = _("That did not work too many times. Please wait %(minutes)s min., then try again.")


class ProofRefused(Forbidden):
    """What should have shown once more that it is them did not."""

    code = "proof_refused"
    message = _("This is not right. Please look again.")


def clean_code(text: str, *, field: str = "code") -> str:
    """The six digits of what was typed or pasted: spaces and hyphens do not matter, and digits of every
    script are digits. Raises Invalid under `field` for what cannot be a code."""
    signs = [sign for sign in text if not sign.isspace() and sign not in "-‐‑–.\u200e\u200f\u2066\u2069"]
    if len(signs) != DIGITS or not all(sign.isdecimal() for sign in signs):
        raise Invalid({field: FieldFault.of(_("The code has %(n)s digits."), n=DIGITS)})
    return "".join(str(unicodedata.decimal(sign)) for sign in signs)


def reset_path(secret: str) -> str:
    """The page on which the new password is chosen."""
    return f"/password/{secret}"
