"""Who keeps blocks, and what a block keeps from whom, as SQL.

Nobody is ever told that she is blocked: it looks like somebody who takes no direct messages and shows
nothing. What stewards and meta-mentors decide as such is not touched by it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, or_, select

from models.blocks import Block, ContactChoice
from network.kernel.actor import Actor
from network.kernel.policy import Verdict, is_signed_in


def may_keep_blocks(actor: Actor) -> Verdict:
    """Everybody signed in, her own."""
    return is_signed_in(actor, None)


def hides_from(owner: Any, viewer: Any) -> ColumnElement[bool]:
    """`owner` blocked `viewer`; both are columns or ids."""
    blocks = Block.__table__.alias()
    return exists(
        select(blocks.c.user_id)
        .where(blocks.c.user_id == owner, blocks.c.blocked_id == viewer)
        .correlate_except(blocks)
    )


def hiding_from(viewer_id: str) -> Select[str]:
    """The ids of those who blocked the viewer: few, and found once for a whole question about many people."""
    return select(Block.user_id).where(Block.blocked_id == viewer_id)


def refuses(owner: Any, sender: Any) -> ColumnElement[bool]:
    """`owner` takes no direct messages from `sender`: from nobody, or not from her. What is asked does not
    say which."""
    choices = ContactChoice.__table__.alias()
    takes_none = exists(
        select(choices.c.user_id)
        .where(choices.c.user_id == owner, choices.c.direct_messages == false())
        .correlate_except(choices)
    )
    return or_(takes_none, hides_from(owner, sender))
