"""Being erased: off at once, taken back for a week, then nowhere any more but where the register says so."""

from __future__ import annotations

import re
import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from models import Base
from models.audit import AuditHead, AuditRow
from models.courses import Completion
from models.discussions import Message, MessageRevision, Topic
from models.event_log import Consequence, Event
from models.idempotency import IdempotencyKey
from models.membership import Invitation, Membership
from models.organisations import Steward
from models.outbox import OutboxMail
from models.people import ApiToken, User
from models.privacy import Erasure
from network import discussions, membership, organisations, people, privacy
from network.courses.queries.uploads import uploads_folder
from network.kernel import outbox, runtime
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden, NotFound, ProofRequired, Unauthenticated
from network.kernel.ids import derived_code, digest, new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import ErasureWaiting, Visit
from network.privacy.commands.ledger import write_down, written_down
from network.privacy.rules.ledger import Entry as LedgerEntry
from network.privacy.rules.register import register
from tests.factories.courses import make_completion, make_course_session
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.factories.membership import make_appointment, make_invitation, make_membership, standing_actor
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import PASSWORD, PASSWORD_HASH, actor_of, make_code, make_session, make_user, save
from tests.network.privacy.test_export import planted
from tests.running import HandClock, LetterBox
from wsgi import load_capabilities

load_capabilities()

WAY_IN = Visit(peer="127.0.0.1", user_agent="", device_token=None, shared_device=False)


def row(table: Any, key: Any) -> Any:
    with unit_of_work():
        found = session().get_one(table, key)
        session().expunge(found)
        return found


def token_of(user: User) -> str:
    with unit_of_work():
        asked = people.erasure_of(user.id)
        assert asked is not None
        return people.take_back_secret(asked)


def proven(actor: Actor) -> Actor:
    return replace(actor, proof_at=runtime.current().clock.now())


def facts(kind: str) -> list[tuple[str, str]]:
    with unit_of_work():
        found = session().scalars(select(Event).where(Event.type == kind).order_by(Event.id))
        return [(event.scope, event.entity_id) for event in found]


def test_the_account_is_off_at_once(live: Runtime, letterbox: LetterBox, clock: HandClock) -> None:
    me = make_user(email="Amina@mail.example", language="de")
    _session, cookie = make_session(me)
    save(ApiToken(id=new_id(), user_id=me.id, name="Script", token_hash=digest("bearer"), scopes="read",
                  created_at=clock.now(), expires_at=None, revoked_at=None))  # fmt: skip
    asked = privacy.request_erasure(actor_of(me))
    assert asked["erases_at"] - clock.now() > timedelta(days=6, hours=23)
    with unit_of_work():
        assert people.find_session(cookie) is None and people.find_bearer("bearer") is None
        assert people.address_of(me.id) is None, "no letters of any kind but the one below"
    assert {reason for _scope, reason in facts("session.ended")}
    outbox.drain()
    (letter,) = letterbox.to("Amina@mail.example")
    assert "30. November 2026" in letter["Subject"]
    assert f"/erasure/{token_of(me)}" in letter.get_body().get_content()  # type: ignore[union-attr]
    clock.forward(days=6, hours=23)
    assert privacy.erase_due() == 0
    assert row(User, me.id).state == "erasing"
    clock.forward(hours=1)
    assert privacy.erase_due() == 1
    gone = row(User, me.id)
    assert (gone.state, gone.email, gone.address, gone.display_name, gone.folded_name) == (
        "erased", None, None, "", "",
    )  # fmt: skip
    assert privacy.erase_due() == 0
    assert make_user(email="amina@mail.example").id != me.id, "the address is free"


def test_it_takes_a_proof_and_nobody_else_may(live: Runtime, clock: HandClock) -> None:
    me, other = make_user(), make_user()
    stale = actor_of(me)
    clock.forward(minutes=61)
    for actor, refusal in ((ANONYMOUS, Unauthenticated), (stale, ProofRequired)):
        with pytest.raises(refusal):
            privacy.request_erasure(actor)
    for act in (
        lambda: privacy.erase_account(actor_of(other), me.id),
        lambda: privacy.erase_who_waits(actor_of(other), me.id),
    ):
        with pytest.raises(Forbidden):
            act()
    assert row(User, me.id).state == "active"


def test_it_is_taken_back_by_signing_in_and_saying_so(live: Runtime, clock: HandClock) -> None:
    me = make_user(password_hash=PASSWORD_HASH)
    joined = make_membership(make_network(), me)
    privacy.request_erasure(actor_of(me))
    code = derived_code("sign-in-code", make_code(me.email).id)
    told = []
    for enter in (
        lambda: people.sign_in_with_password(ANONYMOUS, me.email, PASSWORD, WAY_IN),
        lambda: people.sign_in_with_code(ANONYMOUS, me.email, code, WAY_IN),
    ):
        with pytest.raises(ErasureWaiting) as refusal:
            enter()
        told.append(refusal.value.params["take_back"])
    with pytest.raises(people.SignInRefused):
        people.sign_in_with_password(ANONYMOUS, me.email, "another one", WAY_IN)
    assert set(told) == {token_of(me)}
    with pytest.raises(NotFound):
        privacy.take_back_erasure(ANONYMOUS, "x" * 43)
    privacy.take_back_erasure(ANONYMOUS, told[0])
    with pytest.raises(NotFound):
        privacy.take_back_erasure(ANONYMOUS, told[0])
    assert people.sign_in_with_code(ANONYMOUS, me.email, code, WAY_IN).user_id == me.id, "the code is good"
    clock.forward(days=8)
    assert privacy.erase_due() == 0
    assert (row(User, me.id).state, row(Membership, joined.id).state) == ("active", "active")


def test_too_late_is_too_late(live: Runtime, clock: HandClock) -> None:
    me = make_user()
    privacy.request_erasure(actor_of(me))
    token = token_of(me)
    clock.forward(days=7)
    with pytest.raises(NotFound):
        privacy.take_back_erasure(ANONYMOUS, token)
    privacy.erase_due()
    with unit_of_work(), pytest.raises(NotFound):
        privacy.waiting_erasure(token)


def test_without_waiting(live: Runtime, letterbox: LetterBox) -> None:
    me = make_user()
    privacy.request_erasure(actor_of(me), at_once=True)
    assert row(User, me.id).state == "erased"
    with unit_of_work():
        assert session().scalars(select(Erasure)).all() == []
        acts = session().scalars(select(AuditRow.action).where(AuditRow.entity_id == me.id)).all()
        assert people.people_by_id([me.id])[me.id]["display_name"] == "Former member"
    assert acts == ["user.erasure_requested", "user.erased"]
    assert facts("account.closed") == [(f"user:{me.id}", me.id)]
    outbox.drain()
    assert letterbox.letters == []


def test_two_workers_at_the_same_moment_erase_once(live: Runtime, clock: HandClock) -> None:
    me = make_user()
    make_membership(make_network(), me)
    privacy.request_erasure(actor_of(me))
    clock.forward(days=7)
    with ThreadPoolExecutor(3) as workers:
        tries = [
            workers.submit(privacy.erase_who_waits, system_actor(f"worker {number}"), me.id)
            for number in range(3)
        ]
    assert sorted(each.result() for each in tries) == [False, False, True]
    assert len(facts("account.closed")) == 1
    lines = (live.settings.data_dir / "ledger" / "erasures.jsonl").read_bytes().splitlines()
    assert len(lines) == 1


def test_asked_for_twice_at_the_same_moment_is_asked_for_once(live: Runtime) -> None:
    me = make_user()
    actor = actor_of(me)

    def ask(_number: int) -> str:
        try:
            privacy.request_erasure(actor)
        except Unauthenticated:
            return "off already"
        return "asked"

    with ThreadPoolExecutor(4) as workers:
        told = sorted(workers.map(ask, range(4)))
    assert told == ["asked", "off already", "off already", "off already"]
    assert len(facts("account.closed")) == 0 and row(User, me.id).state == "erasing"


def test_who_alone_leads_or_acts_hands_over_first(live: Runtime) -> None:
    lead, second, steward = make_user(), make_user(), make_user()
    office = make_organisation(steward, name="Brückenhaus")
    circle = make_network(office, name="Lindenstadt")
    make_appointment(make_membership(circle, lead))
    with pytest.raises(membership.LastMetaMentor) as refusal:
        privacy.request_erasure(actor_of(lead))
    assert (refusal.value.code, refusal.value.params["network"]) == ("last_meta_mentor", "Lindenstadt")
    with pytest.raises(organisations.LastSteward) as last:
        privacy.request_erasure(actor_of(steward))
    assert (last.value.code, last.value.params["organisation"]) == ("last_steward", "Brückenhaus")
    assert row(User, lead.id).state == row(User, steward.id).state == "active"
    make_appointment(make_membership(circle, second))
    privacy.request_erasure(actor_of(second))
    with pytest.raises(membership.LastMetaMentor):
        privacy.request_erasure(actor_of(lead))
    privacy.erase_account(system_actor("console"), lead.id)
    assert row(User, lead.id).state == "erased", "the operator may, for who wrote to her"


def test_who_waits_to_be_erased_does_not_stay_to_act(live: Runtime) -> None:
    leaving, steward = make_user(), make_user()
    office = make_organisation(leaving)
    save(Steward(id=new_id(), organisation_id=office.id, user_id=steward.id, ended_at=None,
                 since=runtime.current().clock.now()))  # fmt: skip
    privacy.request_erasure(actor_of(leaving))
    other = standing_actor(steward)
    with pytest.raises(organisations.LastSteward):
        organisations.remove_steward(other, office.id, steward.id)
    organisations.remove_steward(other, office.id, leaving.id)


def test_nothing_is_handed_over_to_who_waits_to_be_erased(live: Runtime) -> None:
    lead, leaving, circle = make_user(), make_user(), make_network()
    held = make_appointment(make_membership(circle, lead))
    hers = make_membership(circle, leaving)
    privacy.request_erasure(actor_of(leaving))
    with pytest.raises(membership.NotAnActiveMember):
        membership.hand_over(standing_actor(lead), held.id, hers.id, held.version)


def test_words_go_from_private_rooms_and_stay_without_a_name_in_the_others(live: Runtime) -> None:
    circle = make_community()
    me, other = circle.member(), circle.member()
    said = {}
    for kind in ("open", "private", "direct"):
        topic = make_topic(make_room(circle.network, [me, other], kind=kind), me, title=f"About {kind}")
        make_messages(topic, me, 1)
        make_messages(topic, other, 1)
        said[kind] = topic.id
    edited = _message(said["open"], me)
    discussions.edit_message(me, edited.id, "Other words", expected_version=1)
    taken_back = discussions.post_message(me, said["open"], "Forget this", "m-9").message
    discussions.delete_message(me, taken_back["id"])
    privacy.request_erasure(proven(me), at_once=True)
    with unit_of_work():
        texts = dict(session().execute(select(Message.id, Message.body)).all())
        titles = dict(session().execute(select(Topic.id, Topic.title)).all())
        earlier = session().scalars(select(MessageRevision.message_id)).all()
        shown = discussions.messages_by_id(texts)
    assert (texts[edited.id], earlier, texts[taken_back["id"]]) == ("Other words", [edited.id], "")
    assert shown[edited.id]["author"]["display_name"] == "Former member"
    for kind in ("private", "direct"):
        mine, theirs = _message(said[kind], me), _message(said[kind], other)
        assert (mine.body, mine.html, shown[mine.id]["body"]) == ("", "", None)
        assert mine.deleted_at is not None and theirs.body and titles[said[kind]] == "…"
        assert row(Topic, said[kind]).message_count == 1
    assert titles[said["open"]] == "About open"
    rooms = {scope for scope, _id in facts("user.erased")}
    assert len(rooms) == 4 and f"network:{circle.network.id}" in rooms
    assert len(facts("message.deleted")) == 3


def test_words_go_everywhere_when_she_wants_that(live: Runtime) -> None:
    circle = make_community()
    me, other = circle.member(), circle.member()
    topic = make_topic(make_room(circle.network), me)
    make_messages(topic, me, 2)
    make_messages(topic, other, 1)
    mine = _message(topic.id, me)
    discussions.edit_message(me, mine.id, "Other words", expected_version=1)
    privacy.request_erasure(proven(me), remove_texts=True, at_once=True)
    with unit_of_work():
        left = session().scalars(select(Message.body).where(Message.author_id == me.user_id)).all()
        assert set(left) == {""}
        assert session().scalars(select(MessageRevision)).all() == []
    assert row(Topic, topic.id).message_count == 1


def _message(topic_id: str, author: Actor) -> Message:
    with unit_of_work():
        wanted = select(Message).where(Message.topic_id == topic_id, Message.author_id == author.user_id)
        found = session().scalars(wanted.order_by(Message.seq).limit(1)).one()
        session().expunge(found)
        return found


def test_who_was_on_a_list_is_invited_no_more(live: Runtime, clock: HandClock) -> None:
    me = make_user(email="amina@mail.example")
    course = make_course_session()
    ready = make_completion(course, email="Amina@mail.example")
    open_one, _secret = make_invitation(make_network(), "AMINA@mail.example")
    save(OutboxMail(id=new_id(), kind="invitation", address="AMINA@mail.example", language="en",
                    params={"invitation_id": open_one.id}, state="waiting", attempts=0,
                    next_attempt_at=clock.now(), created_at=clock.now()))  # fmt: skip
    privacy.request_erasure(actor_of(me), at_once=True)
    left, asked = row(Completion, ready.id), row(Invitation, open_one.id)
    assert (left.name, left.email, left.address, left.state) == ("", "", ready.id, "invited")
    assert (asked.email, asked.address, asked.state) == (None, open_one.id, "revoked")
    with unit_of_work():
        assert session().scalars(select(OutboxMail)).all() == []


def test_her_words_in_invitations_of_others_go_and_theirs_stay(live: Runtime) -> None:
    me, other, circle = make_user(), make_user(), make_network()
    asked = {
        user.id: make_invitation(
            circle,
            f"{user.id}@mail.example",
            name="Nora",
            invited_by=user.id,
            message=f"0q words of {user.id}",
        )[0]
        for user in (me, other)
    }
    privacy.request_erasure(actor_of(me), at_once=True)
    hers, theirs = (row(Invitation, one.id) for one in asked.values())
    assert (hers.message, hers.name, hers.state, theirs.message) == (
        None, "Nora", "open", f"0q words of {other.id}",
    )  # fmt: skip


def test_answers_kept_for_others_name_her_no_more(live: Runtime, clock: HandClock) -> None:
    me, other = make_user(), make_user()
    for user, body in ((me, b"mine"), (other, b'{"id": "%s", "display_name": "Amina"}' % me.id.encode())):
        save(IdempotencyKey(user_id=user.id, key="k", request_digest="", status=201, body=body, rights="",
                            created_at=clock.now()))  # fmt: skip
    privacy.request_erasure(actor_of(me), at_once=True)
    with unit_of_work():
        left = session().execute(select(IdempotencyKey.user_id, IdempotencyKey.body)).all()
    assert [tuple(answer) for answer in left] == [(other.id, b"{}")]


def everything(live: Runtime, data_dir: Path) -> bytes:
    """Whatever is stored: the bytes of every file, and every row where the database is a server's."""
    found = [path.read_bytes() for path in data_dir.rglob("*") if path.is_file()]
    with live.database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            found += [repr(tuple(each)).encode() for each in connection.execute(select(table))]
    return b"\n".join(found)


def test_a_canary_in_every_table_is_nowhere_afterwards(live: Runtime, tmp_path: Path) -> None:
    """Planted in every column that is hers, by the tables themselves: a new one is included by itself."""
    with live.database.engine.begin() as connection:
        everybody, _own, _secrets = planted(connection)
        connection.execute(update(AuditHead).where(AuditHead.id == 1).values(seq=3))
        for numbered in (Event.__table__, Consequence.__table__):  # out of the way of what is counted on
            connection.execute(update(numbered).values(id=numbered.c.id - 1000))
        users = Base.metadata.tables["users"]
        connection.execute(update(users).values(state="active", photo=None))
        hers: dict[bytes, str] = {}
        for table in Base.metadata.sorted_tables:
            rows = repr(connection.execute(select(table)).all()).encode()
            hers |= {sign: table.name for sign in signs(rows) if sign.startswith(b"0q")}
    assert len(hers) > 60 and len(set(hers.values())) > 30
    with unit_of_work():
        lists = Base.metadata.tables["uploaded_lists"]
        mine = session().scalars(select(lists.c.id).where(lists.c.user_id == everybody[0])).all()
    for list_id in mine:
        uploads_folder().mkdir(parents=True, exist_ok=True)
        (uploads_folder() / list_id).write_bytes(b"0q9999q,0@mail.example")
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "1.eml").write_bytes(b"To: 0@mail.example\n\n0q9998q")
    (tmp_path / "outbox" / "2.eml").write_bytes(b"To: 1@mail.example\n\n1q9998q")
    with live.database.engine.begin() as connection:
        asked = Base.metadata.tables["erasures"]
        connection.execute(update(asked).where(asked.c.user_id == everybody[0]).values(remove_texts=True))
    before = everything(live, tmp_path)
    assert privacy.erase_who_waits(system_actor("test"), everybody[0])
    live.database.empty_journal()
    after = everything(live, tmp_path)
    sealed = {name for name, entry in register().items() if entry.erase == "keep"}
    left = {name for sign, name in hers.items() if sign in after}
    assert left <= sealed, left - sealed
    assert b"0@mail.example" not in after and b"0q999" not in after
    others = {sign for sign in signs(before) if not sign.startswith(b"0q")}
    assert len(others) > 120 and others <= signs(after), "nobody else lost anything"
    assert (tmp_path / "ledger" / "erasures.jsonl").stat().st_mode & 0o077 == 0


def signs(stored: bytes) -> set[bytes]:
    """The canaries in it."""
    return set(re.findall(rb"\dq\d{4}q", stored))


def test_the_address_of_before_goes_from_the_list_as_well(live: Runtime) -> None:
    """Who joined at another address than the one that the course had leaves nothing behind at that one."""
    me = make_user(email="home@mail.example")
    circle = make_network()
    listed = make_completion(make_course_session(), email="Work@mail.example", name="Amina", state="member")
    joined = make_membership(circle, me)
    make_invitation(circle, "home@mail.example", completion_id=listed.id, state="accepted",
                    membership_id=joined.id)  # fmt: skip
    # She took another address so long ago that nobody remembers the change.
    first, _secret = make_invitation(make_network(), "old@mail.example", state="accepted",
                                     membership_id=make_membership(make_network(), me).id)  # fmt: skip
    privacy.request_erasure(actor_of(me), at_once=True)
    left, used = row(Completion, listed.id), row(Invitation, first.id)
    assert (left.name, left.email, left.address) == ("", "", listed.id)
    assert (used.name, used.email, used.address) == (None, None, first.id)


def test_an_address_that_she_only_wanted_is_nowhere_but_where_it_is_anothers(
    live: Runtime, clock: HandClock, tmp_path: Path
) -> None:
    me = make_user(email="amina@mail.example")
    make_invitation(make_network(), "invited@mail.example")
    for wanted in ("Mine@mail.example", "invited@mail.example"):
        people.request_address_change(actor_of(me), wanted)
    outbox.drain()
    (tmp_path / "outbox").mkdir(exist_ok=True)
    for number, address in enumerate(("Mine@mail.example", "invited@mail.example")):
        (tmp_path / "outbox" / f"{number}.eml").write_bytes(f"To: {address}\n\nHello".encode())
    privacy.request_erasure(actor_of(me), at_once=True)
    live.database.empty_journal()
    left = everything(live, tmp_path).lower()
    assert (b"mine@mail.example" in left, b"invited@mail.example" in left) == (False, True)


def test_answers_kept_for_others_hold_no_address_of_hers(live: Runtime, clock: HandClock) -> None:
    """An invitation names nobody by an id."""
    me, other = make_user(email="amina@mail.example"), make_user()
    for number, address in enumerate((b"Amina@mail.example", b"nobody@mail.example")):
        save(IdempotencyKey(user_id=other.id, key=f"k{number}", request_digest="", status=201, rights="",
                            body=b'{"email": "%s"}' % address, created_at=clock.now()))  # fmt: skip
    privacy.request_erasure(actor_of(me), at_once=True)
    with unit_of_work():
        left = session().scalars(select(IdempotencyKey.body).order_by(IdempotencyKey.key))
        assert list(left) == [b"{}", b'{"email": "nobody@mail.example"}']


def test_who_is_invited_again_stays_so_when_a_backup_comes_back(live: Runtime, clock: HandClock) -> None:
    me = make_user(email="amina@mail.example")
    before, _secret = make_invitation(make_network(), "amina@mail.example")
    privacy.request_erasure(actor_of(me), at_once=True)
    clock.forward(days=1)
    again, _secret = make_invitation(make_network(), "amina@mail.example")
    ready = make_completion(make_course_session(), email="amina@mail.example")
    privacy.erase_again()
    assert (row(Invitation, again.id).state, row(Completion, ready.id).state) == ("open", "ready")
    assert row(Invitation, before.id).state == "revoked"


def test_nobody_is_erased_whose_entry_does_not_fit_on_the_disk(live: Runtime) -> None:
    me = make_user()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    entry = LedgerEntry(me.id, live.clock.now(), False, ())
    write_down(entry)
    size = (live.settings.data_dir / "ledger" / "erasures.jsonl").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, limits[1]))
    try:
        with pytest.raises(OSError, match="space"):
            write_down(entry)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    write_down(replace(entry, remove_texts=True))
    assert [each.remove_texts for each in written_down()] == [True]


def test_a_network_that_she_only_applied_to_is_told_nothing(live: Runtime) -> None:
    me, theirs = make_user(), make_network()
    for state in ("applied", "declined"):
        make_membership(make_network(), me, state=state)
    make_membership(theirs, me, state="left")
    privacy.request_erasure(actor_of(me), at_once=True)
    assert facts("user.erased") == [(f"network:{theirs.id}", me.id)]
