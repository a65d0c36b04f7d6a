"""Looking at a case: what it is about is shown to who handles it, and each look is written down."""

from __future__ import annotations

from models.moderation import Case, CaseLook
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import new_id
from network.kernel.policy import require, require_second_factor
from network.kernel.transaction import command, session
from network.moderation.policy.cases import Matter, acting_role, may_see_case
from network.moderation.queries.cases import shown_to, visible_case
from network.moderation.queries.detail import NeighbourView, detail, neighbours_of
from network.moderation.queries.route import matter_of
from network.moderation.queries.views import CaseDetailView, OwnCaseView


@command
def get_case(actor: Actor, case_id: str) -> CaseDetailView:
    """One case with what was reported, for who handles it: she looked, and its author can ask who did.
    Raises NotFound (to a party as to a stranger), SecondFactorNeeded."""
    case = visible_case(actor, case_id)
    matter = matter_of(case)
    require(may_see_case(actor, matter))
    require_second_factor(actor)
    return opened(actor, case, matter)


@command
def list_neighbours(actor: Actor, case_id: str) -> list[NeighbourView]:
    """Up to two messages before and after a reported one, only in rooms that are open to the whole network;
    each author's look is written down. Raises NotFound, SecondFactorNeeded."""
    case = visible_case(actor, case_id)
    matter = matter_of(case)
    require(may_see_case(actor, matter))
    require_second_factor(actor)
    found = neighbours_of(case)
    for author_id in sorted({one["author"]["id"] for one in found}):
        _note(actor, case, matter, author_id, "neighbours")
    return found


def opened(actor: Actor, case: Case, matter: Matter | None = None) -> CaseDetailView:
    """Within a command: a case with its content; the look is written down."""
    matter = matter or matter_of(case)
    if case.about_id is not None:
        _note(actor, case, matter, case.about_id, "content")
    session().flush()
    return detail(actor, case, matter)


def without_content(actor: Actor, case: Case) -> OwnCaseView:
    """A case as it stands in the queue."""
    session().flush()
    return shown_to(actor, [case])[0]


def _note(actor: Actor, case: Case, matter: Matter, author_id: str, what: str) -> None:
    if author_id == actor.user_id or actor.user_id is None:
        return
    session().add(
        CaseLook(
            id=new_id(), case_id=case.id, network_id=case.network_id, looker_id=actor.user_id,
            acting_role=acting_role(actor, matter), author_id=author_id, what=what,
            at=runtime.current().clock.now(),
        )
    )  # fmt: skip
