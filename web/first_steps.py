"""What a newcomer can tell about herself, one thing at a time; each can wait, and home leads back to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, url_for
from flask_babel import gettext as _

from network import meetings, profiles
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.profiles import FIELDS, OwnProfileView
from web.formats import language_name
from web.forms.profiles import DAY_NAMES, PART_NAMES, OwnProfileForm
from web.pages import page
from web.people import shown
from web.profiles import form_about
from web.shell import Shell

blueprint = Blueprint("first_steps", __name__)

STEPS = ("introduction", "offers", "languages", "region", "availability")
ASKED = {"region": ("country", "region"), "availability": ("availability", "can_help_now")}
"""What is asked in a step that is not called as what it asks."""


@page(blueprint, "/welcome/<part>", methods=("GET", "POST"))
def step(actor: Actor, part: str) -> Any:
    """One thing about oneself, with who sees it; what is saved leads to the next thing that is not told."""
    if part not in STEPS:
        abort(404)
    g.shell = shell = Shell(actor)
    mine = profiles.show_my_profile(actor)
    form, refusal = _only(part, form_about(actor, shell, mine)), None
    if form.validate_on_submit():
        try:
            told, field = form.told(), f"{part}_for"
            values = {name: told[name] for name in ASKED.get(part, (part,))}
            profiles.change_profile(
                actor, form.expected_version.data, how="form", **values, shown_to={part: form[field].data}
            )
            return redirect(_further(part, mine), 303)
        except DomainError as error:
            refusal = error
    place = shell.network
    return shown(
        "arrivals/step.html", form, refusal, key=part, number=STEPS.index(part) + 1, words=_words(),
        further=_further(part), days=DAY_NAMES, parts=PART_NAMES,
        spoken=[language_name(code) for code in form.languages.data or []],
        meeting=meetings.next_meeting(actor, place.id) if place and place.inside else None,
    )  # fmt: skip


def _only(step: str, form: OwnProfileForm) -> OwnProfileForm:
    """The form with the faults of this step alone: the other fields are not on the page."""
    asked = {*ASKED.get(step, (step,)), f"{step}_for", "known_offers", "expected_version", "csrf_token"}
    for name in {*FIELDS, *(f"{field}_for" for field in FIELDS), "country"} - asked:
        form[name].validators = []
        form[name].validate_choice = False
    return form


def _further(step: str, mine: OwnProfileView | None = None) -> str:
    """The next step; with a profile, the next of which nothing is told."""
    left = STEPS[STEPS.index(step) + 1 :]
    following = next((key for key in left if mine is None or not mine[key]), None)  # type: ignore[literal-required]
    return url_for("home.home") if following is None else url_for("first_steps.step", part=following)


def _words() -> list[str]:
    return [_("A few words"), _("What I can help with"), _("Languages"), _("Where I live"), _("My time")]
