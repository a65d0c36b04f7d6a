"""The public page on which anybody asks whether a PDF is one of ours and unchanged; the file is not kept."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _

from network import agreements
from network.kernel.actor import Actor
from web.formats import full_day
from web.forms.check import CheckForm
from web.pages import page

blueprint = Blueprint("check", __name__)


@page(blueprint, "/check", methods=("GET", "POST"), audience="anyone")
def check(_actor: Actor) -> Any:
    """Upload a PDF or name its SHA-256; the answer is yes, with what is known, or that it is unknown."""
    form, found, unknown = CheckForm(), None, False
    if form.validate_on_submit():
        found = agreements.check_document(form.sha256.data or _hash_of(form.file.data))
        unknown = found is None
    facts = []
    if found is not None:
        facts = [(_("Made"), full_day(found.issued_at), None)]
    body = render_template("agreements/check.html", form=form, found=found, unknown=unknown, facts=facts)
    return body, 422 if form.errors else 404 if unknown else 200


def _hash_of(upload: Any) -> str:
    return hashlib.file_digest(upload.stream, "sha256").hexdigest()
