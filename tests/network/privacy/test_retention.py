"""D.3 and the contract's table of limits and periods: what is forgotten when its time is over, not a day
sooner and no two days later."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.base import Base
from models.courses import Completion, UploadedList
from models.discussions import Message
from models.idempotency import IdempotencyKey
from models.membership import Invitation
from models.notifications import Notice
from models.organisations import StewardInvitation
from models.outbox import OutboxMail
from models.people import (
    AddressChange,
    KnownDevice,
    PasskeyChallenge,
    PasswordReset,
    SignInChallenge,
    SignInCode,
    SignInFailure,
    UserSession,
)
from models.privacy import ConsentRow, ExportRequest
from network.discussions.commands import tidying as rooms
from network.kernel import runtime, tidying
from network.kernel.actor import Actor, system_actor
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.architecture.source import ROOT
from tests.architecture.test_promises import NAMED, names_of_tests
from tests.factories.courses import make_completion, make_course_session
from tests.factories.discussions import make_messages, make_room, make_topic
from tests.factories.membership import make_invitation
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation, make_steward_invitation
from tests.factories.people import actor_of, make_code, make_session, make_user, save
from tests.running import HandClock
from wsgi import load_capabilities

load_capabilities()


def ago(days: float) -> Any:
    return runtime.current().clock.now() - timedelta(days=days)


def sessions(age: float) -> None:
    make_session(make_user(), ended_at=ago(age))


def codes(age: float) -> None:
    make_code(f"{new_untimed_id()}@mail.example", created_at=ago(age))


def failures(age: float) -> None:
    save(SignInFailure(id=new_id(), account_key="0" * 64, peer_key="1" * 64, at=ago(age)))


def devices(age: float) -> None:
    known = {"id": new_id(), "user_id": make_user().id, "token_hash": new_untimed_id()}
    save(KnownDevice(**known, last_used_at=ago(age)))


def invitations(age: float) -> None:
    make_invitation(make_network(), f"{new_untimed_id()}@mail.example", expires_at=ago(age))


def asked_stewards(age: float) -> None:
    make_steward_invitation(make_organisation(), f"{new_untimed_id()}@mail.example", expires_at=ago(age))


def graduates(age: float) -> None:
    make_completion(make_course_session(), created_at=ago(age))


def lists(age: float) -> None:
    course = make_course_session()
    save(
        UploadedList(
            id=new_untimed_id(), course_session_id=course.id, user_id=make_user().id, file_name="list.csv",
            mapping=None, date_order=None, total=0, done=0, created=0, updated=0, unchanged=0, rejected=0,
            created_at=ago(age), finished_at=None,
        )
    )  # fmt: skip


def exports(age: float) -> None:
    save(ExportRequest(user_id=make_user().id, requested_at=ago(age)))


def letters(age: float) -> None:
    save(OutboxMail(id=new_id(), kind="invitation", address="x@mail.example", language="en", params={},
                    state="sent", attempts=1, next_attempt_at=ago(age), created_at=ago(age),
                    settled_at=ago(age)))  # fmt: skip


def answers(age: float) -> None:
    save(IdempotencyKey(user_id=make_user().id, key=new_id(), request_digest="", status=201, body=b"{}",
                        rights="", created_at=ago(age)))  # fmt: skip


def opened(age: float) -> dict[str, Any]:
    """What codes, links and challenges have in common."""
    return {"id": new_id(), "created_at": ago(age), "expires_at": ago(age), "used_at": None}


def resets(age: float) -> None:
    save(PasswordReset(**opened(age), address="x@mail.example", user_id=None, token_hash=new_untimed_id()))


def second_steps(age: float) -> None:
    token = new_untimed_id()
    save(SignInChallenge(**opened(age), user_id=make_user().id, token_hash=token, shared_device=False))


def passkey_challenges(age: float) -> None:
    save(PasskeyChallenge(**opened(age), user_id=None, challenge_hash=new_untimed_id()))


def new_addresses(age: float) -> None:
    save(AddressChange(id=new_id(), user_id=make_user().id, old_email="x@mail.example",
                       email="y@mail.example", token_hash=new_untimed_id(), undo_hash=new_untimed_id(),
                       created_at=ago(age), ended_at=None, confirmed_at=None))  # fmt: skip


def notices(age: float) -> None:
    save(Notice(id=new_id(), user_id=make_user().id, event=new_id(), kind="mention", network_id=new_id(),
                entity_id=new_id(), created_at=ago(age), read_at=None))  # fmt: skip


def consent(age: float, given: bool, user_id: str) -> None:
    save(
        ConsentRow(
            id=new_id(), user_id=user_id, purpose="photo", given=given, text_version=1, text_hash="0" * 64,
            language="en", at=ago(age), how="page",
        )
    )  # fmt: skip


def consents(age: float) -> None:
    """Given long before, taken back at that age: both go together, and what still counts stays."""
    user = make_user()
    consent(age + 400, True, user.id)
    consent(age, False, user.id)


def messages(age: float) -> None:
    author = actor_of(make_user())
    topic = make_topic(make_room(make_network()), author)
    make_messages(topic, author, 1)
    with unit_of_work():
        message_id = session().scalars(select(Message.id).where(Message.topic_id == topic.id)).one()
    change(Message, message_id, deleted_at=ago(age))


def change(table: Any, key: str, **values: Any) -> None:
    with runtime.current().database.engine.begin() as connection:
        connection.execute(table.__table__.update().where(table.id == key).values(**values))


class Kept(NamedTuple):
    table: type[Base]
    make: Callable[[float], None]
    days: int
    left: Any = None


TABLE = [
    Kept(UserSession, sessions, 30),
    Kept(SignInCode, codes, 2),
    Kept(SignInFailure, failures, 90),
    Kept(KnownDevice, devices, 365),
    Kept(Invitation, invitations, 30, Invitation.email.is_not(None)),
    Kept(StewardInvitation, asked_stewards, 30),
    Kept(Completion, graduates, 90),
    Kept(UploadedList, lists, 1),
    Kept(ExportRequest, exports, 1),
    Kept(ConsentRow, consents, 1096),
    Kept(Message, messages, 30, Message.body != ""),
    Kept(OutboxMail, letters, 14),
    Kept(IdempotencyKey, answers, 7),
    Kept(PasswordReset, resets, 2),
    Kept(SignInChallenge, second_steps, 2),
    Kept(PasskeyChallenge, passkey_challenges, 2),
    Kept(AddressChange, new_addresses, 9),
    Kept(Notice, notices, 90),
]


def left(kept: Kept) -> int:
    wanted = select(func.count()).select_from(kept.table)
    with unit_of_work():
        return session().scalar(wanted if kept.left is None else wanted.where(kept.left)) or 0


@pytest.mark.parametrize("kept", TABLE, ids=[kept.table.__tablename__ for kept in TABLE])
def test_nothing_goes_a_day_too_soon_or_stays_a_day_too_long(
    live: Runtime, clock: HandClock, kept: Kept
) -> None:
    kept.make(0)
    made = left(kept)
    clock.forward(days=kept.days - 1)
    assert tidying.rehearse().get(kept.table.__tablename__, 0) == 0
    tidying.tidy_everything(system_actor("test"))
    assert left(kept) == made
    clock.forward(days=2)
    assert tidying.rehearse()[kept.table.__tablename__] == made, "a rehearsal counts what is due"
    assert left(kept) == made, "and forgets nothing"
    tidying.tidy_everything(system_actor("test"))
    assert left(kept) == 0
    with unit_of_work():
        rows = session().scalars(select(AuditRow.after).where(AuditRow.action == "data.forgotten"))
        traces = [row for row in rows if kept.table.__tablename__ in row]
    assert sum(trace[kept.table.__tablename__] for trace in traces) == made


def test_after_a_run_no_row_is_older_than_its_limit(live: Runtime, clock: HandClock) -> None:
    by_chance = random.Random(11)
    expected = {}
    for kept in TABLE:
        ages = [by_chance.uniform(0, kept.days * 2 + 2) for _ in range(4)] + [
            kept.days - 0.5,
            kept.days + 0.5,
        ]
        for age in ages:
            kept.make(age)
        expected[kept.table] = sum(age < kept.days for age in ages) * (2 if kept.make is consents else 1)
    tidying.tidy_everything(system_actor("test"))
    assert {kept.table: left(kept) for kept in TABLE} == expected
    assert tidying.rehearse() == {}


def test_every_table_that_is_forgotten_from_has_a_row_with_its_test(live: Runtime) -> None:
    """The list in docs/operations.md is whole, and its tests exist."""
    told = (ROOT / "docs" / "operations.md").read_text("utf-8").partition("## What is forgotten when")[2]
    rows = [line for line in told.partition("\n## ")[0].splitlines() if line.startswith("| ")][1:]
    named = [NAMED.findall(row) for row in rows]
    assert len(rows) > 20
    assert [row for row, tests in zip(rows, named, strict=True) if len(tests) != 1] == []
    gone = [name for ((path, name),) in named if name not in names_of_tests(path)]
    assert gone == []
    token = tidying._rehearsed.set({})
    try:
        tidying.tidy_everything(system_actor("test"))
        tables = set(tidying._rehearsed.get() or {})
    finally:
        tidying._rehearsed.reset(token)
    tables |= {kept.table.__tablename__ for kept in TABLE}
    assert len(tables) > 15
    assert [table for table in sorted(tables) if f"`{table}`" not in "".join(rows)] == []


def test_a_consent_that_counts_stays_and_its_row_is_never_changed(live: Runtime, clock: HandClock) -> None:
    user = make_user()
    consent(3000, True, user.id)
    tidying.tidy_everything(system_actor("test"))
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(ConsentRow)) == 1


def test_a_private_room_is_emptied_a_month_after_its_people_were_told(
    live: Runtime, clock: HandClock, letterbox: Any
) -> None:
    people = [make_user(email="ann@mail.example"), make_user(email="bob@mail.example")]
    actors: list[Actor] = [actor_of(person) for person in people]
    network = make_network()
    silent, alive = (make_topic(make_room(network, actors), actors[0]) for _ in range(2))
    cold = make_user(frozen_at=clock.now())
    kept_cold = make_topic(make_room(network, [actor_of(cold)]), actor_of(cold))
    for topic in (silent, alive, kept_cold):
        make_messages(topic, actors[0], 2)
    days = live.settings.private_rooms_kept_days
    clock.forward(days=days - 31)
    rooms.tidy()
    assert waiting_letters() == 0, "a day too soon"
    clock.forward(days=2)
    rooms.tidy()
    assert waiting_letters() == 4, "each of two people, for each room; a room of who froze her data waits"
    clock.forward(days=29)
    rooms.tidy()
    assert bodies(silent.id) == 2, "a day too soon"
    make_messages(alive, actors[1], 1)
    clock.forward(days=2)
    rooms.tidy()
    assert (bodies(silent.id), bodies(alive.id), bodies(kept_cold.id)) == (0, 3, 2)


def waiting_letters() -> int:
    mails = Base.metadata.tables["outbox_mails"]
    with unit_of_work():
        asked = select(func.count()).select_from(mails).where(mails.c.kind == "room_falls_silent")
        return session().scalar(asked) or 0


def bodies(topic_id: str) -> int:
    with unit_of_work():
        wanted = select(func.count()).select_from(Message).where(Message.topic_id == topic_id)
        return session().scalar(wanted.where(Message.body != "")) or 0
