"""Words in the reader's language: marking, catalogues, and filling a sentence outside of any request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

LANGUAGES = ("en", "de")
"""The languages of the product; the first is the one the source is written in."""

REGIONS = {"en": "en_GB"}
"""Where a language is spoken, for dates and times: English writes them here as in Britain and Ireland, day
before month and twenty-four hours, as every other language of the product does."""

CATALOGUES = Path(__file__).resolve().parents[2] / "translations"


def mark(message: str) -> str:
    """Mark a sentence for translation without translating it yet."""
    return message


@lru_cache(maxsize=32)
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; the source's own words where there is none."""
    return Translations.load(str(CATALOGUES), [supported(language)])


def supported(language: str | None) -> str:
    """The product's language nearest to a BCP 47 tag: `de-AT` → `de`; English for everything else."""
    primary = (language or "").replace("_", "-").split("-")[0].lower()
    return primary if primary in LANGUAGES else LANGUAGES[0]


_askers: list[Callable[[], str | None]] = []


def ask_reader(asker: Callable[[], str | None]) -> None:
    """Let the surface say in which language it answers just now; None where it answers nobody."""
    _askers[:] = [asker]


def reading_language() -> str:
    """The language of whoever is being answered; English where nobody asks, as in a job."""
    return supported(_askers[0]() if _askers else None)


def regional(language: str | None) -> str:
    """The locale in which Babel writes dates and times for a reader of this language."""
    known = supported(language)
    return REGIONS.get(known, known)


def translate(language: str, message: str, params: Mapping[str, Any] | None = None) -> str:
    """`message` in `language`, its `%(name)s` filled with `params`."""
    text = catalogue(language).ugettext(message)
    return text % params if params else text


def translate_plural(
    language: str, singular: str, plural: str, number: int, params: Mapping[str, Any] | None = None
) -> str:
    """The form that `number` asks for in `language`; `%(num)s` is filled with the number."""
    text = catalogue(language).ungettext(singular, plural, number)
    return text % {"num": number, **(params or {})}
