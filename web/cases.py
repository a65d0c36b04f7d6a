"""The pages of who handles cases: the queue, one case with the three ways first, and each step with words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import discussions, moderation
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, NotFound
from network.kernel.paging import PageRequest
from web import case_words as words
from web.forms.reports import CaseActForm, CaseStepForm
from web.live import live_network, live_scope
from web.pages import page
from web.power_words import KIND_NAMES
from web.roadmap import open_network

blueprint = Blueprint("cases", __name__)
SHOWN = 30
OPEN, OVER = ("new", "in_review", "awaiting_info"), ("decided", "closed")
QUESTION = "question"
ACTS = {QUESTION: QUESTION, "hide": "veil", "hand-over": "escalation", "reopening": "reopening",
        "unfounded": "claim"}  # fmt: skip
"""Steps with words, and after which of a case's next steps each is offered."""


@page(blueprint, "/network/<slug>/cases")
def cases(actor: Actor, slug: str) -> Any:
    """The queue: what waits first, then what is over; nothing of what a case is about."""
    row = open_network(actor, slug)
    asked = PageRequest(SHOWN, request.args.get("cursor"))
    found = moderation.list_cases(actor, row["id"], asked)
    return render_template(
        "cases/cases.html", network=row, words=words, following=found.next,
        mine=[one for one in found.items if one["mine"]],
        waiting=_pressing(one for one in found.items if one["state"] in OPEN and not one["mine"]),
        over=[one for one in found.items if one["state"] in OVER],
        live=live_network(actor, row["id"], url_for("cases.cases", slug=slug)),
    )  # fmt: skip


def _pressing(found: Any) -> list[Mapping[str, Any]]:
    return sorted(found, key=lambda one: (-one["severity"], one["reported_at"]))


@page(blueprint, "/cases/<id:case_id>")
def case(actor: Actor, case_id: str) -> Any:
    """One case: what was reported, as it was and as it is now, and what can be done."""
    found = moderation.get_case(actor, case_id)
    return _shown(actor, found)


def _shown(actor: Actor, found: Mapping[str, Any]) -> Any:
    row = open_network_of(actor, found)
    return render_template(
        "cases/case.html", network=row, case=found, words=words, facts=words.facts_of(found),
        steps=found["next_steps"], place=words.place_of(found["target"]),
        neighbours=moderation.list_neighbours(actor, found["id"]) if request.args.get("around") else None,
        decision_url=url_for("measures.decide", case_id=found["id"]), kinds=KIND_NAMES,
        takes_back=moderation.may_take_back(actor, found["id"]),
        live=live_scope(actor, found["network_id"], f"case:{found['id']}"),
    )  # fmt: skip


def open_network_of(actor: Actor, found: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The network of a case for the frame, where she who handles it sees the network at all."""
    g.network_id = found["network_id"]
    try:
        return open_network(actor, found["network_id"])
    except NotFound:
        return None


@page(blueprint, "/cases/<id:case_id>/claim", methods=("POST",))
def claim(actor: Actor, case_id: str) -> Any:
    """Take a case."""
    moderation.check_case_visible(actor, case_id)
    try:
        moderation.claim_case(actor, case_id, _version())
        flash(_("It is yours for three days."), "ok")
    except Conflict as error:
        flash(str(_(error.message)), "error")
    return redirect(url_for("cases.case", case_id=case_id), 303)


@page(blueprint, "/cases/<id:case_id>/stepping-aside", methods=("POST",))
def step_aside(actor: Actor, case_id: str) -> Any:
    """Say that one is too close to a matter."""
    moderation.check_case_visible(actor, case_id)
    last = moderation.step_aside(actor, case_id, _version())
    flash(_("Thank you. Somebody else looks at it now."), "ok")
    if open_network_of(actor, last) is None:
        return redirect(url_for("home.home"), 303)
    return redirect(url_for("cases.cases", slug=open_network(actor, last["network_id"])["slug"]), 303)


@page(blueprint, "/cases/<id:case_id>/talk", methods=("POST",))
def talk(actor: Actor, case_id: str) -> Any:
    """Write to who wrote it: a draft lies ready, with the rule that it is about."""
    moderation.check_case_visible(actor, case_id)
    _version()
    found = moderation.get_case(actor, case_id)
    author = found["snapshot"]["author"] if found["snapshot"] else None
    if author is None:
        raise NotFound()
    draft = words.talk_draft(found, author["display_name"], words.rules_of(found["network_id"]))
    room_id = discussions.find_direct_room(actor, found["network_id"], [author["id"]])
    topic_id = discussions.first_topic(room_id) if room_id else None
    if topic_id is None:
        return redirect(url_for("direct.write", user_id=author["id"], case=case_id), 303)
    known = discussions.get_draft(actor, discussions.topic_context(topic_id))
    discussions.save_draft(
        actor, discussions.topic_context(topic_id), draft, expected_version=known["version"]
    )
    return redirect(url_for("discussions.topic", topic_id=topic_id, _anchor="end"), 303)


@page(blueprint, "/cases/<id:case_id>/do/<case_act>", methods=("GET", "POST"))
def act(actor: Actor, case_id: str, case_act: str) -> Any:
    """A step that takes words: a question, hiding, handing over, a report about nothing, looking again."""
    moderation.check_case_visible(actor, case_id)
    if case_act not in ACTS:
        raise NotFound()
    found = moderation.get_case(actor, case_id)
    rules = words.rules_of(found["network_id"])
    form = CaseActForm(
        data={"expected_version": found["version"], "report_id": request.args.get("report_id")}
    )
    words.offer_rules(form.rule_id, rules)
    form.text.label.text = LABELS[case_act]()
    if form.validate_on_submit():
        try:
            return _done(actor, case_id, case_act, form)
        except DomainError as error:
            form.show_faults(error)
    row = open_network_of(actor, found)
    return render_template(
        "cases/act.html", case=found, form=form, act=case_act, title=TITLES[case_act](), network=row,
        note=NOTES[case_act](),
    ), 422 if form.errors else 200  # fmt: skip


def _done(actor: Actor, case_id: str, case_act: str, form: CaseActForm) -> Any:
    version, text = form.expected_version.data, form.text.data
    if case_act == "question":
        moderation.ask_question(actor, case_id, to=form.to.data, question=text, expected_version=version)
        flash(_("Your question is on its way. The time stands until the answer comes."), "ok")
    elif case_act == "hide":
        moderation.veil_case(
            actor, case_id, reason=text, rule_id=words.chosen_rule(form.rule_id), expected_version=version
        )
        flash(_("It is hidden for three days, or until it is decided."), "ok")
    elif case_act == "hand-over":
        moderation.escalate_case(actor, case_id, reason=text, expected_version=version)
        flash(_("Others look at it now."), "ok")
    elif case_act == "reopening":
        moderation.reopen_case(actor, case_id, evidence=text, expected_version=version)
        flash(_("The case is open again, and it is yours."), "ok")
    else:
        moderation.set_report_aside(
            actor, case_id, form.report_id.data or "", reason=text, expected_version=version
        )
        flash(_("This report is set aside."), "ok")
    return redirect(url_for("cases.case", case_id=case_id), 303)


def _version() -> int:
    form = CaseStepForm()
    if not form.validate_on_submit():
        abort(400)
    return int(form.expected_version.data)


TITLES = {
    "question": lambda: _("Ask something"),
    "hide": lambda: _("Hide it for now"),
    "hand-over": lambda: _("Hand it over"),
    "reopening": lambda: _("Look at it again"),
    "unfounded": lambda: _("This report is about nothing"),
}
LABELS = {
    "question": lambda: _("Your question"),
    "hide": lambda: _("Why is it hidden? Who wrote it reads this."),
    "hand-over": lambda: _("Why should others decide it?"),
    "reopening": lambda: _("What is new?"),
    "unfounded": lambda: _("Why is it about nothing?"),
}
NOTES = {
    "question": lambda: _("Only the person you ask reads it. The time for the case stands for up to a week."),
    "hide": lambda: _("It ends by itself after three days, unless the case is decided before."),
    "hand-over": lambda: _("It goes to those who stand above you. You still see what becomes of it."),
    "reopening": lambda: _("The case is open again and yours."),
    "unfounded": lambda: _("Who reported it hears that nothing was done. Many such reports bring a warning."),
}
