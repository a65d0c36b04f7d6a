"""The command line: every command explains itself, and says in one line why it failed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from config import Settings
from network.privacy import PURPOSES, register
from tests.commands import mentornet, one_line, start
from web.serving import migrate

COMMANDS = (
    "run",
    "serve",
    "backup",
    "restore",
    "upgrade",
    "doctor",
    "demo",
    "jobs",
    "mail-answer",
    "create-operator",
    "end-second-factor",
    "erase-account",
    "gdpr",
    "import-completions",
    "tidy",
    "verify-audit",
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    migrate(Settings(data_dir=folder))
    return folder


def test_every_command_has_help(tmp_path: Path) -> None:
    overview = start("--help", folder=tmp_path)
    assert overview.returncode == 0
    for name in COMMANDS:
        assert name in overview.stdout
    for name in ("serve", "jobs", "backup", "restore", "doctor"):
        done = mentornet(name, "--help", folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "usage: mentornet" in done.stdout
        assert "--child" not in done.stdout
    assert list(tmp_path.iterdir()) == [], "asking for help makes nothing"


@pytest.mark.parametrize("words", [[], ["create-operator"]])
def test_what_is_no_command_is_refused(words: list[str], tmp_path: Path) -> None:
    done = mentornet(*words, folder=tmp_path)
    assert done.returncode == 2
    assert "usage:" in done.stderr


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"SECRET_KEY": "short"}, "MENTORNET_SECRET_KEY"),
        ({"DATA_DIR": "/proc/nowhere"}, "/proc/nowhere"),
    ],
)
def test_b16_a_bad_setting_stops_the_start(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    assert named in one_line(start("upgrade", **{"DATA_DIR": str(tmp_path), **settings}))


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    nobody = "postgresql://nobody@127.0.0.1:1/none"
    line = one_line(mentornet("upgrade", folder=tmp_path, DATABASE_URL=nobody))
    assert "the database cannot be used" in line


@pytest.mark.parametrize(
    "words", [["jobs", "--once"], ["verify-audit"], ["create-operator", "--email", "a@b.example"]]
)
def test_a_database_out_of_step_is_said_with_the_remedy(tmp_path: Path, words: list[str]) -> None:
    assert "run `mentornet upgrade`" in one_line(mentornet(*words, folder=tmp_path))


def test_commands_say_why_they_failed(prepared: Path) -> None:
    assert "MENTORNET_DEMO=1" in one_line(mentornet("demo", folder=prepared))
    missing = mentornet("import-completions", "none.csv", "--course-session", "x", folder=prepared)
    assert "none.csv" in one_line(missing)
    assert "MENTORNET_REPLY_ADDRESS" in one_line(mentornet("mail-answer", folder=prepared))
    nobody = mentornet("create-operator", "--email", "nobody", folder=prepared)
    assert "mail address" in one_line(nobody)


def test_somebody_who_wrote_to_the_operator_is_erased(tmp_path: Path) -> None:
    migrate(Settings(data_dir=tmp_path))
    assert mentornet("create-operator", "--email", "amina@mail.example", folder=tmp_path).returncode == 0
    done = mentornet("erase-account", "--email", "Amina@mail.example", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    with sqlite3.connect(tmp_path / "mentornet.db") as connection:
        assert connection.execute("SELECT state, email, is_operator FROM users").fetchall() == [
            ("erased", None, 0)
        ]
    connection.close()
    assert "amina" not in "".join(p.read_bytes().decode("latin-1") for p in tmp_path.glob("mentornet.db*"))


def test_the_record_of_processing_is_printed(tmp_path: Path) -> None:
    done = mentornet("gdpr", "records", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for entry in register().values():
        assert f"  - {entry.table}: " in done.stdout
    for purpose in PURPOSES.values():
        assert purpose.title in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_what_is_due_to_be_forgotten_is_only_counted(prepared: Path) -> None:
    done = mentornet("tidy", "--dry-run", folder=prepared)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing is due.\n", "")


def test_a_mail_server_that_pipes_a_mail_is_told_whether_to_try_again(prepared: Path, tmp_path: Path) -> None:
    """75 is "later" (sysexits.h); anything else that fails would have it send the mail back."""
    done = mentornet("mail-answer", folder=prepared, REPLY_ADDRESS="reply@mentors.example")
    assert (done.returncode, done.stdout) == (0, "ignored\n"), "nothing came"
    away = mentornet("mail-answer", folder=tmp_path, REPLY_ADDRESS="reply@mentors.example")
    assert (away.returncode, away.stdout) == (75, "later\n")


def test_upgrading_twice_is_no_harm(prepared: Path) -> None:
    for _ in range(2):
        done = mentornet("upgrade", folder=prepared)
        assert (done.returncode, done.stdout, done.stderr) == (0, "The database is up to date.\n", "")


TAMPERING = {
    "UPDATE audit_trail SET reason = 'forged' WHERE seq = 2": 2,
    "DELETE FROM audit_trail WHERE seq > 2;"
    "UPDATE audit_head SET seq = 2, chain = (SELECT chain FROM audit_trail WHERE seq = 2)": 3,
}
"""Edited, and tidily cut off at the end: the first bad row of each (more in the kernel's own tests)."""


def tamper(folder: Path, statements: str) -> None:
    connection = sqlite3.connect(folder / "mentornet.db")
    connection.executescript(statements)
    connection.close()


def test_a25_the_trail_is_checked_against_what_was_published(tmp_path: Path) -> None:
    migrate(Settings(data_dir=tmp_path))
    for number in range(3):
        done = mentornet("create-operator", "--email", f"op{number}@mail.example", folder=tmp_path)
        assert done.returncode == 0, done.stderr
    assert mentornet("jobs", "--once", folder=tmp_path).returncode == 0
    head = json.loads((tmp_path / "audit-head.json").read_text())
    assert head["seq"] >= 3
    fine = mentornet("verify-audit", folder=tmp_path)
    assert (fine.returncode, fine.stderr) == (0, "")
    for number, (how, first_bad) in enumerate(TAMPERING.items()):
        copy = tmp_path.with_name(f"{tmp_path.name}-{number}")
        shutil.copytree(tmp_path, copy)
        # Whoever holds the file can take the locks off.
        tamper(copy, "DROP TRIGGER audit_trail_no_update; DROP TRIGGER audit_trail_no_delete;" + how)
        bad = mentornet("verify-audit", folder=copy)
        assert bad.stdout == f"bad row {first_bad}\n", how
        assert f"bad row {first_bad}" in one_line(bad)
    shutil.copytree(copy, tmp_path, dirs_exist_ok=True)
    assert mentornet("jobs", "--once", folder=tmp_path).returncode == 0
    assert json.loads((tmp_path / "audit-head.json").read_text()) == head, "the evidence stays"
