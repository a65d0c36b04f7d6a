"""Upgrading: backs up first, keeps a few of these, and a migration that fails changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text

from config import Settings
from network.kernel import runtime
from network.kernel.database import Database
from tests.commands import mentornet, one_line
from tests.web.upkeep.test_backup import Create, Make
from web.health import alembic_config, expected_revision
from web.serving import migrate
from web.upkeep.stores import store_of


def environment(settings: Settings) -> dict[str, str]:
    return {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url}


def go_down_one(settings: Settings) -> None:
    """As the version before left it."""
    config, database = alembic_config(), Database(settings.database_url)
    config.attributes["engine"] = database.engine
    command.downgrade(config, "-1")
    database.close()


def step_back(settings: Settings) -> None:
    """Have the database believe that it stands before the first migration, with a table in the way."""
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE users (id INTEGER)"))
        connection.execute(text("INSERT INTO users VALUES (7)"))
    engine.dispose()


def test_an_upgrade_backs_up_first_and_keeps_the_newest(place: Settings, create_runtime: Create) -> None:
    folder = place.data_dir / "backups"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"mentornet-before-0002-2026010{day}T000000Z.tar.gz").write_text("x")
    runtime.current().database.close()
    go_down_one(place)
    assert store_of(place.database_url).revision() != expected_revision()
    done = mentornet("upgrade", **environment(place))
    assert done.returncode == 0, done.stderr
    said, up_to_date = done.stdout.splitlines()
    assert up_to_date == "The database is up to date."
    made = Path(said.removeprefix("The database as it was is in ").removesuffix("."))
    assert made.parent == folder and made.name.startswith(f"mentornet-before-{expected_revision()}-")
    left = sorted(path.name for path in folder.glob("mentornet-*"))
    assert left == [made.name], "those of before are older than 35 days"
    assert store_of(place.database_url).revision() == expected_revision()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was_and_says_how_to_go_back(
    make_place: Make, create_runtime: Create
) -> None:
    settings = make_place("failing")
    settings.data_dir.mkdir()
    step_back(settings)
    done = mentornet("upgrade", **environment(settings))
    line = one_line(done)
    assert "the upgrade failed and the database is as it was, at revision None" in line
    assert "users" in line
    made = next((settings.data_dir / "backups").glob("mentornet-before-*.tar.gz"))
    assert line.endswith(f"mentornet restore --replace {made}")
    engine = create_engine(settings.database_url)
    assert sorted(inspect(engine).get_table_names()) == ["alembic_version", "users"]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM users")).scalar_one() == 7
    engine.dispose()


def test_nothing_is_backed_up_where_there_is_nothing_to_lose(make_place: Make) -> None:
    settings = make_place("new")
    for _ in range(2):
        done = mentornet("upgrade", **environment(settings))
        assert (done.returncode, done.stdout, done.stderr) == (0, "The database is up to date.\n", "")
    assert not (settings.data_dir / "backups").exists()


def test_the_command_line_backs_up_and_brings_back(make_place: Make, tmp_path: Path) -> None:
    first, second = make_place("first"), make_place("second")
    migrate(first)
    folder, keys = tmp_path / "kept", tmp_path / "keys.tar.gz"
    folder.mkdir()
    for _ in range(2):
        done = mentornet(
            "backup", str(folder), "--keys", str(keys), "--keep-days", "35", **environment(first)
        )
        assert done.returncode == 0, done.stderr
    assert len(list(folder.iterdir())) == 2
    newest = max(folder.iterdir())
    done = mentornet("restore", str(newest), "--keys", str(keys), **environment(second))
    assert done.returncode == 0, done.stderr
    assert "Start the server now." in done.stdout and "Everybody signs in anew" in done.stdout
    assert store_of(second.database_url).revision() == expected_revision()
    again = mentornet("restore", str(newest), "--keys", str(keys), **environment(second))
    assert "is not empty" in one_line(again)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["backup", "/proc/nowhere/b.tar.gz"], "/proc/nowhere"),
        (["backup", "b.tar.gz", "--keep-days", "3"], "--keep-days needs a folder"),
        (["restore", "/nowhere.tar.gz"], "there is no file /nowhere.tar.gz"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path, words: list[str], said: str) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    migrate(settings)
    assert said in one_line(mentornet(*words, DATA_DIR=str(settings.data_dir)))


def test_nothing_is_no_backup(tmp_path: Path) -> None:
    done = mentornet("backup", str(tmp_path / "b.tar.gz"), folder=tmp_path / "data")
    assert "there is nothing to back up" in one_line(done)
