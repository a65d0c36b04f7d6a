"""What a profile can hold, in which form it is kept, and whom its fields can be shown to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.base import fold
from network import organisations, people
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

AUDIENCES = ("nobody", "networks", "everyone")
"""Only oneself; whoever shares a network with her or acts for its organisation; everybody signed in."""
FIELDS = ("introduction", "languages", "region", "offers", "availability")
"""What somebody decides about by itself. `region` is country and region together, `availability` goes with
"can help now"."""
PHOTO = "photo"
"""Is shown by the same choice; the capability `people` keeps it, with the name."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS_OF_DAY = ("morning", "afternoon", "evening")
SLOTS = tuple(f"{day}_{part}" for day in DAYS for part in PARTS_OF_DAY)
LONGEST_INTRODUCTION, LONGEST_REGION, LONGEST_OFFER = 600, 100, 60
MOST_LANGUAGES, MOST_OFFERS = 12, 12


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for among people; None or False does not narrow."""

    q: str | None = None
    language: str | None = None
    offers: str | None = None
    country: str | None = None
    region: str | None = None
    can_help_now: bool = False

    @property
    def narrows(self) -> bool:
        """True when something about the profile is asked."""
        return bool(self.language or self.offers or self.country or self.region or self.can_help_now)


def clean_profile(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, in the form in which it is kept. Raises Invalid by field."""
    clean: dict[str, Any] = {}
    faults: dict[str, FieldFault] = {}
    for field, value in values.items():
        try:
            clean[field] = _FORMS[field](value)
        except Invalid as refusal:
            faults |= refusal.faults
    if faults:
        raise Invalid(faults)
    return clean


def week_of(slots: Sequence[str]) -> str:
    """Slots as the 21 signs that are kept."""
    return "".join("1" if slot in slots else "0" for slot in SLOTS)


def slots_of(week: str) -> list[str]:
    """The 21 signs as slots, from Monday morning on."""
    return [slot for slot, sign in zip(SLOTS, week, strict=False) if sign == "1"]


def _introduction(value: str) -> str:
    text = value.strip()
    if len(text) > LONGEST_INTRODUCTION:
        raise Invalid({"introduction": _too_long(LONGEST_INTRODUCTION)})
    return text


def _languages(value: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(people.clean_language(tag, field="languages") for tag in value))
    if len(found) > MOST_LANGUAGES:
        raise Invalid({"languages": FieldFault.of(_("At most %(n)s languages, please."), n=MOST_LANGUAGES)})
    return found


def _country(value: str | None) -> str | None:
    return organisations.clean_country(value) if value else None


def _region(value: str) -> str:
    text = " ".join(value.split())
    if len(text) > LONGEST_REGION:
        raise Invalid({"region": _too_long(LONGEST_REGION)})
    return text


def _offers(value: Sequence[str]) -> list[str]:
    """The same words in other letters are the same offer; the first spelling stays."""
    found: dict[str, str] = {}
    for offer in value:
        text = " ".join(offer.split())
        if len(text) > LONGEST_OFFER:
            raise Invalid({"offers": _too_long(LONGEST_OFFER)})
        if fold(text):
            found.setdefault(fold(text), text)
    if len(found) > MOST_OFFERS:
        raise Invalid({"offers": FieldFault.of(_("At most %(n)s things, please."), n=MOST_OFFERS)})
    return list(found.values())


def _availability(value: Sequence[str]) -> str:
    if not set(value) <= set(SLOTS):
        raise Invalid({"availability": FieldFault.of(_("We do not know this time of the week."))})
    return week_of(value)


def _shown_to(value: Mapping[str, str]) -> dict[str, str]:
    if not set(value) <= {*FIELDS, PHOTO} or not set(value.values()) <= set(AUDIENCES):
        raise Invalid({"shown_to": FieldFault.of(_("Please choose who sees this."))})
    return dict(value)


def _too_long(most: int) -> FieldFault:
    return FieldFault.of(_("This is longer than %(n)s characters."), n=most)


_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "introduction": _introduction, "languages": _languages, "country": _country, "region": _region,
    "offers": _offers, "availability": _availability, "can_help_now": bool, "shown_to": _shown_to,
}  # fmt: skip
