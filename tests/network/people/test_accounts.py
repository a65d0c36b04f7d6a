"""Accounts: made, changed by their owner, given to the operator; tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.event_log import Event
from models.outbox import OutboxMail
from models.people import ApiToken, User
from network import people
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Conflict, Forbidden, Invalid, NotFound, ProofRequired, Unauthenticated
from network.kernel.events import entries_after, rendered
from network.kernel.ids import new_id
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from network.people import AddressTaken
from tests.factories.people import PASSWORD_HASH, actor_of, make_user
from tests.running import HandClock

CONSOLE = system_actor("console")


def audited() -> list[tuple[str, str, str]]:
    with unit_of_work():
        return [(r.action, r.actor_id, r.entity_id) for r in session().scalars(select(AuditRow))]


def bearer(token: str) -> Actor | None:
    with unit_of_work():
        return people.find_bearer(token)


def test_a_person_is_made(live: Runtime) -> None:
    hashed = PASSWORD_HASH
    user_id = people.create_person(
        ANONYMOUS, " Amina@Mail.Example ", " Amina  Yusuf", "DE", "Europe/Vienna", hashed, "meta"
    )
    with unit_of_work():
        row = session().get_one(User, user_id)
        assert (row.email, row.address) == ("Amina@Mail.Example", "amina@mail.example")
        assert (row.display_name, row.language, row.time_zone) == ("Amina Yusuf", "de", "Europe/Vienna")
        assert (row.face, row.is_operator, row.state) == ("meta", False, "active")
        assert people.find_person(user_id) == {
            "id": user_id, "display_name": "Amina Yusuf", "photo_url": "/faces/meta.svg",
        }  # fmt: skip
        assert people.address_of(user_id) == ("Amina@Mail.Example", "de")
        found = people.user_by_address("AMINA@mail.example")
        assert found is not None
        assert found.id == user_id
        assert people.user_by_address("no address") is None


@command
def make_two(actor: Actor) -> list[str]:
    require(anyone(actor, None))
    made = [people.create_person(actor, "first@mail.example")]
    with pytest.raises(AddressTaken):
        people.create_person(actor, "FIRST@mail.example")
    return [*made, people.create_person(actor, "second@mail.example")]


def test_an_address_has_one_account_and_the_command_around_it_goes_on(live: Runtime) -> None:
    first, second = make_two(ANONYMOUS)
    with unit_of_work():
        assert sorted(people.people_by_id([first, second, new_id()])) == sorted([first, second])
        assert session().scalar(select(func.count()).select_from(User)) == 2


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"display_name": " "}, "display_name"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "Berlin"}, "time_zone"),
    ],
)
def test_a_person_is_not_made_of_nonsense(live: Runtime, over: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.create_person(ANONYMOUS, **{"email": "amina@mail.example"} | over)
    assert list(refused.value.faults) == [field]
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(User)) == 0


def test_one_changes_oneself(live: Runtime) -> None:
    noise, me = make_user(), make_user()
    changed = people.change_me(actor_of(me), display_name=" Amina ", time_zone="Europe/Berlin")
    assert (changed["display_name"], changed["language"], changed["time_zone"]) == (
        "Amina",
        "en",
        "Europe/Berlin",
    )
    with unit_of_work():
        assert session().get_one(User, noise.id).display_name == noise.display_name
        told = rendered(entries_after(f"user:{me.id}", 0, 10))
        assert [(t["type"], t["entity_version"], t["data"]["display_name"]) for t in told] == [
            ("user.changed", 2, "Amina")
        ]
        assert "email" not in told[0]["data"]
    assert people.change_me(actor_of(me), language="en") == changed
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Event)) == 1


def test_all_faults_are_told_at_once_and_nothing_is_changed(live: Runtime) -> None:
    me = make_user()
    with pytest.raises(Invalid) as refused:
        people.change_me(actor_of(me), display_name=" ", language="xx", time_zone="Europe/Berlin")
    assert sorted(refused.value.faults) == ["display_name", "language"]
    with pytest.raises(Unauthenticated):
        people.change_me(ANONYMOUS, language="de")
    with unit_of_work():
        assert session().get_one(User, me.id).time_zone == "UTC"
        assert session().scalar(select(func.count()).select_from(Event)) == 0


def test_the_command_line_makes_an_operator(live: Runtime) -> None:
    old = make_user(email="old@mail.example")
    link = people.create_operator(CONSOLE, "new@mail.example", "de")
    for _ in range(2):
        people.create_operator(CONSOLE, "OLD@mail.example")
    people.reset_password(
        ANONYMOUS, link.removeprefix(f"{live.settings.base_url}/password/"), "velvet tram in march rain"
    )
    with unit_of_work():
        made = people.user_by_address("new@mail.example")
        assert made is not None
        assert made.is_operator
        assert made.password_hash
        assert session().get_one(User, old.id).is_operator
        kinds = [m.kind for m in session().scalars(select(OutboxMail))]
        assert kinds == ["password_reset"] * 3 + ["account_notice"], "the new password is told by mail"
        new_one = made.id
    assert audited() == [
        ("user.operator_appointed", "console", new_one),
        ("user.operator_appointed", "console", old.id),
        ("user.password_reset", "anonymous", new_one),
    ]
    for actor in (ANONYMOUS, actor_of(old, is_operator=True)):
        with pytest.raises(Forbidden):
            people.create_operator(actor, "third@mail.example")
    make_user(email="closed@mail.example", state="closed")
    with pytest.raises(Conflict):
        people.create_operator(CONSOLE, "closed@mail.example")


def test_a_token_acts_for_its_owner_within_its_scopes(live: Runtime, clock: HandClock) -> None:
    me = make_user(is_operator=True)
    make_user()
    expires = clock.now() + timedelta(days=7)
    made = people.create_token(actor_of(me), " my script ", ["write", "read"], expires)
    assert (made["name"], made["scopes"], made["expires_at"]) == ("my script", ["read", "write"], expires)
    actor = bearer(made["token"])
    assert actor is not None
    assert (actor.user_id, actor.session_id, actor.is_operator) == (me.id, None, True)
    assert (actor.token_scopes, actor.proof_at) == (frozenset({"read", "write"}), None)
    assert audited() == [("token.created", me.id, made["id"])]
    with unit_of_work():
        assert made["token"] not in str(session().execute(select(ApiToken.__table__)).all())
        listed = people.list_tokens(actor_of(me)).items
        assert listed == [{name: value for name, value in made.items() if name != "token"}]
    clock.forward(days=8)
    assert bearer(made["token"]) is None
    assert bearer("") is None


def test_a_revoked_token_is_void_and_its_sockets_are_told(live: Runtime) -> None:
    me, other = make_user(), make_user()
    made = people.create_token(actor_of(me), "script", ["read"])
    theirs = people.create_token(actor_of(other), "script", ["read"])
    for actor, token_id in ((actor_of(me), theirs["id"]), (ANONYMOUS, made["id"]), (actor_of(me), new_id())):
        with pytest.raises(NotFound):
            people.revoke_token(actor, token_id)
    assert bearer(made["token"])
    people.revoke_token(actor_of(me), made["id"])
    assert bearer(made["token"]) is None
    assert bearer(theirs["token"])
    with unit_of_work():
        told = session().scalars(select(Event)).one()
        assert (told.scope, told.type, told.entity_id) == (f"user:{me.id}", "session.ended", made["id"])
        assert told.codes == {"reason": "token_revoked"}
        assert people.list_tokens(actor_of(me)).items == []
    with pytest.raises(NotFound):
        people.revoke_token(actor_of(me), made["id"])


@pytest.mark.parametrize(
    ("name", "scopes", "days", "fields"),
    [
        ("", ["read"], 1, ["name"]),
        ("x", [], 1, ["scopes"]),
        ("x", ["read", "admin"], 1, ["scopes"]),
        ("x", ["read"], -1, ["expires_at"]),
        (" ", ["all"], -1, ["name", "scopes", "expires_at"]),
    ],
)
def test_a_token_is_not_made_of_nonsense(
    live: Runtime, clock: HandClock, name: str, scopes: list[str], days: int, fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        people.create_token(actor_of(make_user()), name, scopes, clock.now() + timedelta(days=days))
    assert list(refused.value.faults) == fields
    assert audited() == []


def test_a_token_needs_proof_and_makes_none_that_may_more(live: Runtime) -> None:
    me = make_user()
    with pytest.raises(ProofRequired):
        people.create_token(actor_of(me, proof_at=None), "x", ["read"])
    weighty = bearer(people.create_token(actor_of(me), "x", ["read", "weighty"])["token"])
    plain = bearer(people.create_token(actor_of(me), "y", ["read", "write"])["token"])
    assert weighty is not None
    assert plain is not None
    with pytest.raises(ProofRequired):
        people.create_token(plain, "z", ["read"])
    with pytest.raises(Forbidden):
        people.create_token(weighty, "z", ["write"])
    assert people.create_token(weighty, "z", ["read"])["scopes"] == ["read"]
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(ApiToken)) == 3
