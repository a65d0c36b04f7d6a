"""Pages as a signed-in member gets them."""

from __future__ import annotations

from bench.measuring import Figure, cpu_of, wsgi_caller
from bench.messages import _environ
from bench.world import world


def run() -> list[Figure]:
    """Home, the list of conversations, a topic with its last 50 messages."""
    with world(10_000) as place:
        paths = {"home": "/home", "talk": "/talk", "topic of 50 messages": f"/talk/t/{place.topic_id}"}
        calls = [
            wsgi_caller(place.app.wsgi_app, _environ(place, "GET", path), 200) for path in paths.values()
        ]
        spent = cpu_of(*calls, number=15, rounds=6)
    return [Figure(f"page: {name}", value, "ms") for name, value in zip(paths, spent, strict=True)]
