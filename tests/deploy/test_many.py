"""Many workers: what nginx, the units and the containers say fits to each other and to the product.

`python -m tests.deploy.try_many` runs it for real; here nothing is started.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import ROOT, Settings, from_environment
from realtime import settings as live
from tests.deploy.test_small import PROGRAM, SMALL, documented
from web.guard import ROUND_AN_UPLOAD, most_in_a_form

MANY = ROOT / "deploy" / "many"
UNITS = ("mentornet@.service", "mentornet-jobs.service", "mentornet.target")


def plain(name: str) -> str:
    """A configuration without its comments."""
    return re.sub(r"(?m)^\s*#.*$", "", (MANY / name).read_text())


@pytest.fixture(scope="module")
def nginx() -> str:
    return plain("nginx.conf")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((MANY / "compose.yaml").read_text())
    return read


def unit(name: str) -> dict[str, list[str]]:
    """What a unit says, by key; what is said twice counts twice."""
    found: dict[str, list[str]] = {}
    for line in plain(name).splitlines():
        key, is_said, value = line.partition("=")
        if is_said:
            found.setdefault(key.strip(), []).append(value.strip())
    return found


def workers(name: str) -> list[str]:
    return re.findall(r"^\s*server (\S+) ", plain(name), re.MULTILINE)


def test_the_settings_are_taken_and_are_those_of_many() -> None:
    settings = from_environment({**documented(), **documented(MANY)})
    assert settings.database_url.startswith("postgresql+psycopg:///mentornet?")
    assert settings.redis_url == "redis://127.0.0.1:6379/0"
    assert (settings.trusted_proxies, settings.host) == (1, "127.0.0.1")


def test_nginx_asks_the_workers_that_the_target_starts() -> None:
    wanted = " ".join(unit("mentornet.target")["Wants"]).split()
    ports = [match[1] for name in wanted if (match := re.fullmatch(r"mentornet@(\d+)\.service", name))]
    assert workers("workers.conf") == [f"127.0.0.1:{port}" for port in ports]
    assert len(set(ports)) == len(ports) >= 2
    assert wanted.count("mentornet-jobs.service") == 1, "letters leave once"


@pytest.mark.parametrize("base_url", ["https://mentors.example", "http://localhost:5000"])
def test_who_has_a_session_stays_with_her_worker(nginx: str, tmp_path: Path, base_url: str) -> None:
    """The cookie's name is the product's, wherever it stands among others; a look-alike is none."""
    said = re.search(r'map \$http_cookie \$mentornet_person \{\s*default \$remote_addr;\s*"~(.+?)" ', nginx)
    assert said
    pattern = re.compile(said[1].replace("(?<", "(?P<"))
    name = Settings(data_dir=tmp_path, base_url=base_url).cookie_name
    for before, after in (("", ""), ("a=b; ", ""), ("", "; a=b"), ("mentornet_form=x; ", "; y=z")):
        found = pattern.search(f"{before}{name}=AbC-_9{after}")
        assert found and found["session"] == "AbC-_9"
    assert not pattern.search("other_mentornet_session=x")
    assert not pattern.search("mentornet_form=x; __Host-mentornet_form=y")
    for upstream in ("workers.conf", "compose-workers.conf"):
        assert "hash $mentornet_person consistent;" in plain(upstream)
        assert "upstream mentornet {" in plain(upstream)


def test_what_a_visitor_says_of_her_address_is_dropped(nginx: str) -> None:
    headers = dict(re.findall(r"^\s*proxy_set_header (\S+) (.+);$", nginx, re.MULTILINE))
    assert headers["X-Forwarded-For"] == "$remote_addr", "not added to what she wrote"
    assert (headers["X-Forwarded-Proto"], headers["Host"]) == ("$scheme", "$host")
    assert [headers[name] for name in ("Forwarded", "X-Real-IP", "X-Forwarded-Host")] == ['""'] * 3
    # Where a location sets one header itself, nginx hands on none of the others.
    assert nginx.rindex("proxy_set_header") < nginx.index("server {")


def test_websockets_pass_and_are_not_cut_off(nginx: str) -> None:
    channel = nginx[nginx.index(f"location {live.PATH}/ {{") :]
    channel = channel[: channel.index("}")]
    assert "proxy_pass http://mentornet;" in channel
    assert "proxy_buffering off;" in channel
    for kind in ("read", "send"):
        seconds = re.search(rf"proxy_{kind}_timeout (\d+)s;", channel)
        assert seconds and int(seconds[1]) > 25 + 20, "a ping and its answer"
    assert re.search(r"proxy_set_header Upgrade \$http_upgrade;", nginx)
    assert re.search(r"proxy_set_header Connection \$mentornet_connection;", nginx)
    assert "proxy_http_version 1.1;" in nginx


def test_bodies_fit_and_nothing_is_written_down(nginx: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    sizes = [
        int(n) * {"k": 1024, "m": 1024**2}[u] for n, u in re.findall(r"max_body_size (\d+)([km])", nginx)
    ]
    assert len(sizes) == 2
    assert max(sizes) >= most_in_a_form(settings) + ROUND_AN_UPLOAD
    assert settings.socket_message_max_bytes < min(sizes) < 2**20
    assert "access_log off;" in nginx
    assert re.findall(r"error_log \S+ (\w+);", nginx) == ["crit"], "some addresses of pages are secrets"
    assert re.search(r"location = /metrics \{\s*return 404;", nginx)
    assert nginx.count("{") == nginx.count("}")
    assert nginx.count("proxy_next_upstream error timeout;") == 1, "what was sent is not sent twice"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        (tmp_path / name).write_text((MANY / name).read_text().replace(PROGRAM, "/bin/true"))
    (tmp_path / "mentornet@5001.service").write_text((tmp_path / "mentornet@.service").read_text())
    checked = ["mentornet@5001.service", "mentornet-jobs.service", "mentornet.target"]
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in checked)],
        capture_output=True, text=True, check=False, env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "mentornet" in line]
    assert (done.returncode, said) == (0, [])


def test_the_services_may_do_as_little_as_the_one_of_a_small_server() -> None:
    told = ("Protect", "Restrict", "Private", "System", "NoNew", "Cap", "Ambient", "Lock", "UMask", "State")
    small = (SMALL / "mentornet.service").read_text().splitlines()
    locked = [line for line in small if line.startswith(told)]
    assert len(locked) > 20
    for name in UNITS[:2]:
        assert set(locked) <= set((MANY / name).read_text().splitlines()), name
        assert unit(name)["User"] == ["mentornet"]
        assert unit(name)["EnvironmentFile"] == ["/etc/mentornet/mentornet.env"]
        assert unit(name)["PartOf"] == ["mentornet.target"]


def test_the_units_start_what_there_is() -> None:
    worker = shlex.split(unit("mentornet@.service")["ExecStart"][0])
    # Set by the command: a port in the file of settings would otherwise count for all workers.
    assert worker == ["/usr/bin/env", "MENTORNET_PORT=%i", PROGRAM, "serve", "--no-jobs"]
    assert shlex.split(unit("mentornet-jobs.service")["ExecStart"][0]) == [PROGRAM, "jobs"]
    # Live connections may take three quarters of the files of a process.
    assert int(unit("mentornet@.service")["LimitNOFILE"][0]) >= 8192


# ---------------------------------------------------------------- containers


def test_the_containers_of_workers_are_those_that_nginx_asks(compose: dict[str, Any]) -> None:
    services = compose["services"]
    named = [name for name in services if name.startswith("worker-")]
    addresses = [services[name]["networks"]["inside"]["ipv4_address"] for name in named]
    assert workers("compose-workers.conf") == [f"{address}:5000" for address in addresses]
    subnet = ip_network(compose["networks"]["inside"]["ipam"]["config"][0]["subnet"])
    assert all(ip_address(address) in subnet for address in addresses)
    assert set(services["nginx"]["depends_on"]) == set(named)
    assert all(services[name]["command"] == ["serve", "--no-jobs"] for name in named)
    assert [name for name, one in services.items() if one.get("command") == ["jobs"]] == ["jobs"]


def test_the_containers_get_settings_that_are_taken(compose: dict[str, Any], tmp_path: Path) -> None:
    example = dict(
        line.split("=", 1)
        for line in (MANY / "compose.env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    example["POSTGRES_PASSWORD"] = "s3cret"

    def filled(text: str) -> str:
        return re.sub(r"\$\{(\w+)(?::[?-][^}]*)?\}", lambda found: example[found[1]], text)

    for name, service in compose["services"].items():
        if service.get("image") != "mentornet":
            continue
        given = {key: filled(value) for key, value in service["environment"].items()}
        settings = from_environment({**given, "MENTORNET_DATA_DIR": str(tmp_path)})
        assert settings.is_https and settings.redis_url and settings.trusted_proxies == 1, name
        assert settings.database_url == "postgresql+psycopg://mentornet:s3cret@postgres/mentornet"
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert "/var/lib/mentornet" in json.dumps(service["volumes"])
    required = set(re.findall(r"\$\{(\w+)", (MANY / "compose.yaml").read_text()))
    assert required == set(example)


def test_nothing_but_nginx_is_open_and_every_image_has_a_version(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, one in services.items() if one.get("ports")] == ["nginx"]
    assert compose["networks"]["inside"]["internal"] is True
    for name, one in services.items():
        if one["image"] != "mentornet":
            assert re.fullmatch(r"[a-z/]+:\d+\.\d+(\.\d+)?-bookworm", one["image"]), name
        networks = set(one["networks"])
        assert networks == {"inside"} or name not in ("postgres", "redis"), name
        assert one["healthcheck"]["test"] if "healthcheck" in one and "test" in one["healthcheck"] else True
    assert services["worker-1"]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    for volume in json.dumps([one.get("volumes", []) for one in services.values()]).split('"'):
        source = volume.partition(":")[0]
        if source.startswith("./"):
            assert (MANY / source).exists(), source
        elif source.isalpha() and ":" in volume:
            assert source in compose["volumes"]


def test_the_image_is_built_from_the_locks_and_runs_as_nobody_in_particular() -> None:
    said = plain("Dockerfile")
    bases = re.findall(r"^FROM (\S+)", said, re.MULTILINE)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm", bases[0])
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert tuple(map(int, bases[0][7:].split("-")[0].split(".")[:2])) >= tuple(
        map(int, wanted.removeprefix(">=").split("."))
    )
    assert "make setup" in said and "pip install" not in said, "the one way in which hashes are checked"
    assert said.index("USER mentornet") < said.index("ENTRYPOINT")
    assert f'ENTRYPOINT ["{PROGRAM}"]' in said
    assert "/readyz" in said
    left_out = (MANY / "Dockerfile.dockerignore").read_text().splitlines()
    for name in (".git", ".venv", "data", "**/.env", "**/*.pem"):
        assert name in left_out, name
    compiled = re.search(r"compileall -q (.+?) \\", said)
    assert compiled and all((ROOT / name).exists() for name in compiled[1].split())
    command = re.search(r"^CMD (\[.+\])$", said, re.MULTILINE)
    assert command
    helped = subprocess.run(
        [sys.executable, str(ROOT / "wsgi.py"), json.loads(command[1])[0], "--help"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "--no-jobs" in helped.stdout
