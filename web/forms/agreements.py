"""The form with which the rules are accepted."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import UUID

from web.forms.base import PageForm, tidy


class AcceptanceForm(PageForm):
    """Which version was read."""

    version_id = HiddenField(filters=[tidy], validators=[UUID()])
