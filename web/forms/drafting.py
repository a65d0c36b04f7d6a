"""The forms with which a document is begun and written, clause by clause."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from web.agreement_words import NOBODY, SHARES
from web.forms.base import DayField, PageForm, tidy

SEEN = {"widget": HiddenInput(), "validators": [InputRequired()]}
DAY_NEEDED = _l("Please choose a day.")


class DatesForm(PageForm):
    """By when a version is talked about and signed, and how long it holds."""

    deliberation_until = DayField(
        _l("Until when do we talk about it?"), validators=[InputRequired(DAY_NEEDED)]
    )
    signing_until = DayField(_l("Until when can it be signed?"), validators=[InputRequired(DAY_NEEDED)])
    review_on = DayField(_l("When do we look at it again?"), validators=[Optional()])
    valid_until = DayField(_l("When does it run out?"), validators=[Optional()])


class RuleForm(DatesForm):
    """The rule by which it comes into force, and the dates."""

    members = RadioField(
        _l("Who has to sign so that it comes into force?"),
        choices=[
            *(SelectChoice(share, words) for share, words in SHARES.items()),
            SelectChoice(NOBODY, _l("nobody: who is against it says so, silence is a yes")),
        ],
        validators=[InputRequired(_l("Please choose one."))],
    )
    organisation_signs = BooleanField()
    read_only_after = IntegerField(
        _l("After how many days can who has not signed only read?"),
        validators=[Optional(), NumberRange(1, 366, _l("Please choose between 1 and 366 days."))],
    )


class DraftersForm(PageForm):
    """Who writes a draft together with who begins it."""

    together_with = SelectMultipleField(_l("Who writes it with you?"))


class VersionStartForm(RuleForm, DraftersForm):
    """A new version of a document, and what it begins with: `blank`, `template:<key>` or `version:<id>`."""

    start = RadioField(
        _l("What do you begin with?"), validators=[InputRequired(_l("Please choose one."))], choices=[]
    )


class DocumentForm(DraftersForm):
    """A new document."""

    kind = RadioField(
        _l("What do you want to write?"), validators=[InputRequired(_l("Please choose one."))], choices=[]
    )
    title = StringField(
        _l("What is it called?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please give it a name.")), Length(max=200)],
    )
    language = SelectField(_l("In which language does it count?"), choices=[])


class TermsForm(RuleForm):
    """The rule and the dates of a draft, changed."""

    expected_version = IntegerField(**SEEN)


class ClauseForm(PageForm):
    """One clause of a draft. `after` is the clause behind which a new one stands; empty: at the end."""

    heading = StringField(
        _l("Heading"),
        filters=[tidy],
        validators=[InputRequired(_l("Please give it a heading.")), Length(max=200)],
    )
    text = TextAreaField(
        _l("What do we agree on?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write what you agree on.")), Length(max=10_000)],
    )
    short = StringField(_l("In one short sentence"), filters=[tidy], validators=[Length(max=200)])
    expected_version = IntegerField(**SEEN)


class ArrangementForm(PageForm):
    """Where a clause goes: `up`, `down` or `out`."""

    act = RadioField(
        choices=[SelectChoice("up"), SelectChoice("down"), SelectChoice("out")], validators=[InputRequired()]
    )
    expected_version = IntegerField(**SEEN)
