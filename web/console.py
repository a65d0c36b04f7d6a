"""The command line: `mentornet …`. Each command says in one line why it failed and exits non-zero."""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from config import BadSetting, Settings
from network import courses, people, privacy
from network.kernel import audit, runtime, tidying
from network.kernel.actor import system_actor
from network.kernel.errors import DatabaseBusy, DomainError, Invalid, StorageFull
from network.kernel.transaction import unit_of_work
from network.kernel.translation import translate
from network.notifications import LATER
from web import health, jobs, presence, serving
from web.children import Child
from web.demo import loader
from web.incoming import answering
from web.upkeep import command_line, records
from web.upkeep.archive import Damaged
from web.upkeep.restore import RestoreRefused
from web.upkeep.stores import StoreFailed


@dataclass(frozen=True, slots=True)
class Root:
    """What the composition root lends to the command line."""

    read_settings: Callable[[], Settings]
    create_runtime: Callable[[Settings], Any]
    create_app: Callable[[Settings], Any]
    configure_logs: Callable[[str], None]


class CommandFailed(Exception):
    """A command could not do its work; the text says why in one line."""


REFUSALS = (
    BadSetting, CommandFailed, Damaged, RestoreRefused, StoreFailed, command_line.NotWell,
    command_line.UpgradeFailed, presence.InUse, serving.PortTaken,
)  # fmt: skip
"""What says by itself, in one line, why a command could not do its work."""

Command = Callable[[Root, Settings, argparse.Namespace], None]


def main(root: Root, arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    # Whatever is written is for our own eyes: database, letters, keys, exports.
    os.umask(0o077)

    def run() -> None:
        settings = root.read_settings()
        root.configure_logs(settings.log_level)
        chosen: Command = options.run
        chosen(root, settings, options)

    return _told(run)


def _told(work: Callable[[], object]) -> int:
    """Do it; the code to exit with. Why it could not be done is said in one line."""
    try:
        work()
    except REFUSALS as error:
        return _failed(str(error))
    except Invalid as error:
        faults = (translate("en", fault.message, fault.params) for fault in error.faults.values())
        return _failed(f"{' '.join(faults)} ({', '.join(error.faults)})")
    except DomainError as error:
        said = translate("en", error.message, error.params) if error.message else error.code
        return _failed(f"{said} ({error.code})")
    except DatabaseBusy:
        return _failed("the database is busy; try again in a moment")
    except StorageFull:
        return _failed("there is no room left on the disk")
    except (SQLAlchemyError, psycopg.Error, sqlite3.Error) as error:
        cause = str(getattr(error, "orig", None) or error)
        return _failed(f"the database cannot be used: {cause}")
    except (CommandError, OSError) as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        return 130
    return 0


def _failed(why: str) -> int:
    print(f"mentornet: {' '.join(why.split())}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mentornet", description="Networks of peer mentors.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    add("run", run_all, "Migrate, fill the demo when the database is empty, run the jobs and serve.")
    serve = add("serve", serve_only, "Serve pages, API and live channel.")
    serve.add_argument("--no-jobs", action="store_true", help="leave the jobs to another process")
    command_line.add_commands(add)
    add("demo", demo, "Fill an empty database with the demo.")
    job = add("jobs", run_jobs, "Run the jobs: letters, reminders, tidying.")
    job.add_argument("--once", action="store_true", help="do what is due and exit")
    add("mail-answer", mail_answer, "Post the answer in a mail that comes by standard input.")
    operator = add("create-operator", create_operator, "Make the account that runs the platform.")
    operator.add_argument("--email", required=True)
    lost = add("end-second-factor", end_second_factor, "For who lost her phone and her recovery codes.")
    lost.add_argument("--email", required=True)
    gone = add("erase-account", erase_account, "Erase somebody who asked for it, now and for good.")
    gone.add_argument("--email", required=True)
    gone.add_argument("--remove-texts", action="store_true", help="her words in group rooms as well")
    gdpr = add("gdpr", gdpr_records, "The record of what is stored about people (GDPR, Article 30).")
    gdpr.add_argument("what", choices=["records"])
    over = add("tidy", tidy, "Forget what is over now, as the nightly jobs do.")
    over.add_argument("--dry-run", action="store_true", help="only count what is due, and forget nothing")
    lists = add("import-completions", import_completions, "Load a list of graduates into a course.")
    lists.add_argument("file", type=Path, metavar="FILE")
    lists.add_argument("--course-session", required=True, metavar="ID")
    add("verify-audit", verify_audit, "Check that nobody changed the audit trail.")
    return parser


def run_all(root: Root, settings: Settings, _options: argparse.Namespace) -> None:
    """What `make run` does."""
    with presence.share(settings.data_dir):
        # In a process of its own: what migrating and filling take in memory is gone before anybody serves.
        prepared = Child("prepare", lambda: _told(lambda: _prepare(root, settings)))
        if code := prepared.wait():
            sys.exit(code)
        greeting = loader.GREETING if settings.demo else ()
        serving.serve(settings, _web(root, settings), _jobs(root, settings), greeting=greeting)


def _prepare(root: Root, settings: Settings) -> None:
    serving.migrate(settings)
    if settings.demo:
        made = root.create_runtime(settings)
        loader.fill_when_empty()
        made.database.close()


def serve_only(root: Root, settings: Settings, options: argparse.Namespace) -> None:
    """Serve; the jobs run beside it unless told otherwise."""
    with presence.share(settings.data_dir):
        beside = None if options.no_jobs else _jobs(root, settings)
        serving.serve(settings, _web(root, settings), beside)


def _web(root: Root, settings: Settings) -> Callable[[], int]:
    return lambda: _told(lambda: serving.serve_web(settings, root.create_app))


def _jobs(root: Root, settings: Settings) -> Callable[[], int]:
    def work() -> None:
        root.create_runtime(settings)
        jobs.consume(settings)

    return lambda: _told(work)


def demo(root: Root, settings: Settings, _options: argparse.Namespace) -> None:
    """Fill the demo."""
    if not settings.demo:
        raise CommandFailed("the demo needs MENTORNET_DEMO=1")
    _open(root, settings)
    if not loader.fill_when_empty():
        raise CommandFailed("the database is not empty; the demo was not filled in")


def run_jobs(root: Root, settings: Settings, options: argparse.Namespace) -> None:
    """Run jobs, once or until stopped."""
    if not options.once:
        with presence.share(settings.data_dir):
            if code := _jobs(root, settings)():
                sys.exit(code)
        return
    _open(root, settings)
    failed = jobs.run_once()
    if failed:
        raise CommandFailed(f"these jobs failed: {', '.join(failed)}; the lines above say why")


def mail_answer(root: Root, settings: Settings, _options: argparse.Namespace) -> None:
    """Take one mail from a mail server's pipe. Exits with 75 when it is to be tried again later (sysexits.h):
    any other failure would have the mail server send the mail back."""
    if not settings.reply_address:
        raise CommandFailed("answers by mail need MENTORNET_REPLY_ADDRESS")
    raw, outcome = answering.read_pipe(sys.stdin.buffer), LATER
    if not _told(lambda: _open(root, settings)):
        with contextlib.suppress(DatabaseBusy, StorageFull, SQLAlchemyError):
            outcome = answering.take(raw, may_wait=True)
    print(outcome)
    if outcome == LATER:
        sys.exit(os.EX_TEMPFAIL)


def _open(root: Root, settings: Settings) -> None:
    """The rules over a database that is at this version's migrations. Raises CommandFailed."""
    root.create_runtime(settings)
    with unit_of_work():
        fault = health.migration_fault(health.expected_revision())
    if fault is not None:
        raise CommandFailed(f"the database is {fault}: run `mentornet upgrade`")


def create_operator(root: Root, settings: Settings, options: argparse.Namespace) -> None:
    """Make or promote an operator and print the link with which she chooses a password."""
    _open(root, settings)
    link = people.create_operator(system_actor("command line"), options.email)
    print(f"{options.email} runs this platform now. Choose a password here (one hour, once):\n{link}")


def end_second_factor(root: Root, settings: Settings, options: argparse.Namespace) -> None:
    """Take the second factor away of whoever has this address."""
    _open(root, settings)
    people.end_second_factor(system_actor("command line"), options.email)
    print(f"{options.email} signs in without a second factor now, until she sets up another one.")


def erase_account(root: Root, settings: Settings, options: argparse.Namespace) -> None:
    """Erase whoever has this address, also where she leads or acts alone."""
    _open(root, settings)
    with unit_of_work():
        person = people.user_by_address(options.email)
        user_id = None if person is None else person.id
    if user_id is None:
        raise CommandFailed(f"nobody has the address {options.email}")
    privacy.erase_account(system_actor("command line"), user_id, remove_texts=options.remove_texts)
    runtime.current().database.empty_journal()
    print(f"{options.email} is erased. Backups made before still hold her; a restore erases her again.")


def gdpr_records(_root: Root, _settings: Settings, _options: argparse.Namespace) -> None:
    """Print the register: each purpose, then each table with its rules."""
    print("\n".join(records.records()))


def tidy(root: Root, settings: Settings, options: argparse.Namespace) -> None:
    """Tell how many rows of each table are due to be forgotten, and forget them unless it is a rehearsal."""
    _open(root, settings)
    due = tidying.rehearse()
    if not options.dry_run:
        tidying.tidy_everything(system_actor("command line"))
    for table, number in due.items():
        print(f"{table}: {number}")
    if not due:
        print("Nothing is due.")


def import_completions(root: Root, settings: Settings, options: argparse.Namespace) -> None:
    """Load a list as the page and the API do."""
    _open(root, settings)
    data = options.file.read_bytes()
    report = courses.import_completions(system_actor("command line"), options.course_session, data)
    print(
        f"created {report['created']}, updated {report['updated']}, unchanged {report['unchanged']}, "
        f"completed {report['completed']}, not completed {report['not_completed']}, "
        f"rejected {len(report['rejected'])}"
    )
    for finding in report["rejected"]:
        print(f"  line {finding['line']}: {finding['code']}")


def verify_audit(root: Root, settings: Settings, _options: argparse.Namespace) -> None:
    """Check the chain, also against the head published outside the database."""
    _open(root, settings)
    try:
        with unit_of_work():
            bad = audit.verify(jobs.published_head(settings.data_dir))
    except ValueError as error:
        raise CommandFailed(str(error)) from None
    if bad is not None:
        print(f"bad row {bad}")
        raise CommandFailed(f"the audit trail was changed: bad row {bad}")
    print("The audit trail is as it was written.")
