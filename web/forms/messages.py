"""Forms beside a message: a reaction to it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from web.forms.base import PageForm, tidy


class ReactionForm(PageForm):
    """One sign."""

    emoji = StringField(_l("Another sign"), filters=[tidy])
