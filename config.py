"""Settings from the environment (`MENTORNET_…`), typed, with defaults. Read by wsgi.py only.

Figures are those of the contract's table of limits and periods. A value that cannot be taken stops the start.
"""

from __future__ import annotations

import dataclasses
import os
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A setting's value cannot be taken; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One line each: the name in upper case behind `MENTORNET_` is the environment's."""

    data_dir: Path = Path("data")  # database, uploads, keys, outbox
    database_url: str = ""  # SQLAlchemy's URL; empty: SQLite in data_dir
    redis_url: str = ""  # bus, rate limits and jobs for many processes; empty: one process
    secret_key: str = field(default="", repr=False)  # at least 32 characters; empty: a file in data_dir/keys
    base_url: str = ""  # where people reach the site; empty: http://<host>:<port>
    host: str = "127.0.0.1"  # address to listen on
    port: int = 5000  # port to listen on
    threads: int = 96  # threads of the web process; each open live connection takes one
    smtp_url: str = field(default="", repr=False)  # smtp(s)://user:password@host:port; empty: files in outbox
    mail_from: str = "mentorNET <post@mentornet.example>"  # sender of all mail
    demo: bool = False  # demo accounts and pages; loopback only
    clock_file: str = ""  # with demo: a file that says what time it is
    trusted_proxies: int = 0  # how many proxies in front may be believed
    rate_limits: str = "on"  # on or off; off lifts sends, events, handshakes, requests, connections
    metrics_token: str = field(default="", repr=False)  # bearer of /metrics away from loopback
    log_level: str = "INFO"  # DEBUG, INFO, WARNING, ERROR

    message_max_characters: int = 10_000  # one message
    request_max_bytes: int = 1_048_576  # one request body
    upload_max_bytes: int = 10_485_760  # one uploaded file
    socket_message_max_bytes: int = 65_536  # one socket message
    sends_per_minute: int = 30  # messages a person sends in a minute
    sends_burst: int = 10  # messages a person sends at once
    socket_events_per_second: int = 10  # events of one socket
    socket_events_burst: int = 30  # events of one socket at once
    sockets_per_person: int = 20  # open connections of one person
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

    def __post_init__(self) -> None:
        if self.secret_key and len(self.secret_key) < 32:
            raise BadSetting("MENTORNET_SECRET_KEY must have at least 32 characters")
        if self.rate_limits not in ("on", "off"):
            raise BadSetting("MENTORNET_RATE_LIMITS must be 'on' or 'off'")
        if self.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise BadSetting("MENTORNET_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
        if not 0 <= self.port <= 65535:
            raise BadSetting("MENTORNET_PORT must be a port")
        if not self.base_url:
            object.__setattr__(self, "base_url", f"http://{self.host}:{self.port}")
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            raise BadSetting("MENTORNET_BASE_URL must look like https://mentors.example")
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir.absolute()}/mentornet.db")
        loopback = is_loopback(parts.hostname)
        if parts.scheme == "http" and not loopback:
            raise BadSetting("MENTORNET_BASE_URL must be https away from this machine")
        if self.demo and not loopback:
            raise BadSetting("MENTORNET_DEMO runs on this machine only: MENTORNET_BASE_URL is not loopback")
        if self.rate_limits == "off" and not is_loopback(self.host):
            raise BadSetting("MENTORNET_RATE_LIMITS=off is for benchmarks on loopback only")
        if self.clock_file and not self.demo:
            raise BadSetting("MENTORNET_CLOCK_FILE works with MENTORNET_DEMO=1 only")
        for spec in dataclasses.fields(self):
            value = getattr(self, spec.name)
            if spec.type == "int" and spec.name not in ("port", "trusted_proxies") and value < 1:
                raise BadSetting(f"MENTORNET_{spec.name.upper()} must be at least 1")

    @property
    def is_https(self) -> bool:
        """True where people come by https: cookies get the `__Host-` name and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def cookie_name(self) -> str:
        """The session cookie's name."""
        return "__Host-mentornet_session" if self.is_https else "mentornet_session"


def is_loopback(host: str | None) -> bool:
    """True for names and addresses of this very machine."""
    return host in ("localhost", "::1") or bool(host and host.startswith("127."))


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. `PORT` counts as well as `MENTORNET_PORT`. Raises BadSetting, also for a name that
    no setting has, so that a slip of the pen does not go unseen."""
    source = os.environ if environ is None else environ
    known = {f"MENTORNET_{spec.name.upper()}": spec for spec in dataclasses.fields(Settings)}
    unknown = sorted(n for n in source if n.startswith("MENTORNET_") and n not in known)
    if unknown:
        raise BadSetting(f"there is no setting {unknown[0]}")
    kinds = typing.get_type_hints(Settings)
    values: dict[str, typing.Any] = {}
    if source.get("PORT"):
        values["port"] = _read("PORT", source["PORT"], int)
    for name, spec in known.items():
        text = source.get(name)
        if text is not None and text != "":
            values[spec.name] = _read(name, text, kinds[spec.name])
    return Settings(**values)


def _read(name: str, text: str, kind: type) -> typing.Any:
    if kind is bool:
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
        raise BadSetting(f"{name} must be 1 or 0")
    try:
        return kind(text)
    except ValueError:
        raise BadSetting(f"{name} must be a {'whole number' if kind is int else kind.__name__}") from None
