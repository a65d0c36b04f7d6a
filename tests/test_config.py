"""Settings: what each may say, what it says by itself, and that a slip stops the start with one line."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from config import BadSetting, Settings, from_environment, is_loopback

SECRET = "q7V-3mZt_0xKd9LrwB2nYc8HsJ4fGaPe"

CONTRACT = {
    "message_max_characters": 10_000,
    "request_max_bytes": 2**20,
    "upload_max_bytes": 10 * 2**20,
    "socket_message_max_bytes": 64 * 2**10,
    "sends_per_minute": 30,
    "sends_burst": 10,
    "socket_events_per_second": 10,
    "socket_events_burst": 30,
    "sockets_per_person": 20,
    "handshakes_per_minute": 300,
    "requests_per_five_minutes": 600,
    "failed_sign_ins_per_account": 5,
    "failed_sign_ins_account_minutes": 30,
    "failed_sign_ins_per_address": 10,
    "failed_sign_ins_address_minutes": 5,
    "session_days": 90,
    "shared_session_hours": 12,
    "proof_minutes": 60,
    "sign_in_code_minutes": 10,
    "sign_in_code_tries": 5,
    "invitation_days": 30,
    "invitations_per_day": 20,
    "application_answer_days": 7,
    "poster_days": 30,
    "poster_mails_per_day": 300,
    "settled_mails_kept_days": 14,
    "answers_kept_days": 7,
    "ended_sessions_kept_days": 30,
    "failed_sign_ins_kept_days": 90,
    "unused_invitations_kept_days": 30,
}
"""The contract's table of limits and periods and that of retention (trust.md, D.3), as far as something obeys
them."""


def read(**said: str) -> Settings:
    return from_environment({f"MENTORNET_{name}": value for name, value in said.items()})


def refusal(**said: str) -> str:
    with pytest.raises(BadSetting) as caught:
        read(**said)
    line = str(caught.value)
    assert line
    assert "\n" not in line
    return line


def test_every_setting_has_type_default_and_one_line() -> None:
    source = inspect.getsource(Settings)
    for spec in dataclasses.fields(Settings):
        assert spec.type in ("int", "str", "bool", "Path"), spec.name
        assert spec.default is not dataclasses.MISSING, spec.name
        assert re.search(rf"^    {spec.name}: \w+ = .+  # \w.+$", source, re.MULTILINE), spec.name


@pytest.mark.parametrize(("name", "figure"), CONTRACT.items())
def test_defaults_are_the_contracts(name: str, figure: int) -> None:
    assert getattr(read(), name) == figure


def test_what_a_bare_start_says() -> None:
    settings = read()
    assert settings.base_url == "http://127.0.0.1:5000"
    assert settings.data_dir.is_absolute()
    assert settings.database_url == f"sqlite:///{settings.data_dir}/mentornet.db"
    assert not settings.demo
    assert settings.rate_limits == "on"
    assert settings.cookie_name == "mentornet_session"


def test_port_alone_is_enough_and_the_address_follows() -> None:
    settings = from_environment({"PORT": "8123", "HOME": "/nowhere"})
    assert (settings.port, settings.base_url) == (8123, "http://127.0.0.1:8123")
    both = from_environment({"PORT": "8123", "MENTORNET_PORT": "8124"})
    assert both.port == 8124


def test_https_gets_the_host_cookie() -> None:
    settings = read(BASE_URL="https://mentors.example", HOST="0.0.0.0", TRUSTED_PROXIES="1")
    assert settings.is_https
    assert settings.cookie_name == "__Host-mentornet_session"


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Mentors.Example/", "https://mentors.example"),
        ("https://mentors.example:443", "https://mentors.example"),
        ("https://mentors.example:8443", "https://mentors.example:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_the_address_is_written_as_browsers_write_an_origin(given: str, origin: str) -> None:
    assert read(BASE_URL=given).base_url == origin


def test_listening_on_the_sixth_protocol_gives_a_readable_address() -> None:
    assert read(HOST="::1").base_url == "http://[::1]:5000"


def test_relative_folders_are_meant_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read(DATA_DIR="here", CLOCK_FILE="clock", DEMO="1")
    assert settings.data_dir == tmp_path / "here"
    assert settings.clock_file == str(tmp_path / "clock")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db/m", "postgresql+psycopg://u:p@db/m"),
        ("postgresql://u:p@db/m", "postgresql+psycopg://u:p@db/m"),
        ("postgresql+psycopg:///m?host=/run/pg", "postgresql+psycopg:///m?host=/run/pg"),
        ("sqlite:////srv/m.db", "sqlite:////srv/m.db"),
    ],
)
def test_databases_get_the_driver_that_is_installed(given: str, used: str) -> None:
    assert read(DATABASE_URL=given).database_url == used


BAD = [
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "x" * 31),
    ("SECRET_KEY", "x" * 64),
    ("SECRET_KEY", "please-change-me-please-change-me-1234"),
    ("BASE_URL", "http://mentors.example"),
    ("BASE_URL", "http://127.evil.example"),
    ("BASE_URL", "http://127.0.0.1.evil.example"),
    ("BASE_URL", "ftp://localhost"),
    ("BASE_URL", "localhost:5000"),
    ("BASE_URL", "*"),
    ("BASE_URL", "https://*"),
    ("BASE_URL", "https://*.mentors.example"),
    ("BASE_URL", "https://mentors.example/app"),
    ("BASE_URL", "https://mentors.example/?a=1"),
    ("BASE_URL", "https://user@mentors.example"),
    ("BASE_URL", "https://mentors.example:99999"),
    ("BASE_URL", "https://[::1"),
    ("BASE_URL", "https://mentors.example\r\nX: y"),
    ("HOST", "0.0.0.0"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "many"),
    ("THREADS", "0"),
    ("THREADS", "-4"),
    ("TRUSTED_PROXIES", "-1"),
    ("SESSION_DAYS", "0"),
    ("SESSION_DAYS", "99999999999"),
    ("SENDS_PER_MINUTE", "9" * 30),
    ("SENDS_PER_MINUTE", "1.5"),
    ("DEMO", "perhaps"),
    ("RATE_LIMITS", "none"),
    ("LOG_LEVEL", "loud"),
    ("DATABASE_URL", "mysql://db/m"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "postgresql"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "redis://localhost:port"),
    ("SMTP_URL", "mail.example"),
    ("SMTP_URL", "smtp://mail.example:port"),
    ("IMAP_URL", "mail.example"),
    ("IMAP_URL", "imaps:///INBOX"),
    ("IMAP_URL", "imaps://user:secret@mail.example/INBOX"),  # without an address
    ("REPLY_ADDRESS", "reply"),
    ("REPLY_ADDRESS", "reply+x@mentors.example"),
    ("REPLY_ADDRESS", "much-too-long-for-a-tag@mentors.example"),
    ("REPLY_ADDRESS", "réply@mentors.example"),
    ("REPLY_ADDRESS", "a@b.example\nBcc: c@d.example"),
    ("MAIL_FROM", "nobody"),
    ("MAIL_FROM", "a@b.example\nBcc: c@d.example"),
    ("METRICS_TOKEN", "short"),
    ("CLOCK_FILE", "clock"),
    ("SECRT_KEY", SECRET),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_b16_what_cannot_be_taken_is_named(name: str, value: str) -> None:
    line = refusal(**{name: value})
    named = "BASE_URL" if name == "HOST" else name
    assert f"MENTORNET_{named}" in line
    if name in ("SECRET_KEY", "SMTP_URL", "IMAP_URL", "METRICS_TOKEN"):
        assert value not in line


@pytest.mark.parametrize(
    "said",
    [
        {"DEMO": "1", "BASE_URL": "https://mentors.example"},
        {"DEMO": "1", "BASE_URL": "http://127.0.0.1:5000", "HOST": "0.0.0.0"},
    ],
)
def test_b16_the_demo_stays_on_this_machine(said: dict[str, str]) -> None:
    assert "MENTORNET_DEMO" in refusal(**said)
    assert not read(**{**said, "DEMO": "0"}).demo


def test_b16_limits_are_lifted_on_this_machine_only() -> None:
    away = {"RATE_LIMITS": "off", "HOST": "0.0.0.0", "BASE_URL": "https://mentors.example"}
    assert "MENTORNET_RATE_LIMITS" in refusal(**away)
    assert read(RATE_LIMITS="off").rate_limits == "off"


def test_b16_debug_is_refused() -> None:
    with pytest.raises(BadSetting, match="FLASK_DEBUG"):
        from_environment({"FLASK_DEBUG": "1"})
    assert from_environment({"FLASK_DEBUG": "0"}) == from_environment({})


def test_a_good_secret_is_taken_and_never_shown() -> None:
    settings = read(SECRET_KEY=SECRET, SMTP_URL="smtp://u:hidden@mail.example", METRICS_TOKEN="m" * 20)
    assert settings.secret_key == SECRET
    assert not any(secret in repr(settings) for secret in (SECRET, "hidden", "m" * 20))


def test_an_empty_value_is_no_value() -> None:
    assert read(BASE_URL="", PORT="", DEMO="") == read()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", [None, "", "0.0.0.0", "127.evil.example", "localhost.example", "::2", "127.1"]
)
def test_not_this_machine(host: str | None) -> None:
    assert not is_loopback(host)
