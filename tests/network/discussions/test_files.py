"""Files in messages: sent once, carried once, seen by who may read the message and by nobody else, gone in
time."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError

from models.discussions import Message, Room, RoomMember
from models.files import File
from network import discussions, files, privacy
from network.discussions import ClientMsgIdConflict
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import Forbidden, IdempotencyConflict, Invalid, NotFound, StorageFull, TooMany
from network.kernel.events import entries_after, rendered
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from network.membership import RulesNotAccepted
from tests.factories import files as made
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.network.discussions.test_races import at_once
from tests.running import HandClock


@pytest.fixture(autouse=True)
def _without_limits(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")


def send(actor: Actor, cafe: Cafe, kind: str = "png", **more: Any) -> str:
    return files.upload_file(actor, cafe.community.network.id, made.GOOD[kind][0], "a.bin", **more)["id"]


def say(actor: Actor, cafe: Cafe, *file_ids: str, body: str = "", key: str = "1") -> dict[str, Any]:
    return dict(discussions.post_message(actor, cafe.topic.id, body, key, file_ids=file_ids).message)


def on_disk(live: Runtime) -> int:
    folder = live.settings.data_dir / "uploads" / "files"
    return len(list(folder.iterdir())) if folder.exists() else 0


def rows() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(File)) or 0


def finds(actor: Actor, file_id: str) -> bool:
    with unit_of_work():
        try:
            return bool(discussions.open_file(actor, file_id).content)
        except NotFound:
            return False


def test_a_message_carries_files_in_their_order_and_tells_everybody(cafe: Cafe, live: Runtime) -> None:
    picture = send(cafe.ann, cafe, alt="Our table")
    note = send(cafe.ann, cafe, "opus in webm")
    said = say(cafe.ann, cafe, note, picture)
    assert [one["id"] for one in said["files"]] == [note, picture]
    assert said["files"][0]["seconds"] == 2 and said["files"][0]["preview_url"] is None
    assert said["files"][1] == {
        "id": picture, "name": "a.png", "media_type": "image/png", "bytes": said["files"][1]["bytes"],
        "url": f"/api/v1/files/{picture}", "width": 60, "height": 40, "seconds": None, "alt": "Our table",
        "preview_url": f"/files/{picture}/preview",
    }  # fmt: skip
    with unit_of_work():
        (fact,) = rendered(entries_after(f"room:{cafe.room.id}", 0, 100))
        listed = discussions.list_messages(cafe.bob, cafe.topic.id)["items"]
    assert (fact["type"], fact["data"]["files"]) == ("message.posted", said["files"])
    assert listed[0]["files"] == said["files"]
    assert on_disk(live) == 3 and finds(cafe.bob, picture) and finds(cafe.bob, note)


def test_where_there_are_no_files_nobody_looks_for_them(cafe: Cafe, live: Runtime) -> None:
    asked: list[str] = []
    watch = _watching(live, asked)
    say(cafe.ann, cafe, body="Hello")
    with unit_of_work():
        discussions.list_messages(cafe.bob, cafe.topic.id)
    assert not [one for one in asked if "FROM files" in one or "UPDATE files" in one]
    for key in ("2", "3"):
        say(cafe.ann, cafe, send(cafe.ann, cafe), key=key)
    asked.clear()
    with unit_of_work():
        discussions.list_messages(cafe.bob, cafe.topic.id)
    assert len([one for one in asked if "FROM files" in one]) == 1
    watch()


def _watching(live: Runtime, asked: list[str]) -> Callable[[], None]:
    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(live.database.engine, "before_cursor_execute", note)
    return lambda: event.remove(live.database.engine, "before_cursor_execute", note)


def test_the_same_sending_is_the_same_message_and_other_files_are_another(cafe: Cafe) -> None:
    first, second = send(cafe.ann, cafe), send(cafe.ann, cafe)
    said = say(cafe.ann, cafe, first, body="Look")
    assert say(cafe.ann, cafe, first, body="Look") == said
    for other in ((second,), (first, second), ()):
        with pytest.raises(ClientMsgIdConflict):
            say(cafe.ann, cafe, *other, body="Look")


def test_a_file_is_in_one_message_also_when_two_want_it_at_once(cafe: Cafe) -> None:
    file_id = send(cafe.ann, cafe)
    outcomes = at_once([partial(say, cafe.ann, cafe, file_id, key=key) for key in "abcd"])
    assert sorted(type(one).__name__ for one in outcomes) == ["FileInUse"] * 3 + ["dict"]
    with pytest.raises(files.FileInUse):
        say(cafe.ann, cafe, file_id, key="again")
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Message)) == 1


def test_the_same_upload_twice_at_once_is_one_file(cafe: Cafe, live: Runtime) -> None:
    outcomes = at_once([lambda: send(cafe.ann, cafe, upload_key="k")] * 4)
    assert len(set(outcomes)) == 1 and rows() == 1 and on_disk(live) == 2
    with pytest.raises(IdempotencyConflict):
        send(cafe.ann, cafe, "pdf", upload_key="k")
    assert send(cafe.bob, cafe, upload_key="k") not in outcomes


def test_only_ones_own_files_for_this_network_can_be_sent(cafe: Cafe) -> None:
    foreign = files.upload_file(
        cafe.outsider, next(iter(cafe.outsider.standings)), made.pdf(), "a.pdf"
    )["id"]  # fmt: skip
    bobs, mine = send(cafe.bob, cafe), send(cafe.ann, cafe)
    for wrong in ([bobs], [mine, bobs], [foreign], [cafe.topic.id], [mine, mine], [mine] * 11, ["x"]):
        with pytest.raises(Invalid) as refusal:
            say(cafe.ann, cafe, *wrong)
        assert list(refusal.value.faults) == ["file_ids"]
    with pytest.raises(Invalid):
        say(cafe.ann, cafe)  # nothing at all
    assert say(cafe.ann, cafe, mine)["files"][0]["id"] == mine


def test_before_it_is_posted_only_who_sent_it_finds_it(cafe: Cafe, live: Runtime) -> None:
    file_id = send(cafe.ann, cafe)
    assert finds(cafe.ann, file_id)
    for other in (cafe.bob, cafe.meta, cafe.outsider):
        assert not finds(other, file_id)
        with pytest.raises(NotFound):
            files.discard_file(other, file_id)
        with pytest.raises(NotFound):
            files.describe_file(other, file_id, "x")
    assert files.describe_file(cafe.ann, file_id, " Our \n table ")["alt"] == "Our table"
    files.discard_file(cafe.ann, file_id)
    assert not finds(cafe.ann, file_id) and on_disk(live) == rows() == 0
    kept = send(cafe.ann, cafe)
    say(cafe.ann, cafe, kept)
    for change in (files.discard_file, lambda actor, id_: files.describe_file(actor, id_, "x")):
        with pytest.raises(NotFound):
            change(cafe.ann, kept)


def test_a16_whoever_may_not_read_the_message_now_does_not_find_its_files(cafe: Cafe) -> None:
    private = make_room(cafe.community.network, [cafe.ann, cafe.bob])
    topic = make_topic(private, cafe.ann)
    file_id = send(cafe.ann, cafe)
    message = discussions.post_message(cafe.ann, topic.id, "", "1", file_ids=[file_id]).message
    assert finds(cafe.bob, file_id) and finds(cafe.ann, file_id)
    steward = cafe.community.steward()
    for other in (cafe.meta, cafe.outsider, steward):
        assert not finds(other, file_id)
    _take_out(cafe.bob, private.id)
    assert not finds(cafe.bob, file_id)
    _change(cafe.ann, Message, message["id"], veiled=True)
    assert not finds(cafe.ann, file_id)
    _change(cafe.ann, Message, message["id"], veiled=False)
    assert finds(cafe.ann, file_id)
    discussions.delete_message(cafe.ann, message["id"])
    assert not finds(cafe.ann, file_id)


def test_a16_who_left_the_network_finds_none_of_its_files(cafe: Cafe) -> None:
    posted, waiting = send(cafe.bob, cafe), send(cafe.bob, cafe)
    say(cafe.bob, cafe, posted)
    gone = replace(cafe.bob, standings={})
    assert not finds(gone, posted) and not finds(gone, waiting)


@command
def _take_out(actor: Actor, room_id: str) -> None:
    require(anyone(actor, None))
    session().delete(session().get_one(RoomMember, (room_id, actor.user_id)))


@command
def _change(actor: Actor, table: Any, key: str, **values: Any) -> None:
    require(anyone(actor, None))
    row = session().get_one(table, key)
    for name, value in values.items():
        setattr(row, name, value)


def test_who_may_send_files(cafe: Cafe, live: Runtime) -> None:
    network = cafe.community
    cases: list[tuple[Actor, type[Exception]]] = [
        (network.member(state="paused"), Forbidden),
        (network.member(rules_accepted=False), RulesNotAccepted),
        (network.steward(), Forbidden),
        (network.member(suspended_until=live.clock.now() + timedelta(days=1)), NotFound),
        (cafe.outsider, NotFound),
    ]
    for actor, refusal in cases[:3] + cases[4:]:
        with pytest.raises(refusal):
            send(actor, cafe)
    with pytest.raises((Forbidden, NotFound)):
        send(cases[3][0], cafe)
    assert rows() == on_disk(live) == 0


def test_how_much_one_person_and_one_network_may_fill(cafe: Cafe, live: Runtime) -> None:
    set_to(live, person_files_max_megabytes=2, network_files_max_megabytes=3)
    large = made.pdf(b"%" + bytes(1_500_000))
    network = cafe.community.network.id
    files.upload_file(cafe.ann, network, large, "a.pdf")
    with pytest.raises(files.OwnStorageFull) as refusal:
        files.upload_file(cafe.ann, network, large, "a.pdf")
    # What is deleted is kept for a while, and counts so long: that is said.
    assert refusal.value.params == {"days": live.settings.deleted_items_kept_days}
    assert "%(days)s days" in refusal.value.message
    files.upload_file(cafe.bob, network, large, "a.pdf")
    with pytest.raises(files.NetworkStorageFull):
        files.upload_file(cafe.meta, network, large, "a.pdf")
    assert rows() == on_disk(live) == 2


def test_who_sends_too_often_waits(cafe: Cafe, live: Runtime) -> None:
    set_to(live, rate_limits="on", sends_burst=2)
    send(cafe.ann, cafe)
    send(cafe.ann, cafe)
    with pytest.raises(TooMany):
        send(cafe.ann, cafe)


def set_to(live: Runtime, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(live.settings, name, value)


def test_b6_where_the_disk_is_full_nothing_of_it_stays(
    cafe: Cafe, live: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, real = [], os.fsync

    def full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) == 3:  # the preview, after the file and its folder
            raise OSError(errno.ENOSPC, "full")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        send(cafe.ann, cafe)
    assert rows() == on_disk(live) == 0


def test_a_line_that_breaks_in_the_commit_leaves_no_row_without_its_file(cafe: Cafe, live: Runtime) -> None:
    engine, sent = live.database.engine, []

    def note(_connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append("INSERT INTO files" in statement)

    def breaks(connection: Connection) -> None:
        if any(sent):
            connection.connection.dbapi_connection.commit()  # type: ignore[union-attr]
            raise OperationalError("COMMIT", {}, Exception("the line broke"))

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", breaks)
    with pytest.raises(OperationalError):
        send(cafe.ann, cafe)
    event.remove(engine, "commit", breaks)
    event.remove(engine, "before_cursor_execute", note)
    assert rows() == 1 and on_disk(live) == 2
    with unit_of_work():
        kept = session().scalars(select(File.id)).one()
    say(cafe.ann, cafe, kept)
    assert finds(cafe.bob, kept)


def test_what_no_message_took_is_gone_after_a_day(cafe: Cafe, live: Runtime, clock: HandClock) -> None:
    kept, lost = send(cafe.ann, cafe), send(cafe.ann, cafe)
    say(cafe.ann, cafe, kept)
    (live.settings.data_dir / "uploads" / "files" / ("0" * 32)).write_bytes(b"of a server that stopped")
    clock.forward(hours=23)
    assert files.tidy() == 0
    clock.forward(hours=2)
    assert files.tidy() >= 1
    assert finds(cafe.bob, kept) and not finds(cafe.ann, lost)
    assert rows() == 1


def test_with_deleted_words_their_files_go_after_a_month(cafe: Cafe, live: Runtime, clock: HandClock) -> None:
    message = say(cafe.ann, cafe, send(cafe.ann, cafe))
    discussions.delete_message(cafe.ann, message["id"])
    clock.forward(days=29)
    assert discussions.forget_deleted(system_actor("test")) == 0
    assert rows() == 1
    clock.forward(days=2)
    assert discussions.forget_deleted(system_actor("test")) == 1
    assert rows() == on_disk(live) == 0
    assert discussions.forget_deleted(system_actor("test")) == 0


def test_with_a_silent_private_room_its_files_go(cafe: Cafe, live: Runtime, clock: HandClock) -> None:
    private = make_room(cafe.community.network, [cafe.ann, cafe.bob])
    topic = make_topic(private, cafe.ann)
    discussions.post_message(cafe.ann, topic.id, "", "1", file_ids=[send(cafe.ann, cafe)])
    clock.forward(days=731)
    _change(cafe.ann, Room, private.id, forgets_at=live.clock.now())
    assert discussions.empty_silent_rooms(system_actor("test")) == 1
    assert rows() == on_disk(live) == 0


def test_an_erased_persons_files_go_everywhere_and_what_was_only_a_file_is_deleted(
    cafe: Cafe, live: Runtime
) -> None:
    only = say(cafe.ann, cafe, send(cafe.ann, cafe, "opus in ogg"), key="1")
    with_words = say(cafe.ann, cafe, send(cafe.ann, cafe), body="Our table", key="2")
    send(cafe.ann, cafe)
    bobs = send(cafe.bob, cafe)
    privacy.erase_account(system_actor("test"), cafe.ann.user_id or "")
    with unit_of_work():
        shown = discussions.messages_by_id([only["id"], with_words["id"]])
        told = entries_after(f"room:{cafe.room.id}", 2, 100)
    assert [(one.type, one.entity_id) for one in told][:2] == [
        ("message.deleted", only["id"]), ("message.edited", with_words["id"]),
    ]  # fmt: skip
    assert shown[only["id"]]["deleted_at"] is not None
    assert (shown[with_words["id"]]["body"], shown[with_words["id"]]["files"]) == ("Our table", [])
    assert rows() == 1 and on_disk(live) == 2 and finds(cafe.bob, bobs)
