"""Forms about reports, notices and cases."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy

OTHER = "other"


class ReportForm(PageForm):
    """Which rule it is about, and what is wrong."""

    rule_id = RadioField(_l("Which rule is it about?"), validate_choice=True, default=OTHER)
    reason = TextAreaField(_l("What is wrong?"), filters=[tidy], validators=[Length(max=4000)])
    not_by_organisation = BooleanField(_l("Nobody from the organisation should look at it"))
    network_id = HiddenField(validators=[Optional()])


class NoticeForm(PageForm):
    """A notice by somebody without an account."""

    url = StringField(
        _l("The address of the page"), filters=[tidy],
        validators=[InputRequired(_l("Please give the address of the page.")), Length(max=2000)],
    )  # fmt: skip
    why = TextAreaField(
        _l("What is wrong, and why?"), filters=[tidy],
        validators=[InputRequired(_l("Please say in a few words what is wrong.")), Length(max=4000)],
    )  # fmt: skip
    name = StringField(_l("Your name"), filters=[tidy], validators=[Length(max=200)])
    email = EmailField(_l("Your mail address"), filters=[tidy], validators=[Length(max=320)])
    good_faith = BooleanField(
        _l("I mean this honestly: what I say is right and complete as far as I know."),
        validators=[InputRequired(_l("Please confirm that you mean this honestly."))],
    )


class AnswerForm(PageForm):
    """An answer to what somebody was asked."""

    answer = TextAreaField(
        _l("Your answer"), filters=[tidy],
        validators=[InputRequired(_l("Please write your answer.")), Length(max=4000)],
    )  # fmt: skip
    hand_over = BooleanField(_l("The organisation should decide this"))


class NoticeAnswerForm(PageForm):
    """What is answered to a notice."""

    answer = TextAreaField(
        _l("Your answer"), filters=[tidy],
        validators=[InputRequired(_l("Please write your answer.")), Length(max=4000)],
    )  # fmt: skip
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class CaseStepForm(PageForm):
    """Which version of a case was seen."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class CaseActForm(CaseStepForm):
    """A step with words: a question, a veil, handing over, what is new, why a report is about nothing."""

    text = TextAreaField(
        _l("Why?"), filters=[tidy],
        validators=[InputRequired(_l("Please write a few words.")), Length(max=4000)],
    )  # fmt: skip
    to = RadioField(
        _l("Whom do you ask?"),
        choices=[SelectChoice("author", _l("Who wrote it")), SelectChoice("reporter", _l("Who reported it"))],
        default="author",
    )
    rule_id = RadioField(_l("Which rule is it about?"), validate_choice=True, default=OTHER)
    report_id = HiddenField(validators=[Optional()])
