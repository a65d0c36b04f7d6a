"""The forms of talking about a version: a comment, an amendment, and the answers to it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy


class CommentForm(PageForm):
    """What somebody says about a clause."""

    body = TextAreaField(
        _l("What do you think about it?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write something.")), Length(max=4000)],
    )


class AmendmentForm(PageForm):
    """Another wording of one clause, and why; `clause_hash` is that of the clause as it was read."""

    text = TextAreaField(
        _l("How should it read?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write how it should read.")), Length(max=10_000)],
    )
    reason = TextAreaField(
        _l("Why?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a sentence why.")), Length(max=2000)],
    )
    clause_hash = HiddenField(filters=[tidy], validators=[Regexp("^[0-9a-f]{64}$")])


class AmendmentStepForm(PageForm):
    """A step of an amendment that needs no words."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class AnswerForm(AmendmentStepForm):
    """What becomes of an amendment: taken as it is, taken in other words, or not taken."""

    outcome = RadioField(
        _l("What becomes of it?"),
        choices=[
            SelectChoice("accept", _l("We take it as it is")),
            SelectChoice("modify", _l("We take it in other words")),
            SelectChoice("reject", _l("We do not take it")),
        ],
        validators=[InputRequired(_l("Please choose one."))],
    )
    text = TextAreaField(_l("The other words"), filters=[tidy], validators=[Optional(), Length(max=10_000)])
    short = StringField(_l("In one short sentence"), filters=[tidy], validators=[Optional(), Length(max=200)])
    reason = TextAreaField(_l("Why?"), filters=[tidy], validators=[Optional(), Length(max=2000)])
