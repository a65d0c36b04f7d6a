"""Forms of joining by an invitation, of inviting, and of deciding who joins."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy

Choices = list[tuple[str, str]]


class JoiningForm(PageForm):
    """What the others call the newcomer, and how the pages speak to her."""

    display_name = StringField(
        _l("Your name, as the others see it"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a name.")), Length(max=200)],
    )
    language = RadioField(_l("Your language"), validators=[InputRequired(_l("Please choose a language."))])
    time_zone = SelectField(_l("Your time zone"), validators=[InputRequired()])
    stay = BooleanField(_l("Stay signed in on this device"))

    def offer(self, languages: Choices, time_zones: Choices) -> None:
        """Set what can be chosen, in the reader's language."""
        self.language.choices = [SelectChoice(*each) for each in languages]
        self.time_zone.choices = [SelectChoice(*each) for each in time_zones]


class InvitationForm(PageForm):
    """Whom to invite, with a sentence of one's own."""

    email = StringField(
        _l("Mail address"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a mail address.")), Length(max=320)],
    )
    message = TextAreaField(_l("A sentence from you"), filters=[tidy], validators=[Length(max=1000)])


class ApplicationForm(PageForm):
    """The answer to an application, with its reason."""

    reason = TextAreaField(
        _l("Your answer"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a sentence. The person reads it.")), Length(max=2000)],
    )
    decision = StringField(validators=[AnyOf(("accept", "decline"))])
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
