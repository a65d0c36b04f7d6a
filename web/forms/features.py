"""The form about what a network uses."""

from __future__ import annotations

from wtforms import BooleanField

from web.forms.base import PageForm


class FeaturesForm(PageForm):
    """One box for each feature that pages offer; what they say stands in the page."""

    amendments = BooleanField()
    organisation_signatures = BooleanField()
    office_charter = BooleanField()
    elections = BooleanField()
    typing = BooleanField()
    presence = BooleanField()
