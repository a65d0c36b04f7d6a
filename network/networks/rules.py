"""Which features a network may use, what a network may be called, and the words of its address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from models.networks import Network
from network import organisations, people
from network.kernel.errors import Conflict, FeatureOff, FieldFault, Invalid
from network.kernel.translation import mark as _

Size = Literal["small", "full"]
PHASES = ("initiation", "organisation", "maintenance", "outreach")
VISIBILITIES = ("private", "listed", "public")
MAX_NAME, MAX_PURPOSE, MAX_LANGUAGES = 120, 2000, 12

FEATURES = (
    "amendments", "organisation_signatures", "office_charter", "elections", "affiliations", "merge_split",
    "webhooks", "feeds", "collections", "typing", "presence", "slow_mode", "transparency_report",
    "help_requests",
)  # fmt: skip
"""The names of contract.md, in its order."""

DEFAULTS: Mapping[str, frozenset[str]] = {
    # experience.md, "Small by default": everything that fewer than 30 people do not need is there and off.
    "small": frozenset({"transparency_report", "help_requests"}),
    "full": frozenset(FEATURES),
}

_LETTERS = {letter: latin.strip("-") for letter, latin in zip(
    "αβγδεζηθικλμνξοπρσςτυφχψωабвгґдеєжзиіїйклмнопрстуфхцчшщьъыэюяłøđðþæœßı",
    "a v g d e z i th i k l m n x o p r s s t y f ch ps o "
    "a b v g g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch - - y e iu ia "
    "l o d d th ae oe ss i".split(" "),
    strict=True,
)}  # fmt: skip
_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue"}
_LONGEST_SLUG = 60


class OrganisationRefused(Conflict):
    """An organisation whose verification was refused founds no networks."""

    code = "organisation_refused"
    message = _("This organisation was declined, so it cannot found a network.")


def features_of(network: Network) -> dict[str, bool]:
    """Every feature with whether it is on."""
    on = DEFAULTS[network.size]
    return {name: network.features.get(name, name in on) for name in FEATURES}


def is_feature_on(network: Network, name: str) -> bool:
    """True when the network uses the feature; KeyError for a name that no feature has."""
    if name not in FEATURES:
        raise KeyError(name)
    return network.features.get(name, name in DEFAULTS[network.size])


def check_feature(network: Network, name: str) -> None:
    """Raise FeatureOff when the network does not use the feature."""
    if not is_feature_on(network, name):
        raise FeatureOff(feature=name)


def with_features(network: Network, wanted: Mapping[str, bool]) -> dict[str, bool]:
    """What to keep so that each named feature is as wanted: only what differs from the size's default.
    Raises Invalid for names that no feature has."""
    unknown = {name: FieldFault.of(_("There is no such feature.")) for name in wanted if name not in FEATURES}
    if unknown:
        raise Invalid(unknown)
    now = {**features_of(network), **wanted}
    return {name: on for name, on in now.items() if on != (name in DEFAULTS[network.size])}


def check_switches(wanted: Any) -> dict[str, bool]:
    """The features to be switched by a decision, as `{name: bool}`. Raises Invalid for anything else."""
    if not isinstance(wanted, Mapping) or not wanted:
        raise Invalid({"value": FieldFault.of(_("Name at least one feature."))})
    if not all(name in FEATURES for name in wanted):
        raise Invalid({"value": FieldFault.of(_("There is no such feature."))})
    if not all(isinstance(on, bool) for on in wanted.values()):
        raise Invalid({"value": FieldFault.of(_("Say of each feature whether it is to be on or off."))})
    return {str(name): bool(on) for name, on in wanted.items()}


def check_fields(values: Mapping[str, Any], found: Mapping[str, FieldFault] | None = None) -> dict[str, Any]:
    """Bring what was typed into its form: name, purpose, languages, country, visibility, as far as given.
    Raises Invalid that names every field which cannot be taken, those with the faults already `found` too."""
    faults = dict(found or {})
    clean: dict[str, Any] = {}
    for name, value in values.items():
        try:
            clean[name] = _FORMS[name](value) if name in _FORMS else value
        except Invalid as refusal:
            faults |= refusal.faults
    if faults:
        raise Invalid(faults)
    return clean


def slug_of(name: str, language: str) -> str:
    """The words of a name in Latin letters, joined by hyphens; "network" where none remains."""
    text = unicodedata.normalize("NFC", name).casefold()
    if language.startswith("de"):
        text = "".join(_GERMAN.get(letter, letter) for letter in text)
    text = "".join(_LETTERS.get(letter, letter) for letter in text)
    plain = "".join(
        _LETTERS.get(letter, letter) for letter in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(letter)
    )  # fmt: skip
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").replace("’", ""))
    return words[:_LONGEST_SLUG].strip("-") or "network"


def free_slug(wanted: str, taken: frozenset[str]) -> str:
    """`wanted`, or with the first number behind it that nobody has."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def _purpose(value: str) -> str:
    text = value.strip()
    if not text:
        raise Invalid({"purpose": FieldFault.of(_("This is needed."))})
    if len(text) > MAX_PURPOSE:
        raise Invalid({"purpose": FieldFault.of(_("At most %(max)s characters, please."), max=MAX_PURPOSE)})
    return text


def _languages(value: Sequence[str]) -> list[str]:
    known = list(dict.fromkeys(people.clean_language(tag, field="languages") for tag in value))
    if not known:
        raise Invalid({"languages": FieldFault.of(_("Name at least one language."))})
    if len(known) > MAX_LANGUAGES:
        raise Invalid({"languages": FieldFault.of(_("At most %(n)s languages, please."), n=MAX_LANGUAGES)})
    return known


def _one_of(field: str, *words: str) -> Any:
    def form(value: str) -> str:
        if value not in words:
            choices = ", ".join(words)
            raise Invalid({field: FieldFault.of(_("This must be one of: %(choices)s."), choices=choices)})
        return value

    return form


_FORMS: Mapping[str, Any] = {
    "name": lambda value: people.clean_name(value, field="name", longest=MAX_NAME),
    "purpose": _purpose,
    "languages": _languages,
    "country": organisations.clean_country,
    "visibility": _one_of("visibility", *VISIBILITIES),
    "features": _one_of("features", "small", "full"),
}
