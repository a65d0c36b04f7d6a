"""What is sent trickles in: while it does, nobody else waits for a connection, and what she loses is lost."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import QueuePool, func, select, update
from werkzeug.test import TestResponse

from models.discussions import Message
from models.event_log import Event
from models.idempotency import IdempotencyKey
from models.membership import Membership
from models.people import User, UserSession
from network.kernel.ids import new_untimed_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests import probe
from tests.applications import kept_application
from tests.factories.discussions import make_community, make_room, make_topic
from tests.factories.people import make_user, sign_in

PROBE = "/api/v1/probe"
BODY = orjson.dumps({"name": "x"})


class Trickle(io.RawIOBase):
    """A body during whose reading something happens."""

    def __init__(self, content: bytes, meanwhile: Callable[[], object]) -> None:
        self._content, self._meanwhile = io.BytesIO(content), meanwhile

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Let it happen, then go on."""
        self._meanwhile()
        return self._content.read(size)

    def readinto(self, buffer: Any) -> int:
        """The same into a buffer."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


def send(
    client: FlaskClient, path: str, content: bytes, meanwhile: Callable[[], object], headers: dict[str, str],
    kind: str = "application/json",
) -> TestResponse:  # fmt: skip
    coming = {"wsgi.input": Trickle(content, meanwhile), "CONTENT_LENGTH": str(len(content))}
    return client.post(path, content_type=kind, headers=headers, environ_overrides=coming)


@pytest.fixture
def site(live: Runtime) -> Iterator[Flask]:
    with kept_application(live, probe.install) as made:
        yield made


SLOW = 12  # more than the pool keeps


@pytest.mark.parametrize(
    ("path", "kind", "content", "status"),
    [
        (PROBE, "application/json", BODY, 201),
        ("/probe/own", "application/x-www-form-urlencoded", b"name=x", 403),  # the form's token is missing
    ],
)
def test_bodies_that_trickle_keep_no_connection_from_others(
    live: Runtime, site: Flask, path: str, kind: str, content: bytes, status: int
) -> None:
    pool = live.database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.size() < SLOW
    all_there, go_on = threading.Barrier(SLOW + 1), threading.Event()

    def wait() -> None:
        if not go_on.is_set():
            all_there.wait(30)
            go_on.wait(30)

    clients = [site.test_client() for _ in range(SLOW)]
    headers = [sign_in(client, make_user().id) for client in clients]
    with ThreadPoolExecutor(SLOW) as threads:
        sent = [
            threads.submit(send, client, path, content, wait, own, kind)
            for client, own in zip(clients, headers, strict=True)
        ]
        try:
            all_there.wait(30)
            held = pool.checkedout()
            other = site.test_client()
            sign_in(other, make_user().id)
            answer = other.get("/api/v1/session")
        finally:
            go_on.set()
        answers = [waiting.result() for waiting in sent]
    assert held == 0
    assert answer.status_code == 200
    assert {given.status_code for given in answers} == {status}


def _end_session(user: User) -> Any:
    return update(UserSession).where(UserSession.user_id == user.id).values(ended_at=user.created_at)


def _close_account(user: User) -> Any:
    return update(User).where(User.id == user.id).values(state="closed")


def _remove(user: User) -> Any:
    return update(Membership).where(Membership.user_id == user.id).values(state="removed")


@pytest.mark.parametrize(
    ("taking", "status", "code"),
    [
        (_end_session, 401, "not_signed_in"),
        (_close_account, 401, "not_signed_in"),
        (_remove, 404, "not_found"),
    ],
)
@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
def test_a4_what_is_lost_while_the_body_trickles_is_lost(
    live: Runtime, site: Flask, client: FlaskClient, taking: Callable[[User], Any], status: int, code: str,
    key: dict[str, str],
) -> None:  # fmt: skip
    community = make_community()
    user = make_user()
    member = community.member(user=user)
    path = f"/api/v1/topics/{make_topic(make_room(community.network), member).id}/messages"
    headers = sign_in(client, user.id) | key

    def post(meanwhile: Callable[[], object]) -> TestResponse:
        content = orjson.dumps({"body": "Hello", "client_msg_id": new_untimed_id()})
        own = headers | ({"Idempotency-Key": new_untimed_id()} if key else {})
        return send(client, path, content, meanwhile, own)

    def take() -> None:
        with live.database.engine.begin() as connection:
            connection.execute(taking(user))

    assert post(lambda: None).status_code == 201
    before = written()
    answer = post(take)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert written() == before


def written() -> list[int]:
    with unit_of_work():
        counted = [select(func.count()).select_from(row) for row in (Event, Message, IdempotencyKey)]
        return [session().execute(one).scalar_one() for one in counted]
