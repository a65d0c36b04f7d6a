"""Which languages, countries and time zones a form offers, in the reader's words, and its first guess."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from babel import Locale
from babel.dates import get_timezone_location
from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _

from network import organisations
from network.kernel.translation import LANGUAGES, supported
from web.formats import language_name
from web.languages import NAMES

Choices = list[tuple[str, str]]

LARGEST_PLACES = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Where the list of the time zone database does not begin a country with the place where most people live."""


def language_choices(current: str) -> Choices:
    """The product's languages in their own words, and the person's own when it is another."""
    choices = [(code, NAMES[code]) for code in LANGUAGES]
    if current not in LANGUAGES:
        choices.append((current, language_name(current)))
    return choices


def time_zone_choices(current: str, language: str) -> Choices:
    """One entry for each place that keeps a time of its own, by the city's name; and the person's own."""
    choices = _cities(supported(language))
    if current not in dict(choices):
        return [(current, current), *choices]
    return choices


def city_of(zone: str | None, choices: Choices) -> str:
    """What a time zone is called in one word: its city, as the choices name it."""
    return dict(choices).get(zone or "", "").split(" · ")[0]


def country_choices(chosen: str | None) -> Choices:
    """All countries by their names in the reader's language; while none is chosen, a first line says so."""
    locale = get_locale() or Locale("en")
    named = ((code, str(locale.territories.get(code, code))) for code in organisations.country_codes())
    ordered = sorted(named, key=lambda pair: pair[1].casefold())
    return ordered if chosen else [("", _("Please choose")), *ordered]


def guessed_country() -> str | None:
    """The country that the browser names beside its language, as in `de-AT`; None where it names none. Most
    browsers that say `en-US` were only never told where they are."""
    for tag, quality in request.accept_languages:
        parts = tag.split("-")
        region = parts[-1].upper() if len(parts) > 1 else ""
        if quality > 0 and region in organisations.country_codes() and tag.lower() != "en-us":
            return region
    return None


def guessed_time_zone(country: str | None) -> str | None:
    """The time of the country that the browser names, else that of `country`; None where neither is known."""
    for known in (guessed_country(), country):
        if known and (zone := _zones().get(known)):
            return zone
    return None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    found: dict[str, str] = {}
    for country, zone in _listed():
        found.setdefault(country, LARGEST_PLACES.get(country, zone))
    return found


def _listed() -> list[tuple[str, str]]:
    # The list of the time zone database itself: country, coordinates, name.
    lines = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [(row[0], row[2]) for row in rows]


@lru_cache(maxsize=8)
def _cities(language: str) -> Choices:
    locale = Locale.parse(language)
    found = []
    for country, zone in _listed():
        city = get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]
        found.append((zone, f"{city} · {locale.territories.get(country, country)}"))
    return sorted(found, key=lambda choice: choice[1])


def zone_of_country(country: str, preferred: str) -> str:
    """The time zone of a country: the preferred one when it is kept there or the country has none, else that
    of the place where most people live."""
    kept = {zone for code, zone in _listed() if code == country}
    return preferred if preferred in kept else _zones().get(country, preferred)
