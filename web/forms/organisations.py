"""Forms about organisations: entering one, changing it, asking somebody to act for it, deciding about it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from network.organisations import MAX_NAME, MAX_REASON
from web.forms.base import PageForm, tidy


class OrganisationForm(PageForm):
    """What the organisation is called and where it is."""

    name = StringField(
        _l("What is your organisation called?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please give the name.")), Length(max=MAX_NAME)],
    )
    country = SelectField(
        _l("In which country is it?"), validators=[InputRequired(_l("Please choose the country."))]
    )

    def offer(self, countries: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen, in the reader's language."""
        self.country.choices = list(countries)


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
