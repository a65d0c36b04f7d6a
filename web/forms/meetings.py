"""Forms about meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from network import meetings
from web.forms.base import DayField, PageForm, tidy

Choices = Sequence[tuple[str, str]]

KIND_NAMES = {
    "get_together": _l("Getting to know each other"),
    "exchange": _l("Sharing experience"),
    "planning": _l("Planning together"),
    "learning": _l("Learning together"),
}
ONCE, WEEKLY, FORTNIGHTLY, MONTHLY, MONTHLY_LAST = "once", "weekly", "fortnightly", "monthly", "monthly_last"
REPEATS = {
    ONCE: _l("No, once"),
    WEEKLY: _l("Every week"),
    FORTNIGHTLY: _l("Every two weeks"),
    MONTHLY: _l("Every month, on such a weekday (like the second Tuesday)"),
    MONTHLY_LAST: _l("Every month, on the last such weekday"),
}
DAY_NEEDED = _l("Please choose a day.")
TIME_NEEDED = _l("Please choose a time.")


class TimeForm(PageForm):
    """When something is: a day and a time of day in a zone."""

    day = DayField(_l("On which day?"), validators=[InputRequired(DAY_NEEDED)])
    time = TimeField(_l("At what time does it begin?"), validators=[InputRequired(TIME_NEEDED)])

    def local(self) -> datetime:
        """What the clock on the wall shows when it begins."""
        return datetime.combine(self.day.data, self.time.data)


class DateForm(TimeForm):
    """One date of a series that shall be different."""

    title = StringField(
        _l("What is it called?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say in a few words what it is about.")), Length(max=200)],
    )
    duration_minutes = SelectField(_l("How long does it take?"), coerce=int, validators=[InputRequired()])
    place = StringField(_l("Where?"), filters=[tidy], validators=[Length(max=300)])
    link = StringField(_l("Link for who comes by video"), filters=[tidy], validators=[Length(max=500)])
    about = TextAreaField(_l("What is it about?"), filters=[tidy], validators=[Length(max=4000)])
    expected_version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer_durations(self, choices: Sequence[tuple[int, str]]) -> None:
        """Set what can be chosen."""
        self.duration_minutes.choices = list(choices)


class MeetingForm(DateForm):
    """A meeting or a whole series."""

    repeats = SelectField(
        _l("Does it repeat?"),
        choices=[SelectChoice(*pair) for pair in REPEATS.items()],
        default=ONCE,
        validators=[InputRequired()],
    )
    until = DayField(_l("Until when does it repeat?"), validators=[Optional()])
    time_zone = SelectField(_l("In whose time?"), validators=[InputRequired()])
    kind = SelectField(_l("What kind of meeting is it?"), validators=[InputRequired()])

    def offer(self, zones: Choices, kinds: Choices, rule: tuple[str, str] | None = None) -> None:
        """Set what can be chosen; `rule` is how the meeting repeats when the form has no word for that."""
        self.time_zone.choices = list(zones)
        self.kind.choices = list(kinds)
        if rule is not None:
            self.repeats.choices = [*REPEATS.items(), rule]

    def recurrence(self) -> str | None:
        """The rule that was chosen, for the day that was chosen."""
        first, until = self.local(), self.until.data
        ending = f";UNTIL={until:%Y%m%d}" if until else ""
        weekday, nth = meetings.WEEKDAYS[first.weekday()], meetings.which_of_month(first)[0]
        rules = {
            WEEKLY: f"FREQ=WEEKLY{ending}",
            FORTNIGHTLY: f"FREQ=WEEKLY;INTERVAL=2{ending}",
            MONTHLY: f"FREQ=MONTHLY;BYDAY={nth}{weekday}{ending}",
            MONTHLY_LAST: f"FREQ=MONTHLY;BYDAY=-1{weekday}{ending}",
        }
        chosen: str = self.repeats.data
        return None if chosen == ONCE else rules.get(chosen, chosen)


class FirstMeetingForm(TimeForm):
    """The first get-together of a network that is founded; it can be left out."""

    plan = BooleanField(_l("We set a date now"))
    day = DayField(_l("On which day?"), validators=[Optional()])
    time = TimeField(_l("At what time does it begin?"), validators=[Optional()])
    meeting_place = StringField(_l("Where?"), filters=[tidy], validators=[Length(max=300)])
    meeting_link = StringField(
        _l("Link for who comes by video"), filters=[tidy], validators=[Length(max=500)]
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Day and time are needed where a date is set."""
        good = super().validate(extra_validators)
        if self.plan.data:
            for field, said in ((self.day, DAY_NEEDED), (self.time, TIME_NEEDED)):
                if field.data is None and not field.errors:
                    field.errors = [*field.errors, said]
                    good = False
        return bool(good)


class CancellationForm(PageForm):
    """Why a meeting is cancelled."""

    reason = TextAreaField(_l("Why?"), filters=[tidy], validators=[Length(max=1000)])
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class ReplyForm(PageForm):
    """Whether one comes; to the date that was shown or to the whole series."""

    reply = RadioField(
        choices=[SelectChoice(word) for word in meetings.REPLIES], validators=[InputRequired()]
    )
    on = StringField(validators=[Length(max=16)])
    all_dates = BooleanField()


class AttendanceForm(PageForm):
    """Who was there."""

    user_ids = SelectMultipleField(_l("Who was there?"))

    def offer(self, people: Choices) -> None:
        """Set who can be chosen."""
        self.user_ids.choices = list(people)
