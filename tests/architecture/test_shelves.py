"""The walls that import-linter cannot see, and import-linter itself. Each message names the remedy."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from importlinter.cli import lint_imports

from tests.architecture.source import ROOT, SHELVES, imports, product_python, project_files, tree

# What others may name of a capability besides its face; the composition root puts more together.
FOR_EVERYBODY = {"events"}
FOR_THE_ROOT = {"events", "subscriptions", "mails"}

ROOMS = {"events", "rules", "policy", "queries", "commands", "mails", "subscriptions"}

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}

LONGEST = 300
CODE = {".py", ".html", ".txt", ".css", ".js", ".mjs", ".sh"}
LONGER_WITH_REASON: dict[str, str] = {}

# The product talks to the outside through the mailer, the database and the bus, each in its one place.
NETWORK_MODULES = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "imaplib",
    "requests",
    "smtplib",
    "socket",
    "urllib.request",
}
NETWORK_WITH_REASON = {
    ("web/delivery.py", "smtplib"): "the mailer itself",
    ("web/incoming/mailbox.py", "imaplib"): "reads the mailbox to which letters are answered",
    ("web/push_delivery.py", "http.client"): "hands notices to known push services, decision 16",
    ("web/push_delivery.py", "socket"): "looks where a push service is before it is called",
    ("web/serving.py", "urllib.request"): "asks its own /healthz whether the product is up",
    ("web/serving.py", "socket"): "looks whether its own port is free",
    ("web/upkeep/reaching.py", "http.client"): "the doctor asks the site's own address, as a browser would",
    ("realtime/transport.py", "socket"): "ends the line of a reader that does not read",
    ("realtime/line.py", "socket"): "reads and writes the websocket that it was handed",
    ("realtime/handover.py", "socket"): "takes a connection that came in out of its server's hands",
}

CLOCK = "network/kernel/clock.py"
CLOCK_READS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "time"),
    ("time", "time_ns"),
}
CLOCK_WITH_REASON = {
    "realtime/handover.py": "the library compares with its own reading when the client was asked last",
    "web/delivery.py": "letters lie in the order in which they left, whatever the clock was set to meanwhile",
}

# The shape of the settings and what follows from it alone; reading them is for wsgi.py.
FOR_SURFACES = {"config.Settings", "config.BadSetting", "config.is_loopback"}


def capability_of(name: str) -> str | None:
    """Tell the capability that a dotted name or a file's path lies in."""
    parts = name.removesuffix(".py").replace("/", ".").split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "network" else None


def capabilities() -> set[str]:
    packages = {PurePosixPath(name).parts for name in product_python()}
    return {parts[1] for parts in packages if parts[0] == "network" and len(parts) > 2} - {"kernel"}


def rooms(capability: str) -> set[str]:
    """Name the files and packages inside a capability."""
    inside = (ROOT / "network" / capability).iterdir()
    return {path.stem for path in inside if path.suffix == ".py" or (path / "__init__.py").exists()} - {
        "__init__"
    }


def test_there_is_something_to_check() -> None:
    assert {name.split("/")[0] for name in product_python()} >= {"models", "network"}
    assert any(names for name in product_python() for names in imports(name))


def test_others_name_the_face_of_a_capability_or_its_events() -> None:
    wrong = []
    for name in product_python():
        allowed = FOR_THE_ROOT if name == "wsgi.py" else FOR_EVERYBODY
        for found in imports(name):
            for dotted in found.names:
                parts = dotted.split(".")
                capability = capability_of(dotted)
                if capability in (None, "kernel", capability_of(name)) or len(parts) < 3:
                    continue
                if parts[2] in rooms(str(capability)) - allowed:
                    wrong.append(f"{found} names the room {parts[2]} of {capability}")
    assert not wrong, (
        "Hand the name out in network/<capability>/__init__.py and import it from there "
        "(rooms are for their own capability):\n" + "\n".join(sorted(set(wrong)))
    )


def test_every_capability_has_a_face() -> None:
    wrong = [name for name in capabilities() if not (ROOT / "network" / name / "__init__.py").is_file()]
    assert not wrong, f"Add network/<capability>/__init__.py, which hands out its names: {sorted(wrong)}"


def test_the_face_defines_nothing() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for name in product_python()
        if PurePosixPath(name).match("network/*/__init__.py") and capability_of(name) != "kernel"
        for node in tree(name).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    assert not wrong, (
        "A face hands out names; move the definition into the room it belongs to:\n" + "\n".join(wrong)
    )


def test_a_capability_has_no_other_rooms() -> None:
    wrong = [f"network/{name}/{room}" for name in capabilities() for room in rooms(name) - ROOMS]
    assert not wrong, (
        "Put it into the room whose question it answers (docs/architecture.md), as a file of a package where "
        "the room grows:\n" + "\n".join(sorted(wrong))
    )


def test_no_import_stands_inside_a_function() -> None:
    wrong = [
        f"{found} in {found.inside}()" for name in product_python() for found in imports(name) if found.inside
    ]
    assert not wrong, (
        "An import inside a function hides a wall that stands in the way: let a fact travel up "
        "(events, subscriptions) or an order down (a face):\n" + "\n".join(wrong)
    )


def test_only_the_composition_root_reads_the_settings() -> None:
    wrong = [
        str(found)
        for name in product_python()
        if name not in ("config.py", "wsgi.py")
        for found in imports(name)
        if found.names[0] == "config"
        and (name.split("/")[0] in ("models", "network") or found.names[-1] not in FOR_SURFACES)
    ]
    assert not wrong, (
        "Let wsgi.py hand the setting over; rules take it from network.kernel.runtime.Settings, surfaces may "
        "name the shape:\n" + "\n".join(wrong)
    )


def test_nobody_imports_the_composition_root() -> None:
    wrong = [str(found) for name in product_python() for found in imports(name) if found.names[0] == "wsgi"]
    assert not wrong, "wsgi.py knows everybody, nobody knows wsgi.py:\n" + "\n".join(wrong)


def test_no_name_says_nothing() -> None:
    wrong = [
        name
        for name in project_files()
        if {part.split(".")[0].lower() for part in PurePosixPath(name).parts} & VAGUE_NAMES
    ]
    assert not wrong, "Name the file after the question it answers:\n" + "\n".join(wrong)


def test_product_files_stay_short() -> None:
    long = {}
    for name in project_files():
        path = PurePosixPath(name)
        if (path.parts[0] in SHELVES and path.suffix in CODE) or name in ("config.py", "wsgi.py"):
            lines = len((ROOT / name).read_text("utf-8").splitlines())
            if lines > LONGEST:
                long[name] = lines
    wrong = [f"{name}: {lines} lines" for name, lines in long.items() if name not in LONGER_WITH_REASON]
    assert not wrong, (
        "Split by the life phase of the subject (commands/proposing.py, commands/ending.py); the room's name "
        "and face stay:\n" + "\n".join(wrong)
    )
    assert set(LONGER_WITH_REASON) <= set(long), "An exception is no longer needed: take it out."


def test_the_product_opens_no_connections_of_its_own() -> None:
    found_uses = {
        (name, module): str(found)
        for name in product_python()
        for found in imports(name)
        for module in NETWORK_MODULES
        if module in found.names or found.names[0].startswith(f"{module}.")
    }
    wrong = [place for use, place in found_uses.items() if use not in NETWORK_WITH_REASON]
    assert not wrong, (
        "The product calls nobody: mail goes through the outbox. A new way out needs a decision record and "
        "a line in NETWORK_WITH_REASON:\n" + "\n".join(wrong)
    )
    assert set(NETWORK_WITH_REASON) <= set(found_uses), "An exception is no longer needed: take it out."


def test_only_the_clock_reads_the_clock() -> None:
    found_reads: dict[str, list[str]] = {}
    for name in product_python():
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                read = (ast.unparse(node.func.value).split(".")[-1], node.func.attr)
                if read in CLOCK_READS and name != CLOCK:
                    found_reads.setdefault(name, []).append(f"{name}:{node.lineno} ({'.'.join(read)})")
    wrong = [
        place for name, places in found_reads.items() if name not in CLOCK_WITH_REASON for place in places
    ]
    assert not wrong, (
        "Ask the kernel's clock, which CLOCK_FILE moves (time.monotonic is for durations):\n"
        + "\n".join(wrong)
    )
    assert set(CLOCK_WITH_REASON) <= set(found_reads), "An exception is no longer needed: take it out."


def test_import_linter_finds_the_walls_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)
    report = capsys.readouterr().out
    assert status == 0, report
    assert "0 broken" in report


HOLES = (
    ("api.people", "web.people"),
    ("realtime.people", "models.people"),
    ("models.people", "network.people"),
    ("network.people", "network.courses"),
    ("network.goals", "network.news"),
    ("network.moderation", "flask"),
    ("network.courses.queries", "network.courses.commands"),
    ("network.courses.rules", "network.courses.policy"),
    ("network.courses.events", "network.courses.rules"),
    ("network.courses.commands", "network.courses.mails"),
)
NO_HOLES = (
    ("network.kernel.policy", "network.kernel.events"),
    ("network.kernel.events", "network.kernel.clock"),
)
STRANGER = "network.wishes"  # in no tier


def test_import_linter_finds_every_hole(tmp_path: Path) -> None:
    lines = dict((*HOLES, *NO_HOLES, (STRANGER, "models")))
    modules = ({*lines, *lines.values()} | {module.rpartition(".")[0] for module in lines}) - {"flask"}
    for module in modules:
        is_package = any(other.startswith(f"{module}.") for other in modules)
        path = tmp_path / (module.replace(".", "/") + ("/__init__.py" if is_package else ".py"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"import {lines[module]}\n" if module in lines else "")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"))
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-logo",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1, ran.stderr
    missed = [hole for hole in HOLES if " -> ".join(hole) not in ran.stdout]
    assert not missed, ran.stdout
    assert f"- {STRANGER}" in ran.stdout
    assert not [line for line in NO_HOLES if " -> ".join(line) in ran.stdout]
    assert "0 kept, 5 broken" in ran.stdout


def test_a_command_takes_who_asks_as_its_first_argument() -> None:
    wrong = []
    for name in product_python():
        for node in ast.walk(tree(name)):
            if not isinstance(node, ast.FunctionDef):
                continue
            if not any(isinstance(d, ast.Name) and d.id == "command" for d in node.decorator_list):
                continue
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            actors = ("Actor", "Actor | None")
            asking = [a.arg for a in given if a.annotation and ast.unparse(a.annotation) in actors]
            if asking and (asking != ["actor"] or given[0].arg != "actor"):
                wrong.append(f"{name}:{node.lineno} ({node.name})")
    assert not wrong, (
        "`transaction.command` looks again at its first argument, the actor; one that stands elsewhere would "
        f"be judged by what she could before. Put `actor: Actor` first: {wrong}"
    )
