"""Reading and posting messages beside a bare Flask view with the same look-up, the same SQL and orjson."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, request
from werkzeug.test import EnvironBuilder

from bench.measuring import Figure, cpu_of, wsgi_caller
from bench.recorded import Again, record
from bench.world import TOKEN, World, world
from network import membership, people
from network.kernel.transaction import session, unit_of_work

SIZES = (1_000, 100_000, 1_000_000)
READ_GOAL_MS = 3.0
READ_RATIO = 1.5
POST_RATIO = 2.0
FLAT = 1.3


def run() -> list[Figure]:
    """A page of 50 messages and a post, at three sizes of the database."""
    figures: list[Figure] = []
    reads: dict[int, float] = {}
    posts: dict[int, float] = {}
    for size in SIZES:
        with world(size) as place:
            read, bare_read = cpu_of(reading(place), bare_reading(place))
            post, bare_post = cpu_of(posting(place), bare_posting(place), number=30)
        reads[size], posts[size] = read, post
        figures += [
            Figure(f"50 messages as JSON, of {size:,}", read, "ms", READ_GOAL_MS, "the goal"),
            Figure(
                f"… beside a bare view, of {size:,}", read / bare_read, "×", READ_RATIO, f"{bare_read:.2f} ms"
            ),
            Figure(f"posting, of {size:,}", post, "ms"),
            Figure(
                f"… beside a bare POST, of {size:,}", post / bare_post, "×", POST_RATIO, f"{bare_post:.2f} ms"
            ),
        ]
    smallest = SIZES[0]
    for size in SIZES[1:]:
        figures += [
            Figure(
                f"reading: {size:,} beside {smallest:,}", reads[size] / reads[smallest], "×", FLAT, "flat"
            ),
            Figure(
                f"posting: {size:,} beside {smallest:,}", posts[size] / posts[smallest], "×", FLAT, "flat"
            ),
        ]
    return figures


def reading(place: World) -> Callable[[], bytes]:
    """The API's page of 50 messages, signed in."""
    return wsgi_caller(
        place.app.wsgi_app, _environ(place, "GET", f"/api/v1/topics/{place.topic_id}/messages"), 200
    )


def posting(place: World) -> Callable[[], bytes]:
    """The API's post."""
    path = f"/api/v1/topics/{place.topic_id}/messages"
    return wsgi_caller(place.app.wsgi_app, {**_environ(place, "POST", path), **_body()}, 201)


def bare_reading(place: World) -> Callable[[], bytes]:
    """Flask alone: the same look-up of the session, the same statements, orjson."""
    recorded = record(reading(place), _signing_in(place))
    app = Flask("bare")

    @app.get("/messages")
    def messages() -> Response:
        with unit_of_work():
            _look_up()
            connection = session().connection()
            rows: list[Any] = []
            for text, parameters in recorded.reads:
                rows = connection.exec_driver_sql(text, parameters).fetchall()
            shown = [dict(zip(row._fields, row, strict=False)) for row in rows]
            return Response(orjson.dumps({"items": shown}), content_type="application/json")

    return wsgi_caller(app.wsgi_app, _environ(place, "GET", "/messages"), 200)


def bare_posting(place: World) -> Callable[[], bytes]:
    """Flask alone: the same look-up, the same statements, a commit."""
    again = Again(record(posting(place), _signing_in(place)))
    app = Flask("bare")

    @app.post("/messages")
    def post() -> Response:
        said = orjson.loads(request.get_data())
        with unit_of_work() as unit:
            _look_up()
            unit.session.rollback()
            connection = place.runtime.database.engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("BEGIN IMMEDIATE")
                again.post(cursor)
                cursor.execute("COMMIT")
            finally:
                connection.close()
        return Response(orjson.dumps({"body": said["body"]}), 201, content_type="application/json")

    return wsgi_caller(app.wsgi_app, {**_environ(place, "POST", "/messages"), **_body()}, 201)


def _signing_in(_place: World) -> Callable[[], object]:
    def look() -> None:
        with unit_of_work():
            actor = people.find_session(TOKEN)
            assert actor is not None
            membership.with_standings(actor)

    return look


def _look_up() -> None:
    actor = people.find_session(request.cookies["mentornet_session"])
    assert actor is not None
    membership.with_standings(actor)


def _environ(place: World, method: str, path: str) -> dict[str, Any]:
    builder = EnvironBuilder(path, method=method, base_url="http://localhost", headers=place.headers)
    environ = builder.get_environ()
    environ["REMOTE_ADDR"] = "127.0.0.1"
    return environ


_sent = itertools.count()


def _body() -> dict[str, Any]:
    def make() -> io.BytesIO:
        said = {"body": "Danke, das hilft mir **sehr** weiter.", "client_msg_id": f"bench-{next(_sent)}"}
        return io.BytesIO(orjson.dumps(said).ljust(120))

    return {"body": make, "CONTENT_LENGTH": "120", "CONTENT_TYPE": "application/json"}
