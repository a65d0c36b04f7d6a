"""Which languages and time zones a form offers, in the reader's words."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from babel import Locale
from babel.dates import get_timezone_location

from network.kernel.translation import LANGUAGES, supported
from web.formats import language_name
from web.languages import NAMES

Choices = list[tuple[str, str]]


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


@lru_cache(maxsize=8)
def _cities(language: str) -> Choices:
    # The list of the time zone database itself: country, coordinates, name.
    listed = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    locale = Locale.parse(language)
    found = []
    for line in listed.splitlines():
        if not line.startswith("#"):
            country, _where, zone = line.split("\t")[:3]
            city = get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]
            found.append((zone, f"{city} · {locale.territories.get(country, country)}"))
    return sorted(found, key=lambda choice: choice[1])
