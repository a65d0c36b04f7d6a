"""When a text names a language or a time zone, and in which form it is kept."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

# Language, then script, region and variants (RFC 5646); neither private use nor extensions.
_TAG = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)\Z", re.I
)
_NO_LANGUAGE = frozenset({"mis", "mul", "root", "und", "zxx"})
# Spoken by many here, and partly missing in Babel's list: Dari, Kurmanji, Sorani as codes of their own.
_MORE_LANGUAGES = frozenset({"prs", "kmr", "ckb"})
_NO_PLACE = frozenset({"Factory", "localtime", "posixrules"})


def clean_language(tag: str, *, field: str = "language") -> str:
    """A BCP 47 tag in its usual spelling (`de-AT`, `zh-Hant`). Raises Invalid under `field` for what is no
    tag or names no language that CLDR knows."""
    found = _TAG.match(tag.strip().replace("_", "-"))
    if found is None or found[1].lower() not in known_languages():
        raise Invalid({field: FieldFault.of(_("This is no language that we know."))})
    script, region, variants = found[2], found[3], found[4]
    parts = [found[1].lower()]
    parts += [script.title()] if script else []
    parts += [region.upper()] if region else []
    cleaned = "-".join(parts) + variants.lower()
    if len(cleaned) > 35:
        raise Invalid({field: FieldFault.of(_("This is no language that we know."))})
    return cleaned


def clean_time_zone(name: str, *, field: str = "time_zone") -> str:
    """An IANA name as it stands in the database of time zones. Raises Invalid under `field` for another."""
    cleaned = name.strip()
    if cleaned not in known_time_zones():
        raise Invalid({field: FieldFault.of(_("This is no time zone that we know."))})
    return cleaned


def default_time_zone(language: str) -> str:
    """Where a person probably is of whom only the language is known, until she says otherwise."""
    return "Europe/Berlin" if language.split("-")[0] == "de" else "UTC"


@lru_cache(maxsize=1)
def known_languages() -> frozenset[str]:
    """The primary codes of all languages that have a name."""
    primary = {str(code).split("_")[0] for code in Locale("en").languages} | _MORE_LANGUAGES
    return frozenset(primary - _NO_LANGUAGE)


@lru_cache(maxsize=1)
def known_time_zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones()) - _NO_PLACE
