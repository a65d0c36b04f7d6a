"""Forms about organisations: entering one, changing it, asking somebody to act for it, deciding about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from network.organisations import (
    MAX_CONTACT_NOTE,
    MAX_NAME,
    MAX_REASON,
    MAX_REGISTER_ENTRY,
    MAX_WEBSITE,
)
from web.forms.base import PageForm, tidy

FACTS = ("website", "register_entry", "contact_note")


def with_scheme(value: str | None) -> str | None:
    """A WTForms filter: people write `www.house.example` and mean a link."""
    return f"https://{value}" if value and "://" not in value else value


class OrganisationForm(PageForm):
    """What the organisation is called, where it is, and by what the operator can tell who it is."""

    name = StringField(
        _l("What is your organisation called?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please give the name.")), Length(max=MAX_NAME)],
    )
    country = SelectField(
        _l("In which country is it?"), validators=[InputRequired(_l("Please choose the country."))]
    )
    website = StringField(_l("Website"), filters=[tidy, with_scheme], validators=[Length(max=MAX_WEBSITE)])
    register_entry = StringField(
        _l("Register and number"), filters=[tidy], validators=[Length(max=MAX_REGISTER_ENTRY)]
    )
    contact_note = TextAreaField(
        _l("How can we reach you?"), filters=[tidy], validators=[Length(max=MAX_CONTACT_NOTE)]
    )

    def offer(self, countries: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen, in the reader's language."""
        self.country.choices = list(countries)

    def values(self) -> dict[str, Any]:
        """What was filled in, as the rules take it."""
        return {name: getattr(self, name).data or None for name in FACTS} | {
            "name": self.name.data,
            "country": self.country.data,
        }


class StewardForm(PageForm):
    """Who is asked to act for the organisation too."""

    email = StringField(
        _l("Mail address"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write the address.")), Length(max=254)],
    )


class AnswerForm(PageForm):
    """What the contacts say to a refusal."""

    answer = TextAreaField(
        _l("Your answer"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a sentence.")), Length(max=MAX_REASON)],
    )
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class DecisionForm(PageForm):
    """Why the operator decides so."""

    reason = TextAreaField(_l("Reason"), filters=[tidy], validators=[Length(max=MAX_REASON)])
