"""How a poster's open link becomes a sheet of paper: words, QR code and template, set by Typst."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
from babel.dates import format_date

from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate

TEMPLATE = Path(__file__).with_name("poster.typ")


def print_poster(poster: Mapping[str, Any], network: str, organisation: str, language: str) -> bytes:
    """One page of A4 as PDF, in a language of the product. Typst is loaded by the first poster and not
    before: it weighs more than all of the API."""
    typst = importlib.import_module("typst")
    picture = io.BytesIO()
    segno.make(poster["url"], micro=False, error="q").save(picture, kind="svg", border=0, scale=4)
    day = format_date(poster["expires_at"], format="long", locale=regional(language))
    words = {"network": network, "organisation": organisation, "day": day}

    def say(message: str) -> str:
        return translate(language, message, words)

    said = {
        "language": language, "title": network, "name": network, "url": poster["url"],
        "heading": say(_("Come and join us!")),
        "founded": say(_("A network of mentors, founded by %(organisation)s")),
        "how": say(_("Scan, type your mail address, and your personal link comes by mail.")),
        "alt": say(_("QR code; the same link stands below")), "picture": picture.getvalue().decode(),
        "until": say(_("The link counts until %(day)s.")),
    }  # fmt: skip
    # As data, never as part of the template: nothing that anybody called herself is read as markup.
    return bytes(typst.compile(TEMPLATE, root=TEMPLATE.parent, sys_inputs={"data": json.dumps(said)}))
