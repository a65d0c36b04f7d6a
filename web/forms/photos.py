"""The form about one's picture."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from network.profiles import AUDIENCES
from web.forms.base import PageForm, tidy
from web.forms.profiles import AUDIENCE_NAMES


class PhotoForm(PageForm):
    """A photo and who sees it; or the name of a drawn face."""

    file = FileField(_l("A photo of you"))
    shown_to = SelectField(
        _l("Who sees my photo?"),
        choices=[SelectChoice(who, AUDIENCE_NAMES[who]) for who in AUDIENCES],
        default="nobody",
    )
    face = StringField(_l("A drawn face"), filters=[tidy], validators=[Length(max=36)])
