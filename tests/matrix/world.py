"""A world with somebody of each kind: the demo, and those whom the demo does not have."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, select, update

from config import Settings
from models.agreements import AgreementVersion
from models.courses import CourseSession
from models.decisions import Decision
from models.discussions import Message, Room, RoomMember, Topic
from models.goals import Goal
from models.meetings import Meeting
from models.membership import Application, Appointment, Invitation, Membership
from models.networks import Network
from models.organisations import Organisation
from models.people import User
from network import discussions, files, membership
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.clock import Clock
from network.kernel.ids import derived_secret, keyed_digest
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, session, unit_of_work
from network.meetings.rules.series import series_of
from network.meetings.rules.zones import key_of
from tests.applications import make_application
from tests.databases import open_database
from tests.factories.people import make_session
from tests.factories.pictures import photo
from tests.matrix.deciding import decide
from tests.matrix.documents import add_documents
from tests.matrix.talking import add_talk
from tests.running import LetterBox
from web.demo.loader import fill_when_empty
from web.serving import migrate

ACTORS = (
    "anonymous", "applicant", "member", "stranger", "suspended", "removed", "deputy", "meta_mentor",
    "steward", "partner_steward", "operator",
)  # fmt: skip
DEMO_ADDRESSES = {
    "member": "mentor@demo.example",
    "stranger": "iryna@people.example",
    "suspended": "priya@people.example",
    "removed": "omid@people.example",
    "deputy": "uwe@people.example",
    "meta_mentor": "meta@demo.example",
    "steward": "steward@demo.example",
    "partner_steward": "partner@demo.example",
    "operator": "operator@demo.example",
}
APPLICANT = "applicant@mail.example"
SOMEBODY = "samuel@people.example"
"""A plain member whose things the others try to touch."""


@dataclass
class World:
    """The application over a database that each question finds as it was in the beginning."""

    app: Flask
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def reset(self) -> None:
        """Bring the database back to the beginning. What is written stands in the journal first: where that
        holds nothing, everything is as it was."""
        journal = self.folder / "world.db-wal"
        if journal.exists() and journal.stat().st_size == 0:
            return
        runtime.current().database.engine.dispose()
        for leftover in ("world.db-wal", "world.db-shm"):
            (self.folder / leftover).unlink(missing_ok=True)
        shutil.copy(self.folder / "beginning.db", self.folder / "world.db")

    def csrf(self, actor: str) -> dict[str, str]:
        """The header that goes with an actor's cookie."""
        return {"X-CSRF-Token": keyed_digest("csrf", self.sessions[actor])} if actor in self.sessions else {}


@contextmanager
def make_world(folder: Path) -> Iterator[World]:
    """Fill the demo, add who is missing, remember the ids that questions are about."""
    settings = Settings(
        data_dir=folder, database_url=f"sqlite:///{folder}/world.db", base_url="http://localhost", demo=True,
        rate_limits="off",
    )  # fmt: skip
    database = open_database(settings.database_url)
    made = runtime.Runtime(
        settings, database, Clock(), b"s" * 32, b"a" * 32, LetterBox(), membership.look_again
    )  # fmt: skip
    runtime.install(made)
    app = make_application(made, settings)
    app.config.update(WTF_CSRF_ENABLED=False, WTF_CSRF_METHODS=[])
    world = World(app, folder)
    shared = _shared_folder(folder)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "world.json").exists():
            _prepare(world, settings, shared)
    for name, values in json.loads((shared / "world.json").read_text()).items():
        getattr(world, name).update(values)
    shutil.copy(shared / "beginning.db", folder / "beginning.db")
    shutil.copytree(shared / "uploads", folder / "uploads", dirs_exist_ok=True)
    world.reset()
    try:
        yield world
    finally:
        database.close()


def _shared_folder(folder: Path) -> Path:
    """One for all workers of this test run: filling the demo takes seconds, copying it none."""
    run = folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder.parent
    shared = run / "shared_world"
    shared.mkdir(exist_ok=True)
    return shared


def _prepare(world: World, settings: Settings, shared: Path) -> None:
    migrate(settings)
    fill_when_empty()
    _add_missing_actors()
    _write_directly()
    _sign_everybody_in(world)
    _remember(world)
    _decide(world)
    runtime.current().database.engine.dispose()
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    shutil.copy(world.folder / "world.db", shared / "beginning.db")
    shutil.copytree(world.folder / "uploads", shared / "uploads")
    known = {name: getattr(world, name) for name in ("tokens", "sessions", "ids", "versions")}
    (shared / "world.json").write_text(json.dumps(known))


def user(address: str) -> User:
    """The account of an address."""
    with unit_of_work():
        found = session().scalars(select(User).where(User.address == address)).one()
        session().expunge(found)
        return found


@command
def _add_missing_actors() -> None:
    require(ALLOWED)
    network = session().scalars(select(Network).where(Network.phase == "organisation")).one()
    network.visibility = "private"  # what shows itself to everybody is there for strangers too
    session().flush()
    member = session().scalars(select(User).where(User.address == DEMO_ADDRESSES["member"])).one()
    inviter = membership.with_standings(Actor(kind="person", user_id=member.id, name=member.display_name))
    invitation = membership.invite_by_hand(inviter, network.id, APPLICANT)
    token = derived_secret("invitation", f"{invitation['id']}:0")
    membership.accept_invitation(ANONYMOUS, token, display_name="Applicant", language="en", time_zone="UTC")
    now = runtime.current().clock.now()
    for name, values in (
        ("suspended", {"suspended_until": now + timedelta(days=7)}),
        ("removed", {"state": "removed", "ended_at": now}),
    ):
        person = session().scalars(select(User).where(User.address == DEMO_ADDRESSES[name])).one()
        session().execute(update(Membership).where(Membership.user_id == person.id).values(**values))


def _write_directly() -> None:
    """What two of them say to each other alone: the member and the plain one."""
    member, somebody = user(DEMO_ADDRESSES["member"]), user(SOMEBODY)
    with unit_of_work():
        actor = membership.with_standings(Actor("person", member.id, member.display_name))
        network_id = next(n for n, standing in actor.standings.items() if standing.state == "active")
    discussions.write_directly(actor, network_id, [somebody.id], "Only between us.", "direct-1")


def _sign_everybody_in(world: World) -> None:
    for name in ACTORS[1:]:
        row, token = make_session(user(DEMO_ADDRESSES.get(name, APPLICANT)))
        world.tokens[name], world.sessions[name] = token, row.id


def _remember(world: World) -> None:
    somebody, applicant = user(SOMEBODY), user(APPLICANT)
    with unit_of_work():

        def one(query: Any) -> Any:
            return session().scalars(query.limit(1)).one()

        network = one(select(Network).where(Network.phase == "organisation"))
        cafe = one(select(Room).where(Room.network_id == network.id, Room.opening == "cafe"))
        message = one(select(Message).where(Message.author_id == somebody.id, Message.room_id == cafe.id))
        things = {
            "network": network,
            "organisation": one(select(Organisation).where(Organisation.id == network.organisation_id)),
            "course_session": one(select(CourseSession).where(CourseSession.id == network.course_session_id)),
            "room": cafe,
            "direct_room": one(
                select(Room)
                .join(RoomMember, RoomMember.room_id == Room.id)
                .where(Room.kind == "direct", RoomMember.user_id == somebody.id)
            ),
            "other_room": one(select(Room).where(Room.network_id == network.id, Room.opening == "welcome")),
            "private_room": one(select(Room).where(Room.network_id == network.id, Room.kind == "private")),
            "message": message,
            "topic": one(select(Topic).where(Topic.id == message.topic_id)),
            "goal": one(select(Goal).where(Goal.network_id == network.id, Goal.state == "proposed")),
            # A series that the meta-mentor planned, with dates behind it and to come.
            "meeting": one(select(Meeting).where(Meeting.recurrence.like("FREQ=MONTHLY%"))),
            "membership": one(select(Membership).where(Membership.user_id == somebody.id)),
            "application": one(select(Application).where(Application.user_id == applicant.id)),
            "appointment": one(select(Appointment).where(Appointment.role == "deputy")),
            "invitation": one(
                select(Invitation)
                .where(Invitation.network_id == network.id, Invitation.state == "open")
                .order_by(Invitation.expires_at.desc())
            ),
            "version": one(select(AgreementVersion).where(AgreementVersion.id == network.rules_version_id)),
            "user": somebody,
        }
        for name, row in things.items():
            world.ids[f"{name}_id"] = row.id
            world.versions[name] = getattr(row, "version", 1)
        world.ids["slug"] = network.slug
        world.ids["context"] = f"topic:{world.ids['topic_id']}"
        series = series_of(things["meeting"])
        world.ids["past_date"] = key_of(series.start(series.before(runtime.current().clock.now()) - 1))
        small = one(select(Network).where(Network.phase == "initiation"))
        world.ids["small_network_id"] = small.id
        world.versions["small_network"] = small.version
    add_documents(world.ids["network_id"], world.ids, user(DEMO_ADDRESSES["member"]))
    involved = {name: user(DEMO_ADDRESSES[name]) for name in ("member", "meta_mentor", "deputy", "removed")}
    add_talk(world.ids["network_id"], world.ids, somebody, involved)
    world.ids["session_id"] = make_session(somebody)[0].id
    _show_picture(world)


def _decide(world: World) -> None:
    others = [user(DEMO_ADDRESSES[name]) for name in ("meta_mentor", "deputy")]
    made = decide(world.ids["network_id"], user(SOMEBODY), user(DEMO_ADDRESSES["member"]), others)
    world.ids |= made
    with unit_of_work():
        for name, decision_id in made.items():
            if name not in ("decision_objection_id", "option_id"):
                version = session().get_one(Decision, decision_id).version
                world.versions[name.removesuffix("_id")] = version


def _show_picture(world: World) -> None:
    """A picture in the cafe's topic, from the meta-mentor."""
    meta = user(DEMO_ADDRESSES["meta_mentor"])
    with unit_of_work():
        actor = membership.with_standings(Actor("person", meta.id, meta.display_name))
    sent = files.upload_file(actor, world.ids["network_id"], photo(), "table.jpg", alt="Our table")
    discussions.post_message(actor, world.ids["topic_id"], "", "picture-1", file_ids=[sent["id"]])
    world.ids["file_id"] = sent["id"]
