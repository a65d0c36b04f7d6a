"""Forms of notices on devices: what the browser gave comes in fields that only the script fills."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import Length

from web.forms.base import PageForm, tidy


class PushWordsForm(PageForm):
    """How much notices say."""

    brief = BooleanField(_l("Say only that something waits, without the name of the network"))


class PushForm(PushWordsForm):
    """A browser that is to show notices."""

    endpoint = HiddenField(filters=[tidy], validators=[Length(max=1000)])
    p256dh = HiddenField(filters=[tidy], validators=[Length(max=100)])
    auth = HiddenField(filters=[tidy], validators=[Length(max=40)])
