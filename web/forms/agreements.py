"""The forms of a version as its members meet it: accepting rules, signing, declining, taking back, ending."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import UUID, InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from web.forms.base import DayField, PageForm, tidy

LONGEST_REASON = 2000


class AcceptanceForm(PageForm):
    """Which version was read."""

    version_id = HiddenField(filters=[tidy], validators=[UUID()])


class ReadForm(PageForm):
    """That somebody read the text with this hash."""

    text_hash = HiddenField(filters=[tidy], validators=[Regexp("^[0-9a-f]{64}$")])
    read = BooleanField(validators=[InputRequired(_l("Please tick that you have read it."))])


class SignatureForm(ReadForm):
    """The same, and for whom she signs. `organisation_id` empty: for herself."""

    organisation_id = HiddenField(filters=[tidy], validators=[Optional(), UUID()])


class DeclinationForm(PageForm):
    """That somebody does not sign, with or without a reason."""

    organisation_id = HiddenField(filters=[tidy], validators=[Optional(), UUID()])
    reason = TextAreaField(
        _l("Would you like to say why?"), filters=[tidy], validators=[Length(max=LONGEST_REASON)]
    )


class WithdrawalForm(PageForm):
    """That somebody takes her signature back; `organisation_id` as in signing."""

    organisation_id = HiddenField(filters=[tidy], validators=[Optional(), UUID()])


class VersionStepForm(PageForm):
    """A step of a version, as it was seen. Which of the fields a step asks for, its page knows."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    reason = TextAreaField(_l("Why?"), filters=[tidy], validators=[Length(max=LONGEST_REASON)])
    answers_until = DayField(_l("Until when can everybody answer?"), validators=[Optional()])
    ends_on = DayField(_l("Which is its last day?"), validators=[Optional()])
