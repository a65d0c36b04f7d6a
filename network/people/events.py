"""Which facts about accounts and their sessions can become true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Fact):
    """A way in was closed and its sockets are to be closed: `entity_id` is the session's id. `reason` is one
    of `signed_out`, `ended_elsewhere`, `password_changed`, `account_closed`, `restored`,
    `address_change_undone`; or `token_revoked`,
    where it is the token's id and every socket of the person that came with a token is looked at again."""

    kind: ClassVar[str] = "session.ended"
    entity_type: ClassVar[str] = "session"

    reason: str


@dataclass(frozen=True, kw_only=True)
class AccountClosed(Fact):
    """A person's account was closed: every session and token of it ended in the same transaction."""

    kind: ClassVar[str] = "account.closed"
    entity_type: ClassVar[str] = "user"


@dataclass(frozen=True, kw_only=True)
class PersonErased(Fact):
    """A person is a former member without a name from now on: told in every network and room where her name
    stood. Scopes `network:<id>` and `room:<id>`."""

    kind: ClassVar[str] = "user.erased"
    entity_type: ClassVar[str] = "user"


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Fact):
    """A person's name, language or time zone is another now. `shown`: others see it, too."""

    kind: ClassVar[str] = "user.changed"
    entity_type: ClassVar[str] = "user"

    shown: bool = False
