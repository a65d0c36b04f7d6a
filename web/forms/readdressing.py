"""Forms about another address for an invitation."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from network.people import LONGEST_NAME
from web.forms.base import PageForm, tidy


class OtherAddressForm(PageForm):
    """Where and by which name one would like to be invited."""

    email = StringField(
        _l("Your other mail address"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write your mail address.")), Length(max=254)],
    )
    name = StringField(_l("Your name"), filters=[tidy], validators=[Length(max=LONGEST_NAME)])


class ReaddressingForm(PageForm):
    """Where an invitation shall go, and to whom."""

    email = StringField(
        _l("New mail address"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a mail address.")), Length(max=254)],
    )
    name = StringField(_l("Name of the person"), filters=[tidy], validators=[Length(max=LONGEST_NAME)])
