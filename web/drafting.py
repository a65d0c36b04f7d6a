"""The pages on which a document is begun and written, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from network import agreements, networks, people
from network.agreements import AgreementView, ClauseIn, ClauseView, VersionView, text_spans
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden, NotFound
from network.kernel.policy import require
from network.kernel.translation import LANGUAGES
from network.networks import NetworkView
from web.agreement_acts import steps_open
from web.agreement_words import KIND_NAMES, KIND_NOTES, KINDS_OF_FEATURE, asks_nobody
from web.beginnings import (
    offer_beginnings,
    offer_shares,
    signing_organisation,
    terms_of,
    typed_beginning,
    typed_terms,
    usual_terms,
)
from web.formats import day, language_name
from web.forms.drafting import ArrangementForm, ClauseForm, DocumentForm, TermsForm, VersionStartForm
from web.languages import choose_language
from web.member_choices import members_by_name
from web.pages import page
from web.roadmap import open_network
from web.versions import WORDS, announced_of, open_version, rule_of

blueprint = Blueprint("drafting", __name__)
TOGETHER = 2
"""So many others write with a member who does not lead."""


@page(blueprint, "/network/<slug>/agreements/templates")
def templates(actor: Actor, slug: str) -> str:
    """The templates of ours, to be read before one begins."""
    row = open_network(actor, slug)
    require(networks.sees_inside(actor, row["id"]))
    kinds = _kinds(row)
    return render_template(
        "agreements/templates.html", network=row, kind_names=KIND_NAMES,
        drafts=bool(agreements.may_draft_version(actor, row["id"], TOGETHER)),
        templates=[one for one in agreements.list_templates(choose_language()) if one["kind"] in kinds],
    )  # fmt: skip


@page(blueprint, "/network/<slug>/agreements/new", methods=("GET", "POST"))
def start(actor: Actor, slug: str) -> Any:
    """Begin a document; its first version follows."""
    row = open_network(actor, slug)
    require(agreements.may_draft_version(actor, row["id"], TOGETHER))
    form = DocumentForm(language=row["languages"][0] if row["languages"] else choose_language())
    alone = _offer_drafters(actor, row, form)
    form.kind.choices = [
        SelectChoice(kind, KIND_NAMES[kind]) for kind in _kinds(row) if kind != "communication_rules"
    ]
    codes = dict.fromkeys([*row["languages"], *LANGUAGES])
    form.language.choices = [SelectChoice(code, language_name(code)) for code in codes]
    if form.validate_on_submit():
        try:
            made = agreements.found_agreement(
                actor, row["id"], form.kind.data, form.title.data, form.language.data,
                form.together_with.data or (),
            )  # fmt: skip
            way = url_for(
                "drafting.begin",
                slug=row["slug"],
                agreement_id=made["id"],
                **{"with": form.together_with.data},
            )
            return redirect(way)
        except agreements.MoreMembersNeeded as few:
            form.together_with.errors = [_(few.message)]
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    body = render_template(
        "agreements/start.html", network=row, form=form, kind_notes=KIND_NOTES, alone=alone
    )
    return body, 422 if form.errors else 200


@page(blueprint, "/network/<slug>/agreements/<id:agreement_id>/begin", methods=("GET", "POST"))
def begin(actor: Actor, slug: str, agreement_id: str) -> Any:
    """A new version of a document: what it begins with, its rule and its days."""
    row = open_network(actor, slug)
    document = open_document(actor, row, agreement_id)
    require(agreements.may_draft_version(actor, row["id"], TOGETHER))
    form = VersionStartForm(start=request.args.get("start"), **usual_terms(row))
    notes, alone = offer_beginnings(form, document), _offer_drafters(actor, row, form)
    organisation = signing_organisation(actor, row)
    offer_shares(form, row, document["kind"])
    if form.validate_on_submit():
        try:
            made = agreements.draft_version(
                actor, agreement_id, together_with=form.together_with.data or (),
                **typed_beginning(form.start.data), **typed_terms(form, row),
            )  # fmt: skip
            return redirect(url_for("drafting.draft", slug=row["slug"], version_id=made["id"]))
        except agreements.MoreMembersNeeded as few:
            form.together_with.errors = [_(few.message)]
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    body = render_template(
        "agreements/begin.html", network=row, document=document, form=form, start_notes=notes,
        organisation=organisation, alone=alone,
    )  # fmt: skip
    return body, 422 if form.errors else 200


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/draft")
def draft(actor: Actor, slug: str, version_id: str) -> Any:
    """A draft with all that can be done to it, part by part."""
    row, seen = _open_draft(actor, slug, version_id)
    if seen["state"] != "draft":
        return redirect(url_for("versions.version", slug=row["slug"], version_id=seen["id"]))
    dates = [
        (label, day(seen[key]), None)  # type: ignore[literal-required]
        for label, key in (
            (_("Talked about until"), "deliberation_until"), (_("Can be signed until"), "signing_until"),
            (_("We look at it again"), "review_on"), (_("Holds until"), "valid_until"),
        )
        if seen[key] is not None  # type: ignore[literal-required]
        and not (key == "signing_until" and asks_nobody(seen))
    ]  # fmt: skip
    return render_template(
        "agreements/draft.html", network=row, version=seen, rule=rule_of(row, seen), dates=dates,
        announced=announced_of(seen),
        steps=steps_open(actor, row, seen),
        drafters=[one["display_name"] for one in people.people_by_id(seen["drafters"]).values()],
        abandons=bool(agreements.may_change_version(actor, row["id"], seen["drafters"])), **WORDS,
    )  # fmt: skip


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/parts/new", methods=("GET", "POST"))
def add(actor: Actor, slug: str, version_id: str) -> Any:
    """Write a new part; `after` says behind which it stands."""
    row, seen = _open_draft(actor, slug, version_id)
    form = ClauseForm(expected_version=seen["version"])
    if form.validate_on_submit():
        made = ClauseIn(form.heading.data or "", form.text.data or "", form.short.data or None)
        after = request.args.get("after")
        behind = next((n + 1 for n, one in enumerate(seen["clauses"]) if one["id"] == after), None)
        clauses = _kept(seen["clauses"])
        clauses.insert(len(clauses) if behind is None else behind, made)
        if _save(actor, seen, form, clauses):
            return redirect(url_for("drafting.draft", slug=row["slug"], version_id=seen["id"]))
    return _clause_page(actor, row, seen["id"], None, form)


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/parts/<id:clause_id>", methods=("GET", "POST"))
def clause(actor: Actor, slug: str, version_id: str, clause_id: str) -> Any:
    """Say one part in other words. Who changed it meanwhile is not overwritten: both are shown."""
    row, seen = _open_draft(actor, slug, version_id)
    old = _clause(seen, clause_id)
    form = ClauseForm(data={**old, "expected_version": seen["version"]})
    if form.validate_on_submit():
        said = ClauseIn(form.heading.data or "", form.text.data or "", form.short.data or None, clause_id)
        clauses = [said if one.id == clause_id else one for one in _kept(seen["clauses"])]
        if _save(actor, seen, form, clauses):
            way = url_for(
                "drafting.draft", slug=row["slug"], version_id=seen["id"], _anchor=f"clause-{clause_id}"
            )
            return redirect(way)
    return _clause_page(actor, row, seen["id"], clause_id, form)


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/parts/<id:clause_id>/place", methods=("POST",))
def arrange(actor: Actor, slug: str, version_id: str, clause_id: str) -> Any:
    """Move a part up or down, or take it out."""
    row, seen = _open_draft(actor, slug, version_id)
    form = ArrangementForm()
    if not form.validate_on_submit():
        abort(400)
    clauses = _kept(seen["clauses"])
    place = clauses.index(next(one for one in clauses if one.id == _clause(seen, clause_id)["id"]))
    taken = clauses.pop(place)
    if form.act.data != "out":
        clauses.insert(max(0, place + (-1 if form.act.data == "up" else 1)), taken)
    if not _save(actor, seen, form, clauses):
        flash(_("Somebody changed the draft meanwhile. Please look once more."), "error")
    return redirect(url_for("drafting.draft", slug=row["slug"], version_id=seen["id"]))


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/terms", methods=("GET", "POST"))
def terms(actor: Actor, slug: str, version_id: str) -> Any:
    """The rule by which it comes into force, and its days."""
    row, seen = _open_draft(actor, slug, version_id)
    form = TermsForm(data={**terms_of(seen), "expected_version": seen["version"]})
    offer_shares(form, row, seen["kind"])
    if form.validate_on_submit():
        try:
            agreements.change_version(actor, seen["id"], form.expected_version.data, typed_terms(form, row))
            return redirect(url_for("drafting.draft", slug=row["slug"], version_id=seen["id"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    body = render_template(
        "agreements/terms.html", network=row, version=seen, form=form,
        organisation=signing_organisation(actor, row),
    )  # fmt: skip
    return body, 422 if form.errors else 200


def open_document(actor: Actor, row: NetworkView, agreement_id: str) -> AgreementView:
    """A document of the network whose page it is."""
    found = agreements.get_agreement(actor, agreement_id)
    if found["network_id"] != row["id"]:
        raise NotFound()
    return found


def _open_draft(actor: Actor, slug: str, version_id: str) -> tuple[NetworkView, VersionView]:
    row, seen = open_version(actor, slug, version_id)
    require(agreements.may_change_version(actor, row["id"], seen["drafters"]))
    return row, seen


def _offer_drafters(actor: Actor, row: NetworkView, form: DocumentForm | VersionStartForm) -> bool:
    """The other active members, to choose who writes with her; True where she may also write alone."""
    found = members_by_name(actor, row["id"], "active")
    others = [one["user"] for one in found if one["user"]["id"] != actor.user_id]
    form.together_with.choices = [SelectChoice(one["id"], one["display_name"]) for one in others]
    if request.method == "GET":
        form.together_with.data = request.args.getlist("with")
    return bool(agreements.may_draft_version(actor, row["id"]))


def _kinds(row: NetworkView) -> list[str]:
    features = row["features"]
    return [
        kind
        for kind in KIND_NAMES
        if features.get(KINDS_OF_FEATURE.get(kind, ""), kind not in KINDS_OF_FEATURE)
    ]


def _clause(seen: VersionView, clause_id: str) -> ClauseView:
    found = next((one for one in seen["clauses"] if one["id"] == clause_id), None)
    if found is None:
        raise NotFound()
    return found


def _kept(clauses: Sequence[ClauseView]) -> list[ClauseIn]:
    return [ClauseIn(one["heading"], one["text"], one["short"], one["id"]) for one in clauses]


def _save(actor: Actor, seen: VersionView, form: Any, clauses: Sequence[ClauseIn]) -> bool:
    try:
        agreements.change_version(actor, seen["id"], form.expected_version.data, {"clauses": clauses})
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        form.show_faults(error)
        return False
    return True


def _clause_page(
    actor: Actor, row: NetworkView, version_id: str, clause_id: str | None, form: ClauseForm
) -> Any:
    now = agreements.get_agreement_version(actor, version_id)
    stands = next((one for one in now["clauses"] if one["id"] == clause_id), None)
    difference: Sequence[Any] = ()
    if form.errors and stands is not None and form.expected_version.data != now["version"]:
        difference = text_spans(stands["text"], form.text.data or "")
        form.expected_version.data, form.expected_version.raw_data = now["version"], None
    body = render_template(
        "agreements/clause.html", network=row, version=now, clause=stands, form=form, difference=difference
    )
    return body, 422 if form.errors else 200
