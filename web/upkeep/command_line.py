"""The commands `backup`, `restore`, `upgrade` and `doctor`, as the command line calls them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from network import agreements
from network.kernel.actor import system_actor
from network.kernel.outbox import Letter, as_message
from web import health, serving
from web.upkeep.backup import BACKUPS, back_up, forget_old, make_folder
from web.upkeep.doctor import FAIL, OK, Row, as_json, examine
from web.upkeep.restore import Wish
from web.upkeep.restore import restore as bring_back
from web.upkeep.stores import store_of

Add = Callable[..., argparse.ArgumentParser]


class NotWell(Exception):
    """The doctor found something broken."""


class UpgradeFailed(Exception):
    """The migrations did not go through; the text says how things stand."""


def add_commands(add: Add) -> None:
    """Make the commands known to the parser by way of its own `add(name, run, text)`."""
    making = add("backup", backup, "Write database and uploads into one file, while the server runs.")
    making.add_argument(
        "file", type=Path, metavar="FILE", help="a new file, or a folder in which it gets a name"
    )
    making.add_argument(
        "--keys", type=Path, metavar="FILE", help="write the keys too, into this file of their own"
    )
    making.add_argument(
        "--keep-days", type=_days, metavar="DAYS",
        help="delete older backups from the folder; the newest one always stays",
    )  # fmt: skip
    bringing = add("restore", restore, "Bring a backup back into an empty data directory.")
    bringing.add_argument("file", type=Path, metavar="FILE")
    bringing.add_argument("--keys", type=Path, metavar="FILE", help="the backup of the keys")
    bringing.add_argument("--new-keys", action="store_true", help="go on without the keys, which are lost")
    bringing.add_argument(
        "--replace", action="store_true", help="take the place of what is there, after a backup of it"
    )
    bringing.add_argument(
        "--keep-sessions", action="store_true",
        help="leave everybody signed in: for a move to another machine, with nothing lost",
    )  # fmt: skip
    add("upgrade", upgrade, "Back up, then bring the database to this version.")
    looking = add("doctor", doctor, "Look at everything that running well depends on, and say what to do.")
    looking.add_argument("--json", action="store_true", help="the findings for another program")
    looking.add_argument("--mail", metavar="ADDRESS", help="also send a test letter to this address")

    reading = add(
        "read-signatures", read_signatures, "In a dispute: who signed a version, erased people too."
    )
    reading.add_argument("version", metavar="ID", help="the version of the agreement")
    reading.add_argument(
        "--operator", action="append", required=True, metavar="E", help="who asks; given twice, by two people"
    )
    reading.add_argument("--reason", required=True, help="why; it stands in the audit trail")


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3650:
        raise ValueError(text)
    return days


def backup(_root: Any, settings: Settings, options: argparse.Namespace) -> None:
    """Make a backup and say where it is."""
    if options.keep_days is not None and not options.file.is_dir():
        raise NotADirectoryError(f"--keep-days needs a folder, and {options.file} is none")
    if store_of(settings.database_url).is_empty():
        raise FileNotFoundError(f"there is nothing to back up in {settings.data_dir}")
    made = back_up(settings, options.file, keys_file=options.keys)
    print(f"{made.path} holds everything up to {made.made_at:%Y-%m-%d %H:%M:%S} UTC ({made.size} bytes).")
    if options.keep_days is not None:
        for gone in forget_old(options.file, made.made_at, days=options.keep_days):
            print(f"{gone.name} was old and is deleted.")


def restore(root: Any, settings: Settings, options: argparse.Namespace) -> None:
    """Bring a backup back and say what comes next."""
    wish = Wish(options.keys, options.new_keys, options.replace, options.keep_sessions)
    done = bring_back(settings, options.file, wish, root.create_runtime)
    if done.saved is not None:
        print(f"What was there before is in {done.saved}.")
    print(f"Everything is as it was at {done.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC. Start the server now.")
    if not wish.keep_sessions:
        print("Everybody signs in anew; tokens of the API are to be made anew.")


def upgrade(_root: Any, settings: Settings, _options: argparse.Namespace) -> None:
    """Run the migrations, after a backup where there is something to lose."""
    serving.make_private(settings)
    store = store_of(settings.database_url)
    found, wanted = store.revision(), health.expected_revision()
    if store.is_empty() or found == wanted:
        serving.migrate(settings)
        print("The database is up to date.")
        return
    folder = make_folder(settings.data_dir / BACKUPS)
    keys_file = folder / "keys.tar.gz"
    made = back_up(settings, folder, keys_file=keys_file, label=wanted or "upgrade")
    print(f"The database as it was is in {made.path}.")
    sys.stdout.flush()
    try:
        serving.migrate(settings)
    except (SQLAlchemyError, RuntimeError) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise UpgradeFailed(
            f"the upgrade failed and the database is as it was, at revision {found}: {cause}. Start the "
            f"version before; should the database not work with it: mentornet restore --replace {made.path}"
        ) from error
    forget_old(folder, made.made_at, days=settings.backups_kept_days, most=settings.upgrade_backups)
    print("The database is up to date.")


def read_signatures(root: Any, settings: Settings, options: argparse.Namespace) -> None:
    """Print the record of a version with the names as at signing."""
    root.create_runtime(settings)
    rows = agreements.read_signatures(
        system_actor("command line"), options.version, options.operator, options.reason
    )
    for row in rows:
        whom = f" for {row.organisation_name}" if row.organisation_name else ""
        print(f"{row.signed_at:%Y-%m-%d %H:%M} {row.state} {row.name or '(name destroyed)'}{whom}")
    if not rows:
        print("Nobody signed.")


def doctor(root: Any, settings: Settings, options: argparse.Namespace) -> None:
    """Print one line for each finding, what to do below it. Raises NotWell when something is broken."""
    rows = examine(settings, root.create_runtime)
    if options.mail:
        rows.append(_send_test(root, settings, options.mail))
    if options.json:
        print(orjson.dumps(as_json(rows), option=orjson.OPT_INDENT_2).decode())
    else:
        for row in rows:
            print(f"{row.state:4}  {row.what:11}  {row.said}")
            if row.remedy:
                print(f"{'':19}-> {row.remedy}")
    broken = sorted({row.what for row in rows if row.state == FAIL})
    if broken:
        raise NotWell(f"not well: {', '.join(broken)}")


def _send_test(root: Any, settings: Settings, address: str) -> Row:
    made = root.create_runtime(settings)
    letter = Letter("Test of mentorNET", ["This letter shows that mail leaves this server."])
    try:
        made.deliver(as_message(letter, address, "en"))
    except Exception as error:
        cause = " ".join(str(error).split()) or type(error).__name__
        return Row("test letter", FAIL, f"it did not leave: {cause}", "check MENTORNET_SMTP_URL")
    finally:
        made.database.close()
    return Row("test letter", OK, f"it left for {address}; look whether it arrives, and not as spam")
