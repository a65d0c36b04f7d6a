"""Reads the product's own files for the architecture tests."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SHELVES = ("api", "models", "network", "realtime", "web")
ROOT_MODULES = ("config.py", "wsgi.py")


class Import(NamedTuple):
    """One module or name that a line of a file names, with the function it stands in, if any."""

    path: str
    line: int
    names: tuple[str, ...]  # every dotted name that the statement could mean, the module first
    inside: str | None

    def __str__(self) -> str:
        return f"{self.path}:{self.line} ({self.names[-1]})"


@cache
def project_files() -> tuple[str, ...]:
    """List the files of the project: those git tracks and new ones it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()}))


def product_python() -> tuple[str, ...]:
    """List the Python files of the shelves and the root, without tests, migrations and tools."""
    return tuple(
        name
        for name in project_files()
        if name.endswith(".py") and (name.split("/")[0] in SHELVES or name in ROOT_MODULES)
    )


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text("utf-8"), name)


@cache
def module_name(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(name: str) -> Iterator[Import]:
    """Give each import of a file, relative ones resolved."""
    package = module_name(name).split(".")
    if not name.endswith("__init__.py"):
        package = package[:-1]
    yield from _imports(name, tree(name), package, None)


def _imports(name: str, node: ast.AST, package: list[str], inside: str | None) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(name, child.lineno, (alias.name,), inside)
        elif isinstance(child, ast.ImportFrom):
            above = package[: len(package) - child.level + 1] if child.level else []
            module = ".".join([*above, *([child.module] if child.module else [])])
            for alias in child.names:
                yield Import(name, child.lineno, (module, f"{module}.{alias.name}"), inside)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _imports(name, child, package, getattr(child, "name", "lambda"))
        else:
            yield from _imports(name, child, package, inside)
