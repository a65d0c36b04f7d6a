"""Forms about roles and about one's own membership, and the words for both."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from web.forms.base import DayField, PageForm

ROLE_NAMES = {
    "steward": _l("Contact of the organisation"),
    "meta_mentor": _l("Meta-mentor"),
    "deputy": _l("Deputy"),
    "safeguarding_lead": _l("For worries about safety"),
    "safeguarding_deputy": _l("For worries about safety, deputy"),
    "mentor": _l("Mentor"),
}
ROLE_NOTES = {
    "steward": _l(
        "Acts for the organisation that founded the network: gives the roles, and helps when others cannot."
    ),
    "meta_mentor": _l("Is the host: welcomes, keeps the talk friendly, looks after rules and agreements."),
    "deputy": _l("Stands in for the meta-mentor."),
    "safeguarding_lead": _l("Listens when somebody is worried about a person's safety."),
    "safeguarding_deputy": _l("Stands in when the first person for such worries is away."),
}
CAPACITY_NAMES = {"volunteer": _l("Volunteer"), "staff": _l("Employed")}


class StepForm(PageForm):
    """Which version of the membership or role was seen."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class PauseForm(StepForm):
    """How long somebody pauses."""

    until = DayField(_l("Until when?"), validators=[Optional()])


class RoleForm(PageForm):
    """Who takes a role, and how."""

    membership_id = SelectField(_l("Who?"), validators=[InputRequired(_l("Please choose a person."))])
    capacity = RadioField(
        _l("As a volunteer or in paid work?"),
        choices=[SelectChoice(value, word) for value, word in CAPACITY_NAMES.items()],
        default="volunteer",
        validators=[InputRequired(_l("Please choose one."))],
    )
    until = DayField(_l("Until when?"), validators=[Optional()])

    def offer(self, members: list[tuple[str, str]]) -> None:
        """Set who can be chosen."""
        found = [SelectChoice(value, name) for value, name in members]
        self.membership_id.choices = [SelectChoice("", _l("Please choose")), *found]


class AppointmentForm(RoleForm):
    """Who gets which role."""

    role = RadioField(
        _l("Which role?"),
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in ROLE_NOTES if role != "steward"],
        validators=[InputRequired(_l("Please choose a role."))],
    )


class HandoverForm(RoleForm):
    """Who takes a role over from somebody else."""

    expected_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
