"""What somebody chooses who wants to be erased, objects, or answers who does."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy

MOST = 2000
_CHOOSE = _l("Please choose one.")


class ErasureForm(PageForm):
    """Whether the words go as well, and whether to wait."""

    remove_texts = BooleanField(_l("Also delete the texts of my messages in group rooms"))
    at_once = BooleanField(_l("Erase me now, without the 7 days"))


class ObjectionForm(PageForm):
    """To what somebody objects, and why."""

    purpose = SelectField(_l("What should not be done with your data?"), validators=[InputRequired(_CHOOSE)])
    objection = TextAreaField(
        _l("Why not in your case?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a sentence.")), Length(max=MOST)],
    )


class AnswerForm(PageForm):
    """The operator's answer to an objection."""

    objection_id = StringField(widget=HiddenInput(), validators=[InputRequired()])
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    answer = TextAreaField(
        _l("Reason"), filters=[tidy],
        validators=[InputRequired(_l("Please write a sentence. The person reads it.")), Length(max=MOST)],
    )  # fmt: skip
