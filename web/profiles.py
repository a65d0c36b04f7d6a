"""The page about what one tells about oneself, and the words for what others show."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from network import networks, profiles
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.profiles import FIELDS, OwnProfileView, ProfileView
from web.formats import country_name, language_name
from web.forms.profiles import DAY_NAMES, PART_NAMES, OwnProfileForm
from web.founding import OFFERED_LANGUAGES
from web.pages import page
from web.people import shown
from web.places import country_choices
from web.shell import Shell

blueprint = Blueprint("profiles", __name__)


@page(blueprint, "/me/profile", methods=("GET", "POST"))
def own(actor: Actor) -> Any:
    """What I tell about myself; nothing is shown to anybody until I say so."""
    g.shell = shell = Shell(actor)
    form, refusal = form_about(actor, shell, profiles.show_my_profile(actor)), None
    if form.validate_on_submit():
        try:
            profiles.change_profile(actor, form.expected_version.data, how="form", **form.told())
            flash(_("Saved."), "ok")
            return redirect(url_for("membership.person", user_id=actor.user_id))
        except DomainError as error:
            refusal = error
    return shown(
        "profiles/own.html", form, refusal, days=DAY_NAMES, parts=PART_NAMES,
        spoken=[language_name(code) for code in form.languages.data or []],
    )  # fmt: skip


def form_about(actor: Actor, shell: Shell, mine: OwnProfileView) -> OwnProfileForm:
    """The form about oneself, with what can be chosen in the network that one looks at."""
    known = profiles.known_offers(actor, shell.network.id) if shell.network else []
    known = [offer for offer in known if offer not in (mine["offers"] or [])]
    form = _form(mine)
    ours = networks.get_network(actor, shell.network.id)["languages"] if shell.network else []
    form.offer(_languages(mine, ours), country_choices("-"), known)
    return form


def told_by(profile: ProfileView) -> list[tuple[str, str]]:
    """What a person shows, as names and values in the reader's language; her introduction is left out."""
    found = []
    if profile["languages"]:
        found.append((_("Speaks"), ", ".join(language_name(code) for code in profile["languages"])))
    if place := place_of(profile):
        found.append((_("Lives in"), place))
    if profile["availability"]:
        found.append((_("Usually has time"), "; ".join(week_in_words(profile["availability"]))))
    return found


def place_of(profile: ProfileView) -> str:
    """Region and country, as far as they are shown."""
    country = country_name(profile["country"]) if profile["country"] else ""
    return ", ".join(part for part in (profile["region"], country) if part)


def week_in_words(slots: list[str]) -> list[str]:
    """`Monday: morning, evening`, a line for each day."""
    lines = []
    for day, name in DAY_NAMES.items():
        parts = [str(word) for part, word in PART_NAMES.items() if f"{day}_{part}" in slots]
        if parts:
            lines.append(f"{name}: {', '.join(parts)}")
    return lines


def _form(mine: OwnProfileView) -> OwnProfileForm:
    if request.method == "POST":
        return OwnProfileForm()
    values = {name: value for name, value in mine.items() if name not in ("offers", "shown_to", "version")}
    audiences = {f"{field}_for": mine["shown_to"][field] for field in FIELDS}
    return OwnProfileForm(
        **values, **audiences, offers="\n".join(mine["offers"] or []), expected_version=mine["version"]
    )


def _languages(mine: OwnProfileView, ours: list[str]) -> list[tuple[str, str]]:
    codes = dict.fromkeys([*(mine["languages"] or []), *ours, *OFFERED_LANGUAGES])
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1].casefold())
