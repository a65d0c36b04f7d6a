"""The page on which one finds what was said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import get_timezone, gettext
from markupsafe import Markup, escape

from network import discussions, networks
from network.discussions import Filter, Hit
from network.kernel.actor import Actor
from network.kernel.errors import Invalid
from network.kernel.ids import is_id
from network.kernel.paging import MAX_LIMIT, PageRequest
from web.authors import find_author
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
    typed = tidy(request.args["by"])[:100] if "by" in request.args else None
    author = find_author(actor, place.id, request.args.get("from", ""), typed)
    narrowed = _narrowed(author.chosen)
    if query and not author.is_open:
        asked = PageRequest(HITS_A_PAGE, request.args.get("cursor"))
        try:
            listed = discussions.search_messages(actor, place.id, query, narrowed, asked)
            found, following = listed.items, listed.next
        except Invalid as refusal:
            said = next(iter(refusal.faults.values()))
            fault = gettext(said.message, **said.params) if said.params else gettext(said.message)
    # Who left is not among the people, and what she said is still there.
    wrote = author.name or (found[0]["message"]["author"]["display_name"] if found and author.chosen else "")
    kept = {
        name: value for name, value in request.args.items() if value and name not in ("cursor", "by", "from")
    }
    body = render_template(
        "search/search.html", place=place, query=query, fault=fault, found=found, following=following,
        marked=_marked, kept=kept, narrowed=narrowed, author=author, wrote=wrote,
        by={"from": author.chosen},
        rooms=discussions.list_rooms(actor, place.id, PageRequest(MAX_LIMIT)).items,
    )  # fmt: skip
    return body, 422 if fault or (author.is_open and not author.alike) else 200


def _narrowed(author_id: str | None) -> Filter:
    """What the address asks for; what makes no sense narrows nothing."""
    room = request.args.get("room", "")
    return Filter(room if is_id(room) else None, author_id, _day("after"), _day("before", end=True))


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
