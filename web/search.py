"""The page on which one finds what was said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import get_timezone, gettext
from markupsafe import Markup, escape

from network import discussions, networks, people
from network.discussions import Filter, Hit
from network.kernel.actor import Actor
from network.kernel.errors import Invalid
from network.kernel.ids import is_id
from network.kernel.paging import MAX_LIMIT, PageRequest
from web.forms.base import tidy
from web.pages import page
from web.shell import Shell

blueprint = Blueprint("search", __name__)

HITS_A_PAGE = 20


@page(blueprint, "/search")
def search(actor: Actor) -> Any:
    """Look for words in what was said in the network that one looked at last, in one room, from one person or
    at some time only."""
    g.shell = shell = Shell(actor)
    place = shell.network
    if place is None or not networks.sees_inside(actor, place.id):
        return redirect(url_for("home.home"))
    query, fault, found, following = tidy(request.args.get("q", "")), "", [], None
    narrowed = _narrowed()
    if query:
        asked = PageRequest(HITS_A_PAGE, request.args.get("cursor"))
        try:
            listed = discussions.search_messages(actor, place.id, query, narrowed, asked)
            found, following = listed.items, listed.next
        except Invalid as refusal:
            said = next(iter(refusal.faults.values()))
            fault = gettext(said.message, **said.params) if said.params else gettext(said.message)
    kept = {name: value for name, value in request.args.items() if value and name != "cursor"}
    body = render_template(
        "search/search.html", place=place, query=query, fault=fault, found=found, following=following,
        marked=_marked, kept=kept, narrowed=narrowed,
        rooms=discussions.list_rooms(actor, place.id, PageRequest(MAX_LIMIT)).items,
        author=people.find_person(narrowed.author_id) if narrowed.author_id and found else None,
    )  # fmt: skip
    return body, 422 if fault else 200


def _narrowed() -> Filter:
    """What the address asks for; what makes no sense narrows nothing."""
    room, author = request.args.get("room", ""), request.args.get("from", "")
    return Filter(
        room if is_id(room) else None, author if is_id(author) else None,
        _day("after"), _day("before", end=True),
    )  # fmt: skip


def _day(name: str, *, end: bool = False) -> datetime | None:
    try:
        day = date.fromisoformat(request.args.get(name, "")) + timedelta(days=int(end))
        return datetime.combine(day, time(), get_timezone()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _marked(hit: Hit) -> Markup:
    """The piece of a message with the words that were found in it."""
    text, parts, last = hit["snippet"], [], 0
    for start, end in hit["hits"]:
        parts += [escape(text[last:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        last = end
    return Markup("").join([*parts, escape(text[last:])])
