"""What the composition root hands to the rules: settings, database, clock, keys, the way mail leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from network.kernel.actor import Actor
from network.kernel.clock import Clock
from network.kernel.database import Database


class Settings(Protocol):
    """The settings that rules read; `config.Settings` has them, with defaults from the contract."""

    @property
    def base_url(self) -> str: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def demo(self) -> bool: ...
    @property
    def rate_limits(self) -> str: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def message_max_characters(self) -> int: ...
    @property
    def sends_per_minute(self) -> int: ...
    @property
    def sends_burst(self) -> int: ...
    @property
    def session_days(self) -> int: ...
    @property
    def shared_session_hours(self) -> int: ...
    @property
    def proof_minutes(self) -> int: ...
    @property
    def second_factor(self) -> str: ...
    @property
    def sign_in_code_minutes(self) -> int: ...
    @property
    def sign_in_code_tries(self) -> int: ...
    @property
    def failed_sign_ins_per_account(self) -> int: ...
    @property
    def failed_sign_ins_account_minutes(self) -> int: ...
    @property
    def failed_sign_ins_per_address(self) -> int: ...
    @property
    def failed_sign_ins_address_minutes(self) -> int: ...
    @property
    def failed_sign_ins_global(self) -> int: ...
    @property
    def password_reset_hours(self) -> int: ...
    @property
    def invitation_days(self) -> int: ...
    @property
    def invitations_per_day(self) -> int: ...
    @property
    def invitation_unanswered_days(self) -> int: ...
    @property
    def absence_asked_days(self) -> int: ...
    @property
    def absence_pause_days(self) -> int: ...
    @property
    def absence_lapsed_days(self) -> int: ...
    @property
    def application_answer_days(self) -> int: ...
    @property
    def poster_days(self) -> int: ...
    @property
    def poster_mails_per_day(self) -> int: ...
    @property
    def settled_mails_kept_days(self) -> int: ...
    @property
    def mail_files_kept_days(self) -> int: ...
    @property
    def answers_kept_days(self) -> int: ...
    @property
    def ended_sessions_kept_days(self) -> int: ...
    @property
    def failed_sign_ins_kept_days(self) -> int: ...
    @property
    def known_devices_kept_days(self) -> int: ...
    @property
    def unused_invitations_kept_days(self) -> int: ...
    @property
    def uninvited_graduates_kept_days(self) -> int: ...
    @property
    def deleted_items_kept_days(self) -> int: ...
    @property
    def private_rooms_kept_days(self) -> int: ...
    @property
    def consents_kept_days(self) -> int: ...
    @property
    def second_factor_grace_days(self) -> int: ...
    @property
    def notice_mail_minutes(self) -> int: ...
    @property
    def notices_kept_days(self) -> int: ...
    @property
    def upload_max_bytes(self) -> int: ...
    @property
    def photo_max_bytes(self) -> int: ...
    @property
    def push_services(self) -> str: ...
    @property
    def operator_contact(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What a push service said: the status, and in how many seconds it wants to be asked again."""

    status: int
    retry_after: int = 0


SendPush = Callable[[str, bytes, Mapping[str, str]], PushAnswer]


def _nowhere(_endpoint: str, _sealed: bytes, _headers: Mapping[str, str]) -> PushAnswer:
    raise OSError("no way out was chosen")


@dataclass(frozen=True, slots=True)
class Runtime:
    """One running product. `look_again` reads a person anew for the command that she asks for; it raises
    Unauthenticated when her session, token or account has ended. `send_push` hands sealed words to the push
    service at an address, with headers; it raises OSError where that cannot be reached."""

    settings: Settings
    database: Database
    clock: Clock
    secret_key: bytes
    audit_key: bytes
    deliver: Callable[[EmailMessage], None]
    look_again: Callable[[Actor], Actor]
    send_push: SendPush = _nowhere


_installed: list[Runtime] = []


def install(runtime: Runtime) -> None:
    """Make `runtime` the one that rules use; the composition root and the tests call this, nobody else."""
    _installed[:] = [runtime]


def current() -> Runtime:
    """The installed runtime; an error of the programme when nobody installed one."""
    if not _installed:
        raise RuntimeError("no runtime is installed; wsgi.create_app() does that")
    return _installed[0]
