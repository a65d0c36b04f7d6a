"""Names as at signing: sealed under a key of the person's own, which is destroyed when their time is over."""

from __future__ import annotations

from models.agreements import SignatureKey
from network.kernel.sealing import new_key, seal
from network.kernel.transaction import add_once, session


def seal_name(user_id: str, name: str) -> bytes:
    """The name of somebody who signs, as it is stored (state-machines, B4), within the running command. Her
    key is made with her first signature; of two that are given at once one makes it."""
    return seal(_key_of(user_id), user_id, name)


def _key_of(user_id: str) -> bytes:
    kept = session().get(SignatureKey, user_id)
    if kept is not None:
        return kept.key
    made = SignatureKey(user_id=user_id, key=new_key(user_id))
    if not add_once(made):
        return session().get_one(SignatureKey, user_id).key
    return made.key
