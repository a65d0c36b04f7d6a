"""Who may do what with accounts, as a table; and that the filter says the same as the law."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.people import User
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import policy
from tests.factories.people import actor_of, make_session, make_user

OK = None
TABLE = {
    # anonymous, signed in, without proof, token, weighty token, operator, operator without proof, system
    "may_sign_in": (OK, OK, OK, OK, OK, OK, OK, OK),
    "may_request_code": (OK, OK, OK, OK, OK, OK, OK, OK),
    "may_reset_password": (OK, OK, OK, OK, OK, OK, OK, OK),
    "may_create_person": (OK, OK, OK, OK, OK, OK, OK, OK),
    "may_open_session": (OK, OK, OK, OK, OK, OK, OK, OK),
    "may_see_me": ("not_signed_in", OK, OK, OK, OK, OK, OK, "not_signed_in"),
    "may_change_me": ("not_signed_in", OK, OK, OK, OK, OK, OK, "not_signed_in"),
    "may_change_password": (
        "not_signed_in", OK, "proof_required", "proof_required", OK, OK, "proof_required", "not_signed_in",
    ),
    "may_change_address": (
        "not_signed_in", OK, "proof_required", "proof_required", OK, OK, "proof_required", "not_signed_in",
    ),
    "may_confirm_address": (OK, OK, OK, OK, OK, OK, OK, OK),
    "may_change_second_factor": (
        "not_signed_in", OK, "proof_required", "proof_required", OK, OK, "proof_required", "not_signed_in",
    ),
    "may_end_mails": (OK, OK, OK, OK, OK, OK, OK, OK),
    "may_end_second_factor": ("forbidden",) * 7 + (OK,),
    "may_prove": (
        "not_signed_in", OK, OK, "session_required", "session_required", OK, OK, "not_signed_in",
    ),
    "may_sign_out": (
        "not_signed_in", OK, OK, "session_required", "session_required", OK, OK, "not_signed_in",
    ),
    "may_create_token": (
        "not_signed_in", OK, "proof_required", "proof_required", OK, OK, "proof_required", "not_signed_in",
    ),
    "may_create_operator": ("forbidden",) * 7 + (OK,),
    "may_close_account": ("forbidden",) * 5 + (OK, "proof_required", OK),
    "may_tidy": ("forbidden",) * 7 + (OK,),
}  # fmt: skip


def browser_of(user: User, **over: Any) -> Actor:
    return actor_of(user, session_id=new_id(), **over)


def eight_kinds() -> tuple[Actor, ...]:
    person, operator = make_user(), make_user(is_operator=True)
    return (
        ANONYMOUS,
        browser_of(person),
        browser_of(person, proof_at=person.created_at - timedelta(minutes=61)),
        actor_of(person, token_scopes=frozenset({"read", "write"}), proof_at=None),
        actor_of(person, token_scopes=frozenset({"read", "write", "weighty"}), proof_at=None),
        browser_of(operator),
        browser_of(operator, proof_at=None),
        system_actor("console"),
    )


@pytest.mark.parametrize("law", sorted(TABLE))
def test_the_table_of_rights(live: Runtime, law: str) -> None:
    codes = tuple(getattr(policy, law)(actor).code for actor in eight_kinds())
    assert codes == TABLE[law]


def test_every_law_of_one_actor_stands_in_the_table() -> None:
    of_things = {"may_end_session", "may_revoke_token"}
    assert {name for name in vars(policy) if name.startswith("may_")} - of_things == set(TABLE)


def test_the_filter_of_sessions_says_what_the_law_says(live: Runtime) -> None:
    me, other = make_user(), make_user()
    rows = [make_session(person)[0] for person in (me, other, me, other)]
    for actor in (actor_of(me), actor_of(other), ANONYMOUS):
        with unit_of_work():
            seen = {row.id for row in session().scalars(policy.visible_sessions(actor))}
        assert seen == {row.id for row in rows if policy.may_end_session(actor, row)}
    assert policy.may_end_session(actor_of(me), rows[1]).code == "not_found"
