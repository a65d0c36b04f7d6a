"""The people of a large network, as a page and as an answer of the API."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event, insert

from bench.measuring import Figure, cpu_of, wsgi_caller
from bench.messages import _environ
from bench.world import START, World, _user, world
from models.base import fold
from models.membership import Membership
from models.people import User
from models.profiles import Profile, ProfileLanguage, ProfileOffer
from network.kernel.ids import new_id
from network.profiles.rules import week_of

MEMBERS = 10_000
NAMES = (
    "Łucja Wójcik",
    "Νίκος Παππάς",
    "Özlem Şahin",
    "Amina Yusuf",
    "Jonas Brandt",
    "Søren Berg",
    "Zoë Roth",
)
OFFERS = ("Forms of the office", "Finding a flat", "Schools", "First days", "Applying for work")


def run() -> list[Figure]:
    """The first page, a part of a name, and three filters at once; and how many statements the last takes."""
    with world(10) as place:
        _join(place)
        paths = {
            "people page": "/people", "people page: part of a name": "/people?q=LUCJA",
            "people page: filters": "/people?language=tr&offers=flat&region=north",
            "people API": f"/api/v1/networks/{place.network_id}/people?q=ozlem&offers=school",
        }  # fmt: skip
        calls = [
            wsgi_caller(place.app.wsgi_app, _environ(place, "GET", path), 200) for path in paths.values()
        ]
        spent = cpu_of(*calls, number=5, rounds=5)
        said: list[str] = []
        event.listen(place.runtime.database.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
        calls[2]()
    figures = [Figure(name, value, "ms", limit=30) for name, value in zip(paths, spent, strict=True)]
    return [*figures, Figure("people page: statements", len(said), "", limit=20)]


def _join(place: World) -> None:
    ids = [new_id() for _ in range(MEMBERS)]
    people = [
        {**_user(user_id, number + 1000), "display_name": f"{NAMES[number % len(NAMES)]} {number}"}
        for number, user_id in enumerate(ids)
    ]
    with place.runtime.database.engine.begin() as connection:
        connection.execute(insert(User), people)
        connection.execute(insert(Membership), [{
            "id": new_id(), "network_id": place.network_id, "user_id": user_id, "state": "active",
            "origin": "course", "since": START + timedelta(seconds=number), "version": 1,
        } for number, user_id in enumerate(ids)])  # fmt: skip
        connection.execute(insert(Profile), [{
            "user_id": user_id, "introduction": "I like tea.", "introduction_for": "networks",
            "languages_for": "networks", "country": "DE", "region": f"Old town, {('north', 'south')[n % 2]}",
            "region_folded": f"old town, {('north', 'south')[n % 2]}", "region_for": "networks",
            "offers_for": "networks", "availability": week_of(("mon_evening",)), "can_help_now": n % 9 == 0,
            "availability_for": "networks", "version": 1,
        } for n, user_id in enumerate(ids)])  # fmt: skip
        connection.execute(insert(ProfileLanguage), [
            {"user_id": user_id, "language": code, "position": place_of}
            for n, user_id in enumerate(ids)
            for place_of, code in enumerate(("de", ("tr", "uk", "fa")[n % 3]))
        ])  # fmt: skip
        connection.execute(insert(ProfileOffer), [
            {"user_id": user_id, "offer": offer, "folded": fold(offer), "position": 0}
            for n, user_id in enumerate(ids) for offer in (OFFERS[n % len(OFFERS)],)
        ])  # fmt: skip
