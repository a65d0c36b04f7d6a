"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from models import Base
from network.kernel.runtime import Runtime
from tests.applications import kept_application
from tests.running import HandClock, LetterBox, running
from tests.servers import cleaned_postgres_database, postgres_template
from wsgi import load_capabilities

pytest_plugins = ["tests.servers", "tests.live_server", "tests.browsing", "tests.soak_report"]


def pytest_collection_finish() -> None:
    """Who is woken by facts is so in every test, whichever ran before it in the same process. What was
    imported and collected stays to the end: looking through it for garbage over and over again took a quarter
    of the suite's time."""
    load_capabilities()
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
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # as the product has it: nobody has to change it
    return path


@pytest.fixture(scope="session")
def postgresql_template() -> str:
    """The name of a PostgreSQL database with every table and no row; tests get a copy."""
    return postgres_template("empty_tables", _create_tables)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """The address of an empty database: each test that touches tables runs on both kinds."""
    if request.param == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "test.db")
        yield f"sqlite:///{tmp_path}/test.db"
    else:
        with cleaned_postgres_database(request.getfixturevalue("postgresql_template")) as url:
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
def app(live: Runtime) -> Iterator[Flask]:
    """The whole application over the test's database."""
    with kept_application(live) as made:
        yield made


@pytest.fixture
def make_client(app: Flask) -> Callable[[], FlaskClient]:
    """Another browser each time it is called."""
    return lambda: app.test_client()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that knows nobody."""
    return app.test_client()
