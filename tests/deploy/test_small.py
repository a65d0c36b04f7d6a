"""One small server: its settings start the product, its units and its web server are in order, its script can
be run twice."""

from __future__ import annotations

import os
import re
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from configparser import RawConfigParser
from http.client import HTTPConnection
from pathlib import Path

import pytest

from config import ROOT, from_environment
from tests.live_server import wait_for
from tests.ports import free_port
from web.guard import ROUND_AN_UPLOAD, most_in_a_form

SMALL = ROOT / "deploy" / "small"
INSTALL_WITHOUT_OWNERS = """#!/bin/sh
words=''
while [ $# -gt 0 ]; do
    case $1 in -o|-g) shift 2;; *) words="$words '$1'"; shift;; esac
done
eval "exec /usr/bin/install $words"
"""
UNITS = ("mentornet.service", "mentornet-backup.service", "mentornet-backup.timer")
PROGRAM = "/opt/mentornet/.venv/bin/mentornet"


def documented(folder: Path = SMALL) -> dict[str, str]:
    """The settings as systemd and the shell both read them."""
    found = {}
    for line in (folder / "mentornet.env").read_text().splitlines():
        if line and not line.startswith("#"):
            match = re.fullmatch(r"(MENTORNET_[A-Z_]+)='([^'$`\\]*)'", line)
            assert match, f"systemd and sh would not read the same: {line}"
            found[match[1]] = match[2]
    return found


def unit(name: str) -> RawConfigParser:
    parser = RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(SMALL / name)
    return parser


def test_the_documented_settings_are_taken() -> None:
    settings = from_environment(documented())
    assert settings.is_https and settings.trusted_proxies == 1
    assert (settings.host, str(settings.data_dir)) == ("127.0.0.1", "/var/lib/mentornet")
    assert not settings.demo


def test_the_documented_settings_start_the_product(tmp_path: Path) -> None:
    port = free_port()
    chosen = {**documented(), "MENTORNET_DATA_DIR": str(tmp_path), "MENTORNET_PORT": str(port)}
    around = {"PATH": os.environ["PATH"]}
    mentornet = [sys.executable, str(ROOT / "wsgi.py")]
    subprocess.run([*mentornet, "upgrade"], env={**around, **chosen}, check=True, capture_output=True)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([*mentornet, "serve"], env={**around, **chosen}, stdout=log, stderr=log)

    def answer() -> tuple[int, str | None] | None:
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/signin", headers={
                "Host": "mentors.example", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https",
            })  # fmt: skip
            given = line.getresponse()
            return given.status, given.getheader("Strict-Transport-Security")
        except OSError:
            return None
        finally:
            line.close()

    try:
        status, transport = wait_for("The documented server", answer) or (0, None)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0, (tmp_path / "log").read_text()
    assert status == 200
    assert transport is not None and transport.startswith("max-age=31536000")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with a programme in them that every machine has."""
    for name in UNITS:
        content = (SMALL / name).read_text()
        (tmp_path / name).write_text(content.replace(PROGRAM, "/bin/true"))
    return tmp_path


def test_systemd_takes_the_units(units: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(units / name) for name in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "mentornet" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_the_services_can_do_little_else(units: Path, name: str) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(units / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    said = unit(name)["Service"]
    assert said["User"] == "mentornet"
    assert (said["ProtectSystem"], said["ProtectHome"], said["NoNewPrivileges"]) == ("strict", "yes", "yes")
    assert said["CapabilityBoundingSet"] == ""
    assert (said["StateDirectoryMode"], said["UMask"]) == ("0700", "0077")


def test_the_units_name_commands_and_places_that_exist() -> None:
    for name in UNITS[:2]:
        said = unit(name)["Service"]
        words = shlex.split(said["ExecStart"])
        assert words[0] == PROGRAM
        helped = subprocess.run(
            [sys.executable, str(ROOT / "wsgi.py"), words[1], "--help"],
            capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        assert helped.returncode == 0
        for option in words:
            assert not option.startswith("--") or option in helped.stdout
    backup = unit("mentornet-backup.service")["Service"]
    written = {"/var/backups/mentornet", "/var/backups/mentornet-keys"}
    assert set(backup["ReadWritePaths"].split()) == written
    script = (SMALL / "install.sh").read_text()
    assert all(f'"$to{place}"' in script for place in written)
    assert "--keep-days 35 " in backup["ExecStart"], "no backup is kept longer than backups may be"


def test_the_web_server_in_front_hands_on_to_where_we_listen() -> None:
    said = (SMALL / "Caddyfile").read_text()
    settings = from_environment(documented())
    assert f"reverse_proxy {settings.host}:{settings.port} {{" in said
    assert said.count("{") == said.count("}")
    size = re.search(r"max_size (\d+)MB", said)
    assert size and int(size[1]) * 1_000_000 > most_in_a_form(settings) + ROUND_AN_UPLOAD
    assert "log " not in re.sub(r"#.*", "", said), "who visited what is written down nowhere"


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the script on a made-up machine: each command that would change this one writes itself down."""
    commands, machine, program = tmp_path / "bin", tmp_path / "machine", tmp_path / "program"
    commands.mkdir()
    (program / ".venv" / "bin").mkdir(parents=True)
    log = tmp_path / "log"
    for name in ("apt-get", "useradd", "make", "chown", "systemctl"):
        (commands / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{log}\n')
    for path, name in (
        (commands / "mentornet", "mentornet"),
        (program / ".venv" / "bin" / "python", "python"),
    ):
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>{log}\n')
        path.chmod(0o755)
    (commands / "install").write_text(INSTALL_WITHOUT_OWNERS)
    for path in commands.iterdir():
        path.chmod(0o755)

    def go(*words: str, **over: str) -> subprocess.CompletedProcess[str]:
        log.write_text("")
        environment = {
            "PATH": f"{commands}:{os.environ['PATH']}", "DESTINATION": str(machine),
            "PROGRAM": str(program), "COMMAND": str(commands / "mentornet"), **over,
        }  # fmt: skip
        return subprocess.run(
            [str(SMALL / "install.sh"), *words], env=environment, capture_output=True, text=True, check=False
        )

    return go


def test_the_script_sets_up_everything_and_a_second_run_keeps_what_is_there(run: Run, tmp_path: Path) -> None:
    machine, log = tmp_path / "machine", tmp_path / "log"
    smtp = "smtps://us:p%40ss$word@mail.example:465"
    done = run("mentors.test", "op@mentors.test", SMTP_URL=smtp)
    assert done.returncode == 0, done.stderr
    did = log.read_text()
    for line in (
        "apt-get install -q -y --no-install-recommends caddy", "useradd --system", "setup\n",
        "mentornet upgrade", "systemctl enable mentornet.service mentornet-backup.timer",
        "mentornet create-operator --email op@mentors.test", "mentornet doctor",
    ):  # fmt: skip
        assert line in did, line
    assert did.index("mentornet upgrade") < did.index("systemctl restart mentornet.service")
    settings = machine / "etc/mentornet/mentornet.env"
    assert stat.S_IMODE(settings.stat().st_mode) == 0o640
    read = subprocess.run(
        ["sh", "-c", f'. {settings}; printf "%s|%s|%s" "$MENTORNET_BASE_URL" "$MENTORNET_SMTP_URL" '
                     f'"$MENTORNET_MAIL_FROM"'], capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert read == f"https://mentors.test|{smtp}|mentorNET <post@mentors.test>"
    assert (machine / "etc/caddy/Caddyfile").read_text().splitlines()[2] == "mentors.test {"
    assert stat.S_IMODE((machine / "var/lib/mentornet").stat().st_mode) == 0o700
    for name in UNITS:
        assert (machine / "etc/systemd/system" / name).read_text() == (SMALL / name).read_text()

    settings.write_text(settings.read_text().replace("'INFO'", "'WARNING'"))
    (machine / "etc/caddy/Caddyfile").write_text("mine\n")
    again = run("mentors.test", "op@mentors.test")
    assert again.returncode == 0, again.stderr
    assert "LOG_LEVEL='WARNING'" in settings.read_text() and smtp in settings.read_text()
    assert (machine / "etc/caddy/Caddyfile").read_text() == "mine\n"
    assert "create-operator" not in log.read_text()


@pytest.mark.parametrize(
    "words",
    [[], ["mentors.test"], ["mentors.test; reboot", "a@b.test"], ["-x", "a@b.test"], ["m.test", "nobody"]],
)
def test_the_script_refuses_what_it_cannot_use(run: Run, tmp_path: Path, words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "log").read_text() == ""
    assert not (tmp_path / "machine").exists()
