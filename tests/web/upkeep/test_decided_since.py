"""What people decided about themselves since a backup was made holds when it comes back (decision 0010)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config import Settings
from models.blocks import Block, ContactChoice
from models.files import File
from models.meetings import CalendarFeed
from models.membership import Invitation
from models.people import MailChoice, Passkey, RecoveryCode, SecondFactor, User
from models.privacy import Erasure, Objection
from network import blocks, discussions, files, meetings, membership, people, privacy
from network.kernel import audit, runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.consents import has_consented
from network.kernel.transaction import session, unit_of_work
from network.privacy.commands.ledger import written_down
from tests.factories import pictures
from tests.factories.discussions import make_community, make_room, make_topic
from tests.factories.membership import make_invitation, make_membership
from tests.factories.networks import make_network
from tests.factories.people import PASSWORD_HASH, actor_of, make_user, save
from tests.network.privacy.test_erasure import proven
from tests.web.upkeep.test_backup import Create, Make
from web import jobs
from web.upkeep.backup import back_up
from web.upkeep.restore import Wish, restore

LEDGER = "ledger/decisions.jsonl"
"""Written by `note_decision`."""


def passkey(user: User, number: str) -> Passkey:
    made = runtime.current().clock.now()
    unique = f"{number}{user.id[1:]}"
    return save(Passkey(id=unique, user_id=user.id, name="Phone", credential_id=unique, public_key="",
                        transports="", sign_count=0, synced=False, created_at=made))  # fmt: skip


def both_factors(user: User) -> None:
    now = runtime.current().clock.now()
    save(
        SecondFactor(
            user_id=user.id, seed_id=f"s{user.id[1:]}", started_at=now, confirmed_at=now, used_steps=""
        )
    )
    for number in ("a", "b"):
        save(RecoveryCode(id=f"{number}{user.id[1:]}", user_id=user.id, code_hash=f"{number}{user.id}"))


def of(table: Any, user: User) -> list[Any]:
    return list(session().scalars(select(table).where(table.user_id == user.id)))


def test_what_was_decided_since_holds_and_what_was_taken_back_again_does_not(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    circle, keys = make_network(), tmp_path / "keys.tar.gz"
    me, other, third, closed, leaving, staying = (
        make_user(password_hash=PASSWORD_HASH, second_factor_at=runtime.current().clock.now())
        for _ in range(6)
    )
    for user in (me, other, third):
        make_membership(circle, user)
    both_factors(me)
    lost, kept = passkey(me, "x"), passkey(me, "y")
    asked, no_thanks = make_invitation(circle, "no@mail.example", name="Nora")
    actor: Actor = actor_of(me)
    people.put_photo(actor, pictures.photo())
    privacy.decide_consent(actor_of(other), "sensitive", True)
    blocks.block(actor_of(third), me.id)
    feed = meetings.make_calendar_feed(actor)
    made = back_up(place, tmp_path / "kept.tar.gz", keys_file=keys).path

    people.remove_photo(actor)
    for given in (False, True):
        privacy.decide_consent(actor_of(other), "sensitive", given)
    blocks.block(actor, other.id)
    blocks.block(actor, third.id)
    blocks.unblock(actor, third.id)
    blocks.choose_contact(actor, False)
    people.choose_mails(actor, {"reminders": "none"})
    people.freeze_me(actor, True)
    people.remove_passkey(proven(actor), lost.id)
    people.remove_second_factor(proven(actor))
    people.renew_recovery_codes(proven(actor))
    people.change_password(proven(actor), "another long word 7")
    meetings.revoke_calendar_feed(actor)
    objection = privacy.object_to(actor, "audit", "My own reason.")
    membership.decline_invitation(no_thanks)
    people.close_account(system_actor("command line"), closed.id, "asked by mail")
    privacy.request_erasure(proven(actor_of(leaving)), remove_texts=True)
    privacy.request_erasure(proven(actor_of(staying)))
    with unit_of_work():
        (waits,) = of(Erasure, staying)
        secret = people.take_back_secret(waits)
        (goes,) = of(Erasure, leaving)
        goes_at, goes_by = goes.erases_at, people.take_back_secret(goes)
    privacy.take_back_erasure(system_actor("anyone"), secret)
    newcomer = make_user()
    blocks.choose_contact(actor_of(newcomer), False)

    written = (place.data_dir / LEDGER).read_bytes()
    assert b"My own" not in written and b"mail.example" not in written and b"Nora" not in written
    target = make_place("second")
    (target.data_dir / "ledger").mkdir(parents=True)
    (target.data_dir / LEDGER).write_bytes(written)
    restore(target, made, Wish(keys_file=keys), create_runtime)
    create_runtime(target)
    with unit_of_work():
        back = session().get_one(User, me.id)
        assert (back.photo, back.password_hash, back.frozen_at is None) == (None, None, False)
        assert not has_consented(me.id, "photo") and has_consented(other.id, "sensitive")
        assert [row.blocked_id for row in of(Block, me)] == [other.id]
        assert [row.direct_messages for row in of(ContactChoice, me)] == [False]
        assert [(row.mails, row.way) for row in of(MailChoice, me)] == [("reminders", "none")]
        assert ([row.id for row in of(Passkey, me)], of(SecondFactor, me)) == ([kept.id], [])
        assert (of(RecoveryCode, me), of(CalendarFeed, me), bool(feed)) == ([], [], True)
        (lost_words,) = of(Objection, me)
        assert (lost_words.id, lost_words.outcome) == (objection["id"], None)
        assert lost_words.reason == "The words are lost: the server was brought back from an older backup."
        invitation = session().get_one(Invitation, asked.id)
        assert (invitation.state, invitation.name, invitation.email) == ("declined", None, None)
        assert session().get_one(User, closed.id).state == "closed"
        (again,) = of(Erasure, leaving)
        assert (again.erases_at, again.remove_texts) == (goes_at, True)
        assert session().get_one(User, leaving.id).state == "erasing"
        assert (session().get_one(User, staying.id).state, of(Erasure, staying)) == ("active", [])
        assert session().get(User, newcomer.id) is None
        assert audit.verify(jobs.published_head(target.data_dir)) is None
    assert not [path for path in (target.data_dir / "uploads" / "photos").iterdir() if path.is_file()]
    privacy.take_back_erasure(system_actor("anyone"), goes_by)  # the link in her letter still leads there
    with unit_of_work():
        assert session().get_one(User, leaving.id).state == "active"


def test_files_of_messages_come_back_and_those_of_who_was_erased_since_do_not(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    circle, keys = make_community(), tmp_path / "keys.tar.gz"
    gone, stays = circle.member(), circle.member()
    topic = make_topic(make_room(circle.network), stays)
    sent: dict[str, str] = {}
    for actor in (gone, stays):
        sent[actor.id] = files.upload_file(actor, circle.network.id, pictures.photo("PNG"), "a.png")["id"]
        discussions.post_message(actor, topic.id, "Look", "1", file_ids=[sent[actor.id]])
    made = back_up(place, tmp_path / "kept.tar.gz", keys_file=keys).path
    privacy.erase_account(system_actor("command line"), gone.user_id or "")
    target = make_place("second")
    shutil.copytree(place.data_dir / "ledger", target.data_dir / "ledger", dirs_exist_ok=True)
    restore(target, made, Wish(keys_file=keys), create_runtime)
    create_runtime(target)
    with unit_of_work():
        assert discussions.open_file(stays, sent[stays.id]).content.startswith(b"\x89PNG")
        assert session().get(File, sent[gone.id]) is None
    assert len(list((target.data_dir / "uploads" / "files").iterdir())) == 2  # a picture and its small one


def test_the_ledgers_of_backup_and_place_are_merged(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    """The newest line may be on either side: a machine that was lost has the one, the new one the other."""
    first, second, keys = make_user(), make_user(), tmp_path / "keys.tar.gz"
    early = (place.data_dir / "ledger", tmp_path / "early")
    privacy.request_erasure(proven(actor_of(first)), at_once=True)
    people.freeze_me(actor_of(second), True)
    early[1].mkdir()
    for file in early[0].iterdir():
        (early[1] / file.name).write_bytes(file.read_bytes() + b'{"torn')
        file.unlink()
    privacy.request_erasure(proven(actor_of(second)), at_once=True)
    made = back_up(place, tmp_path / "kept.tar.gz", keys_file=keys).path
    target = make_place("second")
    target.data_dir.mkdir()
    early[1].rename(target.data_dir / "ledger")
    restore(target, made, Wish(keys_file=keys), create_runtime)
    told = (target.data_dir / "ledger/erasures.jsonl").read_bytes()
    assert [told.count(user.id.encode()) for user in (first, second)] == [1, 1]
    assert (target.data_dir / LEDGER).read_bytes().count(b'"frozen"') == 1
    create_runtime(target)
    assert len(written_down()) == 2
