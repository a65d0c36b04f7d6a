"""Everything about somebody who wrote much: asked for and fetched over the API, whole."""

from __future__ import annotations

import io
import zipfile

from sqlalchemy import update

from bench.measuring import Figure, wall_of, wsgi_caller
from bench.messages import _environ
from bench.world import world
from models.discussions import Message

MESSAGES = 10_000
GOAL_SECONDS = 10.0


def run() -> list[Figure]:
    """Seconds until somebody with ten thousand messages has her file."""
    with world(MESSAGES, settings={"second_factor": "offered"}) as place:
        with place.runtime.database.engine.begin() as connection:
            connection.execute(update(Message).values(author_id=place.user_id))
        ask = wsgi_caller(place.app.wsgi_app, _environ(place, "POST", "/api/v1/me/export"), 202)
        take = wsgi_caller(place.app.wsgi_app, _environ(place, "GET", "/api/v1/me/export"), 200)
        ask()
        got: list[bytes] = []
        seconds = wall_of(lambda: got.append(take()))
        with zipfile.ZipFile(io.BytesIO(got[0])) as archive:
            said = sum(archive.read(name).count(b"elf Wochen") for name in archive.namelist())
        assert said >= MESSAGES, f"only {said} of them are in the file"
    return [
        Figure(f"export of {MESSAGES} messages", seconds, "s", limit=GOAL_SECONDS),
        Figure("export: size of the file", len(got[0]) / 1024, "kB"),
    ]
