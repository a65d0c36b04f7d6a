"""Which language and time zone a page speaks: the person's own, else the visitor's choice or browser."""

from __future__ import annotations

import unicodedata

from flask import g, request
from flask_login import current_user

from network.kernel.actor import Actor
from network.kernel.translation import LANGUAGES, regional, supported
from web.cookies import remembered

COOKIE = "mentornet_language"
NAMES = {"en": "English", "de": "Deutsch"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def choose_language() -> str:
    """`?lang=` of this request, then the account's language, then the cookie, then the browser's wish."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    actor = _reader()
    if actor.is_person:
        return supported(actor.language)
    kept = remembered(COOKIE)
    if kept in LANGUAGES:
        return kept
    return _wished()


def choose_locale() -> str:
    """The page's language with its region, for Babel."""
    return regional(choose_language())


def _wished() -> str:
    # In the browser's own order: werkzeug's choice would take a later `en` before a first `de-AT`.
    for tag, quality in request.accept_languages:
        primary = tag.split("-")[0].lower()
        if quality > 0 and primary in LANGUAGES:
            return primary
    return LANGUAGES[0]


def choose_time_zone() -> str | None:
    """The account's time zone; None leaves the default, UTC."""
    actor = _reader()
    return actor.time_zone if actor.is_person else None


def _reader() -> Actor:
    """Who is signed in; on a page that a letter's link opens, whom the letter went to."""
    reader: Actor = g.get("reader") or current_user.actor
    return reader


def written_in(text: str) -> str | None:
    """The language that a text written on this page is taken to be in: the page's own, unless its letters
    belong to another alphabet."""
    letters = [sign for sign in text if sign.isalpha()]
    latin = sum(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    return choose_language() if letters and 2 * latin > len(letters) else None


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
