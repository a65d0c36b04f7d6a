"""The pages of talking about a version: what is said at each part, and other words proposed for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import agreements, membership
from network.agreements import OwnAmendmentView, VersionView, text_spans
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden, NotFound
from network.kernel.policy import require
from network.networks import NetworkView
from web.agreement_acts import way_to_decision
from web.forms.deliberation import AmendmentForm, AmendmentStepForm, AnswerForm, CommentForm
from web.live import live_network
from web.pages import page
from web.roadmap import open_network
from web.versions import WORDS, announced_of, open_version

blueprint = Blueprint("deliberation", __name__)

AMENDMENT_STATES = {
    "draft": (_l("being written"), "", "pencil"),
    "submitted": (_l("waits for an answer"), "", "clock"),
    "under_discussion": (_l("is being talked about"), "", "talk"),
    "accepted": (_l("taken"), "ok", "check"),
    "accepted_modified": (_l("taken in other words"), "ok", "check"),
    "rejected": (_l("not taken"), "", "x"),
    "put_to_vote": (_l("everybody decides about it"), "", "thumb"),
    "withdrawn": (_l("taken back"), "", "undo"),
    "outdated": (_l("The part has changed meanwhile."), "warn", "alert"),
}
OPEN = ("submitted", "under_discussion")
_ACTS = "support, withdrawal, vote, discussion, handover, takeover"


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/talk")
def talk(actor: Actor, slug: str, version_id: str) -> str:
    """A version part by part, with what is said and proposed at each."""
    row, seen = open_version(actor, slug, version_id)
    return _talk_page(actor, row, seen, CommentForm(None), "")


@page(
    blueprint, "/network/<slug>/agreements/v/<id:version_id>/parts/<id:clause_id>/comments", methods=("POST",)
)
def comment(actor: Actor, slug: str, version_id: str, clause_id: str) -> Any:
    """Say something at a part."""
    row, seen = open_version(actor, slug, version_id)
    form = CommentForm()
    if form.validate_on_submit():
        try:
            agreements.add_comment(actor, seen["id"], clause_id, form.body.data or "")
            return redirect(_at(row, seen["id"], clause_id))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    return _talk_page(actor, row, seen, form, clause_id), 422


@page(
    blueprint,
    "/network/<slug>/agreements/v/<id:version_id>/parts/<id:clause_id>/proposal",
    methods=("GET", "POST"),
)
def amend(actor: Actor, slug: str, version_id: str, clause_id: str) -> Any:
    """Propose other words for a part: first the difference is shown, then it is sent. Where the part was
    changed meanwhile, the difference to what stands there now is shown, and what was typed stays."""
    row, seen = open_version(actor, slug, version_id)
    require(agreements.may_amend(actor, row["id"]))
    if request.method == "GET" and not seen["amendments_open"]:
        return redirect(url_for("deliberation.talk", slug=row["slug"], version_id=seen["id"]))
    clause = next((one for one in seen["clauses"] if one["id"] == clause_id), None)
    if clause is None:
        raise NotFound()
    again = _amendment_to_renew(actor, seen, request.args.get("again"))
    begun = again or {"text": clause["text"], "reason": ""}
    form = AmendmentForm(
        data={"text": begun["text"], "reason": begun["reason"], "clause_hash": clause["hash"]}
    )
    difference: Any = ()
    if again is not None and request.method == "GET":
        # What she proposed is on other words now: she sees on which.
        difference = text_spans(clause["text"], again["text"])
    if form.validate_on_submit():
        if request.form.get("go") == "send":
            try:
                made = _send(actor, seen, clause_id, form, again)
                flash(_("Your proposal is sent. The others can see it now."), "ok")
                return redirect(url_for("deliberation.amendment", slug=row["slug"], amendment_id=made["id"]))
            except (NotFound, Forbidden):
                raise
            except DomainError as error:
                form.show_faults(error)
        # What is shown is the difference to the words of now, so that is what is sent next.
        form.clause_hash.data = clause["hash"]
        difference = text_spans(clause["text"], form.text.data or "")
        if not form.errors and all(span.kind == "same" for span in difference):
            form.text.errors = [_("These are the words that stand there now. What should be different?")]
            difference = ()
    body = render_template(
        "agreements/amend.html", network=row, version=seen, clause=clause, form=form, difference=difference
    )
    return body, 422 if form.errors else 200


@page(blueprint, "/network/<slug>/proposals/<id:amendment_id>")
def amendment(actor: Actor, slug: str, amendment_id: str) -> str:
    """One proposal: what would change, why, and what became of it."""
    row = open_network(actor, slug)
    return _amendment_page(actor, row, _amendment(actor, row, amendment_id), AnswerForm(None))


@page(blueprint, "/network/<slug>/proposals/<id:amendment_id>/answer", methods=("POST",))
def answer(actor: Actor, slug: str, amendment_id: str) -> Any:
    """Take a proposal, take it in other words, or do not take it."""
    row = open_network(actor, slug)
    seen = _amendment(actor, row, amendment_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            _answer(actor, amendment_id, form)
            flash(_("Your answer is written down."), "ok")
            return redirect(url_for("deliberation.amendment", slug=row["slug"], amendment_id=amendment_id))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    return _amendment_page(actor, row, seen, form), 422


@page(
    blueprint,
    f"/network/<slug>/proposals/<id:amendment_id>/<any({_ACTS}):wish>",
    methods=("POST",),
)
def step(actor: Actor, slug: str, amendment_id: str, wish: str) -> Any:
    """Stand behind a proposal, take one's own back or hand it over, let everybody decide about it."""
    row = open_network(actor, slug)
    seen = _amendment(actor, row, amendment_id)
    form = AmendmentStepForm()
    if form.validate_on_submit():
        try:
            _take(actor, seen, wish, form.expected_version.data)
            return redirect(url_for("deliberation.amendment", slug=row["slug"], amendment_id=amendment_id))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    answers = AnswerForm(None)
    answers.form_errors = form.form_errors
    return _amendment_page(actor, row, _amendment(actor, row, amendment_id), answers), 409


def _take(actor: Actor, seen: OwnAmendmentView, act: str, version: int) -> None:
    if act == "support":
        agreements.co_sponsor_amendment(actor, seen["id"])
    elif act == "vote":
        agreements.put_amendment_to_vote(actor, seen["id"], version)
    elif act == "discussion":
        agreements.discuss_amendment(actor, seen["id"], version)
    elif act == "takeover":
        agreements.take_over_amendment(actor, seen["id"], version)
    else:
        # Where others stand behind it, the one who did so first goes on with it.
        behind = [one["id"] for one in seen["co_sponsors"]] if act == "handover" else []
        agreements.withdraw_amendment(actor, seen["id"], version, next(iter(behind), None))


def _at(row: NetworkView, version_id: str, clause_id: str) -> str:
    way: dict[str, Any] = {"slug": row["slug"], "version_id": version_id}
    return url_for("deliberation.talk", _anchor=f"clause-{clause_id}", **way)


def _talk_page(actor: Actor, row: NetworkView, seen: VersionView, form: CommentForm, open_at: str) -> str:
    is_open = seen["state"] == "deliberation"
    amends = is_open and seen["amendments_open"] and bool(agreements.may_amend(actor, row["id"]))
    at = url_for("deliberation.talk", slug=row["slug"], version_id=seen["id"])
    return render_template(
        "agreements/talk.html", network=row, version=seen, form=form, open_at=open_at, is_open=is_open,
        talk=agreements.talk_by_clause(actor, seen["id"]), amendment_states=AMENDMENT_STATES,
        comments_on=is_open and bool(agreements.may_comment(actor, row["id"])), amends=amends,
        announced=announced_of(seen),
        live=live_network(actor, row["id"], at), ways=[], reader_id=actor.user_id, **WORDS,
    )  # fmt: skip


def _amendment(actor: Actor, row: NetworkView, amendment_id: str) -> OwnAmendmentView:
    """A proposal, on the page of the network in which it is."""
    found = agreements.get_amendment(actor, amendment_id)
    open_version(actor, row["slug"], found["version_id"])
    return found


def _amendment_to_renew(actor: Actor, seen: VersionView, amendment_id: str | None) -> OwnAmendmentView | None:
    """One's own proposal that the text has passed by, to be written anew on the words of now."""
    if not amendment_id:
        return None
    found = agreements.get_amendment(actor, amendment_id)
    return found if found["mine"] and found["version_id"] == seen["id"] else None


def _send(
    actor: Actor, seen: VersionView, clause_id: str, form: AmendmentForm, again: OwnAmendmentView | None
) -> OwnAmendmentView:
    said = (form.clause_hash.data or "", form.text.data or "", form.reason.data or "")
    if again is not None:
        return agreements.resubmit_amendment(actor, again["id"], again["version"], *said)
    return agreements.submit_amendment(actor, seen["id"], clause_id, *said)


def _answer(actor: Actor, amendment_id: str, form: AnswerForm) -> None:
    version = form.expected_version.data
    if form.outcome.data == "reject":
        agreements.reject_amendment(actor, amendment_id, version, form.reason.data or "")
    else:
        other = (form.text.data or "") if form.outcome.data == "modify" else None
        agreements.accept_amendment(actor, amendment_id, version, other, form.short.data)


def _amendment_page(actor: Actor, row: NetworkView, seen: OwnAmendmentView, form: AnswerForm) -> str:
    version = agreements.get_agreement_version(actor, seen["version_id"])
    clause = next((one for one in version["clauses"] if one["id"] == seen["clause_id"]), None)
    is_open = version["state"] == "deliberation"
    if form.text.data is None:
        form.text.data = seen["text"]
        form.short.data = clause["short"] if clause else None
    answers = (
        is_open and seen["state"] in OPEN and not seen["mine"]
        and bool(agreements.may_answer_amendment(actor, row["id"]))
    )  # fmt: skip
    other = seen["accepted_text"] is not None and seen["accepted_text"] != seen["text"]
    at = url_for("deliberation.amendment", slug=row["slug"], amendment_id=seen["id"])
    return render_template(
        "agreements/amendment.html", network=row, version=version, amendment=seen, form=form,
        heading=clause["heading"] if clause else _("A part that is gone"), answers=answers,
        difference=text_spans(seen["before"], seen["text"]), amendment_states=AMENDMENT_STATES,
        accepted_difference=seen["difference"] if other else (),
        vote=way_to_decision(seen["decision_id"]) if seen["decision_id"] else "",
        acts=_acts(actor, row, version, seen) if is_open else [],
        live=live_network(actor, row["id"], at), **WORDS,
    )  # fmt: skip


def _acts(
    actor: Actor, row: NetworkView, version: VersionView, seen: OwnAmendmentView
) -> list[dict[str, str]]:
    """What the reader can do with a proposal while the text is talked about."""
    state, joins = seen["state"], bool(agreements.may_amend(actor, row["id"]))
    found = []
    if joins and not seen["mine"] and not seen["co_sponsored"] and state in (*OPEN, "rejected"):
        found.append({"label": _("I stand behind it"), "act": "support", "kind": "", "sign": "heart"})
    if joins and state == "rejected" and (seen["mine"] or seen["co_sponsored"]) and not seen["decision_id"]:
        found.append({"label": _("Let everybody decide"), "act": "vote", "kind": "", "sign": "people"})
    if seen["mine"] and state == "outdated":
        way = url_for(
            "deliberation.amend", slug=row["slug"], version_id=version["id"], clause_id=seen["clause_id"],
            again=seen["id"],
        )  # fmt: skip
        found.append({"label": _("Write it anew"), "url": way, "kind": "primary"})
    stands = joins and seen["co_sponsored"] and state in (*OPEN, "outdated", "rejected")
    if stands and membership.running_membership(row["id"], seen["submitted_by"]["id"]) is None:
        # Who proposed it has left: somebody who stands behind it can go on with it.
        found.append({"label": _("Take it over"), "act": "takeover", "kind": "", "sign": "people"})
    if seen["mine"] and state in (*OPEN, "outdated"):
        if seen["co_sponsors"]:
            name = seen["co_sponsors"][0]["display_name"]
            label = _("Hand it over to %(name)s", name=name)
            found.append({"label": label, "act": "handover", "kind": "ghost", "sign": ""})
        else:
            found.append({"label": _("Take it back"), "act": "withdrawal", "kind": "ghost", "sign": "undo"})
    return found
