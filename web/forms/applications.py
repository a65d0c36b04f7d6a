"""Forms of asking to join, and of what one says while one waits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy


class JoiningForm(PageForm):
    """What one has done so far, and why one would like to join."""

    experience = TextAreaField(
        _l("What have you done as a mentor so far?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a sentence or two.")), Length(max=4000)],
    )
    statement = TextAreaField(
        _l("Why would you like to join?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a sentence or two.")), Length(max=4000)],
    )
    references = TextAreaField(
        _l("Who knows you and can say more?"), filters=[tidy], validators=[Length(max=4000)]
    )


class SayForm(PageForm):
    """A word to the other side."""

    body = TextAreaField(
        _l("Your message"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write something.")), Length(max=4000)],
    )


class GreetingForm(PageForm):
    """A hello in the welcome room."""

    hello = TextAreaField(
        _l("Your hello"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write something.")), Length(max=4000)],
    )


class WithdrawalForm(PageForm):
    """Which version of the application was seen."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
