"""The form about a network's office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from web.forms.base import PageForm, tidy

WEEKDAYS = range(7)


class OfficeForm(PageForm):
    """Whether there is an office, and what one should know of it. Each weekday has a time at which it opens
    and one at which it closes, or none."""

    exists = RadioField(
        _l("Does your network have an office?"),
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No, we do without"))],
        validators=[InputRequired(_l("Please say yes or no."))],
    )
    reason = TextAreaField(
        _l("Why?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please say why in a sentence.")), Length(max=2000)],
    )
    decision_id = SelectField(_l("Which decision is this?"), choices=[], validate_choice=False)
    contact_user_id = SelectField(_l("Who answers there?"), choices=[], validate_choice=False)
    contact = StringField(_l("How does one reach the office?"), filters=[tidy], validators=[Length(max=320)])
    substitute_user_id = SelectField(_l("Who stands in?"), choices=[], validate_choice=False)
    substitute = StringField(_l("When, and how?"), filters=[tidy], validators=[Length(max=320)])
    tasks = TextAreaField(_l("What does it do?"), filters=[tidy], validators=[Length(max=2000)])
    time_zone = SelectField(_l("In which time zone are these hours?"), choices=[], validate_choice=False)
    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def offer(
        self, people: Sequence[tuple[str, str]], zones: Sequence[Any], decisions: Sequence[tuple[str, str]]
    ) -> None:
        """The people, time zones and decisions to choose from."""
        self.contact_user_id.choices = [("", _l("Nobody in particular")), *people]
        self.substitute_user_id.choices = [("", _l("Nobody in particular")), *people]
        self.time_zone.choices = list(zones)
        self.decision_id.choices = [("", _l("Please choose")), *decisions]

    @staticmethod
    def clock(written: str) -> time:
        """A clock time as the form's fields hold it."""
        return time.fromisoformat(written)

    @property
    def said(self) -> dict[str, Any]:
        """What was said, as `network.offices` takes it."""
        return {
            "exists": self.exists.data == "yes",
            "reason": self.reason.data or "",
            "contact": self.contact.data,
            "contact_user_id": self.contact_user_id.data or None,
            "substitute": self.substitute.data,
            "substitute_user_id": self.substitute_user_id.data or None,
            "hours": self.hours,
            "time_zone": self.time_zone.data or None,
            "tasks": self.tasks.data or "",
        }

    @property
    def hours(self) -> list[dict[str, Any]]:
        """The weekdays that have a time; one that lacks half of it is refused by the rules."""
        found = []
        for day in WEEKDAYS:
            opens, closes = self[f"opens_{day}"].data, self[f"closes_{day}"].data
            if opens or closes:
                shown = [f"{end:%H:%M}" if end else "" for end in (opens, closes)]
                found.append({"weekday": day, "from": shown[0], "to": shown[1]})
        return found


for _day in WEEKDAYS:
    for _end in ("opens", "closes"):
        setattr(OfficeForm, f"{_end}_{_day}", TimeField(validators=[Optional()]))
