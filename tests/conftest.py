"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import importlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine

from models import Base
from network.kernel.runtime import Runtime
from tests.running import HandClock, LetterBox, running
from tests.servers import cleaned_postgres_database, postgres_template

pytest_plugins = ["tests.servers", "tests.live_server", "tests.browsing"]


class CompiledTemplates(BytecodeCache):
    """Templates compiled once per worker: each test makes an application of its own, of the same pages."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage over and over again
    took a quarter of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def _create_tables(url: str) -> None:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row; tests get copies."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """The address of an empty database: each test that touches tables runs on both kinds."""
    if request.param == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "test.db")
        yield f"sqlite:///{tmp_path}/test.db"
    else:
        with cleaned_postgres_database(postgres_template("empty_tables", _create_tables)) as url:
            yield url


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """The installed runtime over an empty database."""
    with running(database_url, tmp_path) as runtime:
        yield runtime


@pytest.fixture
def clock(live: Runtime) -> HandClock:
    """The test's clock; `forward` moves it."""
    assert isinstance(live.clock, HandClock)
    return live.clock


@pytest.fixture
def letterbox(live: Runtime) -> LetterBox:
    """The letters that left."""
    assert isinstance(live.deliver, LetterBox)
    return live.deliver


@pytest.fixture
def app(live: Runtime) -> Flask:
    """The whole application over the test's database."""
    made = importlib.import_module("wsgi").create_app(live.settings, live)  # type: ignore[arg-type]
    made.testing = True
    made.jinja_env.bytecode_cache = COMPILED
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture
def make_client(app: Flask) -> Callable[[], FlaskClient]:
    """Another browser each time it is called."""
    return lambda: app.test_client()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that knows nobody."""
    return app.test_client()
