"""What the letters about signing in say."""

from __future__ import annotations

from typing import Any

from models.people import AddressChange, PasswordReset, SignInCode
from network.kernel import runtime
from network.kernel.ids import derived_code, derived_secret
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate, translate_plural
from network.people.queries.accounts import user_by_address
from network.people.rules.address_changes import CONFIRM, UNDO, confirm_path, undo_path
from network.people.rules.codes import RESET, SIGN_IN, reset_path


@composes("sign_in_code", urgent=True)
def compose_sign_in_code(language: str, params: dict[str, Any]) -> Letter | None:
    """The six digits; no letter when they are used or too old by now."""
    code = session().get(SignInCode, params["code_id"])
    if code is None or code.used_at is not None or code.expires_at <= runtime.current().clock.now():
        return None
    minutes = runtime.current().settings.sign_in_code_minutes
    return Letter(
        subject=translate(language, _("Your code for mentorNET")),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(language, _("With this code you sign in to mentorNET:")),
        ],
        code=derived_code(SIGN_IN, code.id),
        after=[
            translate_plural(
                language,
                "It works once, and for %(num)s minute.",
                "It works once, and for %(num)s minutes.",
                minutes,
            ),
            translate(
                language,
                _("Please give it to nobody. We will never ask you for it on the phone or in a chat."),
            ),
            translate(
                language,
                _("You did not ask for a code? Then you need not do anything: without it nobody gets in."),
            ),
        ],
    )


@composes("password_reset", urgent=True)
def compose_password_reset(language: str, params: dict[str, Any]) -> Letter | None:
    """The link to a new password; no letter to an address without an account, nor when it is over."""
    reset = session().get(PasswordReset, params["reset_id"])
    if reset is None or reset.user_id is None or reset.used_at is not None:
        return None
    settings = runtime.current().settings
    if reset.expires_at <= runtime.current().clock.now():
        return None
    link = settings.base_url + reset_path(derived_secret(RESET, reset.id))
    return Letter(
        subject=translate(language, _("Choose a new password for mentorNET")),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(language, _("Here you can choose a new password. Afterwards you sign in with it.")),
        ],
        action=(translate(language, _("Choose a new password")), link),
        after=[
            translate_plural(
                language,
                "The link works once, and for %(num)s hour.",
                "The link works once, and for %(num)s hours.",
                settings.password_reset_hours,
            ),
            translate(
                language,
                _("You did not ask for this? Then you need not do anything: your password stays as it is."),
            ),
        ],
    )


_NOTICES = {
    "second_factor_on": (
        _("Your account has a second factor"),
        _("From now on we ask for a code out of your app as well when you sign in."),
    ),
    "second_factor_off": (
        _("Your account has no second factor any more"),
        _("We no longer ask for a code out of your app when you sign in."),
    ),
    "passkey_added": (
        _("Your account has a new passkey"),
        _("Somebody added a passkey to your account. With it you sign in without a code."),
    ),
    "passkey_removed": (
        _("A passkey was removed from your account"),
        _("One of the passkeys of your account was removed. It opens nothing any more."),
    ),
    "passkey_copied": (
        _("A passkey of yours may have been copied"),
        _("Somebody used a passkey of yours in a way that only a copy does. It opens nothing any more."),
    ),
    "password_changed": (
        _("Your account has a new password"),
        _("The password of your account is another one now. All other devices and programs are signed out."),
    ),
    "recovery_code_used": (
        _("A recovery code was used"),
        _("Somebody signed in to your account with one of your recovery codes. That code is used up now."),
    ),
    "address_taken_back": (
        _("Your account has its old address again"),
        _("Somebody followed the link that we had sent to the old address. The new one counts no more."),
    ),
}
"""What was changed at an account: (subject, sentence)."""


@composes("account_notice", essential=True)
def compose_account_notice(language: str, params: dict[str, Any]) -> Letter | None:
    """That something about the account's safety is another now, and what to do when it was somebody else."""
    subject, sentence = _NOTICES[params["what"]]
    link = runtime.current().settings.base_url + "/me/devices"
    return Letter(
        subject=translate(language, subject),
        paragraphs=[translate(language, _("Hello,")), translate(language, sentence)],
        action=(translate(language, _("Look at my devices")), link),
        after=[
            translate(
                language,
                _(
                    "Was it not you? Then please sign out the devices that you do not know, "
                    "and choose another password."
                ),
            ),
        ],
    )


@composes("address_change", urgent=True)
def compose_address_change(language: str, params: dict[str, Any]) -> Letter | None:
    """The link that confirms a new address; none to one that has an account, nor when it is over."""
    change = session().get(AddressChange, params["change_id"])
    if change is None or change.ended_at is not None or user_by_address(change.email) is not None:
        return None
    link = runtime.current().settings.base_url + confirm_path(derived_secret(CONFIRM, change.id))
    return Letter(
        subject=translate(language, _("Is this your new address?")),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(language, _("Somebody wants to use this address for an account of mentorNET.")),
        ],
        action=(translate(language, _("Yes, this is my address")), link),
        after=[
            translate(language, _("The link works once, and for one day.")),
            translate(language, _("Was it not you? Then you need not do anything: nothing changes.")),
        ],
    )


@composes("address_changed", essential=True)
def compose_address_changed(language: str, params: dict[str, Any]) -> Letter | None:
    """To the old address: that it is no longer the account's, and the way back."""
    change = session().get(AddressChange, params["change_id"])
    if change is None or change.confirmed_at is None:
        return None
    link = runtime.current().settings.base_url + undo_path(derived_secret(UNDO, change.id))
    return Letter(
        subject=translate(language, _("Your account has another address now")),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(language, _("Your account of mentorNET uses another mail address from now on.")),
            translate(language, _("Was it you? Then you need not do anything.")),
        ],
        action=(translate(language, _("It was not me: undo it")), link),
        after=[translate(language, _("The link works once, and for seven days."))],
    )
