"""The form about what one tells about oneself, and the words for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from network.profiles import AUDIENCES, FIELDS, LONGEST_REGION, SLOTS
from web.forms.base import PageForm, tidy

AUDIENCE_NAMES = {
    "nobody": _l("Only I"),
    "networks": _l("The people of my networks"),
    "everyone": _l("Everybody who is signed in"),
}
DAY_NAMES = {
    "mon": _l("Monday"), "tue": _l("Tuesday"), "wed": _l("Wednesday"), "thu": _l("Thursday"),
    "fri": _l("Friday"), "sat": _l("Saturday"), "sun": _l("Sunday"),
}  # fmt: skip
PART_NAMES = {"morning": _l("Morning"), "afternoon": _l("Afternoon"), "evening": _l("Evening")}

Choices = Sequence[tuple[str, str]]


def _audience() -> SelectField:
    return SelectField(
        _l("Who sees this?"),
        choices=[SelectChoice(who, AUDIENCE_NAMES[who]) for who in AUDIENCES],
        default="nobody",
    )


class OwnProfileForm(PageForm):
    """What I tell about myself, field by field, each with who sees it."""

    introduction = TextAreaField(_l("A few words about me"), filters=[tidy], validators=[Length(max=2000)])
    introduction_for = _audience()
    languages = SelectMultipleField(_l("Languages that I speak"))
    languages_for = _audience()
    country = SelectField(_l("Country"), default="")
    region = StringField(_l("Town or region"), filters=[tidy], validators=[Length(max=2 * LONGEST_REGION)])
    region_for = _audience()
    offers = TextAreaField(_l("What I can help with"), filters=[tidy], validators=[Length(max=2000)])
    known_offers = SelectMultipleField(_l("Others here help with"))
    offers_for = _audience()
    availability = SelectMultipleField(
        _l("When I usually have time"), choices=[SelectChoice(slot, slot) for slot in SLOTS]
    )
    can_help_now = BooleanField(_l("I can help right now"))
    availability_for = _audience()
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def offer(self, languages: Choices, countries: Choices, offers: Sequence[str]) -> None:
        """Set what can be chosen, in the reader's language."""
        self.languages.choices = list(languages)
        self.country.choices = [("", _l("Nothing said")), *countries]
        self.known_offers.choices = [(offer, offer) for offer in offers]

    def told(self) -> dict[str, Any]:
        """What was filled in, as the profile takes it."""
        own_words = (self.offers.data or "").replace(",", "\n").splitlines()
        return {
            "introduction": self.introduction.data or "", "languages": self.languages.data or [],
            "country": self.country.data or None, "region": self.region.data or "",
            "offers": [*own_words, *(self.known_offers.data or [])],
            "availability": self.availability.data or [], "can_help_now": bool(self.can_help_now.data),
            "shown_to": {field: self[f"{field}_for"].data for field in FIELDS},
        }  # fmt: skip
