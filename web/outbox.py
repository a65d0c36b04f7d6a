"""The demo's post box: shows the letters that were written instead of sent. On this machine only."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, request

from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from web.guard import came_from_this_machine
from web.pages import page

blueprint = Blueprint("outbox", __name__)
ONLY_DEMO = True
SHOWN = 50


@page(blueprint, "/demo/outbox", audience="anyone")
def letters(_actor: Actor) -> str:
    """The newest letters, newest first; `?to=` narrows them to one address."""
    if not came_from_this_machine():
        raise NotFound()
    wanted = request.args.get("to", "").strip().casefold()
    shown: list[dict[str, Any]] = []
    for path in sorted(_outbox().glob("*.eml"), reverse=True):
        message = _read(path)
        if wanted and wanted not in str(message["To"]).casefold():
            continue
        shown.append(
            {"name": path.stem, "to": message["To"], "subject": message["Subject"], "date": message["Date"]}
        )
        if len(shown) >= SHOWN:
            break
    return render_template("outbox/letters.html", letters=shown, to=wanted)


@page(blueprint, "/demo/outbox/<name>", audience="anyone")
def letter(_actor: Actor, name: str) -> str:
    """One letter, its link to be followed."""
    if not came_from_this_machine():
        raise NotFound()
    path = _outbox() / f"{name}.eml"
    if not name.replace("-", "").isalnum() or not path.is_file():
        raise NotFound()
    message = _read(path)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    parts = [
        {"text": line, "url": line if line.startswith(("http://", "https://")) else ""}
        for line in text.splitlines()
    ]
    return render_template("outbox/letter.html", message=message, lines=parts)


def _outbox() -> Path:
    return Path(current_app.config["SETTINGS"].data_dir) / "outbox"


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)
