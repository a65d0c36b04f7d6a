"""When a text can be the name of a person or a thing, and in which form it is kept."""

from __future__ import annotations

import unicodedata

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

LONGEST_NAME = 100

# Persian, Kurdish and Indic names are spelled with the two joiners.
_JOINERS = "\u200c\u200d"
# Marks that come along when a name is copied from a text; without them it looks the same.
# Fillers count as letters or signs and show nothing.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff\u2800\u3164\uffa0"))
_REFUSED = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def clean_name(text: str, *, field: str = "display_name", longest: int = LONGEST_NAME) -> str:
    """A name as it is kept: NFC, trimmed, single spaces, 1 to `longest` characters with at least one that
    can be seen. Raises Invalid under `field` for an empty or too long one, and for characters that control
    or turn round the text beside them (trust.md D.5)."""
    trimmed = unicodedata.normalize("NFC", text).translate(_INVISIBLE).strip()
    if any(unicodedata.category(sign) in _REFUSED and sign not in _JOINERS for sign in trimmed):
        raise Invalid({field: FieldFault.of(_("This name has signs in it that cannot be shown."))})
    cleaned = " ".join(trimmed.split())
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in cleaned):
        raise Invalid({field: FieldFault.of(_("Please write a name."))})
    if len(cleaned) > longest:
        raise Invalid({field: FieldFault.of(_("This name is longer than %(n)s characters."), n=longest)})
    return cleaned


def name_from_address(address: str) -> str:
    """What a person is called until she says otherwise: the part of the address before the @."""
    try:
        return clean_name(address.rpartition("@")[0])
    except Invalid:
        return "?"
