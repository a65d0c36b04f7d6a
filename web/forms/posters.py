"""The form behind a poster's open link."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from web.forms.base import PageForm, tidy


class PosterForm(PageForm):
    """Where the personal link goes."""

    email = StringField(
        _l("Your mail address"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write your mail address.")), Length(max=254)],
    )
