"""What a professional contact is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from network.concerns.rules.known import KINDS
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

LONGEST = {"name": 200, "phone": 40, "url": 500, "hours": 200}
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]*\Z")


def check_contact(said: Mapping[str, Any]) -> dict[str, str]:
    """Bring a contact into its form: words stripped, the country in capitals. It has a name and a number or a
    page. Raises Invalid by field."""
    clean = {name: " ".join((said.get(name) or "").split()) for name in (*LONGEST, "country", "kind")}
    clean["country"] = clean["country"].upper()
    faults: dict[str, FieldFault] = {}
    for name, most in LONGEST.items():
        if len(clean[name]) > most:
            faults[name] = FieldFault.of(_("At most %(most)s characters, please."), most=most)
    if not _COUNTRY.match(clean["country"]):
        faults["country"] = FieldFault.of(_("Please choose a country."))
    if clean["kind"] not in KINDS:
        faults["kind"] = FieldFault.of(_("Please choose one."))
    if not clean["name"]:
        faults["name"] = FieldFault.of(_("Please say who answers there."))
    if clean["phone"] and not _PHONE.match(clean["phone"]):
        faults["phone"] = FieldFault.of(_("Digits, spaces and a plus at the beginning, please."))
    if clean["url"] and not _is_page(clean["url"]):
        faults["url"] = FieldFault.of(_("A web address begins with https://."))
    if not clean["phone"] and not clean["url"]:
        faults.setdefault("phone", FieldFault.of(_("Please give a telephone number or a page.")))
    if faults:
        raise Invalid(faults)
    return clean


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        return False
