"""Who signed, by the name as at signing; of who was erased only that she is a former member."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.agreements import Signature, SignatureKey
from models.people import User
from network.kernel.sealing import unseal
from network.kernel.transaction import session
from network.people import ERASED, shown_name


def read_name(user_id: str, sealed: bytes) -> str | None:
    """A name as at signing; None where the person's key was destroyed, or the server's key was lost. For
    whoever asked who may read it: not for pages, which ask `names_as_signed`."""
    kept = session().get(SignatureKey, user_id)
    return None if kept is None else _opened(kept.key, user_id, sealed)


def names_as_signed(rows: Sequence[Signature], language: str | None = None) -> dict[str, str]:
    """The names by the signatures' ids, for pages and lists, in one statement: as at signing while the person
    has her account, "Former member" after that, in `language` or in that of whoever reads. Where the name
    can be read no more and the account is there, the name of today."""
    wanted = (
        select(User.id, User.state, User.display_name, SignatureKey.key)
        .outerjoin(SignatureKey, SignatureKey.user_id == User.id)
        .where(User.id.in_({row.user_id for row in rows}))
    )
    known = {row.id: row for row in session().execute(wanted)}
    former = shown_name("", language)
    found: dict[str, str] = {}
    for row in rows:
        person = known.get(row.user_id)
        if person is None or person.state == ERASED:
            found[row.id] = former
        else:
            name = None if person.key is None else _opened(person.key, row.user_id, row.sealed_name)
            found[row.id] = name or person.display_name
    return found


def _opened(key: bytes, user_id: str, sealed: bytes) -> str | None:
    try:
        return unseal(key, user_id, sealed)
    except ValueError:
        return None
