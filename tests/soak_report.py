"""Writes what the long fault tests found into the file that `--soak-report` names: one line for each test.

A run of some of them renews their lines and leaves the others; the line of a test that is gone goes with a
whole run.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

HEAD = """# What the long fault tests found

Written by `make soak` itself (`tests/soak_report.py`); each line is of the last run of its test, on a machine
with two cores that may have been busy with other things. What is promised: `trust.md`, part B.

| test | verdict | on | seconds | what was counted |
|---|---|---|---|---|
"""
LINE = re.compile(r"^\| `(?P<name>[^`]+)` \|.*\|$")
_found: dict[str, str] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak-report", type=Path, help="renew the lines of the tests that run in this file")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if "soak" not in report.keywords or (report.when != "call" and report.passed):
        return
    name = report.nodeid.rpartition("::")[2]
    said = ", ".join(f"{key}: {value}" for key, value in report.user_properties) or "–"
    verdict = "holds" if report.passed else "**broken**"
    day = datetime.now(UTC).date().isoformat()
    _found[name] = f"| `{name}` | {verdict} | {day} | {report.duration:.0f} | {said} |"


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--soak-report")
    if path is None or not _found:
        return
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = {match["name"]: line for line in before if (match := LINE.match(line))}
    if not session.config.args or session.config.args == session.config.getini("testpaths"):
        kept = {name: line for name, line in kept.items() if any(name == i.name for i in session.items)}
    lines = sorted((kept | _found).items())
    path.write_text(HEAD + "\n".join(line for _, line in lines) + "\n", encoding="utf-8")
