"""When a meeting can be set down: its words, its time, its place and its link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from network import people
from network.kernel.addresses import check_link
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

KINDS = ("get_together", "exchange", "planning", "learning")
"""Kinds that have names of their own; other programs may use their own words."""

MAX_TITLE, MAX_ABOUT, MAX_KIND, MAX_PLACE, MAX_LINK, MAX_REASON = 200, 4000, 30, 300, 500, 1000
SHORTEST, LONGEST = 5, 24 * 60
NOTED_AFTERWARDS = timedelta(days=1)
"""Who met without having planned it may still write it down and say who was there."""
FURTHEST = timedelta(days=3 * 366)

_KIND = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")


def check_fields(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Bring what was typed into its form, as far as given: `title`, `about`, `kind`, `starts_at`,
    `time_zone`, `duration_minutes`, `place`, `link`. Raises Invalid that names every field which cannot be
    taken."""
    faults: dict[str, FieldFault] = {}
    clean: dict[str, Any] = {}
    for name, value in values.items():
        try:
            clean[name] = _starts_at(value, now) if name == "starts_at" else _FORMS[name](value)
        except Invalid as refused:
            faults |= refused.faults
    if faults:
        raise Invalid(faults)
    return clean


def check_reason(reason: str) -> str:
    """Why a meeting is cancelled; may be empty. Raises Invalid when it is too long."""
    return _short("reason", reason.strip(), MAX_REASON)


def _starts_at(value: datetime, now: datetime) -> datetime:
    moment = value.replace(microsecond=0)
    if moment < now - NOTED_AFTERWARDS:
        raise Invalid({"starts_at": FieldFault.of(_("Please choose a time that is still to come."))})
    if moment > now + FURTHEST:
        raise Invalid({"starts_at": FieldFault.of(_("Please choose a time within the next three years."))})
    return moment


def _title(value: str) -> str:
    title = " ".join(value.split())
    if not title:
        raise Invalid({"title": FieldFault.of(_("Please say in a few words what it is about."))})
    return _short("title", title, MAX_TITLE)


def _kind(value: str) -> str:
    if _KIND.match(value) is None:
        raise Invalid({"kind": FieldFault.of(_("One word in small letters, please."))})
    return value


def _duration(value: int) -> int:
    if not SHORTEST <= value <= LONGEST:
        raise Invalid({"duration_minutes": FieldFault.of(
            _("Between %(least)s minutes and %(most)s hours, please."), least=SHORTEST, most=LONGEST // 60
        )})  # fmt: skip
    return value


def _link(value: str | None) -> str | None:
    return check_link(value, "link", MAX_LINK) if value and value.strip() else None


def _place(value: str | None) -> str | None:
    return _short("place", " ".join((value or "").split()), MAX_PLACE) or None


def _words(field: str, most: int) -> Any:
    return lambda value: _short(field, (value or "").strip(), most)


def _short(field: str, text: str, most: int) -> str:
    if len(text) > most:
        raise Invalid({field: FieldFault.of(_("At most %(most)s characters, please."), most=most)})
    return text


_FORMS: Mapping[str, Any] = {
    "title": _title,
    "about": _words("about", MAX_ABOUT),
    "kind": _kind,
    "time_zone": people.clean_time_zone,
    "duration_minutes": _duration,
    "place": _place,
    "link": _link,
}
