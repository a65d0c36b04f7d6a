"""Forms of passkeys: what the device gave comes in a field that only the script fills."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from web.forms.base import PageForm, tidy

LONGEST_ANSWER = 20_000


class ShowPasskeyForm(PageForm):
    """A passkey that was shown."""

    credential = HiddenField(validators=[Length(max=LONGEST_ANSWER)])


class SignInPasskeyForm(ShowPasskeyForm):
    """A passkey at the door."""

    stay = BooleanField(_l("Stay signed in on this device"))


class MakePasskeyForm(ShowPasskeyForm):
    """A new passkey and what it is called."""

    name = StringField(_l("What do you call this device?"), filters=[tidy], validators=[Length(max=100)])


class PasskeyNameForm(PageForm):
    """What a passkey is called."""

    name = StringField(
        _l("What do you call this device?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a name.")), Length(max=100)],
    )
