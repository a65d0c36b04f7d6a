"""Who looked at what somebody wrote, for her own eyes (A23)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.moderation import Case, CaseLook
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.moderation.policy.accounts import may_see_looks
from network.moderation.rules.cases import OVER_STATES


class LookView(TypedDict):
    """One look: at which kind of thing, in which role, when. Names stay with the role (state-machines)."""

    id: str
    network_id: str
    target_type: str
    what: str
    acting_role: str
    at: datetime


def list_looks(actor: Actor, request: PageRequest) -> PageOf[LookView]:
    """Every look that somebody who handles a matter took at what the actor wrote, the latest first. What is
    still being handled is not in it: until it is decided nobody is told that something was reported (B1)."""
    require(may_see_looks(actor))
    # With `scalar=False` each row is the pair.
    wanted: Any = (
        select(CaseLook, Case.target_type)
        .join(Case, Case.id == CaseLook.case_id)
        .where(CaseLook.author_id == actor.user_id, Case.state.in_(OVER_STATES))
    )
    return page(wanted, [CaseLook.id.expression], request, _shown, descending=True, scalar=False)


def _shown(row: tuple[CaseLook, str]) -> LookView:
    look, target_type = row
    return {
        "id": look.id, "network_id": look.network_id, "target_type": target_type, "what": look.what,
        "acting_role": look.acting_role, "at": look.at,
    }  # fmt: skip
