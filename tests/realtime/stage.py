"""Somebody who listens to all that she may see, and ways to change what is true behind her back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

from models.people import ApiToken
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import Fact, record
from network.kernel.ids import digest, new_untimed_id
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, session
from network.membership.events import AccessEnded
from tests.factories.people import make_user, save
from tests.realtime.conftest import Cafe
from tests.realtime.serving import Served, Tab


@dataclass(frozen=True, kw_only=True)
class Told(Fact):
    """Something that happens in a scope."""

    kind: ClassVar[str] = "probe.told"
    entity_type: ClassVar[str] = "probe"


@dataclass
class Stage:
    """Somebody who listens to all that she may see, and how she came in."""

    server: Served
    cafe: Cafe
    holder: Actor
    tab: Tab
    token_id: str = ""

    @property
    def user_id(self) -> str:
        return self.holder.user_id or ""

    @property
    def membership_id(self) -> str:
        return self.holder.standings[self.cafe.community.network.id].membership_id or ""


@command
def tell(scopes: Iterable[str]) -> None:
    require(ALLOWED)
    for scope in scopes:
        record(Told(scope=scope, entity_id="probe"))


@command
def write(*statements: Any, facts: Iterable[Fact] = ()) -> None:
    """Change rows and record what the changing capability would."""
    require(ALLOWED)
    for statement in statements:
        session().execute(statement)
    for fact in facts:
        record(fact)


def access_ended(stage: Stage, reason: str) -> AccessEnded:
    network_id = stage.cafe.community.network.id
    return AccessEnded(
        scope=f"user:{stage.user_id}", entity_id=network_id, network_id=network_id, reason=reason
    )


def tomorrow() -> Any:
    return runtime.current().clock.now() + timedelta(days=1)


def signed_in(server: Served, actor: Actor) -> Actor:
    """The person on another device."""
    return replace(actor, session_id=server.cookie(actor)[0], proof_at=runtime.current().clock.now())


def on_stage(server: Served, cafe: Cafe, kind: str) -> Stage:
    community = cafe.community
    if kind == "steward":
        holder = community.steward()
    elif kind == "demo":
        object.__setattr__(server.runtime.settings, "demo", True)
        holder = community.member(user=make_user(email="somebody@demo.example"))
    else:
        holder = community.member(*(["deputy"] if kind == "deputy" else []))
    if kind == "token":
        secret, token_id = new_untimed_id(), new_untimed_id()
        save(
            ApiToken(
                id=token_id, user_id=holder.user_id or "", name="t", token_hash=digest(secret), scopes="read",
                created_at=runtime.current().clock.now(), expires_at=None, revoked_at=None,
            )
        )  # fmt: skip
        return Stage(server, cafe, holder, server.tab(token=secret), token_id)
    session_id, cookie = server.cookie(holder)
    return Stage(server, cafe, replace(holder, session_id=session_id), server.tab(cookie=cookie))
