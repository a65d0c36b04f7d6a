"""Each revision goes up, down and up again with data in every table, and the last one is what models say."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from config import ROOT
from migrations.append_only import APPEND_ONLY
from migrations.derived import is_ours
from models import Base
from network.kernel.database import Database
from tests.migrations.rows import ROWS, fill, values
from tests.servers import postgres_database
from web.health import alembic_config

REVISIONS = [
    script.revision
    for script in reversed(list(ScriptDirectory.from_config(alembic_config()).walk_revisions()))
]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, as a new installation has it."""
    with _address(request.param, tmp_path) as url:
        made = Database(url)
        yield made
        made.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One with rows in every table, for those who try to change what nobody may."""
    with _address(request.param, tmp_path_factory.mktemp("filled")) as url:
        made = Database(url)
        go(made, command.upgrade, "head")
        with made.engine.begin() as connection:
            fill(connection, Base.metadata)
        yield made
        made.close()


@contextmanager
def _address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/new.db"
    else:
        with postgres_database() as url:
            yield url


def go(database: Database, step: Callable[[Config, str], None], to: str) -> None:
    config = alembic_config()
    config.attributes["engine"] = database.engine
    step(config, to)


def test_there_is_one_line_of_revisions() -> None:
    assert REVISIONS, "no migration yet: make migration m='first tables'"
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_the_last_revision_is_what_the_models_say(database: Database) -> None:
    go(database, command.upgrade, "head")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, Base.metadata) == []


def test_b10_up_down_and_up_again_with_data(database: Database) -> None:
    go(database, command.upgrade, "head")
    with database.engine.begin() as connection:
        fill(connection, Base.metadata)
    before = _content(database)
    assert set(before) == set(Base.metadata.tables)
    assert {len(values) for columns in before.values() for values in columns.values()} == {ROWS}
    for revision in reversed(REVISIONS):
        go(database, command.downgrade, "-1")
        kept = _content(database)
        go(database, command.upgrade, revision)
        _same_where_kept(before, kept, _content(database))
        go(database, command.downgrade, "-1")
        before = kept  # what going down twice did besides, the next revision finds
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    go(database, command.upgrade, "head")
    go(database, command.upgrade, "head")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, Base.metadata) == []


def _content(database: Database) -> dict[str, dict[str, list[str]]]:
    names = [name for name in inspect(database.engine).get_table_names() if is_ours(name, "table")]
    with database.engine.connect() as connection:
        return {name: values(connection, name) for name in names if name != "alembic_version"}


def _same_where_kept(
    before: dict[str, dict[str, list[str]]],
    kept: dict[str, dict[str, list[str]]],
    after: dict[str, dict[str, list[str]]],
) -> None:
    for table, columns in before.items():
        if not any(after[table].values()):
            continue  # this very revision makes it, and going down took it away
        for column, content in columns.items():
            now = after[table][column]
            if column not in kept.get(table, {}) and len(set(now)) <= 1:
                continue  # this very revision adds it; one that it renames has its values
            assert now == content, f"{table}.{column}"


def test_two_that_migrate_at_once_do_not_meet(database: Database, tmp_path: Path) -> None:
    said = {"MENTORNET_DATABASE_URL": database.url, "MENTORNET_DATA_DIR": str(tmp_path), "PATH": os.defpath}
    program = [sys.executable, str(ROOT / "wsgi.py"), "upgrade"]
    both = [subprocess.Popen(program, env=said, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [one.communicate(timeout=60)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    tables = set(inspect(database.engine).get_table_names())
    assert {table.name for table in Base.metadata.sorted_tables} <= tables


def test_a_rebuilt_table_keeps_the_rows_that_point_to_it(tmp_path: Path) -> None:
    """SQLite alters by making the table anew; what points to it must not go with the old one."""
    url = f"sqlite:///{tmp_path}/m.db"
    folder = tmp_path / "steps"
    (folder / "versions").mkdir(parents=True)
    root = Path(str(alembic_config().get_main_option("script_location")))
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((root / name).read_text())
    (folder / "versions" / "one.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = 'one', None\n"
        "def upgrade():\n"
        "    op.create_table('parents', sa.Column('id', sa.Integer, primary_key=True),"
        " sa.Column('old', sa.String(5)))\n"
        "    op.create_table('children', sa.Column('id', sa.Integer, primary_key=True),"
        " sa.Column('p', sa.Integer, sa.ForeignKey('parents.id', ondelete='CASCADE')))\n"
        "    op.execute('INSERT INTO parents VALUES (1, NULL)')\n"
        "    op.execute('INSERT INTO children VALUES (1, 1)')\n"
    )
    (folder / "versions" / "two.py").write_text(
        "from alembic import op\nrevision, down_revision = 'two', 'one'\n"
        "def upgrade():\n    with op.batch_alter_table('parents') as batch:\n"
        "        batch.drop_column('old')\n"
    )
    (folder / "versions" / "three.py").write_text(
        "from alembic import op\nrevision, down_revision = 'three', 'two'\n"
        "def upgrade():\n    op.execute('DELETE FROM parents')\n"
    )
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["engine"] = database.engine
    command.upgrade(config, "two")
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM children")) == 1
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    with pytest.raises(RuntimeError, match="rows of children would point to nothing"):
        command.upgrade(config, "three")
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM parents")) == 1
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "two"
    database.close()


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'forged'", "DELETE FROM {}", "TRUNCATE {}"])
def test_a25_the_database_refuses_to_change_the_trail(filled: Database, table: str, change: str) -> None:
    if filled.is_sqlite and change.startswith("TRUNCATE"):
        change = "DELETE FROM {} WHERE seq = 1"  # it has no other way to empty a table
    with pytest.raises(DBAPIError, match="append-only"), filled.engine.begin() as connection:
        connection.execute(text(change.format(table)))
    with filled.engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == ROWS


def test_the_database_refuses_to_change_a_consent(filled: Database) -> None:
    with pytest.raises(DBAPIError, match="never changed"), filled.engine.begin() as connection:
        connection.execute(text("UPDATE consents SET text_hash = 'forged'"))
    with filled.engine.begin() as connection:
        connection.execute(text("DELETE FROM consents"))  # when their time is over
