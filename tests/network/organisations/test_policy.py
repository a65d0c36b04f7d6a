"""Who may do what with organisations, as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.organisations import policy
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import actor_of, make_user

OK, IN, NO, PROOF, ABSENT = None, "not_signed_in", "forbidden", "proof_required", "not_found"
TABLE = {
    # anonymous, stranger, another's steward, steward, steward without proof, operator, system
    "may_see_organisation": (OK, OK, OK, OK, OK, OK, OK),
    "may_see_reason": (NO, NO, NO, OK, OK, OK, NO),
    "may_found_organisation": (IN, OK, OK, OK, OK, OK, IN),
    "may_change_organisation": (IN, NO, NO, OK, OK, NO, IN),
    "may_resubmit": (IN, NO, NO, OK, OK, NO, IN),
    "may_decide_verification": (IN, NO, NO, NO, NO, OK, IN),
    "may_see_waiting": (IN, ABSENT, ABSENT, ABSENT, ABSENT, OK, IN),
    "may_appoint_stewards": (IN, NO, NO, OK, PROOF, NO, IN),
    "may_see_steward_invitations": (IN, NO, NO, OK, OK, NO, IN),
    "may_accept_stewardship": (IN, OK, OK, OK, OK, OK, IN),
    "may_tidy": (NO, NO, NO, NO, NO, NO, OK),
}
WITHOUT_A_THING = {"may_found_organisation", "may_see_waiting", "may_tidy"}


@pytest.mark.parametrize("law", sorted(TABLE))
def test_the_table_of_rights(live: Runtime, law: str) -> None:
    organisation, another = make_organisation(), make_organisation()
    late = live.clock.now() - timedelta(minutes=61)
    actors: tuple[Actor, ...] = (
        ANONYMOUS,
        actor_of(make_user()),
        steward_of(another),
        steward_of(organisation),
        steward_of(organisation, proof_at=late),
        actor_of(make_user(is_operator=True)),
        system_actor("console"),
    )
    asked = getattr(policy, law)
    things = () if law in WITHOUT_A_THING else (organisation,)
    assert tuple(asked(actor, *things).code for actor in actors) == TABLE[law]


def test_every_law_stands_in_the_table() -> None:
    assert {name for name in vars(policy) if name.startswith("may_")} == set(TABLE)


def test_the_filter_says_what_the_law_says(live: Runtime) -> None:
    rows = [make_organisation(state=state) for state in ("pending", "verified", "refused")]
    for actor in (ANONYMOUS, actor_of(make_user()), steward_of(rows[0])):
        with unit_of_work():
            seen = {row.id for row in session().scalars(policy.visible_organisations(actor))}
        assert seen == {row.id for row in rows if policy.may_see_organisation(actor, row)}
