"""The pages of measures: deciding with the statement as the person will read it, agreeing as the second
person, one's own measures, asking for another look, and looking again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from network import moderation
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, NotFound
from network.kernel.paging import PageRequest
from web import power_words as words
from web.cases import open_network_of
from web.forms.measures import AppealForm, DecideForm, ReviewForm, SeenForm, WhyForm
from web.languages import choose_language
from web.pages import page
from web.roadmap import open_network, sections
from web.ruling import at_fields, begun, draft_of, end_of, kinds_to_choose, zone

blueprint = Blueprint("measures", __name__)
SHOWN = 30
KINDS_OF_CASE = ("warning", "veil", "content_removal", "posting_pause", "suspension", "removal")
APPEAL_STATES = {
    "submitted": lambda: _("You asked for another look. Somebody else answers."),
    "under_review": lambda: _("Somebody has looked at it; a second person does so too."),
    "upheld": lambda: _("The measure stays."),
    "modified": lambda: _("Something milder took its place."),
    "overturned": lambda: _("It was taken back, and your record is clear."),
    "withdrawn": lambda: _("You took your appeal back."),
}


@page(blueprint, "/cases/<id:case_id>/decision", methods=("GET", "POST"), proof=True)
def decide(actor: Actor, case_id: str) -> Any:
    """Decide a case: fill in, read what the person will read, send."""
    moderation.check_case_visible(actor, case_id)
    found = moderation.get_case(actor, case_id)
    form = DecideForm(None if request.method == "GET" else request.form, data=begun(found))
    rules = moderation.rules_of_case(actor, case_id)
    form.rule_id.choices = [
        SelectChoice("", _("No rule")),
        *(SelectChoice(rule["id"], rule["short"] or rule["heading"]) for rule in rules),
    ]
    form.kind.choices = [SelectChoice("", _("No measure")), *kinds_to_choose(KINDS_OF_CASE)]
    running, parts = None, None
    if form.validate_on_submit():
        draft = draft_of(found, form)
        try:
            if request.form.get("step") == "send":
                moderation.decide_case(actor, case_id, form.expected_version.data, draft)
                flash(_("Decided. Nobody is told for five minutes; until then you can take it back."), "ok")
                return redirect(url_for("cases.case", case_id=case_id), 303)
            if request.form.get("step") == "preview":
                parts = moderation.preview(actor, case_id, draft, draft.language or choose_language(), zone())
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            running = error.params.get("current") if error.code == "measure_running" else None
            form.show_faults(at_fields(error, form))
    return render_template(
        "measures/preview.html" if parts else "measures/decide.html", case=found, form=form, parts=parts,
        network=open_network_of(actor, found), running=running, kinds=words.KIND_NAMES,
        earlier=moderation.earlier_measures_of(actor, case_id), states=words.STATES,
    ), 422 if form.errors else 200  # fmt: skip


@page(blueprint, "/cases/<id:case_id>/decision/withdrawal", methods=("POST",))
def take_back(actor: Actor, case_id: str) -> Any:
    """Take a decision back while nobody was told."""
    moderation.check_case_visible(actor, case_id)
    try:
        moderation.withdraw_decision(actor, case_id, _seen())
        flash(_("Taken back. The case is yours again."), "ok")
    except Conflict as error:
        flash(str(_(error.message)), "error")
    return redirect(url_for("cases.case", case_id=case_id), 303)


@page(blueprint, "/measures/<id:sanction_id>/second", methods=("GET", "POST"), proof=True)
def second(actor: Actor, sanction_id: str) -> Any:
    """Agree to a weighty measure, or say no with a reason."""
    return _handled(actor, sanction_id, "second")


@page(blueprint, "/measures/<id:sanction_id>/lift", methods=("GET", "POST"), proof=True)
def lift(actor: Actor, sanction_id: str) -> Any:
    """End a measure early; the record stays."""
    return _handled(actor, sanction_id, "lift")


def _handled(actor: Actor, sanction_id: str, what: str) -> Any:
    found, parts = moderation.handled_statement(actor, sanction_id, choose_language(), zone())
    form = WhyForm(
        None if request.method == "GET" else request.form, data={"expected_version": found["version"]}
    )
    agrees = what == "second" and request.form.get("answer") == "yes"
    if agrees:
        form.reason.validators = ()
    if form.validate_on_submit():
        try:
            said = _answered(actor, found, what, form, agrees=agrees)
            flash(said, "ok")
            return redirect(_after(actor, found["network_id"], "cases.cases"), 303)
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    return render_template(
        "measures/handle.html", sanction=found, form=form, what=what, kinds=words.KIND_NAMES,
        parts=parts, network=open_network_of(actor, found),
    ), 422 if form.errors else 200  # fmt: skip


def _answered(actor: Actor, found: Any, what: str, form: WhyForm, *, agrees: bool) -> str:
    version, reason = form.expected_version.data, form.reason.data or ""
    if what == "lift":
        moderation.lift_sanction(actor, found["id"], reason=reason, expected_version=version)
        return _("Ended. The record stays; only an appeal clears it.")
    if agrees:
        moderation.second_sanction(actor, found["id"], version)
        return _("You agreed. The measure begins when the decision is sent.")
    moderation.reject_sanction(actor, found["id"], reason=reason, expected_version=version)
    return _("You said no. The measure does not begin.")


@page(blueprint, "/measures")
def mine(actor: Actor) -> Any:
    """The measures of which the reader was told."""
    found = moderation.see_own_sanctions(actor, PageRequest(SHOWN, request.args.get("cursor")))
    return render_template(
        "measures/mine.html",
        measures=found.items,
        following=found.next,
        kinds=words.KINDS,
        states=words.STATES,
    )


@page(blueprint, "/measures/<id:sanction_id>")
def measure(actor: Actor, sanction_id: str) -> Any:
    """One measure with its statement of reasons, its end, and how its appeal stands."""
    return _own(actor, sanction_id, AppealForm(None))


@page(blueprint, "/measures/<id:sanction_id>/appeal", methods=("POST",))
def appeal(actor: Actor, sanction_id: str) -> Any:
    """Ask for another look, once."""
    moderation.own_statement(actor, sanction_id, choose_language(), zone())
    form = AppealForm()
    if form.validate_on_submit():
        try:
            moderation.appeal(actor, sanction_id, form.text.data or "")
            flash(_("We have your appeal. Somebody else looks at it, within 14 days."), "ok")
            return redirect(url_for("measures.measure", sanction_id=sanction_id), 303)
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    return _own(actor, sanction_id, form), 422


def _own(actor: Actor, sanction_id: str, form: AppealForm) -> str:
    parts = moderation.own_statement(actor, sanction_id, choose_language(), zone())
    found: Any = moderation.see_sanction(actor, sanction_id)
    asked = moderation.appeal_about(sanction_id)
    return render_template(
        "measures/measure.html", sanction=found, parts=parts, form=form, asked=asked, kinds=words.KINDS,
        states=words.STATES, can_ask=moderation.can_appeal(actor, sanction_id),
        stands=APPEAL_STATES[asked["state"]]() if asked else "",
    )  # fmt: skip


@page(blueprint, "/measures/<id:sanction_id>/appeal/withdrawal", methods=("POST",))
def withdraw(actor: Actor, sanction_id: str) -> Any:
    """Take an appeal back."""
    moderation.own_statement(actor, sanction_id, choose_language(), zone())
    asked = moderation.appeal_about(sanction_id)
    if asked is None:
        raise NotFound()
    try:
        moderation.withdraw_appeal(actor, asked["id"], _seen())
        flash(_("You took your appeal back."), "ok")
    except Conflict as error:
        flash(str(_(error.message)), "error")
    return redirect(url_for("measures.measure", sanction_id=sanction_id), 303)


@page(blueprint, "/appeal/<token>", methods=("GET", "POST"), audience="anyone")
def linked(_actor: Actor, token: str) -> Any:
    """By the link in a letter: the statement, and asking for another look without signing in."""
    _id, stands, parts = moderation.linked_statement(token, choose_language(), zone())
    form = AppealForm()
    if form.validate_on_submit():
        try:
            moderation.appeal_by_link(token, form.text.data or "")
            return redirect(url_for("measures.linked", token=token, done=1), 303)
        except NotFound:
            raise
        except DomainError as error:
            form.show_faults(error)
    said = APPEAL_STATES.get(stands)
    return render_template(
        "measures/linked.html", parts=parts, form=form, stands=said() if said else "",
        can_ask=stands == "none", done=request.args.get("done"),
    ), 422 if form.errors else 200  # fmt: skip


@page(blueprint, "/network/<slug>/appeals")
def appeals(actor: Actor, slug: str) -> Any:
    """The appeals that wait and could be hers to answer, the oldest first."""
    row = open_network(actor, slug)
    found = moderation.see_appeals(actor, row["id"], PageRequest(SHOWN, request.args.get("cursor")))
    return render_template(
        "measures/appeals.html", network=row, appeals=found.items, following=found.next,
        proposals=moderation.see_proposals(actor, row["id"]), kinds=words.KINDS,
        sections=sections(actor, row, "log"),
    )  # fmt: skip


@page(blueprint, "/appeals/<id:appeal_id>", methods=("GET", "POST"), proof=True)
def review(actor: Actor, appeal_id: str) -> Any:
    """Look at a measure again, and answer in words."""
    asked, parts = moderation.appealed_statement(actor, appeal_id, choose_language(), zone())
    found: Any = asked
    if "sanction" not in found:
        return redirect(url_for("measures.measure", sanction_id=found["sanction_id"]), 303)
    form = ReviewForm(
        None if request.method == "GET" else request.form, data={"expected_version": found["version"]}
    )
    form.kind.choices = [SelectChoice("", _("No measure")), *kinds_to_choose(found["milder_kinds"])]
    if form.validate_on_submit():
        milder = None
        if form.outcome.data == "modified":
            milder = {"kind": form.kind.data or "", "until": end_of(form.until.data)}
        try:
            said = moderation.decide_appeal(
                actor, appeal_id, outcome=form.outcome.data, reply=form.reply.data or "", milder=milder,
                expected_version=form.expected_version.data,
            )  # fmt: skip
            told = _("Answered. The person is told.")
            flash(
                _("Thank you. A second person looks as well.") if said["state"] == "under_review" else told,
                "ok",
            )
            return redirect(_after(actor, found["network_id"], "measures.appeals"), 303)
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    return render_template(
        "measures/review.html", appeal=found, form=form, kinds=words.KIND_NAMES,
        parts=parts, network=open_network_of(actor, found),
    ), 422 if form.errors else 200  # fmt: skip


def _after(actor: Actor, network_id: str, endpoint: str) -> str:
    try:
        return url_for(endpoint, slug=open_network(actor, network_id)["slug"])
    except (NotFound, Forbidden):
        return url_for("home.home")


def _seen() -> int:
    form = SeenForm()
    if not form.validate_on_submit():
        abort(400)
    return int(form.expected_version.data)
