"""What can be done: block somebody, take it back, take direct messages or none. Nothing of it is recorded as
a fact: it is nobody's business but one's own."""

from __future__ import annotations

from sqlalchemy import delete

from models.blocks import Block, ContactChoice
from network import membership, people
from network.blocks.policy import may_keep_blocks
from network.blocks.queries import BlockView, ContactSettingsView, show_contact_settings
from network.blocks.rules import check_other
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ledger import Decision, done_again, note_decision
from network.kernel.policy import require
from network.kernel.transaction import add_once, command, session


@command
def block(actor: Actor, user_id: str) -> BlockView:
    """Block a person with whom one shares a network: she cannot write to one directly, is not matched with
    one, does not see what one shows to others, and what she writes is folded for one. She is not told.
    Blocked twice is blocked. Raises Unauthenticated, NotFound, SelfBlocked."""
    require(may_keep_blocks(actor))
    check_other(actor.user_id or "", user_id)
    key = (actor.user_id or "", user_id)
    found = session().get(Block, key)
    if found is None:
        membership.get_person(actor, user_id)
        add_once(Block(user_id=key[0], blocked_id=key[1], created_at=runtime.current().clock.now()))
        found = session().get_one(Block, key)
        note_decision("block", key[0], user_id, "yes")
    return BlockView(user=people.people_by_id([user_id])[user_id], since=found.created_at)


@command
def unblock(actor: Actor, user_id: str) -> None:
    """Take a block back; where there is none nothing happens. Raises Unauthenticated."""
    require(may_keep_blocks(actor))
    session().execute(delete(Block).where(Block.user_id == actor.user_id, Block.blocked_id == user_id))
    note_decision("block", actor.user_id or "", user_id, "no")


@command
def choose_contact(
    actor: Actor,
    direct_messages: bool | None = None,
    tells_typing: bool | None = None,
    tells_presence: bool | None = None,
) -> ContactSettingsView:
    """Say whether others may write to one directly, see that one is writing, and that one is there; None
    leaves it as it is. Who takes no direct messages writes none either. Raises Unauthenticated."""
    require(may_keep_blocks(actor))
    row = session().get(ContactChoice, actor.user_id or "")
    if row is None:
        add_once(ContactChoice(user_id=actor.user_id or "", direct_messages=True))
        row = session().get_one(ContactChoice, actor.user_id or "")
    for name, wanted in (
        ("direct_messages", direct_messages), ("tells_typing", tells_typing),
        ("tells_presence", tells_presence),
    ):  # fmt: skip
        if wanted is not None:
            setattr(row, name, wanted)
    session().flush()
    note_decision("contact", actor.user_id or "", chosen="yes" if direct_messages else "no")
    return show_contact_settings(actor)


@done_again("block")
def _blocked(decided: Decision) -> None:
    key = (decided.user_id, decided.about)
    both_there = len(people.people_by_id(key)) == len(key)
    if decided.chosen == "yes" and both_there and session().get(Block, key) is None:
        session().add(Block(user_id=key[0], blocked_id=key[1], created_at=decided.at))


@done_again("contact")
def _contact_chosen(decided: Decision) -> None:
    taken, row = decided.chosen == "yes", session().get(ContactChoice, decided.user_id)
    if row is not None:
        row.direct_messages = taken
    else:
        session().add(ContactChoice(user_id=decided.user_id, direct_messages=taken))
