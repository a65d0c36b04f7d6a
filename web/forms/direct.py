"""The form of the first words to somebody."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from web.forms.base import PageForm, tidy


class DirectForm(PageForm):
    """Words to one person or several. `find` asks for other names instead of sending."""

    to = SelectMultipleField(_l("To whom?"), choices=[])
    find_name = StringField(_l("Find somebody by name"), filters=[tidy], validators=[Length(max=100)])
    find = SubmitField(_l("Search"))
    body = TextAreaField(
        _l("Your message"), filters=[tidy], validators=[InputRequired(_l("Please write something."))]
    )
    client_msg_id = HiddenField(filters=[tidy])
