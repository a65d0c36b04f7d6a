"""Every promise in docs/promises.md names a test that exists."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROW = re.compile(r"^\| (?!promise \||---)(.+?) \| (.+?) \|$", re.MULTILINE)


def test_every_promise_has_its_test() -> None:
    text = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    assert len(rows) > 40
    wrong = []
    for promise, shown in rows:
        named = NAMED.findall(shown)
        if not named:
            wrong.append(f"{promise}: names no test")
        wrong += [
            f"{promise}: {path}::{name} is gone" for path, name in named if name not in names_of_tests(path)
        ]
    assert not wrong, "Name the test that shows the promise now:\n" + "\n".join(wrong)


def names_of_tests(path: str) -> set[str]:
    file = ROOT / path
    if not file.is_file():
        return set()
    found = ast.parse(file.read_text(encoding="utf-8")).body
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}
