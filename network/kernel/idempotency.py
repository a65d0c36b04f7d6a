"""Asked twice, done once: the first answer to a key is kept in the transaction that did the work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import insert, select

from models.idempotency import IdempotencyKey
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import IdempotencyConflict
from network.kernel.transaction import command, note_checked, session

Answer = tuple[int, bytes]
MAX_KEY = 200


@command
def once(actor: Actor, key: str, request: bytes, perform: Callable[[], Answer]) -> Answer:
    """Perform within one transaction and keep the answer under the person's key; the same key and request
    again get the first answer and change nothing; another request raises IdempotencyConflict. `perform`
    asks `require` itself; when it raises, nothing is kept."""
    digest = hashlib.sha256(request).hexdigest()
    work = session()
    wanted = select(IdempotencyKey).where(IdempotencyKey.user_id == actor.id, IdempotencyKey.key == key)
    kept = work.scalars(wanted).one_or_none()
    if kept is not None:
        if kept.request_digest != digest:
            raise IdempotencyConflict()
        note_checked()  # the right was asked when the first answer was made
        return kept.status, kept.body
    status, body = perform()
    work.execute(
        insert(IdempotencyKey),
        {
            "user_id": actor.id, "key": key, "request_digest": digest, "status": status,
            "body": body, "created_at": runtime.current().clock.now(),
        },
    )  # fmt: skip
    return status, body
