"""Accounts and the ways in: who somebody is, how she signs in and out, what belongs to her alone."""

from network.people.commands.accounts import (
    AddressTaken,
    change_me,
    close_account,
    create_operator,
    create_person,
)
from network.people.commands.addresses import (
    confirm_address_change,
    request_address_change,
    undo_address_change,
)
from network.people.commands.challenges import sign_in_with_second_factor
from network.people.commands.hashing import hash_password
from network.people.commands.mail_choices import choose_mails, end_mails
from network.people.commands.passwords import change_password, request_password_reset, reset_password
from network.people.commands.returning import end_everything_open
from network.people.commands.second_factor import (
    SecondFactorSetUp,
    begin_second_factor,
    confirm_second_factor,
    end_second_factor,
    remove_second_factor,
    renew_recovery_codes,
)
from network.people.commands.sessions import (
    SignedIn,
    end_other_sessions,
    end_session,
    find_session,
    open_session,
    sign_out,
)
from network.people.commands.signing_in import (
    prove,
    request_sign_in_code,
    sign_in_with_code,
    sign_in_with_password,
)
from network.people.commands.tidying import tidy_accounts
from network.people.commands.tokens import SCOPES, MadeToken, create_token, revoke_token
from network.people.policy import (
    SessionRequired,
    may_change_me,
    may_change_password,
    may_change_second_factor,
    may_close_account,
    may_create_token,
    may_end_session,
    may_prove,
    may_revoke_token,
    may_sign_out,
)
from network.people.queries.accounts import (
    MeView,
    PersonView,
    SessionView,
    TokenView,
    address_of,
    can_reset_password,
    find_bearer,
    find_person,
    is_empty,
    list_sessions,
    list_tokens,
    people_by_id,
    photo_url,
    show_me,
    user_by_address,
    user_row,
)
from network.people.queries.address_changes import address_to_confirm, address_to_take_back
from network.people.queries.mail_choices import (
    NotificationSettingsView,
    check_end_of_mails,
    show_notification_settings,
)
from network.people.queries.second_factor import (
    AppSecretView,
    SecondFactorView,
    show_app_secret,
    show_second_factor,
)
from network.people.rules.codes import (
    ChallengeOver,
    CodeRefused,
    ProofRefused,
    SecondFactorRefused,
    SecondFactorRequired,
    SignInRefused,
    TooManyFailures,
    clean_code,
)
from network.people.rules.demo import is_demo_address
from network.people.rules.mail_choices import MAILS, WAYS
from network.people.rules.names import LONGEST_NAME, clean_name, name_from_address
from network.people.rules.passwords import check_password
from network.people.rules.places import (
    clean_language,
    clean_time_zone,
    default_time_zone,
    known_languages,
    known_time_zones,
)
from network.people.rules.second_factor import NoSecondFactor, SecondFactorThere
from network.people.rules.visits import Visit, device_name

__all__ = [
    "LONGEST_NAME",
    "MAILS",
    "SCOPES",
    "WAYS",
    "AddressTaken",
    "AppSecretView",
    "ChallengeOver",
    "CodeRefused",
    "MadeToken",
    "MeView",
    "NoSecondFactor",
    "NotificationSettingsView",
    "PersonView",
    "ProofRefused",
    "SecondFactorRefused",
    "SecondFactorRequired",
    "SecondFactorSetUp",
    "SecondFactorThere",
    "SecondFactorView",
    "SessionRequired",
    "SessionView",
    "SignInRefused",
    "SignedIn",
    "TokenView",
    "TooManyFailures",
    "Visit",
    "address_of",
    "address_to_confirm",
    "address_to_take_back",
    "begin_second_factor",
    "can_reset_password",
    "change_me",
    "change_password",
    "check_end_of_mails",
    "check_password",
    "choose_mails",
    "clean_code",
    "clean_language",
    "clean_name",
    "clean_time_zone",
    "close_account",
    "confirm_address_change",
    "confirm_second_factor",
    "create_operator",
    "create_person",
    "create_token",
    "default_time_zone",
    "device_name",
    "end_everything_open",
    "end_mails",
    "end_other_sessions",
    "end_second_factor",
    "end_session",
    "find_bearer",
    "find_person",
    "find_session",
    "hash_password",
    "is_demo_address",
    "is_empty",
    "known_languages",
    "known_time_zones",
    "list_sessions",
    "list_tokens",
    "may_change_me",
    "may_change_password",
    "may_change_second_factor",
    "may_close_account",
    "may_create_token",
    "may_end_session",
    "may_prove",
    "may_revoke_token",
    "may_sign_out",
    "name_from_address",
    "open_session",
    "people_by_id",
    "photo_url",
    "prove",
    "remove_second_factor",
    "renew_recovery_codes",
    "request_address_change",
    "request_password_reset",
    "request_sign_in_code",
    "reset_password",
    "revoke_token",
    "show_app_secret",
    "show_me",
    "show_notification_settings",
    "show_second_factor",
    "sign_in_with_code",
    "sign_in_with_password",
    "sign_in_with_second_factor",
    "sign_out",
    "tidy_accounts",
    "undo_address_change",
    "user_by_address",
    "user_row",
]
