"""Forms about goals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from web.forms.base import DayField, PageForm, tidy


class GoalForm(PageForm):
    """A goal as it is proposed."""

    title = StringField(
        _l("What do we want to reach?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a few words what you want to reach.")), Length(max=200)],
    )
    why = TextAreaField(_l("Why does it matter?"), filters=[tidy], validators=[Length(max=2000)])
    review_on = DayField(_l("When do we look at it again?"), validators=[Optional()])


class AdoptionForm(PageForm):
    """Which version of the goal was seen."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class GoalChangeForm(GoalForm):
    """A goal in other words."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class ProgressForm(PageForm):
    """What happened on the way to a goal."""

    note = TextAreaField(
        _l("What happened?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a sentence what happened.")), Length(max=2000)],
    )
    percent = IntegerField(
        _l("How far are we, in percent?"),
        validators=[Optional(), NumberRange(0, 100, _l("Please give a number from 0 to 100."))],
    )
    review_on = DayField(_l("When do we look at it again?"), validators=[Optional()])


class ClosingForm(PageForm):
    """How a goal ended."""

    outcome = RadioField(
        _l("How did it end?"),
        choices=[
            SelectChoice("reached", _l("We reached it")),
            SelectChoice("given_up", _l("We gave it up")),
        ],
        validators=[InputRequired(_l("Please say whether you reached it or gave it up."))],
    )
    sentence = TextAreaField(
        _l("In a sentence"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a sentence how it ended.")), Length(max=2000)],
    )
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
