"""The pages of somebody's first days: the list at home, and who greets newcomers."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import arrivals, membership
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from web.forms.base import PageForm
from web.pages import page, safe_next
from web.roadmap import open_network, sections
from web.shell import Place

blueprint = Blueprint("arrivals", __name__)

FOUND = 8
"""So many people are offered by name to be asked."""

WORDS: Mapping[str, tuple[Any, Any]] = {
    "introduction": (_l("Show who you are"), _l("A picture, or two sentences about you")),
    "offers": (_l("Say what you can help with"), _l("So that the others find you when they need it")),
    "hello": (_l("Say hello"), _l("Two sentences are enough")),
    "meeting": (_l("Answer whether you come to the next meeting"), _l("It is the shortest way in")),
    "answer": (_l("Answer somebody"), _l("Also “the same here” helps")),
}


@page(blueprint, "/network/<slug>/first-days", methods=("POST",))
def put_off(actor: Actor, slug: str) -> Any:
    """Let a step of the first days wait, or close the list."""
    row = open_network(actor, slug)
    if not PageForm().validate_on_submit():
        abort(400)
    arrivals.put_off(actor, row["id"], request.form.get("step") or None)
    return redirect(url_for("home.home", _anchor="first-days"), 303)


@page(blueprint, "/network/<slug>/first-days/end", methods=("POST",))
def end_pair(actor: Actor, slug: str) -> Any:
    """End being newcomer and buddy with somebody, after one question."""
    row = open_network(actor, slug)
    require(arrivals.may_see_arrival(actor, row["id"]))
    if not PageForm().validate_on_submit():
        abort(400)
    with contextlib.suppress(NotFound):  # the second tap finds another one in her place
        arrivals.end_pair(actor, row["id"], _named())
    flash(_("That is settled. You can go on writing to each other."), "ok")
    return redirect(safe_next(), 303)


@page(blueprint, "/network/<slug>/greeting", methods=("GET", "POST"))
def greeting(actor: Actor, slug: str) -> Any:
    """Who greets newcomers: offer it oneself, stop; for who leads, ask others."""
    row = open_network(actor, slug)
    require(arrivals.may_see_arrival(actor, row["id"]))
    if request.method == "POST":
        if not PageForm().validate_on_submit():
            abort(400)
        _change(actor, row["id"], _named() or actor.user_id or "")
        return redirect(safe_next(url_for("arrivals.greeting", slug=row["slug"])), 303)
    greets = arrivals.list_buddies(actor, row["id"])
    names, known = bool(arrivals.may_name_buddy(actor, row["id"])), {one["id"] for one in greets}
    asked = request.args.get("q", "").strip()
    offered = membership.list_people(actor, row["id"], PageRequest(FOUND), asked) if names and asked else None
    return render_template(
        "arrivals/greeting.html", network=row, sections=sections(actor, row, "greeting"), greets=greets,
        own=actor.user_id in known, mine=arrivals.get_arrival(actor, row["id"]),
        may=bool(arrivals.may_greet(actor, row["id"])), names=names, q=asked,
        found=[one for one in offered.items if one["id"] not in known] if offered else [],
    )  # fmt: skip


def first_days(actor: Actor, place: Place) -> Mapping[str, Any] | None:
    """For home: the steps that are left with their words and ways, the buddy, the newcomers to greet with the
    words that lie ready for them; None for who is no member."""
    if place.state is None or not arrivals.may_see_arrival(actor, place.id):
        return None
    found = arrivals.get_arrival(actor, place.id)
    ways = {
        "introduction": url_for("first_steps.step", part="introduction"),
        "offers": url_for("first_steps.step", part="offers"),
        "hello": url_for("discussions.talk"), "meeting": url_for("meetings.agenda"),
        "answer": url_for("discussions.talk"),
    }  # fmt: skip
    steps = [
        {**step, "name": WORDS[step["key"]][0], "note": WORDS[step["key"]][1], "url": ways[step["key"]]}
        for step in sorted(found["steps"], key=lambda step: (step["done"], step["put_off"]))
    ]
    return {
        "steps": steps, "done": sum(step["done"] for step in steps), "said_hello": found["said_hello"],
        "buddy": found["buddy"], "greeted": found["greeted"],
        "newcomers": [
            {"user": one["user"], "draft": _hello(actor, one["user"]), "client_msg_id": new_untimed_id()}
            for one in found["newcomers"] if not one["greeted"]
        ],
    }  # fmt: skip


def greeting_switches(actor: Actor, places: Sequence[Place]) -> list[dict[str, Any]]:
    """For one's own page: the networks in which one is, and whether one greets newcomers there."""
    greeted_in = arrivals.greets_in(actor)
    return [
        {"name": place.name, "slug": place.slug, "greets": place.id in greeted_in}
        for place in places
        if place.id in greeted_in or arrivals.may_greet(actor, place.id)
    ]


def drafted_hello(actor: Actor, network_id: str, person: Mapping[str, Any]) -> str:
    """The first words that a buddy may send to her newcomer as they are; nothing where she greets another."""
    newcomers = arrivals.get_arrival(actor, network_id)["newcomers"]
    if person["id"] not in {one["user"]["id"] for one in newcomers}:
        return ""
    return _hello(actor, person)


def _hello(actor: Actor, person: Mapping[str, Any]) -> str:
    first = str(person["display_name"]).split(maxsplit=1)[0]
    return _(
        "Hello %(name)s, nice that you are here! I am %(own)s and greet new people. Do you have a question, "
        "or would you like to tell me whom you support (without names)? Just write to me.",
        name=first, own=actor.name,
    )  # fmt: skip


def _named() -> str:
    """The person whom a form means; none is no form of ours."""
    named = request.form.get("user_id", "")
    if named and len(named) != 36:
        raise NotFound()
    return named


def _change(actor: Actor, network_id: str, user_id: str) -> None:
    own = user_id == actor.user_id
    if request.form.get("greets") == "1":
        arrivals.greet_newcomers(actor, network_id, user_id)
        said = _("Thank you! You greet newcomers now.") if own else _("This person greets newcomers now.")
    else:
        arrivals.stop_greeting(actor, network_id, user_id)
        said = _("You are not on the list any more.") if own else _("This person is off the list now.")
    flash(said, "ok")
