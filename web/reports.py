"""The pages of reporting: telling of a problem, the receipt, one's own reports, answering a question, and the
form for people without an account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import moderation, networks
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound, TooMany
from network.kernel.paging import PageRequest
from web import case_words as words
from web.forms.reports import AnswerForm, CaseStepForm, NoticeAnswerForm, NoticeForm, ReportForm
from web.languages import choose_language
from web.operator import sections as platform_sections
from web.pages import page

blueprint = Blueprint("reports", __name__)
EXCERPT = 400


@page(blueprint, "/talk/m/<id:message_id>/report", methods=("GET", "POST"))
def message(actor: Actor, message_id: str) -> Any:
    """Report a message."""
    return _report(actor, "message", message_id)


@page(blueprint, "/report/<target_type>/<id:target_id>", methods=("GET", "POST"))
def thing(actor: Actor, target_type: str, target_id: str) -> Any:
    """Report a topic, a file, a meeting or a person."""
    if target_type not in moderation.TARGETS:
        raise NotFound()
    return _report(actor, target_type, target_id)


def _report(actor: Actor, kind: str, target_id: str) -> Any:
    target = moderation.visible_target(actor, kind, target_id, _asked_network(kind))
    g.network_id = target.network_id
    rules = words.rules_of(target.network_id)
    form = ReportForm(data={"network_id": target.network_id})
    words.offer_rules(form.rule_id, rules)
    if form.validate_on_submit():
        try:
            receipt = moderation.report(
                actor, kind, target_id, reason=form.reason.data or "",
                rule_id=words.chosen_rule(form.rule_id), network_id=target.network_id,
                not_by_organisation=bool(form.not_by_organisation.data),
            )  # fmt: skip
            if not receipt.is_new:
                flash(_("You told us about this before. Here is how it stands."), "ok")
            return redirect(url_for("reports.receipt", report_id=receipt.report["id"]), 303)
        except DomainError as error:
            form.show_faults(error)
    return render_template(
        "reports/report.html", form=form, rules=rules, target=target, kind=words.TARGETS[kind],
        said=target.body[:EXCERPT], back=words.place_of({"type": kind, "id": target_id}),
        network=networks.get_network(actor, target.network_id),
    ), 422 if form.errors else 200  # fmt: skip


def _asked_network(kind: str) -> str | None:
    """In which network a person is reported; everything else has its own."""
    return (request.values.get("network_id") or None) if kind == "user" else None


@page(blueprint, "/reports")
def reports(actor: Actor) -> Any:
    """One's own reports."""
    found = moderation.list_reports(actor, PageRequest(cursor=request.args.get("cursor")))
    return render_template(
        "reports/reports.html", reports=found.items, following=found.next, words=words,
        warned=moderation.warned_in(actor),
    )  # fmt: skip


@page(blueprint, "/reports/<id:report_id>")
def receipt(actor: Actor, report_id: str) -> Any:
    """How one's own report stands, what happens next and by when."""
    found = moderation.get_report(actor, report_id)
    g.network_id = found["network_id"]
    return render_template(
        "reports/receipt.html", report=found, state=words.report_state(found), words=words,
        following=words.next_of(found), place=words.place_of(found["target"]),
        form=CaseStepForm(data={"expected_version": found["version"]}),
    )  # fmt: skip


@page(blueprint, "/reports/<id:report_id>/withdrawal", methods=("POST",))
def withdraw(actor: Actor, report_id: str) -> Any:
    """Take one's own report back."""
    form = CaseStepForm()
    if not form.validate_on_submit():
        abort(400)
    moderation.withdraw_report(actor, report_id, form.expected_version.data)
    flash(_("You took your report back."), "ok")
    return redirect(url_for("reports.receipt", report_id=report_id), 303)


@page(blueprint, "/questions/<id:question_id>", methods=("GET", "POST"))
def question(actor: Actor, question_id: str) -> Any:
    """What somebody who handles a matter asks, and the answer."""
    found = moderation.get_question(actor, question_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            moderation.answer_question(
                actor, found["case_id"], question_id=question_id, answer=form.answer.data,
                hand_over=bool(form.hand_over.data),
            )  # fmt: skip
            flash(_("Thank you. Your answer has arrived."), "ok")
            return redirect(url_for("reports.question", question_id=question_id), 303)
        except DomainError as error:
            form.show_faults(error)
    return render_template("reports/question.html", question=found, form=form), 422 if form.errors else 200


@page(blueprint, "/notices", methods=("GET", "POST"), audience="anyone")
def notice(_actor: Actor) -> Any:
    """Tell of something without an account."""
    form, status = NoticeForm(), 200
    if form.validate_on_submit():
        try:
            moderation.notice(
                request.remote_addr, url=form.url.data, why=form.why.data, name=form.name.data or "",
                email=form.email.data or "", good_faith=form.good_faith.data, language=choose_language(),
            )  # fmt: skip
            return render_template("reports/noticed.html", wrote=bool(form.email.data)), 201
        except DomainError as error:
            status = 429 if isinstance(error, TooMany) else 422
            form.show_faults(error)
    return render_template("reports/notice.html", form=form), 422 if form.errors and status == 200 else status


@page(blueprint, "/admin/notices")
def notices(actor: Actor) -> Any:
    """Notices that led to nothing of a network: for who runs the platform."""
    found = moderation.list_notices(actor, PageRequest(cursor=request.args.get("cursor")))
    return render_template(
        "reports/notices.html", notices=found.items, following=found.next, sections=platform_sections()
    )


@page(blueprint, "/admin/notices/<id:notice_id>", methods=("GET", "POST"))
def answer_notice(actor: Actor, notice_id: str) -> Any:
    """Answer one of them."""
    found = moderation.get_notice(actor, notice_id)
    form = NoticeAnswerForm(data={"expected_version": found["version"]})
    if form.validate_on_submit():
        try:
            moderation.answer_notice(
                actor, notice_id, answer=form.answer.data, expected_version=form.expected_version.data
            )
            flash(_("Your answer is on its way."), "ok")
            return redirect(url_for("reports.notices"), 303)
        except DomainError as error:
            form.show_faults(error)
    body = render_template(
        "reports/answer_notice.html", notice=found, form=form, sections=platform_sections()
    )
    return body, 422 if form.errors else 200
