"""How one wants to be told, and when."""

from __future__ import annotations

from collections.abc import Iterable

from babel.dates import get_day_names
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from network.discussions import ALL, MENTIONS, MUTED
from web.forms.base import PageForm

_LEVELS = [
    SelectChoice(ALL, _l("Everything")), SelectChoice(MENTIONS, _l("Only when somebody names or answers me")),
    SelectChoice(MUTED, _l("Nothing")),
]  # fmt: skip


def _hours() -> list[SelectChoice]:
    return [SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)]


def _weekdays() -> list[SelectChoice]:
    names = get_day_names("wide", locale=get_locale())
    return [SelectChoice(str(day), str(names[day])) for day in range(7)]


class NoticesForm(PageForm):
    """Which mails, on which day, in which hours none; a field more for each network."""

    notices = BooleanField(_l("Somebody writes to me alone, names me or answers me"))
    digest = BooleanField(_l("What is new in my networks, once a week"))
    weekday = SelectField(_l("On which day?"), choices=_weekdays)
    hour = SelectField(_l("At what time?"), choices=_hours)
    reminders = BooleanField(_l("Reminders of meetings that I come to"))
    quiet = BooleanField(_l("Leave me in peace for some hours"))
    quiet_from = SelectField(_l("from"), choices=_hours)
    quiet_until = SelectField(_l("until"), choices=_hours)


def with_networks(networks: Iterable[tuple[str, str]]) -> type[NoticesForm]:
    """The form with a field for each network, by (id, name): how much one hears of it."""
    fields = {f"level_{network_id}": SelectField(name, choices=_LEVELS) for network_id, name in networks}
    return type("NoticesFormHere", (NoticesForm,), fields)
