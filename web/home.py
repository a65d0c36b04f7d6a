"""Home: the one thing that comes next for this person, what is new, and where the network stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _

from network import agreements, discussions, meetings, networks, notifications, organisations, roadmap
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from web import graduates
from web.arrivals import first_days
from web.cookies import remember
from web.decision_duties import to_answer
from web.hosting import Waits, who_waits
from web.pages import page
from web.phases import PHASE_NAMES
from web.shell import NETWORK_COOKIE, Place, Shell
from web.signing_duties import to_sign
from web.waiting import place_of, waiting_rows, way_to

blueprint = Blueprint("home", __name__)
SHOWN = 5
NEW = PageRequest(SHOWN)
HOSTS = frozenset({"meta_mentor", "deputy"})
PHASES = ("initiation", "organisation", "maintenance", "outreach")


@dataclass(frozen=True, slots=True)
class Next:
    """The card on top: what it is about, who stands behind it, the one filled button."""

    said: str
    label: str
    url: str
    person: Mapping[str, Any] | None = None
    note: str = ""
    quoted: bool = False
    language: str | None = None


@page(blueprint, "/home")
def home(actor: Actor) -> Any:
    """One thing to do next, then what is new since last time, then the roadmap in one line."""
    g.shell = shell = Shell(actor)
    place = shell.network
    duties = _duties(actor, shell)
    duties["open_decisions"] = to_answer(actor, place.id) if place is not None and place.inside else []
    signs = to_sign(actor, place.slug, place.id) if place is not None and place.inside else []
    if place is None:
        return render_template("home/outside.html", **duties, to_sign=[])
    inside = place.inside
    new = notifications.list_unread(actor, place.id, NEW).items if inside else []
    days = first_days(actor, place) if inside else None
    # Whom to welcome stands among them, and what was said last where nothing is new.
    looks = inside and (not new or bool(HOSTS.intersection(place.roles)))
    conversations = discussions.list_conversations(actor, place.id, most=40) if looks else []
    way = roadmap.get_roadmap(actor, place.id, shell.language) if inside else None
    waits = who_waits(actor, place.slug, place.id, place.roles, conversations) if inside else []
    following = _next_for_you(actor, place, new, way, waits, shell.language, days, signs)
    body = render_template(
        "home/home.html", **duties, place=place,
        to_sign=[one for one in signs if following is None or one["url"] != following.url],
        suspended_until=_suspended_until(actor, place), greeting=_greeting(actor),
        today=runtime.current().clock.now(),
        days=days,
        next=following, waits=[one for one in waits if following is None or one.url != following.url],
        unread=waiting_rows(new),
        conversations=conversations[:SHOWN], meeting=_next_meeting(actor, place),
        way=way, phases=phases_of(way) if way else [],
    )  # fmt: skip
    response = make_response(body)
    if request.args.get("network") == place.id:
        remember(response, NETWORK_COOKIE, place.id)
    return response


def _duties(actor: Actor, shell: Shell) -> dict[str, Any]:
    """What somebody acts for: her organisations with the day by which one that waits is verified; and what
    waits for the operator."""
    return {
        "organisations": shell.organisations,
        "waiting": organisations.count_waiting() if actor.is_operator else None,
        "overdue": organisations.count_overdue() if actor.is_operator else 0,
    }


def phases_of(way: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The four stops of the roadmap's line, with how many steps of each are done."""
    names = (_("Starting"), _("Organising"), _("Keeping going"), _("Reaching out"))
    now = PHASES.index(way["phase"])
    stops = []
    for number, phase in enumerate(PHASES):
        steps = [step for step in way["steps"] if step["phase"] == phase]
        stops.append(
            {
                "number": number + 1, "name": names[number], "total": len(steps),
                "done": sum(step["state"] in ("done", "waived") for step in steps),
                "state": "done" if number < now else "now" if number == now else "ahead",
            }
        )  # fmt: skip
    return stops


def _next_for_you(
    actor: Actor,
    place: Place,
    new: Sequence[discussions.WaitingView],
    way: Mapping[str, Any] | None,
    waits: Sequence[Waits],
    language: str,
    days: Mapping[str, Any] | None,
    signs: Sequence[Mapping[str, Any]],
) -> Next | None:
    standing = actor.standing(place.id)
    if not place.inside:
        return None
    if standing is not None and standing.state == "active" and not standing.rules_accepted:
        said = _("These are our rules now. Read them, then you can write.")
        if agreements.rules_of_network(place.id)["builtin"]:
            said = _("Five sentences that everybody here agrees to. Read them, then you can write.")
        return Next(said, _("Read the rules"), url_for("agreements.rules", slug=place.slug))
    if "steward" in place.roles and (decided := _step_that_was_decided(place, way)) is not None:
        return decided
    if signs:
        return _signature(signs)
    if days is not None and (greeted := _greeting_of_buddy(days, new)) is not None:
        return greeted
    if place.state == "active" and days is not None and not days["said_hello"]:
        welcome = discussions.first_rooms(place.id).get("welcome")
        if welcome is not None:
            return Next(
                _("Say hello. Two sentences are enough: who you are, and whom you support."),
                _("Say hello"), url_for("discussions.room", room_id=welcome, _anchor="new"),
            )  # fmt: skip
    if waits:
        # People come before steps.
        one = waits[0]
        return Next(one.said, one.label, one.url, one.person, one.note, one.quoted)
    step = roadmap.next_step(way, language) if way is not None else None  # type: ignore[arg-type]
    if step is not None and ("steward" in place.roles and place.state is None):
        return _next_step(actor, place, step)
    for topic in new:
        first = topic["message"]
        if first["excerpt"]:
            return Next(
                first["excerpt"], _("Read and answer"), way_to(topic), person=first["author"],
                note=place_of(topic), quoted=True, language=first["language"],
            )  # fmt: skip
    if step is not None and {"steward", *HOSTS}.intersection(place.roles):
        return _next_step(actor, place, step)
    return None


def _signature(signs: Sequence[Mapping[str, Any]]) -> Next:
    """What waits to be signed, with until when: her own signature before that of her organisation."""
    first = min(signs, key=lambda one: bool(one["for_organisation"]))
    said = _("Your agreement waits for your signature")
    if first["for_organisation"]:
        said = _("The agreement waits for the signature of your organisation")
    return Next(said, _("Read and sign"), first["url"], note=first["line"])


def _step_that_was_decided(place: Place, way: Mapping[str, Any] | None) -> Next | None:
    """The next phase, for whom everybody who decided that it begins waits now."""
    to = way["gate"]["to"] if way is not None and way["gate"]["ready"] else None
    if to is None or not roadmap.is_decided(networks.network_row(place.id), to):
        return None
    said = _("Your network has decided that the next phase begins: %(phase)s", phase=PHASE_NAMES[to])
    where = url_for("roadmap.next_phase", slug=place.slug)
    return Next(said, _("Go on to the next phase"), where, note=_("The step waits for you."))


def _greeting_of_buddy(days: Mapping[str, Any], new: Sequence[discussions.WaitingView]) -> Next | None:
    """The words of one's buddy as long as they are unread: the first answer goes to somebody with a name."""
    buddy = days["buddy"]
    for topic in new if buddy is not None and days["greeted"] else ():
        first = topic["message"]
        if topic["room_kind"] == "direct" and first["author"]["id"] == buddy["id"] and first["excerpt"]:
            note = _("Your buddy. Only the two of you read it.")
            return Next(
                first["excerpt"], _("Read and answer"), way_to(topic), buddy, note, True, first["language"]
            )
    return None


def _next_step(actor: Actor, place: Place, step: Mapping[str, Any]) -> Next:
    way = None
    if step["key"] in graduates.STEPS:
        way = graduates.way_to_graduates(actor, networks.get_network(actor, place.id))
    label, url = (way["label"], way["url"]) if way else (_("How you get there"), step["url"])
    note = _("The next step on your roadmap. So far: %(evidence)s", evidence=step["said"])
    return Next(step["title"], label, url, note=note)


def _next_meeting(actor: Actor, place: Place) -> Mapping[str, Any] | None:
    """The next date, for who is inside; who waits to be let in learns when it is."""
    if place.inside:
        return meetings.next_meeting(actor, place.id)
    return meetings.next_date(place.id) if place.state == "applied" else None


def _suspended_until(actor: Actor, place: Place) -> datetime | None:
    standing, now = actor.standing(place.id), runtime.current().clock.now()
    return standing.suspended_until if standing is not None and standing.is_suspended(now) else None


def _greeting(actor: Actor) -> str:
    hour = runtime.current().clock.now().astimezone(get_timezone()).hour
    name = next(iter(actor.name.split()), "")
    if 5 <= hour < 11:
        return _("Good morning, %(name)s", name=name)
    if 11 <= hour < 18:
        return _("Hello, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)
