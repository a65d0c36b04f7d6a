"""Asked twice, done once: the first answer to a key is kept in the transaction that did the work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from models.idempotency import IdempotencyKey
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, IdempotencyConflict
from network.kernel.transaction import command, note_checked, session

Answer = tuple[int, bytes]
MAX_KEY = 200
_UNKEPT = "answer is not kept"


@command
def once(actor: Actor, key: str, request: bytes, perform: Callable[[Actor], Answer]) -> Answer:
    """Perform within one transaction and keep the answer under the person's key; the same key and request
    again get the first answer and change nothing; another request raises IdempotencyConflict. `perform` gets
    the actor as she stands in this transaction and asks `require` itself; when it raises, nothing is kept.

    The first answer is given again to her who still has every right that she had when it was given: each
    belonging, role and stewardship, as they were right after the work, which may itself have given or taken
    some. To her who lost one since, by leaving, by a suspension, by the end of a role, it is Forbidden; the
    command has let nobody in whose session or account ended. That may refuse her who lost a right elsewhere:
    she looks at the thing itself, which asks for what she may see now."""
    digest = hashlib.sha256(request).hexdigest()
    work = session()
    own = (IdempotencyKey.user_id == actor.id, IdempotencyKey.key == key)
    if not _claimed(actor, key, digest):
        kept = work.scalars(select(IdempotencyKey).where(*own)).one()
        note_checked()  # the right was asked when the first answer was made; that it is still there, here
        if kept.request_digest != digest:
            raise IdempotencyConflict()
        if not set(kept.rights.splitlines()) <= _rights(actor):
            raise Forbidden()
        return kept.status, kept.body
    status, body = perform(actor)
    if work.info.pop(_UNKEPT, False):
        work.execute(delete(IdempotencyKey).where(*own))
        return status, body
    now = runtime.current().look_again(actor) if actor.is_person else actor
    values = {"status": status, "body": body, "rights": "\n".join(sorted(_rights(now)))}
    work.execute(update(IdempotencyKey).where(*own).values(**values))
    return status, body


def keep_no_answer() -> None:
    """Within a command: an answer to it under a person's key would tell what nobody may know of her, as in an
    anonymous decision. Asked again with the key, it is done again, or refused by its state."""
    session().info[_UNKEPT] = True


def _rights(actor: Actor) -> set[str]:
    """What the actor may by what she is: one word for each belonging, role and stewardship."""
    now = runtime.current().clock.now()
    rights = {f"{organisation_id} steward" for organisation_id in actor.stewardships}
    for standing in actor.standings.values():
        rights.add(standing.network_id)
        if not standing.is_suspended(now):
            rights |= {f"{standing.network_id} {role}" for role in standing.roles}
    return rights | {"operator"} if actor.is_operator else rights


def _claimed(actor: Actor, key: str, digest: str) -> bool:
    """Take the key before the work begins: on PostgreSQL a second asker waits here for the first one's
    commit, on SQLite it waited for the write lock already."""
    insert = sqlite_insert if runtime.current().database.is_sqlite else postgresql_insert
    taken = insert(IdempotencyKey).values(
        user_id=actor.id, key=key, request_digest=digest, status=0, body=b"", rights="",
        created_at=runtime.current().clock.now(),
    )  # fmt: skip
    done = session().execute(taken.on_conflict_do_nothing().returning(IdempotencyKey.key))
    return done.scalar_one_or_none() is not None
