"""Danger to life, and worries about somebody's safety: numbers first, then form, list and one of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from network import concerns, membership, networks, organisations
from network.concerns import EMERGENCY, GENERAL, ConcernView, Emergency
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden, NotFound
from network.kernel.paging import PageRequest
from web.cookies import remembered
from web.formats import country_name, day_and_time
from web.forms.concerns import KIND_NAMES, NOTE_NAMES, AdditionForm, ConcernForm, NoteForm
from web.pages import page
from web.people import shown
from web.places import guessed_country
from web.shell import NETWORK_COOKIE

blueprint = Blueprint("concerns", __name__)


@page(blueprint, "/emergency", audience="anyone")
def emergency(_actor: Actor) -> str:
    """Emergency numbers by country, and professionals whom one can call; for everybody, without a script."""
    chosen = _country(request.args.get("country") or guessed_country())
    return render_template(
        "concerns/emergency.html", general=GENERAL, country=chosen, here=EMERGENCY.get(chosen or ""),
        countries=_countries(), contacts=_contacts(chosen), kinds=KIND_NAMES,
    )  # fmt: skip


@page(blueprint, "/tea", audience="anyone")
def neutral(_actor: Actor) -> str:
    """Where the quick exit leads: a page that says nothing about anybody."""
    return render_template("concerns/tea.html")


@page(blueprint, "/concern", methods=("GET", "POST"))
def raise_one(actor: Actor) -> Any:
    """Say that one is worried about somebody: the numbers first, and whether anybody is there to read it."""
    place = _network(actor)
    form, refusal = ConcernForm(), None
    there = concerns.people_for_concerns(actor, place["id"]) if place else []
    if place:
        form.offer(_people(actor, place["id"], place["organisation_id"]))
    if place and form.validate_on_submit():
        try:
            made = concerns.raise_concern(
                actor, place["id"], form.what.data, form.about, danger=form.danger.data
            )
            return redirect(url_for("concerns.concern", concern_id=made["id"], receipt=1))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    country = _country(place["country"] if place else guessed_country())
    return shown(
        "concerns/raise.html", form, refusal, network=place, there=there, places=_places(actor),
        waiting=concerns.count_waiting(actor), handles=bool(concerns.safeguarded_by(actor)),
        **_numbers(country),
    )  # fmt: skip


@page(blueprint, "/concerns")
def all_concerns(actor: Actor) -> str:
    """What one raised, and as lead or deputy what came to one; without a word of it."""
    found = concerns.list_concerns(actor, PageRequest(cursor=request.args.get("cursor")))
    names = networks.networks_by_id(row["network_id"] for row in found.items)
    return render_template(
        "concerns/list.html", concerns=found.items, networks=names,
        handles=bool(concerns.safeguarded_by(actor)),
        older_url=url_for("concerns.all_concerns", cursor=found.next) if found.next else None,
    )  # fmt: skip


@page(blueprint, "/concerns/<id:concern_id>", methods=("GET", "POST"))
def concern(actor: Actor, concern_id: str) -> Any:
    """One concern: its receipt for who raised it, its record for lead and deputy; and adding to it."""
    found = concerns.read_concern(actor, concern_id)
    network, refusal = networks.networks_by_id([found["network_id"]])[found["network_id"]], None
    adds = request.form.get("adds") == "yes"
    note, addition = NoteForm(prefix="note"), AdditionForm(prefix="more")
    if found["mine"]:
        addition.offer(_people(actor, network["id"], network["organisation_id"]))
    form = addition if adds or not found["handles"] else note
    if form.validate_on_submit():
        try:
            if form is addition:
                concerns.note_concern(
                    actor, concern_id, addition.what.data, concerns.ADDITION, addition.about
                )
            else:
                concerns.note_concern(actor, concern_id, note.what.data, note.kind.data)
            flash(_("Written down."), "ok")
            return redirect(url_for("concerns.concern", concern_id=concern_id))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    return shown(
        "concerns/concern.html", form, refusal, concern=found, network=network, note=note, addition=addition,
        receipt=bool(request.args.get("receipt")), note_names=NOTE_NAMES, shown=_shown(found),
        **_numbers(_country(network["country"])),
    )  # fmt: skip


def _shown(found: ConcernView) -> list[tuple[str, str]]:
    """Who was told and who looked, in the order of time, as the macro `timeline` takes it."""
    lines = [
        (one["at"], _("%(name)s was told", name=one["user"]["display_name"])) for one in found["told"]
    ] + [(one["at"], _("%(name)s looked", name=one["user"]["display_name"])) for one in found["looks"]]
    return [(f"{day_and_time(at)}: {words}", "done") for at, words in sorted(lines)]


def _network(actor: Actor) -> Any:
    """The network that the worry belongs to: the one that was named, else looked at last, else the first.
    Raises NotFound for a form about one that is not hers any more: it goes to no other one."""
    places = _places(actor)
    if request.method == "POST":
        meant = request.form.get("network")
        if not any(one["id"] == meant for one in places):
            raise NotFound()
    wanted = request.values.get("network") or remembered(NETWORK_COOKIE)
    return next((one for one in places if one["id"] == wanted), places[0] if places else None)


def _places(actor: Actor) -> list[Any]:
    known = networks.networks_by_id(actor.standings)
    return sorted(known.values(), key=lambda one: one["name"].casefold())


def _people(actor: Actor, network_id: str, organisation_id: str) -> list[tuple[str, str]]:
    """Whom one can name with a tap: who has a role there, and the organisation's contacts."""
    found = {one["user"]["id"]: one["user"]["display_name"] for one in _with_roles(actor, network_id)}
    if networks.sees_inside(actor, network_id):
        for one in organisations.list_stewards(actor, organisation_id).items:
            found.setdefault(one["id"], one["display_name"])
    found.pop(actor.user_id or "", None)
    return list(found.items())


def _with_roles(actor: Actor, network_id: str) -> list[Any]:
    if networks.sees_inside(actor, network_id):
        return list(membership.running_appointments(network_id))
    return list(concerns.people_for_concerns(actor, network_id))


def _numbers(country: str | None) -> dict[str, Any]:
    return {
        "general": GENERAL, "here": EMERGENCY.get(country or ""), "country": country,
        "contacts": _contacts(country), "kinds": KIND_NAMES,
    }  # fmt: skip


def _contacts(country: str | None) -> list[Any]:
    return list(concerns.list_contacts(country)) if country else []


def _country(code: str | None) -> str | None:
    wanted = (code or "").upper()
    locale = get_locale()
    return wanted if locale is not None and wanted in locale.territories and len(wanted) == 2 else None


def _countries() -> list[tuple[str, Emergency]]:
    """The table, by the countries' names in the language of the page."""
    named = [(country_name(code), numbers) for code, numbers in EMERGENCY.items()]
    return sorted(named, key=lambda one: one[0].casefold())
