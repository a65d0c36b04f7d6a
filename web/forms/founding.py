"""Forms of the founding wizard: one for each thing that is asked."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from web.forms.base import PageForm, tidy

NO_COURSE = "none"
Choices = Sequence[tuple[str, str]]


class NameForm(PageForm):
    """What the network is called and what it is for."""

    name = StringField(
        _l("What is your network called?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please give your network a name.")), Length(max=120)],
    )
    purpose = TextAreaField(
        _l("What are you there for?"),
        filters=[tidy],
        validators=[
            InputRequired(_l("Please say in a sentence or two what you are there for.")),
            Length(max=2000),
        ],
    )


class PlaceForm(PageForm):
    """Which languages the network speaks, and in which country it is."""

    main_language = SelectField(_l("In which language do you mostly write?"), validators=[InputRequired()])
    other_languages = SelectMultipleField(_l("Which others do you speak?"))
    country = SelectField(_l("In which country are you?"), validators=[InputRequired()])

    def offer(self, languages: Choices, countries: Choices) -> None:
        """Set what can be chosen, in the reader's language."""
        self.main_language.choices = list(languages)
        self.other_languages.choices = list(languages)
        self.country.choices = list(countries)


class CourseForm(PageForm):
    """From which course the first members come."""

    course_session_id = RadioField(
        _l("From which course do your first members come?"),
        validators=[InputRequired(_l("Please choose one."))],
    )

    def offer(self, courses: Choices) -> None:
        """Set the courses that can be chosen; to begin without one is always possible."""
        self.course_session_id.choices = [*courses, (NO_COURSE, _l("We begin without a course"))]


class FoundingForm(PageForm):
    """The founder reads the rules and accepts them."""

    rules_accepted = BooleanField(
        _l("I have read the rules and accept them"),
        validators=[DataRequired(_l("Please read the rules. Everybody here accepts them."))],
    )
