"""What an organisation may be called, where it can be, what it says about itself, and how its verification
can move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from network import people
from network.kernel.addresses import check_link
from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.translation import mark as _

STATES = ("pending", "verified", "refused")
DECISIONS = ("verified", "refused")
MAX_NAME, MAX_REASON = 200, 2000
MAX_WEBSITE, MAX_REGISTER_ENTRY, MAX_CONTACT_NOTE = 300, 200, 500

STEPS: Mapping[str, Mapping[str, str]] = {
    "verification": {"pending": "verified", "refused": "verified"},
    # What was verified can turn out wrong later: then its invitations stop.
    "refusal": {"pending": "refused", "verified": "refused"},
    # Its contacts answer the reason, and the operator looks again.
    "resubmission": {"refused": "pending"},
}
"""The states that each decision may start from."""

WORKING_DAYS = 3
"""So many working days an organisation waits for verification at most (contract)."""

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


class NobodyToAct(LastSteward):
    """The same, told to her who wants to be erased."""

    message = _("You are the last one who acts for “%(organisation)s”. Add somebody else first.")


class InvitationForAnother(Conflict):
    """The link was sent to another address than the one that is signed in."""

    code = "invitation_for_another"
    message = _("This link was sent to another address. Please sign in with that one.")


def check_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Bring name, country and what an organisation says about itself into their form, as far as given; the
    latter can be nothing. Raises Invalid that names every field which cannot be taken."""
    faults: dict[str, FieldFault] = {}
    clean: dict[str, Any] = {}
    for field, value in values.items():
        try:
            clean[field] = _FORMS[field](value)
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


def check_answer(text: str) -> str:
    """What the contacts say to a refusal. Raises Invalid."""
    said = text.strip()
    if not said:
        raise Invalid({"answer": FieldFault.of(_("This is needed."))})
    if len(said) > MAX_REASON:
        raise Invalid({"answer": FieldFault.of(_("At most %(max)s characters, please."), max=MAX_REASON)})
    return said


def answer_day(asked_at: datetime, time_zone: str, country: str) -> date:
    """The day by whose end an organisation is answered: the third working day after the one on which it
    asked, where it is. Weekends are those of its country (CLDR); public holidays nobody tells us."""
    day, left = asked_at.astimezone(ZoneInfo(time_zone)).date(), WORKING_DAYS
    weekend = _weekend(country)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() not in weekend
    return day


def answer_by(asked_at: datetime, time_zone: str, country: str) -> datetime:
    """The last minute of that day, in UTC: also where the clocks are changed at midnight."""
    after = answer_day(asked_at, time_zone, country) + timedelta(days=1)
    midnight = datetime.combine(after, time(0), tzinfo=ZoneInfo(time_zone))
    return midnight.astimezone(UTC) - timedelta(minutes=1)


@lru_cache(maxsize=256)
def _weekend(country: str) -> frozenset[int]:
    """The days of the week without work, Monday is 0."""
    try:
        locale = Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        return frozenset({5, 6})
    first, last = locale.weekend_start, locale.weekend_end
    return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))


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


def clean_website(value: str | None) -> str | None:
    """The address of the organisation's own pages, or None. Raises Invalid."""
    return check_link(value, "website", MAX_WEBSITE) if value and value.strip() else None


def _words(field: str, longest: int) -> Callable[[str | None], str | None]:
    def form(value: str | None) -> str | None:
        words = " ".join((value or "").split())
        if len(words) > longest:
            raise Invalid({field: FieldFault.of(_("At most %(max)s characters, please."), max=longest)})
        return words or None

    return form


_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "country": clean_country,
    "website": clean_website,
    "register_entry": _words("register_entry", MAX_REGISTER_ENTRY),
    "contact_note": _words("contact_note", MAX_CONTACT_NOTE),
}
