"""What an organisation may be called, where it can be, and how its verification can move."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale

from network import people
from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.translation import mark as _

STATES = ("pending", "verified", "refused")
DECISIONS = ("verified", "refused")
MAX_NAME, MAX_REASON = 200, 2000

STEPS: Mapping[str, Mapping[str, str]] = {
    "verification": {"pending": "verified", "refused": "verified"},
    # What was verified can turn out wrong later: then its invitations stop.
    "refusal": {"pending": "refused", "verified": "refused"},
}
"""The states that each decision may start from."""

INVITATION = "steward-invitation"
"""What the secret in a steward's invitation is for."""

# In CLDR's list of territories, but not in ISO 3166-1.
_NO_COUNTRIES = frozenset({"AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


class OrganisationNotVerified(Conflict):
    """Letters to people outside wait until somebody looked at the organisation."""

    code = "organisation_not_verified"
    message = _("This organisation is not verified yet. Until then it cannot write to anybody.")


class AlreadySteward(Conflict):
    """The person acts for the organisation already."""

    code = "already_steward"
    message = _("This person already acts for the organisation.")


class LastSteward(Conflict):
    """Somebody must remain who can be asked."""

    code = "last_steward"
    message = _("You are the last one who acts for this organisation. Add somebody else first.")


class InvitationForAnother(Conflict):
    """The link was sent to another address than the one that is signed in."""

    code = "invitation_for_another"
    message = _("This link was sent to another address. Please sign in with that one.")


def check_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Bring name and country into their form, as far as given. Raises Invalid that names every field which
    cannot be taken."""
    faults: dict[str, FieldFault] = {}
    clean: dict[str, Any] = {}
    for field, form in (("name", _name), ("country", clean_country)):
        if field in values:
            try:
                clean[field] = form(values[field])
            except Invalid as refusal:
                faults |= refusal.faults
    if faults:
        raise Invalid(faults)
    return clean


def check_reason(decision: str, reason: str | None) -> str | None:
    """The reason as it is kept: a refusal needs one. Raises Invalid."""
    text = (reason or "").strip()
    if decision == "refused" and not text:
        raise Invalid({"reason": FieldFault.of(_("Please say why. The organisation will read it."))})
    if len(text) > MAX_REASON:
        raise Invalid({"reason": FieldFault.of(_("At most %(max)s characters, please."), max=MAX_REASON)})
    return text or None


def is_country(code: str) -> bool:
    """True for a code of ISO 3166-1 alpha-2."""
    return code in country_codes()


def clean_country(value: str, field: str = "country") -> str:
    """A code of ISO 3166-1 alpha-2 in its written form. Raises Invalid under `field`."""
    code = value.strip().upper()
    if not is_country(code):
        raise Invalid({field: FieldFault.of(_("We do not know this country."))})
    return code


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Every code of ISO 3166-1 alpha-2."""
    territories = [str(code) for code in Locale("en").territories]
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


def invitation_path(secret: str) -> str:
    """Where the link of a steward's invitation leads."""
    return f"/org/join/{secret}"


def _name(value: str) -> str:
    return people.clean_name(value, field="name", longest=MAX_NAME)
