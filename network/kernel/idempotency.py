"""Asked twice, done once: the first answer to a key is kept in the transaction that did the work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from models.idempotency import IdempotencyKey
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import IdempotencyConflict
from network.kernel.transaction import command, note_checked, session

Answer = tuple[int, bytes]
MAX_KEY = 200


@command
def once(actor: Actor, key: str, request: bytes, perform: Callable[[Actor], Answer]) -> Answer:
    """Perform within one transaction and keep the answer under the person's key; the same key and request
    again get the first answer and change nothing; another request raises IdempotencyConflict. `perform`
    asks `require` itself; when it raises, nothing is kept."""
    digest = hashlib.sha256(request).hexdigest()
    work = session()
    own = (IdempotencyKey.user_id == actor.id, IdempotencyKey.key == key)
    if not _claimed(actor, key, digest):
        kept = work.scalars(select(IdempotencyKey).where(*own)).one()
        note_checked()  # the right was asked when the first answer was made
        if kept.request_digest != digest:
            raise IdempotencyConflict()
        return kept.status, kept.body
    status, body = perform(actor)
    work.execute(update(IdempotencyKey).where(*own).values(status=status, body=body))
    return status, body


def _claimed(actor: Actor, key: str, digest: str) -> bool:
    """Take the key before the work begins: on PostgreSQL a second asker waits here for the first one's
    commit, on SQLite it waited for the write lock already."""
    insert = sqlite_insert if runtime.current().database.is_sqlite else postgresql_insert
    taken = insert(IdempotencyKey).values(
        user_id=actor.id, key=key, request_digest=digest, status=0, body=b"",
        created_at=runtime.current().clock.now(),
    )  # fmt: skip
    done = session().execute(taken.on_conflict_do_nothing().returning(IdempotencyKey.key))
    return done.scalar_one_or_none() is not None
