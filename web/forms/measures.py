"""Forms about decisions of cases, measures and looking again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy

_WORDS = [InputRequired(_l("Please write a few words.")), Length(max=4000)]


class DecideForm(PageForm):
    """A decision: what the case comes to, by which rule, and why; one measure, where one is needed."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    outcome = RadioField(
        _l("What do you decide?"),
        choices=[
            SelectChoice("no_action", _l("Nothing has to be done")),
            SelectChoice("guidance", _l("A word of guidance")),
            SelectChoice("sanction", _l("A measure")),
            SelectChoice("referred", _l("Others see to it")),
        ],
        default="guidance",
    )
    rule_id = SelectField(_l("Which rule?"), validators=[Optional()])
    facts = TextAreaField(_l("What happened?"), filters=[tidy], validators=[Length(max=4000)])
    reason = TextAreaField(_l("Why do you decide so?"), filters=[tidy], validators=[Length(max=4000)])
    basis = RadioField(
        _l("How did you learn of it?"),
        choices=[
            SelectChoice("notice", _l("Somebody reported it")),
            SelectChoice("own_initiative", _l("We saw it ourselves")),
        ],
        default="notice",
    )
    kind = SelectField(_l("Which measure?"), validators=[Optional()])
    until = DateField(_l("Until when?"), validators=[Optional()])


class WhyForm(PageForm):
    """A reason, and which version was seen."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    reason = TextAreaField(_l("Why?"), filters=[tidy], validators=_WORDS)


class SeenForm(PageForm):
    """Which version was seen."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class AppealForm(PageForm):
    """Why somebody should look again."""

    text = TextAreaField(
        _l("Why should somebody look at it again?"), filters=[tidy],
        validators=[InputRequired(_l("Please write a few words.")), Length(max=5000)],
    )  # fmt: skip


class ReviewForm(PageForm):
    """What somebody thinks after looking again."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    outcome = RadioField(
        _l("What do you decide?"),
        choices=[
            SelectChoice("upheld", _l("The measure stays")),
            SelectChoice("modified", _l("Something milder takes its place")),
            SelectChoice("overturned", _l("It is taken back, and the record is clear")),
        ],
        validators=[InputRequired(_l("Please choose one of the ways."))],
    )
    kind = SelectField(_l("Which measure instead?"), validators=[Optional()])
    until = DateField(_l("Until when?"), validators=[Optional()])
    reply = TextAreaField(
        _l("Your answer to the person"), filters=[tidy],
        validators=[InputRequired(_l("Please write your answer.")), Length(max=5000)],
    )  # fmt: skip
