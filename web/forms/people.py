"""Forms at the door and about oneself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from web.forms.base import PageForm, tidy

_ADDRESS_NEEDED = _l("Please write your mail address.")
_PASSWORD_NEEDED = _l("Please write your password.")
_CODE_NEEDED = _l("Please write the six digits out of the mail.")


class AddressForm(PageForm):
    """Where the code or the link goes."""

    email = StringField(
        _l("Your mail address"), filters=[tidy], validators=[InputRequired(_ADDRESS_NEEDED), Length(max=254)]
    )


class NewAddressForm(PageForm):
    """Where the letters shall go from now on."""

    email = StringField(
        _l("Your new mail address"),
        filters=[tidy],
        validators=[InputRequired(_ADDRESS_NEEDED), Length(max=254)],
    )


class CodeForm(PageForm):
    """The digits out of the mail."""

    code = StringField(
        _l("Code from the mail"), filters=[tidy], validators=[InputRequired(_CODE_NEEDED), Length(max=40)]
    )
    stay = BooleanField(_l("Stay signed in on this device"))


class PasswordForm(PageForm):
    """Address and password."""

    email = StringField(
        _l("Your mail address"), filters=[tidy], validators=[InputRequired(_ADDRESS_NEEDED), Length(max=254)]
    )
    password = PasswordField(_l("Password"), validators=[InputRequired(_PASSWORD_NEEDED), Length(max=1000)])
    stay = BooleanField(_l("Stay signed in on this device"))


class SecondCodeForm(PageForm):
    """The code out of the app, or a recovery code."""

    code = StringField(
        _l("Code from the app"), filters=[tidy],
        validators=[InputRequired(_l("Please write the six digits that your app shows.")), Length(max=40)],
    )  # fmt: skip


class PasswordProofForm(PageForm):
    """The password once more."""

    password = PasswordField(
        _l("Your password"), validators=[InputRequired(_PASSWORD_NEEDED), Length(max=1000)]
    )


class CodeProofForm(PageForm):
    """A code once more."""

    code = StringField(
        _l("Code from the mail"), filters=[tidy], validators=[InputRequired(_CODE_NEEDED), Length(max=40)]
    )


class NewPasswordForm(PageForm):
    """A password that is chosen."""

    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Please choose a password.")), Length(max=1000)],
    )


class ProfileForm(PageForm):
    """What the others call me, and how the pages speak to me."""

    display_name = StringField(
        _l("Your name, as the others see it"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a name.")), Length(max=200)],
    )
    language = SelectField(_l("Language of the pages and mails"), validators=[InputRequired()])
    time_zone = SelectField(_l("Your time zone"), validators=[InputRequired()])


class TokenForm(PageForm):
    """What a token is called, may do, and until when."""

    name = StringField(
        _l("Which program is it for?"),
        filters=[tidy],
        validators=[InputRequired(_l("Please write a name.")), Length(max=100)],
    )
    scopes = SelectMultipleField(
        _l("What may it do?"),
        choices=[
            SelectChoice("read", _l("read")),
            SelectChoice("write", _l("write")),
            SelectChoice("weighty", _l("weighty acts")),
        ],
        validators=[InputRequired(_l("Please choose what the program may do."))],
    )
    days = SelectField(
        _l("How long?"),
        choices=[
            SelectChoice("30", _l("30 days")), SelectChoice("90", _l("90 days")),
            SelectChoice("365", _l("a year")), SelectChoice("0", _l("until I end it")),
        ],
        validators=[InputRequired()],
    )  # fmt: skip
