"""A backup that is older than an erasure brings nobody back (B12)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from config import Settings
from models.audit import AuditRow
from models.courses import Completion
from models.discussions import Message
from models.people import User
from network import people, privacy
from network.kernel import audit, runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.courses import make_completion, make_course_session
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.factories.people import actor_of, make_user
from tests.network.privacy.test_erasure import proven
from tests.web.upkeep.test_backup import Create, Make
from web import jobs
from web.upkeep.backup import back_up
from web.upkeep.restore import Wish, restore

LEDGER = "ledger/erasures.jsonl"


def test_b12_erased_people_stay_erased(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    before = make_completion(make_course_session(), email="0q0001q@mail.example", name="0q0002q")
    oldest = back_up(place, tmp_path / "oldest.tar.gz", keys_file=tmp_path / "keys.tar.gz").path
    circle = make_community()
    me = circle.member(user=make_user(email="0q0001q@mail.example", display_name="0q0003q Amina"))
    for kind in ("open", "private"):
        make_messages(make_topic(make_room(circle.network, [me], kind=kind), me), me, 1)
    older = back_up(place, tmp_path / "older.tar.gz").path
    privacy.request_erasure(proven(me), at_once=True)
    back_again = make_user(email="0q0001q@mail.example", display_name="Somebody new")
    newer = make_completion(make_course_session(), email="0q0001q@mail.example")
    newest = back_up(place, tmp_path / "newest.tar.gz").path
    written = (place.data_dir / LEDGER).read_bytes()
    assert b"0q" not in written and b"Amina" not in written
    for name, backup in (("first-restored", oldest), ("second-restored", older), ("third", newest)):
        target = make_place(name)
        (target.data_dir / "ledger").mkdir(parents=True)
        (target.data_dir / LEDGER).write_bytes(written)
        restore(target, backup, Wish(keys_file=tmp_path / "keys.tar.gz"), create_runtime)
        assert (target.data_dir / LEDGER).read_bytes() == written
        create_runtime(target)
        with unit_of_work():
            people_there = session().scalars(select(User).where(User.id == me.user_id)).all()
            left = session().get_one(Completion, before.id)
            assert (left.name, left.email, left.address) == ("", "", before.id), name
            assert [person.state for person in people_there] == ([] if backup == oldest else ["erased"])
            if backup == older:
                texts = session().scalars(select(Message.body).where(Message.author_id == me.user_id)).all()
                assert sorted(map(bool, texts)) == [False, True]
                acts = session().scalars(select(AuditRow.actor_id).where(AuditRow.action == "user.erased"))
                assert acts.all() == ["restore"]
            if backup == newest:
                again = people.user_by_address("0q0001q@mail.example")
                assert again is not None and again.id == back_again.id, "who came back is somebody else"
                assert session().get_one(Completion, newer.id).email
            assert audit.verify(jobs.published_head(target.data_dir)) is None
        if place.database_url.startswith("sqlite") and backup != newest:
            stored = [path.read_bytes() for path in target.data_dir.rglob("*") if path.is_file()]
            assert not [content for content in stored if b"0q000" in content], name
    assert runtime.current().settings.data_dir != place.data_dir


def test_a_ledger_that_a_power_cut_tore_is_read(place: Settings, create_runtime: Create) -> None:
    me, other = make_user(), make_user()
    privacy.request_erasure(actor_of(me), at_once=True)
    file = place.data_dir / LEDGER
    whole = file.read_bytes()
    file.write_bytes(whole + whole[: len(whole) // 2])
    privacy.request_erasure(actor_of(other), at_once=True)
    privacy.erase_again()
    assert file.read_bytes().count(b"}\n") == 2
    assert [person for person in (me.id, other.id) if person.encode() not in file.read_bytes()] == []
