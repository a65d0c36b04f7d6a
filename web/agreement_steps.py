"""The page of each step of a version, asked once more in words: opening the talk, fixing, ending."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from network import agreements, decisions
from network.agreements import VersionView
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, FieldFault, Forbidden, Invalid, NotFound
from network.kernel.translation import mark, regional, supported
from network.networks import NetworkView
from web.agreement_acts import EFFECT, END, steps_open, who_is_lacking
from web.agreement_words import words_of
from web.beginnings import end_of
from web.formats import local_today
from web.forms.agreements import VersionStepForm
from web.pages import page
from web.signature_counts import signatures_of
from web.versions import open_version

blueprint = Blueprint("agreement_steps", __name__)
WEEK, NOTICE = timedelta(days=7), timedelta(days=30)

_NAMES = "opening, rework, freeze, consent, activation, abandonment, termination, objection, correction"


@page(
    blueprint,
    f"/network/<slug>/agreements/v/<id:version_id>/steps/<any({_NAMES}):act>",
    methods=("GET", "POST"),
)
def step(actor: Actor, slug: str, version_id: str, act: str) -> Any:
    """What a step means, what it asks for, and the button that takes it."""
    row, seen = open_version(actor, slug, version_id)
    if request.method == "GET" and act not in steps_open(actor, row, seen):
        return redirect(url_for("versions.version", slug=row["slug"], version_id=version_id))
    until = local_today() + WEEK
    form, status = VersionStepForm(answers_until=until, ends_on=_least_last_day(until)), 200
    if form.validate_on_submit():
        try:
            taken = _take(actor, row, seen, act, form)
            flash(str(words_of(act, seen)["done"]), "ok")
            way = "drafting.draft" if act == "correction" else "versions.version"
            return redirect(url_for(way, slug=row["slug"], version_id=taken))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
            status = 409 if isinstance(error, Conflict) else 422
            seen = agreements.get_agreement_version(actor, version_id)
    elif form.errors:
        status = 422
    signatures = signatures_of(actor, seen).missing if act == "activation" else ()
    lacking = who_is_lacking(actor, row, seen) if act == "freeze" else ("", None)
    body = render_template(
        "agreements/step.html", network=row, version=seen, form=form, words=words_of(act, seen, signatures),
        lacking=lacking[0], appointing=lacking[1],
    )  # fmt: skip
    return body, status


def _take(actor: Actor, row: NetworkView, seen: VersionView, act: str, form: VersionStepForm) -> str:
    """Take the step; returns the version on whose page one goes on."""
    version = form.expected_version.data
    if act == "correction":
        made = agreements.draft_version(
            actor, seen["agreement_id"], from_version=seen["id"], is_correction=True
        )
        return made["id"]
    if act == "objection":
        agreements.discuss_correction(actor, seen["id"], form.reason.data or "")
    elif act == "termination":
        _ask_for_the_end(actor, row, seen, form)
    elif act == "consent":
        _ask_everybody(actor, row, seen, form)
    else:
        {
            "opening": agreements.open_deliberation,
            "rework": agreements.rework_version,
            "freeze": agreements.freeze_version,
            "activation": agreements.activate_version,
            "abandonment": agreements.abandon_version,
        }[act](actor, seen["id"], version)
    return seen["id"]


def _ask_everybody(actor: Actor, row: NetworkView, seen: VersionView, form: VersionStepForm) -> None:
    """Open the decision that lets the members be asked to sign; of two who do it at once, one question."""
    if decisions.open_decision_about(EFFECT, seen["id"]) is not None:
        return
    title, number = seen["title"], seen["number"]
    with force_locale(regional(seen["language"])):
        question = _("Do we agree on “%(title)s”, version %(number)s?", title=title, number=number)
    effect: dict[str, Any] = {"type": EFFECT, "id": seen["id"]}
    _ask(actor, row, seen, form, question=question, silence=seen["silence"], effect=effect)


def _ask_for_the_end(actor: Actor, row: NetworkView, seen: VersionView, form: VersionStepForm) -> None:
    """Open the decision that ends what is in force, with its last day in the question."""
    if agreements.open_end(seen["id"]) is not None:
        return
    least = _least_last_day(form.answers_until.data or local_today() + WEEK)
    last = form.ends_on.data or least
    if last < least:
        said = mark(
            "Please choose %(day)s or later. Then everybody has at least %(days)s days until it ends."
        )
        from_when = format_date(least, "long", rebase=False)
        raise Invalid({"ends_on": FieldFault.of(said, day=from_when, days=NOTICE.days)})
    with force_locale(regional(seen["language"])):
        said = format_date(last, "long", rebase=False)  # with its year: the question is read years later
        question = _("Shall “%(title)s” end? Its last day would be: %(day)s", title=seen["title"], day=said)
    effect = {"type": END, "id": seen["id"], "value": last.isoformat()}
    _ask(actor, row, seen, form, question=question, explanation=form.reason.data or "", effect=effect)


def _least_last_day(answers_until: date) -> date:
    """From when on the day that people say yes to is the one that comes: the notice counts from the day in
    UTC on which the answers are counted, which is the next one where they end at midnight."""
    ends = end_of(answers_until) or runtime.current().clock.now()
    return ends.date() + timedelta(days=1) + NOTICE


def _ask(actor: Actor, row: NetworkView, seen: VersionView, form: VersionStepForm, **wish: Any) -> None:
    """A question about a text is asked in the language of the text."""
    until = end_of(form.answers_until.data) or runtime.current().clock.now() + WEEK
    language = supported(seen["language"])
    try:
        decisions.draft_and_open(actor, row["id"], kind="consent", language=language, closes_at=until, **wish)
    except Invalid as refusal:
        fields = {"closes_at": "answers_until"}
        if wish["effect"]["type"] == END:
            fields["effect"] = "ends_on"
        raise Invalid({fields.get(name, name): fault for name, fault in refusal.faults.items()}) from None
