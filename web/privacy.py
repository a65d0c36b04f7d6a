"""What stands under every page: what is stored and why, who runs this server, how well all can use it."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask import render_template as render
from werkzeug.wsgi import wrap_file

from config import Settings
from network import privacy
from network.kernel.actor import Actor
from web.pages import page

blueprint = Blueprint("privacy", __name__)


@page(blueprint, "/privacy", audience="anyone")
def notice(_actor: Actor) -> str:
    """What is stored about people, out of the register."""
    return render(
        "privacy/notice.html",
        purposes=privacy.PURPOSES,
        grounds=privacy.GROUNDS,
        **operator(),
    )


@page(blueprint, "/imprint", audience="anyone")
def imprint(_actor: Actor) -> str:
    """Who runs this server and how to reach them (Digital Services Act, Articles 11 and 12)."""
    return render("privacy/imprint.html", **operator())


@page(blueprint, "/accessibility", audience="anyone")
def accessibility(_actor: Actor) -> str:
    """How well everybody can use this site, and whom to tell where somebody cannot."""
    return render("privacy/accessibility.html", **operator())


@page(blueprint, "/me/export", methods=("GET", "POST"), proof=True)
def export(actor: Actor) -> Any:
    """Get what is stored about oneself, as a file."""
    if request.method == "GET":
        return render("privacy/export.html")
    privacy.request_export(actor)
    archive = privacy.take_export(actor)
    response = Response(wrap_file(request.environ, archive), content_type="application/zip")
    response.direct_passthrough = True
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def operator() -> dict[str, Any]:
    """Who runs this server, by its settings; the address of our mail's sender where no contact is set."""
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "operator_name": settings.operator_name,
        "operator_address": [line.strip() for line in settings.operator_address.split(";") if line.strip()],
        "operator_contact": settings.operator_contact or parseaddr(settings.mail_from)[1],
    }
