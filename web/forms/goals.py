"""Forms about goals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy


class GoalForm(PageForm):
    """A goal as it is proposed."""

    title = StringField(
        _l("What do we want to reach?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a few words what you want to reach.")), Length(max=200)],
    )
    why = TextAreaField(_l("Why does it matter?"), filters=[tidy], validators=[Length(max=2000)])
    review_on = DateField(_l("When do we look at it again?"), validators=[Optional()])


class AdoptionForm(PageForm):
    """Which version of the goal was seen."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
