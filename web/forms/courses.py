"""Forms about courses: entering one, choosing a list, inviting the people on it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from network.courses import MAX_GROUND, MAX_PLATFORM, MAX_TITLE
from web.forms.base import DayField, PageForm, tidy

Choices = Sequence[tuple[str, str]]
MAX_MESSAGE = 1000


class CourseSessionForm(PageForm):
    """One run of the course."""

    title = StringField(
        _l("What is the course called?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please give the course a name.")), Length(max=MAX_TITLE)],
    )
    platform = StringField(
        _l("Where does it run?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please name the platform.")), Length(max=MAX_PLATFORM)],
    )
    language = SelectField(_l("In which language?"), validators=[InputRequired()])
    starts_on = DayField(_l("First day"), validators=[InputRequired(_l("Please give the first day."))])
    ends_on = DayField(_l("Last day"), validators=[InputRequired(_l("Please give the last day."))])
    contact_ground = TextAreaField(
        _l("Why may you write to those who finish?"),
        filters=[tidy],
        validators=[
            InputRequired(_l("Please say why you may write to the graduates.")),
            Length(max=MAX_GROUND),
        ],
    )

    def offer(self, languages: Choices) -> None:
        """Set what can be chosen, in the reader's language."""
        self.language.choices = list(languages)


class ListForm(PageForm):
    """The file with the graduates."""

    file = FileField(_l("The list as a file"), validators=[FileRequired(_l("Please choose a file."))])


class TakeInForm(PageForm):
    """Nothing is typed; the columns stand in the page's own selects."""


class InviteForm(PageForm):
    """Into which network, and with which sentence."""

    network_id = RadioField(_l("Into which network?"), validators=[InputRequired(_l("Please choose one."))])
    message = TextAreaField(
        _l("A sentence from you"), filters=[tidy], validators=[Optional(), Length(max=MAX_MESSAGE)]
    )

    def offer(self, networks: Choices) -> None:
        """Set the networks that can be chosen; the only one is chosen."""
        self.network_id.choices = list(networks)
        if len(networks) == 1 and not self.network_id.data:
            self.network_id.data = networks[0][0]
