"""The pages of signing: read what changed, tick, sign; or do not sign, or take the signature back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import agreements
from network.agreements import OwnSignature, TextChanged, VersionView
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, NotFound
from network.networks import NetworkView
from web.agreement_acts import SIGNABLE, capacity_of
from web.agreement_words import asks_nobody
from web.forms.agreements import DeclinationForm, SignatureForm, WithdrawalForm
from web.live import live_network
from web.pages import page
from web.signature_counts import signatures_of
from web.versions import WORDS, difference_from, first_signers, open_version, to_read

blueprint = Blueprint("signing", __name__)


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/sign", methods=("GET", "POST"), proof=True)
def sign(actor: Actor, slug: str, version_id: str) -> Any:
    """What is new since the version that she signed last, or the whole text; a tick; her name on the button.
    When the text is another than the one she read, nothing is signed: what differs is shown, and the tick is
    off."""
    row, seen = open_version(actor, slug, version_id)
    if request.method == "GET" and (seen["state"] not in SIGNABLE or asks_nobody(seen)):
        return redirect(url_for("versions.version", slug=row["slug"], version_id=seen["id"]))
    form, read, status = SignatureForm(), None, 200
    if request.method == "GET":
        form.organisation_id.data = request.args.get("organisation_id", "")
    if form.validate_on_submit():
        try:
            agreements.sign_version(
                actor, seen["id"], form.text_hash.data, *capacity_of(form.organisation_id.data)
            )
            flash(_("Thank you. You have signed."), "ok")
            return redirect(url_for("versions.version", slug=row["slug"], version_id=seen["id"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
            status = 409 if isinstance(error, Conflict) else 422
            if isinstance(error, TextChanged):
                form.read.data = False
                read = _version_with(actor, seen, form.text_hash.data or "")
    elif form.errors:
        status = 422
    return _sign_page(actor, row, seen, form, read), status


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/declination", methods=("GET", "POST"))
def decline(actor: Actor, slug: str, version_id: str) -> Any:
    """Say that one does not sign, with or without a reason."""
    row, seen = open_version(actor, slug, version_id)
    form = DeclinationForm()
    if request.method == "GET":
        form.organisation_id.data = request.args.get("organisation_id", "")
    if form.validate_on_submit():
        try:
            capacity = capacity_of(form.organisation_id.data)
            agreements.decline_version(actor, seen["id"], form.reason.data or "", *capacity)
            flash(_("Noted: you do not sign. You can change your mind."), "ok")
            return redirect(url_for("versions.version", slug=row["slug"], version_id=seen["id"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    body = render_template("agreements/decline.html", network=row, version=seen, form=form)
    return body, 422 if form.errors else 200


@page(
    blueprint,
    "/network/<slug>/agreements/v/<id:version_id>/withdrawal",
    methods=("GET", "POST"),
    proof=True,
)
def withdraw(actor: Actor, slug: str, version_id: str) -> Any:
    """Take one's signature back, from now on."""
    row, seen = open_version(actor, slug, version_id)
    form = WithdrawalForm()
    signed = any(one["state"] == "signed" for one in agreements.my_signatures(actor, seen["id"]))
    if request.method == "GET" and not signed:
        return redirect(url_for("versions.version", slug=row["slug"], version_id=seen["id"]))
    if request.method == "GET":
        form.organisation_id.data = request.args.get("organisation_id", "")
    if form.validate_on_submit():
        try:
            agreements.withdraw_signature(actor, seen["id"], "", *capacity_of(form.organisation_id.data))
            flash(_("Your signature is taken back."), "ok")
            return redirect(url_for("versions.version", slug=row["slug"], version_id=seen["id"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
    body = render_template("agreements/withdraw.html", network=row, version=seen, form=form)
    return body, 422 if form.errors else 200


def _sign_page(
    actor: Actor, row: NetworkView, seen: VersionView, form: SignatureForm, read: str | None
) -> str:
    """`read`: the version whose text she had before her, where that is another one."""
    mine = agreements.my_signatures(actor, seen["id"])
    own = next(
        (one for one in mine if (one["organisation_id"] or "") == (form.organisation_id.data or "")), None
    )
    before_id = read or (own["signed_before"] if own is not None else None)
    since = difference_from(actor, seen, before_id) if before_id else None
    return render_template(
        "agreements/sign.html", network=row, version=seen, form=form, read_before=read, against=since,
        changed=to_read(since) if since is not None else None,
        signed_at=own["signed_before_at"] if own is not None else None,
        for_organisation=own["organisation_name"] if own is not None else None,
        capacities=_capacities(row, seen, mine, form.organisation_id.data or ""),
        signed=signatures_of(actor, seen), signers=first_signers(actor, seen),
        talks=seen["opened_at"] is not None,
        live=live_network(actor, row["id"]), **WORDS,
    )  # fmt: skip


def _capacities(
    row: NetworkView, seen: VersionView, mine: Sequence[OwnSignature], chosen: str
) -> list[dict[str, Any]]:
    """For whom she can sign, where that is more than one: herself, and each organisation that is asked."""
    here: dict[str, Any] = {"slug": row["slug"], "version_id": seen["id"]}
    ways = [
        {
            "label": one["organisation_name"] or _("For myself"),
            "url": url_for("signing.sign", organisation_id=one["organisation_id"], **here),
            "current": (one["organisation_id"] or "") == chosen,
        }
        for one in mine if one["state"] in (None, "declined")
    ]  # fmt: skip
    return ways if len(ways) > 1 else []


def _version_with(actor: Actor, seen: VersionView, text_hash: str) -> str | None:
    """The other version of the document that has this text, if there is one."""
    lines = agreements.versions_of(actor, seen)
    return next(
        (one["id"] for one in lines if one["text_hash"] == text_hash and one["id"] != seen["id"]), None
    )
