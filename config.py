"""Settings from the environment, typed; the contract's figures; a bad one stops the start. For wsgi.py."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent
DEFAULT_PORTS = {"http": 80, "https": 443}
PLACEHOLDERS = ("changeme", "change-me", "change_me", "default", "example", "placeholder", "password")
SHORTEST_SECRET, FEWEST_SIGNS = 32, 8

MOST_BY_UNIT = {
    "days": 36_500, "hours": 876_000, "minutes": 52_560_000, "seconds": 3600, "port": 65_535, "proxies": 10,
    "threads": 4_096}  # fmt: skip
"""The most that a whole number may say, by the last word of its name; beyond it the calendar ends."""

LARGEST = 2**31 - 1
KEPT = "_kept_days"  # what people are promised to be forgotten may be forgotten sooner, never later
LEAST = {"trusted_proxies": 0, "threads": 2, "second_factor_grace_days": 0, "sockets_per_process": 0}
CHOICES = {"live_transport": ("lines", "threads"), "second_factor": ("required", "offered"),
           "rate_limits": ("on", "off"), "log_level": ("DEBUG", "INFO", "WARNING", "ERROR")}  # fmt: skip
URLS = {"redis_url": (("redis", "rediss", "unix"), "redis://host:6379/0"),
        "smtp_url": (("smtp", "smtps"), "smtp://user:password@host:587"),
        "imap_url": (("imaps", "imap"), "imaps://user:password@host/INBOX")}  # fmt: skip
SWITCHES = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)


class BadSetting(ValueError):
    """A setting's value cannot be taken; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One line each: the name in upper case behind `MENTORNET_` is the environment's."""

    data_dir: Path = ROOT / "data"  # database, uploads, keys, outbox
    database_url: str = ""  # SQLAlchemy's URL; empty: SQLite in data_dir
    database_wait_seconds: int = 5  # how long a write waits for others; then it is refused as busy
    redis_url: str = ""  # what many processes share: live hints, rate limits, jobs; empty: one process
    secret_key: str = field(default="", repr=False)  # at least 32 characters; empty: a file in data_dir/keys
    base_url: str = ""  # where people reach the site; empty: http://<host>:<port>
    host: str = "127.0.0.1"  # address to listen on
    port: int = 5000  # port to listen on
    threads: int = 640  # at most, of the web process; who is live without a websocket holds one
    smtp_url: str = field(default="", repr=False)  # smtp(s)://user:password@host:port; empty: files in outbox
    mail_from: str = "mentorNET <post@mentornet.example>"  # sender of all mail
    reply_address: str = ""  # mails are answered to reply+…@mentors.example; empty: not by mail
    imap_url: str = field(default="", repr=False)  # its mailbox: imaps://user:password@host/INBOX; or a pipe
    demo: bool = False  # demo accounts and pages; loopback only
    clock_file: str = ""  # with demo: a file that says what time it is
    trusted_proxies: int = 0  # how many proxies in front may be believed
    rate_limits: str = "on"  # on or off; off lifts sends, events, handshakes, requests, connections
    live_transport: str = "lines"  # of live connections: lines; or threads, the library's own
    second_factor: str = "required"  # of operators and stewards; or offered: nobody has to have one
    second_factor_grace_days: int = 7  # so long a new account has time to set one up
    metrics_token: str = field(default="", repr=False)  # bearer of /metrics away from loopback
    log_level: str = "INFO"  # DEBUG, INFO, WARNING, ERROR
    security_contact: str = ""  # https://… or an address, for security.txt; empty: that of mail_from
    operator_name: str = ""  # who runs this server, for the imprint
    operator_address: str = ""  # where they can be served, for the imprint; lines parted by ;
    operator_contact: str = ""  # an address of mail, for the imprint; empty: that of mail_from
    backups_kept_days: int = 35  # what `upgrade` and `restore` backed up before they changed anything
    upgrade_backups: int = 3  # so many of these stay at most

    message_max_characters: int = 10_000  # one message
    request_max_bytes: int = 1_048_576  # one request body
    upload_max_bytes: int = 10_485_760  # one uploaded file
    photo_max_bytes: int = 2_097_152  # one photo of a person
    voice_note_max_seconds: int = 120  # one recorded message
    person_files_max_megabytes: int = 500  # what the files of one person fill together
    network_files_max_megabytes: int = 10_000  # what the files of one network fill together
    unposted_files_kept_hours: int = 24  # a file that was sent and that no message took
    socket_message_max_bytes: int = 65_536  # one socket message
    sends_per_minute: int = 30  # messages a person sends in a minute
    sends_burst: int = 10  # messages a person sends at once
    socket_events_per_second: int = 10  # events of one socket
    socket_events_burst: int = 30  # events of one socket at once
    sockets_per_person: int = 20  # open connections of one person
    sockets_per_process: int = 0  # open connections of this process; 0: what its files and memory allow
    handshakes_per_minute: int = 300  # handshakes and requests without a session, per address
    requests_per_five_minutes: int = 600  # requests of a signed-in person
    failed_sign_ins_per_account: int = 5  # failures of an account before it has to wait
    failed_sign_ins_account_minutes: int = 30  # over this time
    failed_sign_ins_per_address: int = 10  # failures from one address before it has to wait
    failed_sign_ins_address_minutes: int = 5  # over this time
    failed_sign_ins_global: int = 1000  # failures of all, over the same time as per address
    session_days: int = 90  # a session lives this long after its last use
    shared_session_hours: int = 12  # on a device that others use
    proof_minutes: int = 60  # how long a proof of identity counts
    sign_in_code_minutes: int = 10  # how long a mailed code counts
    sign_in_code_tries: int = 5  # wrong tries before it is void
    password_reset_hours: int = 1  # how long a reset link counts
    invitation_days: int = 30  # how long an invitation counts
    invitations_per_day: int = 20  # invitations by hand, per person
    invitation_unanswered_days: int = 14  # after so long without an answer an invitation is looked at
    absence_asked_days: int = 90  # who has not been here for so long is asked whether she stays
    absence_pause_days: int = 180  # who has not been here for so long is offered a pause
    absence_lapsed_days: int = 365  # who has not been here for so long, and asked twice, is let go
    application_answer_days: int = 7  # by when an application is answered
    poster_days: int = 30  # how long the open link of a poster counts
    poster_mails_per_day: int = 300  # letters that one poster's link sends in a day
    settled_mails_kept_days: int = 14  # a mail's address, after it left or was given up
    mail_files_kept_days: int = 35  # a mail's file in outbox, where no mail server is set
    answers_kept_days: int = 7  # the first answer to an Idempotency-Key
    ended_sessions_kept_days: int = 30  # sessions, after their end
    failed_sign_ins_kept_days: int = 90  # failed sign-ins
    known_devices_kept_days: int = 365  # a device that nobody signs in from any more
    unused_invitations_kept_days: int = 30  # the address, after the invitation ran out
    uninvited_graduates_kept_days: int = 90  # people on a list whom nobody invited
    deleted_items_kept_days: int = 30  # the words of a deleted message, which nobody sees any more
    private_rooms_kept_days: int = 730  # the words of a private room, after the last one
    consents_kept_days: int = 1096  # a consent, after it was taken back or replaced
    signatures_kept_days: int = 1096  # the names in signatures, after the network is archived
    notice_mail_minutes: int = 5  # so long somebody has to see what concerns her before a mail says it
    notices_kept_days: int = 90  # what somebody was told of
    push_services: str = "known"  # hosts that carry notices to devices; known: those of browsers; or none

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_words()
        self._set("data_dir", self.data_dir.absolute())
        if self.clock_file:
            self._set("clock_file", str(Path(self.clock_file).absolute()))
        if not self.base_url:
            host = f"[{self.host}]" if ":" in self.host else self.host
            self._set("base_url", f"http://{host}:{self.port}")
        self._set("base_url", _origin(self.base_url))
        self._set("database_url", _database(self.database_url, self.data_dir))
        for name, (schemes, form) in URLS.items():
            parts = _split(f"MENTORNET_{name.upper()}", getattr(self, name))
            if parts.geturl() and not (parts.scheme in schemes and (parts.hostname or "redis" in name)):
                raise BadSetting(f"MENTORNET_{name.upper()} must look like {form}")
        self._check_places()

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_numbers(self) -> None:
        for spec in dataclasses.fields(self):
            if spec.type != "int":
                continue
            value, name = getattr(self, spec.name), f"MENTORNET_{spec.name.upper()}"
            least = LEAST.get(spec.name, 1)
            most = MOST_BY_UNIT.get(spec.name.rpartition("_")[2], LARGEST)
            if spec.name.endswith(KEPT):
                most = typing.cast(int, spec.default)
            if not least <= value <= most:
                raise BadSetting(f"{name} must be between {least} and {most}")

    def _check_words(self) -> None:
        if self.secret_key:
            if len(self.secret_key) < SHORTEST_SECRET:
                raise BadSetting(f"MENTORNET_SECRET_KEY must have at least {SHORTEST_SECRET} characters")
            said = self.secret_key.casefold()
            if len(set(said)) < FEWEST_SIGNS or any(word in said for word in PLACEHOLDERS):
                raise BadSetting("MENTORNET_SECRET_KEY is a placeholder; leave it empty to get a good one")
        if self.metrics_token and len(self.metrics_token) < 16:
            raise BadSetting("MENTORNET_METRICS_TOKEN must have at least 16 characters")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise BadSetting(f"MENTORNET_{name.upper()} must be {' or '.join(choices)}")
        contact = self.security_contact
        if contact and not (contact.isprintable() and ("@" in contact or contact.startswith("https://"))):
            raise BadSetting("MENTORNET_SECURITY_CONTACT must be an address of mail or start with https://")
        if (contact := self.operator_contact) and not (contact.isprintable() and "@" in contact):
            raise BadSetting("MENTORNET_OPERATOR_CONTACT must be an address of mail")
        if "@" not in parseaddr(self.mail_from)[1] or not self.mail_from.isprintable():
            raise BadSetting("MENTORNET_MAIL_FROM must look like mentorNET <post@mentors.example>")
        if not re.fullmatch(r"([\w.-]{1,20}@[\w.-]+\.\w+)?", self.reply_address, re.ASCII):
            raise BadSetting("MENTORNET_REPLY_ADDRESS must look like reply@mentors.example, short before @")
        if self.imap_url and not self.reply_address:
            raise BadSetting("MENTORNET_IMAP_URL needs MENTORNET_REPLY_ADDRESS")

    def _check_places(self) -> None:
        loopback, listens_here = is_loopback(urlsplit(self.base_url).hostname), is_loopback(self.host)
        if not self.is_https and not loopback:
            raise BadSetting("MENTORNET_BASE_URL must be https away from this machine")
        if self.demo and not (loopback and listens_here):
            what = "MENTORNET_HOST" if loopback else "MENTORNET_BASE_URL"
            raise BadSetting(f"MENTORNET_DEMO runs on this machine only: {what} is not loopback")
        if self.rate_limits == "off" and not listens_here:
            raise BadSetting("MENTORNET_RATE_LIMITS=off is for benchmarks on loopback only")
        if self.clock_file and not self.demo:
            raise BadSetting("MENTORNET_CLOCK_FILE works with MENTORNET_DEMO=1 only")

    @property
    def is_https(self) -> bool:
        """True where people come by https: cookies get the `__Host-` name and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may send: our own, and on loopback its twin names with the same port."""
        parts = urlsplit(self.base_url)
        if not is_loopback(parts.hostname):
            return frozenset({self.base_url})
        port = f":{parts.port}" if parts.port else ""
        twins = {f"{parts.scheme}://{name}{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        return frozenset({self.base_url, *twins})

    @property
    def live_threads(self) -> int:
        """How many threads live connections may take together, so that pages and operations still get one."""
        return self.threads - max(1, min(96, self.threads // 4))

    @property
    def cookie_name(self) -> str:
        """The session cookie's name."""
        return "__Host-mentornet_session" if self.is_https else "mentornet_session"


def is_loopback(host: str | None) -> bool:
    """True for names and addresses of this very machine; `127.evil.example` is none of them."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:127.0.0.1, on a socket for both families
    return (mapped or address).is_loopback


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for what is no port
    except ValueError:
        raise BadSetting(f"{name} is not an address that can be read") from None
    return parts


def _origin(url: str) -> str:
    """The address as browsers name an origin: lower case, ASCII, without the scheme's own port."""
    parts = _split("MENTORNET_BASE_URL", url)
    wrong = BadSetting("MENTORNET_BASE_URL must look like https://mentors.example")
    host = parts.hostname or ""
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in DEFAULT_PORTS or not host or extra or "*" in host:
        raise wrong
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise wrong from None
    if not all(sign.isalnum() or sign in "-.:[]" for sign in host):
        raise wrong
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _database(url: str, data_dir: Path) -> str:
    """SQLAlchemy's URL with the driver that is installed."""
    if not url:
        return f"sqlite:///{data_dir}/mentornet.db"
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/") and ":memory:" not in rest:
        return url
    raise BadSetting("MENTORNET_DATABASE_URL must look like postgresql://user:password@host/name "
                     "or sqlite:////path/to/file.db")  # fmt: skip


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. `PORT` counts as well as `MENTORNET_PORT`. Raises BadSetting, also for a name that
    no setting has, so that a slip of the pen does not go unseen."""
    source = os.environ if environ is None else environ
    known = {f"MENTORNET_{spec.name.upper()}": spec for spec in dataclasses.fields(Settings)}
    unknown = sorted(n for n in source if n.startswith("MENTORNET_") and n not in known)
    if unknown:
        raise BadSetting(f"there is no setting {unknown[0]}")
    if source.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        raise BadSetting("FLASK_DEBUG shows the programme's inside to everybody; unset it")
    kinds = typing.get_type_hints(Settings)
    values: dict[str, typing.Any] = {}
    if source.get("PORT"):
        values["port"] = _read("PORT", source["PORT"], int)
    for name, spec in known.items():
        if text := source.get(name):
            values[spec.name] = _read(name, text, kinds[spec.name])
    return Settings(**values)


def _read(name: str, text: str, kind: type) -> typing.Any:
    if kind is bool and text.lower() not in SWITCHES:
        raise BadSetting(f"{name} must be 1 or 0")
    try:
        return SWITCHES[text.lower()] if kind is bool else kind(text)
    except ValueError:
        raise BadSetting(f"{name} must be a {'whole number' if kind is int else kind.__name__}") from None
