"""Forms on a network's way: a sentence for a step, doing without it, going on to the next phase."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy


class SentenceForm(PageForm):
    """What people know and no computer can see."""

    sentence = TextAreaField(_l("In a sentence"), filters=[tidy], validators=[Length(max=1000)])


class WaiverForm(PageForm):
    """`yes`: the network does without the step."""

    waived = HiddenField(validators=[AnyOf(["yes", "no"])])


class NextPhaseForm(PageForm):
    """Why the network goes on now."""

    reason = TextAreaField(
        _l("Why now?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say why, in a sentence.")), Length(max=2000)],
    )
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
