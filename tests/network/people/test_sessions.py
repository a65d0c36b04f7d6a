"""Sessions: how long they live, who they belong to, how they end; proof; what is tidied away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from models.event_log import Event
from models.people import KnownDevice, SignInFailure, User, UserSession
from network import people
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.audit import verify
from network.kernel.errors import Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from network.kernel.ids import derived_code, new_id
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import ProofRefused, SessionRequired, Visit
from network.people.rules.codes import SIGN_IN
from tests.factories.people import PASSWORD, PASSWORD_HASH, actor_of, make_code, make_session, make_user, save
from tests.running import HandClock


def who(token: str) -> Actor | None:
    with unit_of_work():
        return people.find_session(token)


def facts() -> list[tuple[str, str, str | None]]:
    with unit_of_work():
        rows = session().scalars(select(Event).order_by(Event.id))
        return [(row.scope, row.entity_id, row.codes.get("reason")) for row in rows]


def row_of(session_id: str) -> UserSession:
    with unit_of_work():
        found = session().get_one(UserSession, session_id)
        session().expunge(found)
        return found


def test_a_cookie_tells_who_asks(live: Runtime) -> None:
    make_session(make_user())
    user = make_user(display_name="Amina Yusuf", language="de", time_zone="Europe/Berlin", face="meta")
    row, token = make_session(user)
    assert who(token) == Actor(
        "person", user_id=user.id, name="Amina Yusuf", email=user.email, language="de",
        time_zone="Europe/Berlin", face="meta", session_id=row.id, proof_at=row.proof_at,
        session_ends_at=row.expires_at, second_factor_due=user.created_at,
    )  # fmt: skip


def test_a2_whatever_is_no_running_session_is_nobody(live: Runtime, clock: HandClock) -> None:
    user = make_user()
    row, token = make_session(user)
    assert who(token)
    past = clock.now() - timedelta(seconds=1)
    nobodies = [
        "", token[:-1], token + "x", row.id, row.token_hash,
        make_session(user, ended_at=past)[1],
        make_session(user, expires_at=past)[1],
        make_session(make_user(state="closed"))[1],
    ]  # fmt: skip
    assert [who(nobody) for nobody in nobodies] == [None] * len(nobodies)


def test_looking_up_costs_one_statement_and_no_write(live: Runtime) -> None:
    _, token = make_session(make_user())
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(live.database.engine, "before_cursor_execute", note)
    try:
        assert who(token)
    finally:
        event.remove(live.database.engine, "before_cursor_execute", note)
    assert len([text for text in statements if not text.startswith("BEGIN")]) == 1


def test_a_session_lives_ninety_days_after_its_last_use(live: Runtime, clock: HandClock) -> None:
    row, token = make_session(make_user())
    clock.forward(minutes=59)
    assert who(token)
    assert row_of(row.id).last_used_at == row.last_used_at, "reading stays reading"
    for _ in range(3):
        clock.forward(days=80)
        assert who(token)
        assert row_of(row.id).last_used_at > row.last_used_at
    clock.forward(days=89)
    assert who(token)
    clock.forward(days=91)
    assert who(token) is None


def test_on_a_shared_device_it_lives_twelve_hours(live: Runtime, clock: HandClock) -> None:
    user = make_user(password_hash=PASSWORD_HASH)
    signed_in = people.sign_in_with_password(
        ANONYMOUS, user.email or "", PASSWORD, Visit("192.0.2.7", shared_device=True)
    )
    assert signed_in.device_token is None
    clock.forward(hours=11, minutes=59)
    assert who(signed_in.token)
    clock.forward(minutes=2)
    assert who(signed_in.token) is None


def test_who_says_so_stays_signed_in(live: Runtime, clock: HandClock) -> None:
    user = make_user()
    row, token = make_session(user, shared_device=True, expires_at=clock.now() + timedelta(hours=12))
    for _time in range(3):
        clock.forward(hours=11, minutes=58)
        found = who(token)
        assert found is not None
        now = clock.now()
        assert timedelta(hours=12) < people.stay_signed_in(found) - now < timedelta(hours=12, seconds=1)
    clock.forward(hours=12)
    assert who(token) is None
    with pytest.raises(Unauthenticated):
        people.stay_signed_in(actor_of(user, session_id=row.id))
    with pytest.raises(Unauthenticated):
        people.stay_signed_in(ANONYMOUS)
    with pytest.raises(SessionRequired):
        people.stay_signed_in(actor_of(user, token_scopes=frozenset({"write"})))


def test_a21_each_signing_in_is_a_new_session(live: Runtime) -> None:
    user = make_user()
    first = people.open_session(ANONYMOUS, user.id, "Firefox · Android")
    second = people.open_session(ANONYMOUS, user.id, "Firefox · Android", device_token=first.device_token)
    assert first.token != second.token
    assert first.session_id != second.session_id
    assert first.device_token == second.device_token
    planted = people.open_session(ANONYMOUS, make_user().id, "Firefox", device_token=first.device_token)
    assert planted.device_token != first.device_token, "another person's device token is not taken over"


def test_a_person_has_at_most_ten_known_devices(live: Runtime, clock: HandClock) -> None:
    user = make_user()
    tokens = []
    for _ in range(12):
        clock.forward(minutes=1)
        tokens.append(people.open_session(ANONYMOUS, user.id, "Firefox").device_token)
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(KnownDevice)) == 10
    oldest, newest = (
        people.open_session(ANONYMOUS, user.id, "x", device_token=t) for t in (tokens[0], tokens[-1])
    )
    assert newest.device_token == tokens[-1]
    assert oldest.device_token != tokens[0]


def test_nobody_gets_a_session_of_a_closed_account(live: Runtime) -> None:
    for user_id in (make_user(state="closed").id, new_id()):
        with pytest.raises(NotFound):
            people.open_session(ANONYMOUS, user_id, "Firefox")


def test_signing_out_ends_this_session_only(live: Runtime) -> None:
    user = make_user()
    (mine, my_token), (_, other_token) = make_session(user), make_session(user)
    people.sign_out(actor_of(user, session_id=mine.id))
    assert who(my_token) is None
    assert who(other_token)
    assert facts() == [(f"user:{user.id}", mine.id, "signed_out")]
    assert row_of(mine.id).ended_at is not None


def test_one_ends_own_sessions_and_no_others(live: Runtime) -> None:
    me, other = make_user(), make_user()
    (mine, _), (far, far_token), (theirs, their_token) = (
        make_session(me),
        make_session(me),
        make_session(other),
    )
    actor = actor_of(me, session_id=mine.id)
    for foreign in (theirs.id, new_id()):
        with pytest.raises(NotFound):
            people.end_session(actor, foreign)
    with pytest.raises(NotFound):
        people.end_session(ANONYMOUS, far.id)
    assert facts() == []
    people.end_session(actor, far.id)
    assert who(far_token) is None
    assert who(their_token)
    assert facts() == [(f"user:{me.id}", far.id, "ended_elsewhere")]
    with pytest.raises(NotFound):
        people.end_session(actor, far.id)
    assert len(facts()) == 1


def test_the_list_of_sessions(live: Runtime, clock: HandClock) -> None:
    me = make_user()
    make_session(make_user())
    make_session(me, ended_at=clock.now())
    make_session(me, expires_at=clock.now())
    rows = []
    for device in ("curl", "Safari · iPhone"):
        clock.forward(seconds=1)
        rows.append(make_session(me, device=device)[0])
    actor = actor_of(me, session_id=rows[0].id)
    with unit_of_work():
        listed = people.list_sessions(actor)
        first = people.list_sessions(actor, PageRequest(limit=1))
        second = people.list_sessions(actor, PageRequest(limit=1, cursor=first.next))
    assert [(item["device"], item["current"]) for item in listed.items] == [
        ("Safari · iPhone", False), ("curl", True),
    ]  # fmt: skip
    assert [*first.items, *second.items] == listed.items
    assert (listed.next, second.next) == (None, None)
    with unit_of_work(), pytest.raises(Unauthenticated):
        people.list_sessions(ANONYMOUS)


def test_race_a4_a_session_that_was_ended_is_nobodys(live: Runtime) -> None:
    user = make_user()
    rows = [make_session(user) for _ in range(8)]
    for row, token in rows:
        together = threading.Barrier(6)

        def use(token: str = token, together: threading.Barrier = together) -> None:
            together.wait(timeout=30)
            who(token)

        def end(row: UserSession = row, together: threading.Barrier = together) -> None:
            together.wait(timeout=30)
            people.sign_out(actor_of(user, session_id=row.id))

        work: list[Callable[[], None]] = [use, use, use, use, use, end]
        with ThreadPoolExecutor(6) as pool:
            for done in [pool.submit(task) for task in work]:
                done.result()
        assert who(token) is None


@pytest.mark.parametrize("means", ["password", "code"])
def test_proof_counts_from_now_on(live: Runtime, clock: HandClock, means: str) -> None:
    user = make_user(password_hash=PASSWORD_HASH)
    row, token = make_session(user)
    noise, _ = make_session(user)
    clock.forward(hours=2)
    actor = who(token)
    assert actor is not None
    given = {"password": PASSWORD}
    if means == "code":
        given = {"code": derived_code(SIGN_IN, make_code(user.email or "").id)}
    proved_at = people.prove(actor, **given, peer="192.0.2.7")
    again = who(token)
    assert again is not None
    assert again.proof_at == proved_at
    assert proved_at - row.proof_at > timedelta(hours=2)
    assert row_of(noise.id).proof_at == noise.proof_at


def test_what_proves_nothing_is_refused_and_counted(live: Runtime) -> None:
    user = make_user(password_hash=PASSWORD_HASH)
    row, token = make_session(user)
    actor = actor_of(user, session_id=row.id)
    make_code(user.email or "")
    foreign = derived_code(SIGN_IN, make_code("jonas@mail.example").id)
    wrong = [{"password": "wrong cups"}, {"code": foreign}, {"password": ""}, {}, {"code": foreign}]
    for given in wrong:
        with pytest.raises(ProofRefused):
            people.prove(actor, **given, peer="192.0.2.7")
    with pytest.raises(TooMany):
        people.prove(actor, password=PASSWORD, peer="192.0.2.7")
    assert row_of(row.id).proof_at == row.proof_at
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(SignInFailure)) == 5
    with pytest.raises(Invalid):
        people.prove(actor, code="12", peer="192.0.2.7")
    with pytest.raises(SessionRequired):
        people.prove(actor_of(user, token_scopes=frozenset({"weighty"})), password=PASSWORD)
    with pytest.raises(Unauthenticated):
        people.prove(ANONYMOUS, password=PASSWORD)
    assert who(token)


def test_an_ended_session_proves_nothing(live: Runtime, clock: HandClock) -> None:
    user = make_user(password_hash=PASSWORD_HASH)
    row, _ = make_session(user, ended_at=clock.now())
    with pytest.raises(Unauthenticated):
        people.prove(actor_of(user, session_id=row.id), password=PASSWORD, peer="")


def test_closing_an_account_ends_every_way_in(live: Runtime) -> None:
    operator, user, noise = make_user(is_operator=True), make_user(), make_session(make_user())
    row, token = make_session(user)
    bearer = people.create_token(actor_of(user), "script", ["read"])
    with pytest.raises(Forbidden):
        people.close_account(actor_of(user), user.id, "")
    assert who(token)
    people.close_account(actor_of(operator), user.id, "asked for by mail")
    assert who(token) is None
    assert who(noise[1])
    with unit_of_work():
        assert people.find_bearer(bearer["token"]) is None
        assert people.address_of(user.id) is None
        assert verify() is None
    mine = f"user:{user.id}"
    assert facts() == [
        (mine, row.id, "account_closed"), (mine, bearer["id"], "token_revoked"), (mine, user.id, None),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        people.close_account(actor_of(operator), user.id, "again")


def test_what_is_over_is_tidied_away(live: Runtime, clock: HandClock) -> None:
    user = make_user()
    now = clock.now()
    old, older = now - timedelta(days=29), now - timedelta(days=31)
    kept = [make_session(user)[0], make_session(user, ended_at=old)[0], make_session(user, expires_at=old)[0]]
    make_session(user, ended_at=older)
    make_session(user, expires_at=older)
    make_code("a@mail.example", created_at=now - timedelta(days=3))
    fresh = make_code("a@mail.example")
    for days in (89, 91):
        save(SignInFailure(id=new_id(), account_key="a", peer_key="b", at=now - timedelta(days=days)))
    with pytest.raises(Forbidden):
        people.tidy_accounts(actor_of(user))
    people.tidy_accounts(system_actor("people.tidy"))
    with unit_of_work():
        assert set(session().scalars(select(UserSession.id))) == {row.id for row in kept}
        assert session().scalar(select(func.count()).select_from(SignInFailure)) == 1
        assert list(session().scalars(select(type(fresh).id))) == [fresh.id]
        assert session().scalar(select(func.count()).select_from(User)) == 1
