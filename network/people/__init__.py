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
from network.people.commands.challenges import (
    answer_with_passkey,
    sign_in_with_passkey,
    sign_in_with_second_factor,
)
from network.people.commands.freezing import DataFrozen, check_not_frozen, freeze_me
from network.people.commands.hashing import hash_password
from network.people.commands.leaving import forget_failures, note_erased, switch_off, switch_on
from network.people.commands.mail_choices import choose_mails, end_mails
from network.people.commands.passkeys import (
    add_passkey,
    begin_passkey,
    remove_passkey,
    rename_passkey,
)
from network.people.commands.passwords import change_password, request_password_reset, reset_password
from network.people.commands.photos import (
    choose_face,
    forget_photo,
    put_photo,
    remove_photo,
    show_photo,
    tidy_photos,
)
from network.people.commands.returning import end_everything_open
from network.people.commands.second_factor import (
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
    lock_user,
    open_session,
    sign_out,
    stay_signed_in,
)
from network.people.commands.showing_passkeys import ask_for_passkey
from network.people.commands.signing_in import (
    prove,
    request_sign_in_code,
    sign_in_with_code,
    sign_in_with_password,
)
from network.people.commands.tidying import tidy_accounts
from network.people.commands.tokens import SCOPES, create_token, revoke_token
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
    address_of,
    can_reset_password,
    find_bearer,
    find_person,
    is_empty,
    list_sessions,
    list_tokens,
    people_by_id,
    show_me,
    user_by_address,
    user_row,
)
from network.people.queries.address_changes import address_to_confirm, address_to_take_back
from network.people.queries.freezing import FreezeView, show_freeze
from network.people.queries.leaving import erasure_of, erasure_to_take_back, take_back_secret
from network.people.queries.mail_choices import (
    check_end_of_mails,
    show_notification_settings,
)
from network.people.queries.passkeys import (
    are_passkeys_possible,
    list_passkeys,
    passkey_origin,
    show_passkey,
    ways_to_answer,
)
from network.people.queries.photos import (
    PhotoOwner,
    owner_of_photo,
    photo_file,
    photo_of,
    photo_url,
    shown_picture,
)
from network.people.queries.second_factor import (
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
from network.people.rules.leaving import (
    ERASED,
    ERASING,
    FORMER_MEMBER,
    TAKE_BACK,
    ErasureWaiting,
    shown_name,
    take_back_path,
)
from network.people.rules.mail_choices import AT_ONCE, MAILS, NONE, WAYS
from network.people.rules.names import LONGEST_NAME, clean_name, name_from_address
from network.people.rules.passkeys import PasskeyRefused
from network.people.rules.passwords import check_password
from network.people.rules.photos import PhotoTooLarge, UnsupportedFileType
from network.people.rules.places import (
    clean_language,
    clean_time_zone,
    default_time_zone,
)
from network.people.rules.second_factor import NoSecondFactor, SecondFactorThere
from network.people.rules.visits import Visit, device_name

__all__ = [
    "AT_ONCE",
    "ERASED",
    "ERASING",
    "FORMER_MEMBER",
    "LONGEST_NAME",
    "MAILS",
    "NONE",
    "SCOPES",
    "TAKE_BACK",
    "WAYS",
    "AddressTaken",
    "ChallengeOver",
    "CodeRefused",
    "DataFrozen",
    "ErasureWaiting",
    "FreezeView",
    "MeView",
    "NoSecondFactor",
    "PasskeyRefused",
    "PersonView",
    "PhotoOwner",
    "PhotoTooLarge",
    "ProofRefused",
    "SecondFactorRefused",
    "SecondFactorRequired",
    "SecondFactorThere",
    "SessionRequired",
    "SignInRefused",
    "SignedIn",
    "TooManyFailures",
    "UnsupportedFileType",
    "Visit",
    "add_passkey",
    "address_of",
    "address_to_confirm",
    "address_to_take_back",
    "answer_with_passkey",
    "are_passkeys_possible",
    "ask_for_passkey",
    "begin_passkey",
    "begin_second_factor",
    "can_reset_password",
    "change_me",
    "change_password",
    "check_end_of_mails",
    "check_not_frozen",
    "check_password",
    "choose_face",
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
    "erasure_of",
    "erasure_to_take_back",
    "find_bearer",
    "find_person",
    "find_session",
    "forget_failures",
    "forget_photo",
    "freeze_me",
    "hash_password",
    "is_demo_address",
    "is_empty",
    "list_passkeys",
    "list_sessions",
    "list_tokens",
    "lock_user",
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
    "note_erased",
    "open_session",
    "owner_of_photo",
    "passkey_origin",
    "people_by_id",
    "photo_file",
    "photo_of",
    "photo_url",
    "prove",
    "put_photo",
    "remove_passkey",
    "remove_photo",
    "remove_second_factor",
    "rename_passkey",
    "renew_recovery_codes",
    "request_address_change",
    "request_password_reset",
    "request_sign_in_code",
    "reset_password",
    "revoke_token",
    "show_app_secret",
    "show_freeze",
    "show_me",
    "show_notification_settings",
    "show_passkey",
    "show_photo",
    "show_second_factor",
    "shown_name",
    "shown_picture",
    "sign_in_with_code",
    "sign_in_with_passkey",
    "sign_in_with_password",
    "sign_in_with_second_factor",
    "sign_out",
    "stay_signed_in",
    "switch_off",
    "switch_on",
    "take_back_path",
    "take_back_secret",
    "tidy_accounts",
    "tidy_photos",
    "undo_address_change",
    "user_by_address",
    "user_row",
    "ways_to_answer",
]
